"""Every kind of call of both wires against a hostile server: reading, acting, documents, and the tokens they need."""

from decimal import Decimal

from dhl_api import BasicCredentials, DhlReturnsClient, ReturnOrder
from otto_api import (
    ActiveStatus,
    ArticlePrice,
    DeliveryInformation,
    Money,
    OttoError,
    PasswordCredentials,
    Quantity,
)
from tests.unit.hostile import ACTING, ADDRESS, API_KEY, DECISION, NOW, PARCEL, READING, SECRET, dhl, otto

PRICE = ArticlePrice("A", Money(Decimal("9.99"), "EUR"))


def returns_desk(server, **options):
    """A client of DHL's other interface."""
    credentials = BasicCredentials(api_key=API_KEY, user="the-user", password=SECRET)
    return DhlReturnsClient(f"{server.url}/dhl", f"{server.url}/auth", credentials, clock=lambda: NOW, **options)


def checked(server, **options):
    """Test the connection as the button does; its error is kept in a report."""
    report = otto(server, **options).check(["orders"])
    if isinstance(report.error, OttoError):
        raise report.error
    return report


def _list(name, *args):
    return lambda server, **options: list(getattr(otto(server, **options), name)(*args))


def _otto(name, *args):
    return lambda server, **options: getattr(otto(server, **options), name)(*args)


READ = {
    **READING,
    "order": _otto("order", "b7"),
    "shipment": _otto("shipment", "DHL", "0034"),
    "quantities": _list("quantity_pages"),
    "articles": _list("article_pages"),
    "article": _otto("article", "A"),
    "statuses of the market": _list("marketplace_status_pages"),
    "active statuses": _list("active_status_pages"),
    "prices": _list("price_pages"),
    "content changes": _list("content_change_pages", NOW),
    "brands": _list("brand_pages"),
    "task": _otto("update_task", "7"),
    "failures of a task": _list("task_failures", "7"),
    "delivery information": _list("delivery_pages"),
    "shipping profiles": _otto("shipping_profiles"),
    "return parcels": _list("return_parcel_pages", NOW),
    "return parcel by number": _otto("return_parcel_by_number", "DHL", "577"),
    "all price reductions": _list("price_reduction_pages"),
}
ACT = {
    **ACTING,
    "cancel pieces": _otto("cancel_items", "order", ["piece"]),
    "set quantities": _otto("set_quantities", [Quantity("A", 1)]),
    "set prices": _otto("set_prices", [PRICE]),
    "set active": _otto("set_active", [ActiveStatus("A", True)]),
    "set delivery information": _otto("set_delivery_information", [DeliveryInformation("A", "p")]),
    "reject a return": _otto("reject_returns", [DECISION]),
    "validate a parcel": lambda server, **options: dhl(server, **options).create([PARCEL], validate=True),
    "close parcels": lambda server, **options: dhl(server, **options).close(["1"]),
    "label of a return": lambda server, **options: returns_desk(server, **options).create(
        ReturnOrder("deu", ADDRESS, Decimal("1.5"), "WH/IN/1"), "BOTH"
    ),
}
CALLS = {**READ, **ACT}
# Calls that begin with a token; DHL's Basic login has none.
TOKEN_CALLS = {
    "token of an app": READING["orders"],
    "token of a user": lambda server, **options: list(
        otto(server, PasswordCredentials("me-the-user", SECRET), **options).orders()
    ),
    "token of the button": checked,
    "token for who acts": ACTING["ship"],
    "token of DHL": ACTING["book with OAuth"],
    "token for DHL's labels": lambda server, **options: dhl(server, oauth=True, **options).labels(["1"]),
}
