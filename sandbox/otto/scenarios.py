"""OTTO's test orders: eight scenarios, all at once or one by one (facts/otto.md §2.5).

Published are the addresses, the articles, the status of each scenario, the discount of the fourth, and prepayment and
pick-up of the old appliance of the fifth. What else is in them and the shape of the answer is a guess: 201 and the
orders made, as links. OTTO's page disagrees with itself on their number (8 or 16); the sandbox makes 8.
"""

from typing import Any

from fastapi import APIRouter, Depends, Request

from ..messages import WireJSON
from .catalogue import TEST_ARTICLES
from .errors import order_refusal
from .factory import Wish
from .model import Order, Status
from .state import Market
from .tokens import TokenDesk, permits

COFFEE, FLOWERS, LAWN, SOFA, FRIDGE = (article.sku for article in TEST_ARTICLES)
SCENARIOS = {
    1: (Status.PROCESSABLE, Wish(skus=(COFFEE,), discount=False)),
    2: (Status.PROCESSABLE, Wish(skus=(FLOWERS,), pieces=3, discount=False)),
    3: (Status.PROCESSABLE, Wish(skus=(COFFEE, FLOWERS), discount=False)),
    4: (Status.PROCESSABLE, Wish(skus=(LAWN,), discount=True)),
    5: (Status.ANNOUNCED, Wish(skus=(FRIDGE,), payment="PREPAYMENT", weee_pickup=True, discount=False)),
    6: (Status.CANCELLED_BY_MARKETPLACE, Wish(skus=(COFFEE,), discount=False)),
    7: (Status.PROCESSABLE, Wish(skus=(SOFA,), discount=False)),
    8: (Status.PROCESSABLE, Wish(skus=(COFFEE, FLOWERS, LAWN, SOFA, FRIDGE), discount=False)),
}


def scenario_routes(market: Market, desk: TokenDesk) -> APIRouter:
    """Return the routes of the test orders."""
    router = APIRouter(prefix="/v4/orders/testorders", dependencies=[Depends(permits(desk, "orders", market.settle))])

    @router.post("")
    async def all_scenarios() -> Any:
        """Make an order of each scenario; the body is not looked at. The shape of the answer is a guess."""
        return _answer([order for number in SCENARIOS for order in _make(market, number)])

    @router.post("/scenario{number}")
    async def one_scenario(number: str, request: Request) -> Any:
        """Make one order of a scenario; an unknown one is 404. The shape of the answer is a guess."""
        known = {str(scenario): scenario for scenario in SCENARIOS}
        if number not in known:
            raise order_refusal(request.url.path, 404)
        return _answer(_make(market, known[number]))

    return router


def _make(market: Market, number: int) -> list[Order]:
    status, wish = SCENARIOS[number]
    return market.create(1, status, wish)


def _answer(orders: list[Order]) -> WireJSON:
    links = [{"rel": "self", "href": f"/v4/orders/{order.id}"} for order in orders]
    return WireJSON({"links": links}, status_code=201)
