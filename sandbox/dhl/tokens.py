"""DHL's two ways to prove who you are, never both at once (facts/dhl.md §1.2)."""

import hashlib
from datetime import datetime, timedelta

from fastapi import APIRouter, Request

from .. import credentials
from ..clock import Clock
from ..messages import CONTROL_PREFIX, WireJSON
from ..otto.tokens import basic
from .errors import DhlRefusal, flat_refusal, request_status

FIELDS = ("grant_type", "username", "password", "client_id", "client_secret")
BAD_USER = "Authentication failed: User not found or password invalid"
BOTH_WAYS = "Invalid combination of credentials: Use EITHER Bearer Token or (Apikey and Basic Auth)."


class TokenDesk:
    """Issues bearer tokens and checks the headers of calls."""

    def __init__(self, clock: Clock, seconds: int) -> None:
        self._clock = clock
        self._seconds = seconds
        self.clear()

    def clear(self) -> None:
        """Forget all tokens."""
        self._until: dict[str, datetime] = {}

    def issue(self, form: dict[str, str]) -> dict:
        """Answer the password grant; all five fields are required.

        :raises DhlRefusal: 400 a field is missing, 401 a credential is wrong
        """
        for name in FIELDS:
            if not form.get(name):
                raise flat_refusal(400, f"Required form parameter '{name}' is missing.")
        if form["grant_type"] != "password":
            raise flat_refusal(400, "The grant type is not supported.")
        if form["client_id"] != credentials.DHL_API_KEY or form["client_secret"] != credentials.DHL_API_SECRET:
            raise flat_refusal(401)
        _check_user(form["username"], form["password"])
        token = hashlib.sha256(f"dhl/{len(self._until)}/{self._clock.now()}".encode()).hexdigest()[:40]
        self._until[token] = self._clock.now() + timedelta(seconds=self._seconds)
        return {"access_token": token, "token_type": "Bearer", "expires_in": self._seconds}

    async def check(self, request: Request) -> None:
        """FastAPI dependency: the call must be authorised.

        :raises DhlRefusal: 401
        """
        header, key = request.headers.get("authorization", ""), request.headers.get("dhl-api-key")
        scheme, _blank, value = header.partition(" ")
        if scheme.lower() == "bearer":
            if key is not None:
                # Longer than the 80 characters of the shipping API: the gateway itself says so.
                raise DhlRefusal(401, request_status(401) | {"detail": BOTH_WAYS})
            if self._until.get(value, self._clock.now()) <= self._clock.now():
                raise flat_refusal(401)
        elif key != credentials.DHL_API_KEY:
            raise flat_refusal(401)
        else:
            _check_user(*basic(header))


def _check_user(user: str | None, password: str | None) -> None:
    if user != credentials.USERNAME or not credentials.same(password, credentials.PASSWORD):
        raise flat_refusal(401, BAD_USER)


def token_routes(desk: TokenDesk) -> APIRouter:
    """Return the token endpoint."""
    router = APIRouter()

    @router.post("/parcel/de/account/auth/ropc/v1/token")
    async def token(request: Request) -> WireJSON:
        if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            raise flat_refusal(400, "The body must be form-encoded.")
        form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
        return WireJSON(desk.issue(form))

    @router.delete(f"{CONTROL_PREFIX}/tokens")
    async def forget() -> dict:
        desk.clear()
        return {}

    return router
