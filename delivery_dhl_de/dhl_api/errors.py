"""What can go wrong between us and DHL. No error carries a secret, neither in its text nor in its chain."""

from datetime import datetime


class DhlError(Exception):
    """Base of all errors of this package.

    :param words: DHL's own words, or ours when there was no readable answer
    :param request: method and path, e.g. ``POST /orders``
    :param status: HTTP status, None without an answer
    :param maybe_done: True when DHL may have carried the request out although no usable answer came
    :param key: what happened where DHL said nothing, for the caller to put into the user's words: one of
        `failures.WORDS`, status, no_label
    :param messages: DHL's messages, one for each fault
    :param host: the server that was asked, where DHL said nothing
    :param detail: more about it, e.g. what is wrong with the server's certificate
    """

    def __init__(
        self,
        words: str,
        *,
        request: str = "",
        status: int | None = None,
        maybe_done: bool = False,
        key: str = "",
        messages: tuple = (),
        host: str = "",
        detail: str = "",
    ):
        super().__init__(words)
        self.words = words
        self.key = key
        self.messages = messages
        self.host = host
        self.detail = detail
        self.request = request
        self.status = status
        self.maybe_done = maybe_done


class DhlAuthError(DhlError):
    """User, password, API key or API secret are not accepted (401, 403)."""


class DhlRateLimited(DhlError):
    """Too many requests (429); `until` (aware) says when to ask again, None when DHL does not say."""

    def __init__(self, words: str, *, until: datetime | None = None, **kwargs):
        super().__init__(words, **kwargs)
        self.until = until


class DhlUnavailable(DhlError):
    """No connection, time-out, server error or an answer that cannot be read; see `maybe_done`."""


class DhlInvalid(DhlError):
    """DHL refused the request as a whole (400 and other 4xx)."""


class DhlNotFound(DhlError):
    """DHL does not know what was asked for (404)."""


class DhlAddressError(ValueError):
    """An address cannot be written in DHL's form; `problem` is a key that the caller puts into words.

    Keys: name, street, street_long, po_box, house, zip, city, city_long, country, post_number, locker_number,
    outlet_number.
    """

    def __init__(self, problem: str, value: str = ""):
        super().__init__(f"{problem}: {value}" if value else problem)
        self.problem = problem
        self.value = value
