"""DHL's error bodies: the flat one of the gateway, the nested one of the shipping API (facts/dhl.md §6.1)."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from ..messages import WireJSON

PROBLEM = "application/problem+json"
SHIPPING = "/parcel/de/shipping/v2"
TITLES = {
    200: "OK",
    207: "Multi-Status",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    415: "Unsupported Media Type",
    429: "Too Many Requests",
    500: "Internal Server Error",
}
DETAILS = {
    400: "The request cannot be understood.",
    401: "Unauthorized for given resource.",
    403: "Access to the given resource is not allowed.",
    404: "The given resource was not found.",
    415: "The body must be JSON.",
    429: "The quota of calls has been exceeded.",
    500: "The service is currently not available.",
}


def request_status(status: int, detail: str | None = None, title: str | None = None) -> dict:
    """Return a RequestStatus; DHL limits `detail` to 80 characters."""
    shown = {"title": title or TITLES.get(status, "Error"), "status": status, "statusCode": status}
    return shown | {"detail": detail[:80]} if detail else shown


@dataclass(slots=True)
class DhlRefusal(Exception):
    """An answer that is an error as a whole."""

    status: int
    body: dict


def flat_refusal(status: int, detail: str | None = None) -> DhlRefusal:
    """Refuse as the gateway does."""
    return DhlRefusal(status, request_status(status, detail or DETAILS.get(status)))


def nested_refusal(status: int, detail: str) -> DhlRefusal:
    """Refuse a request as a whole as the shipping API does: its 400 has the status inside, as its answers have."""
    return DhlRefusal(status, {"status": request_status(status, detail)})


def dialect(path: str, status: int) -> dict:
    """Return the body of an injected error: flat, but for the 400 of the shipping API (facts/dhl.md §6.1)."""
    if status == 400 and path.startswith(SHIPPING):
        return nested_refusal(400, DETAILS[400]).body
    return flat_refusal(status).body


def install_errors(app: FastAPI) -> None:
    """Let refusals and unknown routes be answered the way DHL does."""

    @app.exception_handler(DhlRefusal)
    async def refuse(_request: Request, error: DhlRefusal) -> Response:
        return WireJSON(error.body, status_code=error.status, media_type=PROBLEM)

    @app.exception_handler(HTTPException)
    async def no_route(_request: Request, error: HTTPException) -> Any:
        return WireJSON(
            request_status(error.status_code, DETAILS.get(error.status_code)),
            status_code=error.status_code,
            media_type=PROBLEM,
        )
