"""OTTO Market's server, put together."""

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from ..clock import Clock
from ..control import install_control
from ..faults import FaultBook, FaultMiddleware
from ..rates import RateLimit, RateMiddleware
from ..recorder import Recorder
from ..settings import Settings
from .accounts import Accounts
from .availability import availability_routes
from .control import (
    market_state,
    order_control_routes,
    rate_control_routes,
    selling_control_routes,
    shipment_control_routes,
)
from .control_catalogue import catalogue_control_routes
from .control_receipts import receipts_control_routes
from .control_returns import returns_control_routes
from .delivery_information import delivery_routes, profile_routes
from .dialects import DIALECTS, dialect
from .errors import install_errors
from .orders import order_routes
from .page import render
from .price_reductions import price_reduction_routes
from .products import image_routes, product_routes
from .receipts import receipt_routes
from .return_shipments import return_shipment_routes
from .returns import returns_routes
from .scenarios import scenario_routes
from .shipments import shipment_routes
from .state import Market
from .tokens import TokenDesk, token_routes


def otto_app(settings: Settings, clock: Clock) -> Recorder:
    """Return the ASGI application: recorder around faults around rate limits around the API of each account."""
    desk = TokenDesk(clock, settings.token_seconds, settings.scopes)
    faults = FaultBook(settings.seed, DIALECTS)
    limit = RateLimit(clock, settings.rate_limit)
    accounts = Accounts(desk.account)
    limited = RateMiddleware(accounts, limit, desk.account)
    recorder = Recorder(FaultMiddleware(limited, faults, dialect), clock, "otto", settings.history)

    def make(name: str) -> FastAPI:
        market = Market(settings, clock, name)
        app = _account_app(market, desk, clock)

        def reset(options: dict) -> None:
            wanted = {key: int(options.get(key, getattr(settings, key))) for key in ("seed", "orders", "articles")}
            clock.reset()
            desk.clear()
            limit.reset()
            accounts.forget_others()
            market.reset(**wanted)

        install_control(
            app, clock=clock, faults=faults, recorder=recorder, state=lambda: market_state(market), reset=reset
        )
        app.include_router(rate_control_routes(limit))
        return app

    accounts.make = make
    accounts.make_first()
    return recorder


def _account_app(market: Market, desk: TokenDesk, clock: Clock) -> FastAPI:
    """Return the API of one account, without the shared part of the control interface."""
    app = FastAPI(title="OTTO Market sandbox", openapi_url=None, redirect_slashes=False)
    install_errors(app)
    app.include_router(order_control_routes(market))
    app.include_router(selling_control_routes(market))
    app.include_router(shipment_control_routes(market))
    app.include_router(catalogue_control_routes(market))
    app.include_router(returns_control_routes(market))
    app.include_router(receipts_control_routes(market))
    app.include_router(token_routes(desk))
    app.include_router(scenario_routes(market, desk))
    app.include_router(order_routes(market, desk))
    app.include_router(shipment_routes(market, desk, clock))
    app.include_router(returns_routes(market, desk))
    app.include_router(return_shipment_routes(market, desk))
    app.include_router(price_reduction_routes(market, desk))
    app.include_router(receipt_routes(market, desk))
    app.include_router(delivery_routes(market, desk))
    app.include_router(availability_routes(market, desk, clock))
    app.include_router(profile_routes(market, desk))
    app.include_router(product_routes(market, desk, clock))
    app.include_router(image_routes(market))

    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        market.settle()
        return render(market, clock.now())

    return app
