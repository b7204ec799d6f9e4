"""OTTO's tokens: `POST /v1/token` (form), `POST /oauth2/token` (Basic), scopes for each route (facts/otto.md §3)."""

import base64
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import APIRouter, Request

from .. import credentials
from ..clock import Clock
from ..messages import CONTROL_PREFIX, WireJSON
from .errors import token_refusal

SCOPES = (
    "products",
    "orders",
    "receipts",
    "returns",
    "price-reduction",
    "shipments",
    "shipping-profiles",
    "availability",
    "returns-warehouse-read",
    "returns-warehouse-write",
    "advertising-services",
)
API_USER_CLIENT = "token-otto-api"
REFRESH_SECONDS = 7200
ISSUER = "https://api.otto.market/sec-api/auth/realms/otto-partner"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token permits, until when, and in which account."""

    scopes: frozenset[str]
    until: datetime
    account: str


class TokenDesk:
    """Issues tokens and checks them. The API user's token permits everything, an app's what it asked for."""

    def __init__(self, clock: Clock, seconds: int, held: tuple[str, ...] = ()) -> None:
        self._clock = clock
        self._seconds = seconds
        self._held = frozenset(held or SCOPES)
        self.clear()

    def clear(self) -> None:
        """Forget all tokens."""
        self._grants: dict[str, Grant] = {}
        self._refresh: dict[str, tuple[datetime, str]] = {}

    def account(self, authorization: str | None) -> str | None:
        """Return the account a header belongs to, be its token still good or not; None if it was never given out."""
        grant = self._grants.get((authorization or "").partition(" ")[2])
        return grant and grant.account

    def judge(self, authorization: str | None, scope: str) -> int | None:
        """Return None if the header permits a scope, else the HTTP status of the refusal (401 or 403)."""
        scheme, _blank, token = (authorization or "").partition(" ")
        grant = self._grants.get(token)
        if scheme.lower() != "bearer" or grant is None or grant.until <= self._clock.now():
            return 401
        return None if scope in grant.scopes else 403

    def client_credentials(self, client: str | None, secret: str | None, scope: str | None) -> tuple[int, dict]:
        """Answer the grant of an app; a token that was asked for without a scope permits nothing."""
        expected, account = credentials.CLIENTS.get(client or "", ("", ""))
        if not expected or not credentials.same(secret, expected):
            return 401, _error("invalid_client", "Invalid client or Invalid client credentials")
        asked = frozenset((scope or "").split())
        if missing := asked - self._held:
            return 400, _error("invalid_scope", f"Invalid scopes: {' '.join(sorted(missing))}")
        token = self._issue(asked, account)
        return 200, {
            "access_token": token,
            "expires_in": self._seconds,
            "refresh_expires_in": 0,
            "token_type": "Bearer",
            "not-before-policy": 0,
            "scope": " ".join(name for name in SCOPES if name in asked),
        }

    def password(self, form: dict[str, str]) -> tuple[int, dict]:
        """Answer the grant of the older API user."""
        if form.get("client_id") != API_USER_CLIENT:
            return 401, _error("invalid_client", "Invalid client or Invalid client credentials")
        expected, account = credentials.USERS.get(form.get("username", ""), ("", ""))
        if not expected or not credentials.same(form.get("password"), expected):
            return 401, _error("invalid_grant", "Invalid user credentials")
        return 200, self._session(account)

    def refresh(self, form: dict[str, str]) -> tuple[int, dict]:
        """Answer with a new token for a refresh token; each refresh token works once."""
        if form.get("client_id") != API_USER_CLIENT:
            return 401, _error("invalid_client", "Invalid client or Invalid client credentials")
        until, account = self._refresh.pop(form.get("refresh_token", ""), (None, ""))
        if until is None or until <= self._clock.now():
            return 400, _error("invalid_grant", "Invalid refresh token")
        return 200, self._session(account)

    def _session(self, account: str) -> dict:
        token = self._issue(frozenset(SCOPES), account)
        refresh = _jwt({"typ": "Refresh", "jti": len(self._grants)})
        self._refresh[refresh] = self._clock.now() + timedelta(seconds=REFRESH_SECONDS), account
        return {
            "access_token": token,
            "expires_in": self._seconds,
            "refresh_expires_in": REFRESH_SECONDS,
            "refresh_token": refresh,
            "token_type": "bearer",
            "not-before-policy": 0,
            "session_state": hashlib.md5(token.encode(), usedforsecurity=False).hexdigest(),
            "scope": "profile email",
        }

    def _issue(self, scopes: frozenset[str], account: str) -> str:
        until = self._clock.now() + timedelta(seconds=self._seconds)
        claims = {"iss": ISSUER, "exp": int(until.timestamp()), "jti": len(self._grants), "scope": sorted(scopes)}
        token = _jwt(claims)
        self._grants[token] = Grant(scopes, until, account)
        return token


def _jwt(claims: dict) -> str:
    # Looks like a JWT; the signature is none, clients have no business in looking inside.
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in ({"alg": "RS256", "typ": "JWT"}, claims)]
    parts.append(hashlib.sha256(parts[1]).digest())
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def _error(error: str, description: str) -> dict:
    return {"error": error, "error_description": description}


def permits(desk: TokenDesk, scope: str, settle: Callable[[], None]) -> Callable[[Request], Awaitable[None]]:
    """Return a FastAPI dependency: the request must hold a scope, and due effects are carried out first."""

    async def check(request: Request) -> None:
        settle()
        status = desk.judge(request.headers.get("authorization"), scope)
        if status is not None:
            raise token_refusal(request.url.path, status)

    return check


def token_routes(desk: TokenDesk) -> APIRouter:
    """Return the two token endpoints."""
    router = APIRouter()

    @router.post("/v1/token")
    async def by_form(request: Request) -> WireJSON:
        form = await _form(request)
        grant = form.get("grant_type")
        if grant == "client_credentials":
            return _reply(desk.client_credentials(form.get("client_id"), form.get("client_secret"), form.get("scope")))
        if grant == "password":
            return _reply(desk.password(form))
        if grant == "refresh_token":
            return _reply(desk.refresh(form))
        return _reply(_no_grant(grant))

    @router.post("/oauth2/token")
    async def by_basic(request: Request) -> WireJSON:
        form = await _form(request)
        if form.get("grant_type") != "client_credentials":
            return _reply(_no_grant(form.get("grant_type")))
        client, secret = basic(request.headers.get("authorization"))
        return _reply(desk.client_credentials(client, secret, form.get("scope")))

    @router.delete(f"{CONTROL_PREFIX}/tokens")
    async def forget() -> dict:
        desk.clear()
        return {}

    return router


async def _form(request: Request) -> dict[str, str]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    return {key: value for key, value in (await request.form()).items() if isinstance(value, str)}


def _no_grant(grant: str | None) -> tuple[int, dict]:
    if grant is None:
        return 400, _error("invalid_request", "Missing form parameter: grant_type")
    return 400, _error("unsupported_grant_type", "Unsupported grant_type")


def _reply(outcome: tuple[int, dict]) -> WireJSON:
    return WireJSON(outcome[1], status_code=outcome[0])


def basic(authorization: str | None) -> tuple[str | None, str | None]:
    """Return user and password of a Basic header, (None, None) if it is none."""
    scheme, _blank, value = (authorization or "").partition(" ")
    try:
        user, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None, None
    return (user, password) if scheme.lower() == "basic" and colon else (None, None)
