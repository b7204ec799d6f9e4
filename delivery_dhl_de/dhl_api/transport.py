"""Sending one request: what a broken connection means, and errors that carry no secret.

A requests exception holds the request with its headers. It is dropped before the own error is raised, so that it is not
even the own error's context.
"""

import ssl

import requests
import urllib3

from .errors import DhlAuthError, DhlUnavailable

# What happened, by key; the keys let the caller say it in the user's language.
WORDS = {
    "connect_timeout": "no connection in time",
    "timeout": "no answer in time",
    "no_security": "no secure connection",
    "cut": "connection cut",
    "no_connection": "no connection",
    "unreadable": "no readable answer",
    "odd_login": "characters that no header can carry",
}


def send(session: requests.Session, method: str, url: str, name: str, **kwargs) -> requests.Response:
    """Send a request and return the response, whatever its status.

    :param name: how the request is called in errors
    :raises DhlAuthError: the login has characters that no header can carry; nothing was sent
    :raises DhlUnavailable: no answer; `maybe_done` is False only when the request cannot have reached DHL
    """
    try:
        return session.request(method, url, allow_redirects=False, auth=_as_it_is, **kwargs)
    except UnicodeError:
        key = "odd_login"
    except requests.RequestException as error:
        reached, key = _may_have_arrived(error), _describe(error)
    if key == "odd_login":
        raise DhlAuthError(WORDS[key], request=name, key=key)
    raise DhlUnavailable(WORDS[key], request=name, maybe_done=reached, key=key)


def _as_it_is(request):
    """Keep the request's own headers: without an `auth`, requests would put a login from ~/.netrc in their place."""
    return request


def _describe(error: requests.RequestException) -> str:
    """Return the key of what happened; the exception's own text may hold the address with its parameters."""
    if isinstance(error, requests.ConnectTimeout):
        return "connect_timeout"
    if isinstance(error, requests.Timeout):
        return "timeout"
    if isinstance(error, requests.exceptions.SSLError):
        return "no_security"
    if isinstance(error, requests.ConnectionError):
        return "cut" if _may_have_arrived(error) else "no_connection"
    return "unreadable"


def _may_have_arrived(error: requests.RequestException) -> bool:
    """Tell whether the server may have received the request before the connection failed."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.ProxyError):
        return False
    # Wrong addresses and the like: nothing was sent.
    if isinstance(error, ValueError) and not isinstance(error, requests.exceptions.JSONDecodeError):
        return False
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    never_sent = (
        urllib3.exceptions.NewConnectionError,
        urllib3.exceptions.ConnectTimeoutError,
        urllib3.exceptions.NameResolutionError,
    )
    if isinstance(reason, never_sent):
        return False
    inner = reason.args[0] if isinstance(reason, urllib3.exceptions.SSLError) and reason.args else reason
    return not isinstance(inner, ssl.SSLCertVerificationError)
