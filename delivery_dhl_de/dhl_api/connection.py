"""A logged-in connection to one of DHL's interfaces."""

import json
import time
from collections.abc import Callable, MutableMapping
from datetime import datetime, timezone

import requests

from . import answers
from .auth import BasicCredentials, HeaderAuth, OAuthCredentials, Token, fits_header
from .connections import Answer, keep_connections
from .errors import DhlAuthError, DhlError, DhlUnavailable
from .foreign import Secrets
from .transport import send
from .watch import Watch, is_silence

LOGGED = 2000


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class DhlConnection:
    """Sends requests with a login; both interfaces share the way to log in.

    :param base_url: e.g. ``https://api-eu.dhl.com/parcel/de/shipping/v2``
    :param auth_url: e.g. ``https://api-eu.dhl.com/parcel/de/account/auth/ropc/v1``, used with OAuthCredentials only
    :param session: a `requests.Session`; its connections are kept, and nothing is ever sent twice
    :param clock: returns the present moment, aware
    :param language: language of DHL's messages, ``de-DE`` or ``en-US``
    :param timeout: seconds to connect and to wait for the answer; together they are the whole time of a request
    :param token_cache: where tokens outlive the client; its keys tell no secret
    :param watch: is asked before each request whether DHL answers at all
    :param log: called with (request text, answer text) after each exchange; never sees headers or tokens
    """

    def __init__(
        self,
        base_url: str,
        auth_url: str,
        credentials: BasicCredentials | OAuthCredentials,
        *,
        session: requests.Session | None = None,
        clock: Callable[[], datetime] = _utc_now,
        language: str = "de-DE",
        timeout: tuple[float, float] = (5, 30),
        token_cache: MutableMapping[str, Token] | None = None,
        log: Callable[[str, str], None] | None = None,
        watch: Watch | None = None,
    ):
        self.base_url = base_url.rstrip("/")
        self.auth_url = auth_url.rstrip("/")
        self._credentials = credentials
        self._session = session or requests.Session()
        self._clock = clock
        self._language = language
        self._timeout = timeout
        self._tokens = {} if token_cache is None else token_cache
        self._log = log
        self._watch = watch
        self._secrets = Secrets(credentials.secrets())
        keep_connections(self._session, self.base_url, self.auth_url)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r}, user={self._credentials.user!r})"

    def _exchange(self, method: str, path: str, query, body) -> Answer:
        """Send a request; after a 401 once more with a new token. Return the answer, whatever its status."""
        answer = self._send(method, path, query, body)
        if answer.status_code == 401 and isinstance(self._credentials, OAuthCredentials):
            self._tokens.pop(self._credentials.cache_key(self.auth_url), None)
            answer = self._send(method, path, query, body)
        return answer

    def _body(self, answer: Answer) -> dict | None:
        """Return the JSON object of an answer, without secrets, or None when there is none."""
        return answers.body_of(answer, self._secrets)

    def _send(self, method: str, path: str, query, body) -> Answer:
        auth = HeaderAuth(self._auth_headers())
        try:
            answer = self._watched(
                method,
                self.base_url + path,
                f"{method} {path}",
                auth=auth,
                params=query,
                json=body,
                headers={"Accept": "application/json", "Accept-Language": self._language},
                timeout=self._timeout,
            )
        except DhlError as error:
            # The log is needed most where DHL's answer is lost.
            self._note(method, path, query, body, f"({error.words})")
            raise
        if self._log:
            self._note(method, path, query, body, f"HTTP {answer.status_code}\n{self._shortened(answer)}")
        return answer

    def _watched(self, method: str, url: str, name: str, **kwargs) -> Answer:
        """Send a request unless DHL has just not answered; tell the watch what came of it."""
        watch = self._watch
        if watch is None:
            return send(self._session, method, url, name, **kwargs)
        watch.before(name)
        start = time.monotonic()
        try:
            answer = send(self._session, method, url, name, **kwargs)
        except DhlUnavailable as error:
            seconds = time.monotonic() - start
            if is_silence(error.key, error.status, seconds):
                watch.silent(seconds)
            raise
        seconds = time.monotonic() - start
        if is_silence("", answer.status_code, seconds):
            watch.silent(seconds)
        else:
            watch.answered()
        return answer

    def _note(self, method: str, path: str, query, body, answer: str) -> None:
        if self._log:
            sent = json.dumps(body, ensure_ascii=False, indent=1) if body else ""
            self._log(f"{method} {path} {_readable(query)}\n{sent}", answer)

    def _auth_headers(self) -> dict[str, str]:
        """Return the headers of one of the two ways to log in, never of both."""
        if isinstance(self._credentials, BasicCredentials):
            return self._credentials.headers()
        key = self._credentials.cache_key(self.auth_url)
        token = self._tokens.get(key)
        if token is None or token.renew_at <= self._clock():
            token = self._tokens[key] = self._new_token()
        self._secrets = Secrets([*self._credentials.secrets(), token.value])
        return {"Authorization": f"Bearer {token.value}"}

    def _new_token(self) -> Token:
        """Fetch a token; nothing has been asked of the shipping API yet, so no failure leaves a booking in doubt.

        :raises DhlAuthError: wrong user, password, API key or API secret
        :raises DhlError: DHL cannot be reached
        """
        name = "POST /token"
        asked = self._clock()
        try:
            answer = self._watched(
                "POST",
                f"{self.auth_url}/token",
                name,
                auth=HeaderAuth(),
                data=self._credentials.form(),
                headers={"Accept": "application/json"},
                timeout=self._timeout,
            )
        except DhlUnavailable as error:
            failure = {"words": error.words, "key": error.key, "host": error.host, "detail": error.detail}
        else:
            # Nothing is taken out of a good answer: the token is the secret.
            body = answers.body_of(answer, Secrets())
            if answer.status_code == 200 and body and fits_header(body.get("access_token")):
                return Token.issued(body["access_token"], body.get("expires_in"), asked)
            if answer.status_code == 400:
                own = answers.words_of(self._body(answer), self._secrets)
                raise DhlAuthError(own or "HTTP 400", request=name, status=400, key="" if own else "status")
            raise answers.error_of(answer, name, now=asked, may_be_done=False, secrets=self._secrets)
        raise DhlUnavailable(request=name, maybe_done=False, **failure)

    def _shortened(self, answer: Answer) -> str:
        """Return an answer's text for the log, documents cut to their length."""
        body = self._body(answer)
        if body is None:
            return self._secrets.words(answer.text, LOGGED)

        def shorten(value):
            if isinstance(value, dict):
                return {key: _cut(item) if key in ("b64", "zpl2") else shorten(item) for key, item in value.items()}
            return [shorten(item) for item in value] if isinstance(value, list) else value

        return json.dumps(shorten(body), ensure_ascii=False, indent=1, default=str)


def _readable(query) -> str:
    pairs = query.items() if isinstance(query, dict) else query
    return " ".join(f"{key}={value}" for key, value in pairs)


def _cut(text) -> str:
    return f"({len(str(text))} characters)"
