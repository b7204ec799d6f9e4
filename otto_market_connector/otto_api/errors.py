"""What can go wrong with OTTO; every error carries OTTO's own words."""

from datetime import datetime

# The key of what is not even sent.
AWAY = "away"


class OttoError(Exception):
    """The base of all errors of OTTO's interface.

    :ivar words: OTTO's own words, joined; never a secret
    :ivar status: HTTP status or None
    :ivar request: method and path, e.g. ``GET /v4/orders``
    :ivar codes: OTTO's titles in capitals, e.g. ``("DUPLICATE_TRACKING_KEY",)``
    """

    def __init__(self, words: str, *, status: int | None = None, request: str = "", codes: tuple[str, ...] = ()):
        super().__init__(f"{request}: {words}" if request else words)
        self.words = words
        self.status = status
        self.request = request
        self.codes = codes


class OttoAuthError(OttoError):
    """OTTO does not accept the credentials (401, or a refused token request)."""


class OttoForbidden(OttoAuthError):
    """The credentials are good but not allowed to do this.

    :ivar scope: the missing scope, if OTTO names it
    :ivar blocked: True when it is not OTTO's interface that refuses but a wall before it (throttled or blocked address)
    """

    def __init__(self, words: str, *, scope: str | None = None, blocked: bool = False, **kwargs):
        super().__init__(words, **kwargs)
        self.scope = scope
        self.blocked = blocked


class OttoRateLimited(OttoError):
    """OTTO asks to wait (429), or would: the account's requests of this minute are used up, and nothing was sent.

    :ivar until: aware moment before which nothing should be asked
    :ivar own: True when nothing was sent
    """

    def __init__(self, words: str, *, until: datetime, own: bool = False, **kwargs):
        super().__init__(words, **kwargs)
        self.until = until
        self.own = own


class OttoUnavailable(OttoError):
    """OTTO cannot be reached, is too slow, or answers something that is no data.

    :ivar maybe_done: True when the request may have been carried out although its answer is not there
    :ivar key: what happened where OTTO said nothing, for the caller to put into the user's words; one of
        `failures.WORDS`, `AWAY` when nothing was sent because OTTO was just asked in vain, or empty
    :ivar host: the server that was asked, where OTTO said nothing
    :ivar detail: more about it, e.g. what is wrong with the server's certificate
    :ivar until: with `AWAY` the aware moment from which on OTTO is asked again
    """

    def __init__(
        self,
        words: str,
        *,
        maybe_done: bool = False,
        key: str = "",
        host: str = "",
        detail: str = "",
        until: datetime | None = None,
        **kwargs,
    ):
        super().__init__(words, **kwargs)
        self.until = until
        self.maybe_done = maybe_done
        self.key = key
        self.host = host
        self.detail = detail


class OttoConflict(OttoError):
    """The state of things at OTTO does not allow it (409)."""


class OttoNotFound(OttoError):
    """OTTO does not have it (404)."""


class OttoInvalid(OttoError):
    """OTTO does not understand or accept the request (400, 422)."""


class OttoTooLarge(OttoInvalid):
    """Too much in one request (413)."""
