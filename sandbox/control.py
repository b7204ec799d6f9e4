"""The part of the control interface (`/_sandbox/…`) that both servers share."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from fastapi import APIRouter, FastAPI, Request

from .clock import Clock
from .faults import FaultBook
from .messages import CONTROL_PREFIX, WireJSON
from .recorder import Recorder

RESET_PATH = f"{CONTROL_PREFIX}/reset"


class ControlError(Exception):
    """A wish of the control interface that cannot be met; its text goes into the answer."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


async def wish(request: Request) -> dict:
    """Return the JSON object in a control request's body, an empty one if there is no body.

    :raises ControlError: the body is not a JSON object
    """
    body = await request.body()
    try:
        value = json.loads(body) if body.strip() else {}
    except ValueError:
        raise ControlError("The body is not JSON.") from None
    if not isinstance(value, dict):
        raise ControlError("The body must be a JSON object.")
    return value


def install_control(
    app: FastAPI,
    *,
    clock: Clock,
    faults: FaultBook,
    recorder: Recorder,
    state: Callable[[], dict],
    reset: Callable[[dict], None],
) -> None:
    """Add the shared control routes to a server.

    :param state: what `GET /_sandbox/state` answers
    :param reset: called with the body of `POST /_sandbox/reset`
    """
    router = APIRouter(prefix=CONTROL_PREFIX)

    @router.get("/state")
    async def show_state() -> Any:
        return WireJSON(state())

    @router.post("/reset")
    async def start_again(request: Request) -> Any:
        options = await wish(request)
        with _refusing():
            reset(options)
        faults.clear(options.get("seed"))
        recorder.exchanges.clear()
        return {"now": clock.now().isoformat()}

    @app.exception_handler(ControlError)
    async def refuse(_request: Request, error: ControlError) -> WireJSON:
        return WireJSON({"error": str(error)}, status_code=error.status)

    _request_routes(router, recorder)
    _fault_routes(router, faults)
    _clock_routes(router, clock)
    app.include_router(router)


@contextmanager
def _refusing() -> Iterator[None]:
    """Turn the errors of a wish that makes no sense into an answer."""
    try:
        yield
    except (TypeError, ValueError) as error:
        raise ControlError(str(error)) from error


def _request_routes(router: APIRouter, recorder: Recorder) -> None:
    @router.get("/requests")
    async def show_requests() -> Any:
        return WireJSON({"requests": [exchange.as_dict() for exchange in recorder.exchanges]})

    @router.delete("/requests")
    async def forget_requests() -> Any:
        recorder.exchanges.clear()
        return {"requests": []}


def _fault_routes(router: APIRouter, faults: FaultBook) -> None:
    @router.get("/faults")
    async def show_faults() -> Any:
        return {"faults": [fault.as_dict() for fault in faults.faults]}

    @router.post("/faults")
    async def add_fault(request: Request) -> Any:
        options = await wish(request)
        with _refusing():
            return faults.add(options).as_dict()

    @router.delete("/faults")
    async def clear_faults() -> Any:
        faults.clear()
        return {"faults": []}


def _clock_routes(router: APIRouter, clock: Clock) -> None:
    @router.get("/clock")
    async def show_clock() -> Any:
        return {"now": clock.now().isoformat()}

    @router.post("/clock")
    async def move_clock(request: Request) -> Any:
        options = await wish(request)
        with _refusing():
            if "stand_at" in options:
                clock.stand(datetime.fromisoformat(options["stand_at"]))
            clock.advance(float(options.get("advance_seconds", 0)))
        return {"now": clock.now().isoformat()}
