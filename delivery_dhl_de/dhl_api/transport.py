"""Sending one request: what a broken connection means, and errors that carry no secret."""

import time

import requests
from requests.auth import AuthBase

from .connections import Answer, Bounds, exchange
from .errors import DhlAuthError, DhlUnavailable
from .failures import WORDS, NoAnswer

# Thirty parcels with two labels each have some 20 MB.
MOST_BYTES = 48 * 1024 * 1024


def send(
    session: requests.Session,
    method: str,
    url: str,
    name: str,
    *,
    auth: AuthBase,
    timeout: tuple[float, float],
    **kwargs,
) -> Answer:
    """Send a request once and return the answer, whatever its status.

    :param name: how the request is called in errors
    :param auth: puts the login on the request; a login of ~/.netrc never takes its place
    :param timeout: seconds to connect and to wait for the answer; together they are the whole time of the request
    :raises DhlAuthError: the login has characters that no header can carry; nothing was sent
    :raises DhlUnavailable: no answer; `maybe_done` is False only when the request cannot have reached DHL
    """
    bounds = Bounds(end=time.monotonic() + sum(timeout), most=MOST_BYTES)
    try:
        return exchange(session, method, url, bounds, auth=auth, timeout=timeout, **kwargs)
    except NoAnswer as failure:
        key, reached, detail, status = failure.key, failure.arrived, failure.detail, failure.status
    if key == "odd_login":
        raise DhlAuthError(WORDS[key], request=name, key=key)
    raise DhlUnavailable(
        WORDS[key], request=name, maybe_done=reached, key=key, host=_host(url), detail=detail, status=status
    )


def _host(url: str) -> str:
    """Return the server of an address, without a login that may be in it."""
    return url.partition("//")[2].partition("/")[0].rpartition("@")[2][:100]
