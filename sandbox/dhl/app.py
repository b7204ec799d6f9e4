"""DHL's server, put together."""

from fastapi import Depends, FastAPI, Response
from fastapi.responses import HTMLResponse

from ..clock import Clock
from ..control import ControlError, install_control
from ..faults import FaultBook, FaultMiddleware
from ..recorder import Recorder
from ..settings import Settings
from .errors import dialect, install_errors
from .label_data import parcel_label, return_label, return_on_demand
from .labels import draw
from .manifests import manifest_routes
from .orders import order_routes, public_routes
from .page import render
from .returns import return_routes, return_version
from .state import Depot
from .tokens import TokenDesk, token_routes

PREVIEW = "910-300-710"


def dhl_app(settings: Settings, clock: Clock) -> Recorder:
    """Return the ASGI application: recorder around faults around the API."""
    depot = Depot(clock, settings.dhl_numbers, settings.seed, settings.dhl_closing)
    desk = TokenDesk(clock, settings.dhl_token_seconds)
    faults = FaultBook(settings.seed)
    app = FastAPI(
        title="DHL sandbox", openapi_url=None, redirect_slashes=False, dependencies=[Depends(depot.close_day)]
    )
    faulty = FaultMiddleware(app, faults, dialect, "application/problem+json")
    recorder = Recorder(faulty, clock, "dhl", settings.history)

    def reset(options: dict) -> None:
        desk.clear()
        depot.reset(int(options.get("seed", settings.seed)))

    install_errors(app)
    install_control(app, clock=clock, faults=faults, recorder=recorder, state=lambda: depot_state(depot), reset=reset)
    app.include_router(token_routes(desk))
    app.include_router(public_routes(depot))
    app.include_router(order_routes(depot, desk, old_style=settings.dhl_schema_errors == "old"))
    app.include_router(manifest_routes(depot, desk))
    app.include_router(return_version())
    app.include_router(return_routes(depot, desk))

    @app.get("/", response_class=HTMLResponse)
    async def page() -> str:
        return render(depot)

    @app.get("/_sandbox/labels/{name}.pdf")
    async def label(name: str) -> Response:
        if booked := depot.returns.get(name):
            return Response(draw([return_on_demand(booked)], PREVIEW), media_type="application/pdf")
        number, back = name.removesuffix("-return"), name.endswith("-return")
        booking = depot.bookings.get(number)
        if booking is None or (back and not booking.retoure):
            raise ControlError("There is no such label.", 404)
        data = return_label(booking) if back else parcel_label(booking)
        return Response(draw([data], PREVIEW), media_type="application/pdf")

    return recorder


def depot_state(depot: Depot) -> dict:
    """Return everything DHL has booked, for `GET /_sandbox/state`."""
    return {
        "shipments": [
            {
                "shipmentNo": booking.shipment_no,
                "returnShipmentNo": booking.return_no,
                "refNo": booking.shipment.ref_no or None,
                "product": booking.shipment.product,
                "state": booking.state,
                "request": booking.request,
            }
            for booking in depot.bookings.values()
        ],
        "returns": [
            {"shipmentNo": booked.number, "labelType": booked.label_type, "request": booked.request}
            for booked in depot.returns.values()
        ],
    }
