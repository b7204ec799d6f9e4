"""The shapes of OTTO's errors, for injected ones: by name, and the one that belongs to a path (facts/otto.md §2.1).

The sandbox's own refusals are made in `errors`; here are also the dialects of interfaces it does not play, because a
fault may answer on any path. What is not in the facts is marked as a guess.
"""

import uuid
from datetime import UTC, datetime
from http import HTTPStatus

from ..fault_answers import Dialect
from .errors import NO_ROUTE, availability_problem, gateway_refusal, order_refusal, plain_refusal, shipment_problem

SHIPMENT_CODES = {404: "RESOURCE_NOT_FOUND", 500: "INTERNAL_SERVER_ERROR"}
# What the keys of `DIALECTS` are for paths that start like this; other paths and statuses speak as the gateway does.
INTERFACES = (
    ("/v1/shipments", "shipments"),
    ("/v1/multiparcel-shipments", "shipments"),
    ("/v1/return-shipments", "shipments"),
    ("/v3/returns", "returns"),
    ("/v1/availability", "availability"),
    ("/v1/price-reductions", "price_reductions"),
    ("/v1/shipping-profiles", "shipping_profiles"),
    ("/v2/returns-warehouse", "returns_warehouse"),
)
# The gateway judges tokens and routes before an interface does.
GATEWAY_STATUSES = (401, 403, 404, 429)
# These interfaces say themselves that something was not found.
OWN_NOT_FOUND = ("shipments", "returns", "price_reductions", "shipping_profiles", "returns_warehouse")


def _words(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def _detail(status: int) -> str:
    return f"The request could not be processed ({_words(status)})"


def _orders(path: str, status: int) -> dict | None:
    return order_refusal(path, status).body


def _shipments(path: str, status: int) -> dict:
    # Titles but for 404 and 500 are a guess in the style of the known ones; a 5xx has no detail.
    title = SHIPMENT_CODES.get(status) or _words(status).upper().replace(" ", "_")
    return {"errors": [shipment_problem(path, title, _detail(status) if status < 500 else None)]}


def _returns(path: str, status: int) -> dict:
    problem = {"path": path, "title": _words(status), "detail": _detail(status)}
    return {"errors": [problem | {"logref": str(uuid.uuid4()), "code": status}]}


def _availability(path: str, status: int) -> dict:
    return {"errors": [availability_problem(status, _words(status), _detail(status)) | {"path": path}]}


def _logreg(path: str, status: int) -> dict:
    # Misspelt key and number as text, as in several official examples.
    problem = {"path": path, "title": _words(status), "code": str(status), "detail": _detail(status), "logreg": ""}
    return {"errors": [problem]}


def _price_reductions(path: str, status: int) -> dict:
    return {"errors": [{"title": _words(status), "code": status, "detail": _detail(status), "path": path}]}


def _gateway(_path: str, status: int) -> dict | None:
    return gateway_refusal(status).body


def _no_route(_path: str, _status: int) -> dict:
    return {"message": NO_ROUTE}


def _shipping_profiles(path: str, status: int) -> dict:
    title = "Validation Failure" if status == 400 else _words(status)
    problem = {"detail": _detail(status), "logref": str(uuid.uuid4())}
    return {"type": path, "title": title, "status": status, "validationErrors": [problem]}


def _returns_warehouse(_path: str, status: int) -> dict:
    body: dict = {"errors": [{"message": _words(status), "jsonPath": "$.address"}]}
    if status == 400:
        body["suggestedAddresses"] = [{"city": "Hamburg", "zipCode": "22179", "countryCode": "Germany"}]
    return body


def _ads(_path: str, status: int) -> dict:
    # OTTO's document points the 401 of the availability interface to this shape, without a field.
    problem = {"message": _words(status)} | ({} if status == 401 else {"field": "name"})
    return {"errors": [problem], "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds")}


def _no_detail(path: str, status: int) -> dict:
    return {"errors": [{"path": path, "title": _words(status)}]}


def _no_body(_path: str, _status: int) -> None:
    return None


def _login(_path: str, status: int) -> dict:
    # The habit of OTTO's login server (facts/otto.md §3.2); the exact text is a guess.
    return {"error": "invalid_token" if status == 401 else "access_denied", "error_description": _words(status)}


def _last_year(path: str, status: int) -> dict:
    # A guess: the elder form of the envelope, from which today's `logref` comes.
    return {"errors": [{"logref": str(uuid.uuid4()), "message": _words(status), "path": path}], "total": 1}


def _framework(path: str, status: int) -> dict:
    # A guess: what a Java service says where its own words do not reach.
    return {
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "status": status,
        "error": _words(status),
        "path": path,
    }


DIALECTS: dict[str, Dialect] = {
    "orders": _orders,
    "shipments": _shipments,
    "returns": _returns,
    "availability": _availability,
    "logreg": _logreg,
    "price_reductions": _price_reductions,
    "gateway": _gateway,
    "no_route": _no_route,
    "shipping_profiles": _shipping_profiles,
    "returns_warehouse": _returns_warehouse,
    "ads": _ads,
    "no_detail": _no_detail,
    "no_body": _no_body,
    "login": _login,
    "last_year": _last_year,
    "framework": _framework,
}


def dialect(path: str, status: int) -> dict | None:
    """Return the body of an injected error, in the dialect of the interface a path belongs to; None for no body."""
    if path.startswith("/v3/receipts") and status in (401, 403, 404):
        return None
    name = next((name for start, name in INTERFACES if path.startswith(start)), None)
    if name is None or (status in GATEWAY_STATUSES and not (status == 404 and name in OWN_NOT_FOUND)):
        return plain_refusal(path, status).body
    return DIALECTS[name](path, status)
