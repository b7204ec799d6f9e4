"""OTTO's ways to say no: every interface has its own dialect (facts/otto.md §2.1, §4.7, §5.6, §7.1)."""

import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from ..messages import WireJSON

ORDER_WORDS = {
    400: ("Bad Request", "Cannot parse request - please check query parameters and/or body"),
    401: ("Unauthorized", "No proper credentials were provided"),
    403: ("Forbidden", "No permission to access specified resource(s)"),
    404: ("Not Found", "The specified resource(s) could not be found"),
    # From here on the words are the sandbox's own.
    409: ("Conflict", "The request conflicts with the state of the resource"),
    429: ("Too Many Requests", "Rate limit exceeded"),
    500: ("Internal Server Error", "An unexpected error has occurred"),
    502: ("Bad Gateway", "An unexpected error has occurred"),
    503: ("Service Unavailable", "The service is currently not available"),
    504: ("Gateway Timeout", "The service does not answer in time"),
}
GATEWAY_WORDS = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    429: "API rate limit exceeded",
    500: "An unexpected error occurred",
}
# Where the gateway judges tokens and addresses in its own words (facts/otto.md §2.1).
BEHIND_GATEWAY = ("/v1/availability", "/v1/shipping-profiles")
NO_ROUTE = "no Route matched with those values"


@dataclass(slots=True)
class OttoRefusal(Exception):
    """An answer that is an error: status and body (None: an empty body)."""

    status: int
    body: dict | None


def order_refusal(path: str, status: int, detail: str | None = None, title: str | None = None) -> OttoRefusal:
    """Refuse as the orders interface does; without own words with its fixed ones."""
    words = ORDER_WORDS.get(status, ORDER_WORDS[500])
    return OttoRefusal(status, {"errors": [{"path": path, "title": title or words[0], "detail": detail or words[1]}]})


def shipment_problem(path: str, title: str, detail: str | None = None, json_path: str | None = None) -> dict:
    """Return one error of the shipments interface; its path has no version."""
    problem = {"title": title, "path": path.removeprefix("/v1"), "detail": detail, "jsonPath": json_path}
    return {key: value for key, value in problem.items() if value is not None}


def shipment_refusal(status: int, *problems: dict) -> OttoRefusal:
    """Refuse as the shipments interface does."""
    return OttoRefusal(status, {"errors": list(problems)})


def returns_problem(path: str, title: str, detail: str) -> dict:
    """Return one error of the returns interface that is about the request, not about one of its pieces."""
    return {"path": path, "title": title, "detail": detail, "logref": str(uuid.uuid4())}


def returns_refusal(status: int, *problems: dict) -> OttoRefusal:
    """Refuse as the returns interface does."""
    return OttoRefusal(status, {"errors": list(problems)})


def reduction_refusal(status: int, detail: str) -> OttoRefusal:
    """Refuse as the price reductions interface does."""
    problem = {"title": HTTPStatus(status).phrase, "code": status, "detail": detail, "path": "/v1/price-reductions"}
    return OttoRefusal(status, {"errors": [problem]})


def availability_problem(code: int, title: str, detail: str, logref: str | None = None) -> dict:
    """Return one error of the availability interface."""
    path = "/v1/availability/quantities"
    return {"path": path, "title": title, "code": code, "detail": detail, "logref": logref or str(uuid.uuid4())}


def gateway_refusal(status: int) -> OttoRefusal:
    """Refuse as the gateway in front of the interfaces does."""
    return OttoRefusal(status, {"message": GATEWAY_WORDS.get(status, GATEWAY_WORDS[500])})


def plain_refusal(path: str, status: int) -> OttoRefusal:
    """Refuse in the dialect of the interface a path belongs to, with nothing special to say."""
    if path.startswith("/v4/orders"):
        return order_refusal(path, status)
    if path.startswith(("/v1/shipments", "/v1/multiparcel-shipments", "/v1/return-shipments")):
        if status == 401:
            return OttoRefusal(401, None)
        if status >= 500:
            return shipment_refusal(status, shipment_problem(path, "INTERNAL_SERVER_ERROR"))
    if path.startswith("/v1/price-reductions") and status == 403:
        return reduction_refusal(403, "Access is denied, please make sure you have right permissions.")
    if path.startswith(("/v5/products", "/v3/receipts")) and status in (401, 403, 404):
        return OttoRefusal(status, None)
    return gateway_refusal(status)


def token_refusal(path: str, status: int) -> OttoRefusal:
    """Refuse a token; before some interfaces the gateway says 403 to a bad one as to one that lacks a scope."""
    return gateway_refusal(403) if path.startswith(BEHIND_GATEWAY) else plain_refusal(path, status)


def answer(refusal: OttoRefusal) -> Response:
    """Make the HTTP answer of a refusal."""
    if refusal.body is None:
        return Response(status_code=refusal.status)
    return WireJSON(refusal.body, status_code=refusal.status)


def install_errors(app: FastAPI) -> None:
    """Let refusals and unknown routes be answered the way OTTO does."""

    @app.exception_handler(OttoRefusal)
    async def refuse(_request: Request, error: OttoRefusal) -> Response:
        return answer(error)

    @app.exception_handler(HTTPException)
    async def no_route(request: Request, _error: HTTPException) -> Any:
        if request.url.path.startswith(BEHIND_GATEWAY):
            return answer(gateway_refusal(404))
        # The gateway knows routes by path and method alike, so a wrong method is an unknown route too.
        return WireJSON({"message": NO_ROUTE}, status_code=404)
