"""The only credentials the sandbox accepts. They protect nothing and are the same on every machine."""

import secrets

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"
USERNAME = "sandbox-user"
PASSWORD = "sandbox-password"
DHL_API_KEY = "sandbox-key"
DHL_API_SECRET = "sandbox-secret"


def same(given: str | None, expected: str) -> bool:
    """Tell whether a credential is right; a missing one never is."""
    return given is not None and secrets.compare_digest(given.encode(), expected.encode())
