"""The two ways to log in at DHL, never both at once: DHL refuses a request that carries a bearer token together with
an API key (facts/dhl.md §1.2)."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import requests
from requests.auth import AuthBase

from .foreign import bounded_number

# A token is renewed this long before it ends, but never before half of its life: the sandbox gives 240 seconds.
RENEW_BEFORE = timedelta(seconds=60)
ODD_LIFE = timedelta(seconds=240)
LONGEST_LIFE = 30 * 24 * 3600.0


def fits_header(token) -> bool:
    """Tell whether a header can carry a token."""
    return isinstance(token, str) and bool(re.fullmatch(r"[\x21-\x7e]{1,8000}", token))


class HeaderAuth(AuthBase):
    """Puts a login on a request; with it, `requests` does not look for another one in ~/.netrc.

    :param headers: none for a request whose login is in its body
    """

    def __init__(self, headers: Mapping[str, str] | None = None):
        self._headers = headers or {}

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request


@dataclass(frozen=True, slots=True)
class BasicCredentials:
    """The app's API key, and user and password of the business customer portal."""

    api_key: str = field(repr=False)
    user: str
    password: str = field(repr=False)

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be shown, stored or logged."""
        pair = base64.b64encode(f"{self.user}:{self.password}".encode("utf-8", "replace")).decode()
        return self.api_key, self.user, self.password, pair

    def headers(self) -> dict[str, str]:
        """Return the headers that authenticate a request."""
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return {"dhl-api-key": self.api_key, "Authorization": f"Basic {pair}"}


@dataclass(frozen=True, slots=True)
class OAuthCredentials:
    """As BasicCredentials, with the app's API secret; exchanged for a token (resource owner password grant)."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    user: str
    password: str = field(repr=False)

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be shown, stored or logged."""
        return self.api_key, self.api_secret, self.user, self.password

    def form(self) -> dict[str, str]:
        """Return the form fields of the token request."""
        return {
            "grant_type": "password",
            "username": self.user,
            "password": self.password,
            "client_id": self.api_key,
            "client_secret": self.api_secret,
        }

    def cache_key(self, auth_url: str) -> str:
        """Return a key that changes with any part of the credentials and tells none of them."""
        parts = "\0".join((auth_url, *self.form().values()))
        return hashlib.sha256(parts.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token and the moment (aware) from which a new one is fetched."""

    value: str = field(repr=False)
    renew_at: datetime

    @classmethod
    def issued(cls, value: str, expires_in, now: datetime) -> "Token":
        """Make a token from DHL's answer; `expires_in` in seconds, a missing or odd one counts as four minutes."""
        seconds = bounded_number(str(expires_in))
        life = ODD_LIFE if seconds is None else timedelta(seconds=min(max(float(seconds), 0), LONGEST_LIFE))
        return cls(value, now + max(life - RENEW_BEFORE, life / 2))
