"""The only credentials the sandbox accepts. They protect nothing and are the same on every machine."""

import secrets

CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"
USERNAME = "sandbox-user"
PASSWORD = "sandbox-password"
# OTTO's accounts. The first one has two apps: a seller may make several, and both see the same orders.
FIRST_ACCOUNT = "1"
CLIENTS = {
    CLIENT_ID: (CLIENT_SECRET, "1"),
    "sandbox-client-b": ("sandbox-secret-b", "1"),
    "sandbox-client-2": ("sandbox-secret-2", "2"),
}
USERS = {USERNAME: (PASSWORD, "1"), "sandbox-user-2": ("sandbox-password-2", "2")}
ACCOUNTS = ("1", "2")
DHL_API_KEY = "sandbox-key"
DHL_API_SECRET = "sandbox-secret"


def same(given: str | None, expected: str) -> bool:
    """Tell whether a credential is right; a missing one never is."""
    return given is not None and secrets.compare_digest(given.encode(), expected.encode())
