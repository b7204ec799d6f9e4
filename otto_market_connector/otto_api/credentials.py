"""The two ways to log in; what they hold never shows in a representation."""

import hashlib
from dataclasses import dataclass, field

from .const import DEFAULT_SCOPES, PASSWORD_CLIENT_ID


@dataclass(frozen=True)
class OAuth2Credentials:
    """A seller's own app (R1): client id and secret, and the scopes to ask for."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    scopes: tuple[str, ...] = DEFAULT_SCOPES

    def form(self, refresh_token: str | None = None) -> dict[str, str]:
        """Return the body of the token request; this grant has no refresh token."""
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": " ".join(self.scopes),
        }

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be shown, stored or logged."""
        return self.client_id, self.client_secret

    def fingerprint(self) -> str:
        """Return a key that tells credentials apart and does not give them away."""
        return _digest("oauth2", self.client_id, self.client_secret, *self.scopes)


@dataclass(frozen=True)
class PasswordCredentials:
    """The older API user (R1): user name and password."""

    username: str = field(repr=False)
    password: str = field(repr=False)

    def form(self, refresh_token: str | None = None) -> dict[str, str]:
        """Return the body of the token request; with a refresh token, the password does not travel again."""
        if refresh_token:
            return {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": PASSWORD_CLIENT_ID}
        return {
            "grant_type": "password",
            "username": self.username,
            "password": self.password,
            "client_id": PASSWORD_CLIENT_ID,
        }

    def secrets(self) -> tuple[str, ...]:
        """Return what must never be shown, stored or logged."""
        return self.username, self.password

    def fingerprint(self) -> str:
        """Return a key that tells credentials apart and does not give them away."""
        return _digest("password", self.username, self.password)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
