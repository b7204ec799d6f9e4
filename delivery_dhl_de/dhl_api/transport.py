"""Sending one request: what a broken connection means, and errors that carry no secret.

A requests exception holds the request with its headers. It is dropped before the own error is raised, so that it is not
even the own error's context.
"""

import ssl

import requests
import urllib3

from .errors import DhlUnavailable


def send(session: requests.Session, method: str, url: str, name: str, **kwargs) -> requests.Response:
    """Send a request and return the response, whatever its status.

    :param name: how the request is called in errors
    :raises DhlUnavailable: no answer; `maybe_done` is False only when the request cannot have reached DHL
    """
    try:
        return session.request(method, url, allow_redirects=False, auth=_as_it_is, **kwargs)
    except requests.RequestException as error:
        reached, words = _may_have_arrived(error), _describe(error)
    raise DhlUnavailable(words, request=name, maybe_done=reached)


def _as_it_is(request):
    """Keep the request's own headers: without an `auth`, requests would put a login from ~/.netrc in their place."""
    return request


def _describe(error: requests.RequestException) -> str:
    """Say in a few words what happened; the exception's own text may hold the address with its parameters."""
    if isinstance(error, requests.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, requests.Timeout):
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection"
    if isinstance(error, requests.ConnectionError):
        return "connection cut" if _may_have_arrived(error) else "no connection"
    return "no readable answer"


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
