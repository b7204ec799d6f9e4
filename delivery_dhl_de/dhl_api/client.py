"""The client of DHL's Parcel DE Shipping API v2."""

import json
from collections.abc import Callable, MutableMapping, Sequence
from datetime import datetime, timezone

import requests

from . import answers
from .auth import BasicCredentials, OAuthCredentials, Token
from .errors import DhlAuthError, DhlUnavailable
from .transport import send
from .types import PROFILE, CancelResult, ClosingResult, LabelOptions, ShipmentOrder, ShipmentResult

# DHL takes at most this many shipments in a request.
BATCH = 30


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class DhlClient:
    """Books, fetches, cancels and closes parcels.

    :param base_url: e.g. ``https://api-eu.dhl.com/parcel/de/shipping/v2``
    :param auth_url: e.g. ``https://api-eu.dhl.com/parcel/de/account/auth/ropc/v1``, used with OAuthCredentials only
    :param session: a `requests.Session`; nothing is mounted on it, so a booking is never sent twice
    :param clock: returns the present moment, aware
    :param language: language of DHL's messages, ``de-DE`` or ``en-US``
    :param timeout: seconds to connect and to wait for the answer
    :param token_cache: where tokens outlive the client; its keys tell no secret
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

    def __repr__(self) -> str:
        return f"DhlClient({self.base_url!r}, user={self._credentials.user!r})"

    def create(  # pylint: disable=method-required-super
        self, orders: Sequence[ShipmentOrder], options: LabelOptions | None = None, *, validate: bool = False
    ) -> tuple[ShipmentResult | None, ...]:
        """Book parcels; return DHL's answer for each, in the order of the request.

        None stands for a parcel that DHL's answer leaves out: whether it is booked is not known.
        Sent exactly once. Only an expired token is renewed and the request sent again: DHL refused it unread.

        :param validate: DHL checks only, nothing is booked and no label made
        :raises ValueError: no parcel or more than 30
        :raises DhlError: the request as a whole failed; `maybe_done` tells whether parcels may be booked
        """
        if not 1 <= len(orders) <= BATCH:
            raise ValueError(f"DHL takes 1 to {BATCH} shipments in a request, not {len(orders)}")
        query = (options or LabelOptions()).create_query()
        if validate:
            query["validate"] = "true"
        body = {"profile": PROFILE, "shipments": [order.payload() for order in orders]}
        answer = self._call("POST", "/orders", query, body, may_be_done=not validate)
        results = [answers.shipment_result(item) for item in answer["items"]]
        if len(results) == len(orders):
            return tuple(results)
        by_reference = {result.ref_no: result for result in results if result.ref_no}
        return tuple(by_reference.get(order.ref_no) for order in orders)

    def labels(self, shipment_numbers: Sequence[str], options: LabelOptions | None = None) -> dict[str, ShipmentResult]:
        """Fetch the labels of parcels once more, while they are not closed; return the answers by number.

        :raises DhlNotFound: DHL knows none of the numbers
        :raises DhlError: the request as a whole failed
        """
        query = list((options or LabelOptions()).label_query().items())
        query += [("shipment", number) for number in shipment_numbers]
        answer = self._call("GET", "/orders", query)
        results = [answers.shipment_result(item) for item in answer["items"]]
        return {result.shipment_no: result for result in results}

    def cancel(self, shipment_numbers: Sequence[str]) -> dict[str, CancelResult]:
        """Cancel parcels, with them their enclosed returns; return DHL's answers by number.

        :raises DhlError: the request as a whole failed
        """
        query = [("profile", PROFILE), *(("shipment", number) for number in shipment_numbers)]
        answer = self._call("DELETE", "/orders", query, may_be_done=True)
        results = [answers.cancel_result(item) for item in answer["items"]]
        if len(results) == len(shipment_numbers) == 1:
            return {shipment_numbers[0]: results[0]}
        return {result.shipment_no: result for result in results}

    def close(self, shipment_numbers: Sequence[str]) -> dict[str, ClosingResult]:
        """Close parcels for the day ("manifest"): from then on they cannot be cancelled. Closing twice does no harm.

        :raises ValueError: no parcel or more than 30
        :raises DhlError: the request as a whole failed
        """
        if not 1 <= len(shipment_numbers) <= BATCH:
            raise ValueError(f"DHL takes 1 to {BATCH} shipments in a request, not {len(shipment_numbers)}")
        body = {"profile": PROFILE, "shipmentNumbers": list(shipment_numbers)}
        answer = self._call("POST", "/manifests", {}, body, may_be_done=True)
        results = [answers.closing_result(item) for item in answer["items"]]
        return {result.shipment_no: result for result in results}

    def check(self) -> None:
        """Ask for a parcel that does not exist, to see whether DHL lets us in.

        :raises DhlError: DHL cannot be reached or refuses the credentials
        """
        query = [("shipment", "00340434000000000000")]
        response = self._exchange("GET", "/orders", query, None)
        if response.status_code in (401, 403, 429) or response.status_code >= 500 or not answers.body_of(response):
            raise answers.error_of(response, "GET /orders", now=self._clock(), may_be_done=False)

    def _call(self, method: str, path: str, query, body=None, *, may_be_done: bool = False) -> dict:
        """Send a request, return an answer that speaks of each item.

        :raises DhlError: every other answer
        """
        response = self._exchange(method, path, query, body)
        answer = answers.body_of(response)
        if response.status_code in (200, 207, 400) and answers.has_items(answer):
            return answer
        raise answers.error_of(response, f"{method} {path}", now=self._clock(), may_be_done=may_be_done)

    def _exchange(self, method: str, path: str, query, body) -> requests.Response:
        """Send a request; after a 401 once more with a new token. Return the response, whatever its status."""
        response = self._send(method, path, query, body)
        if response.status_code == 401 and isinstance(self._credentials, OAuthCredentials):
            self._tokens.pop(self._credentials.cache_key(self.auth_url), None)
            response = self._send(method, path, query, body)
        return response

    def _send(self, method: str, path: str, query, body) -> requests.Response:
        headers = {"Accept": "application/json", "Accept-Language": self._language, **self._auth_headers()}
        response = send(
            self._session,
            method,
            self.base_url + path,
            f"{method} {path}",
            params=query,
            json=body,
            headers=headers,
            timeout=self._timeout,
        )
        if self._log:
            sent = json.dumps(body, ensure_ascii=False, indent=1) if body else ""
            self._log(
                f"{method} {path} {_readable(query)}\n{sent}", f"HTTP {response.status_code}\n{_shortened(response)}"
            )
        return response

    def _auth_headers(self) -> dict[str, str]:
        """Return the headers of one of the two ways to log in, never of both."""
        if isinstance(self._credentials, BasicCredentials):
            return self._credentials.headers()
        key = self._credentials.cache_key(self.auth_url)
        token = self._tokens.get(key)
        if token is None or token.renew_at <= self._clock():
            token = self._tokens[key] = self._new_token()
        return {"Authorization": f"Bearer {token.value}"}

    def _new_token(self) -> Token:
        """Fetch a token; nothing has been asked of the shipping API yet, so no failure leaves a booking in doubt.

        :raises DhlAuthError: wrong user, password, API key or API secret
        :raises DhlError: DHL cannot be reached
        """
        name = "POST /token"
        asked = self._clock()
        try:
            response = send(
                self._session,
                "POST",
                f"{self.auth_url}/token",
                name,
                data=self._credentials.form(),
                headers={"Accept": "application/json"},
                timeout=self._timeout,
            )
        except DhlUnavailable as error:
            words = error.words
        else:
            body = answers.body_of(response)
            if response.status_code == 200 and body and body.get("access_token"):
                return Token.issued(str(body["access_token"]), body.get("expires_in"), asked)
            if response.status_code == 400:
                raise DhlAuthError(answers.words_of(body) or "HTTP 400", request=name, status=400)
            raise answers.error_of(response, name, now=asked, may_be_done=False)
        raise DhlUnavailable(words, request=name, maybe_done=False)


def _readable(query) -> str:
    pairs = query.items() if isinstance(query, dict) else query
    return " ".join(f"{key}={value}" for key, value in pairs)


def _shortened(response: requests.Response) -> str:
    """Return an answer's text for the log, documents cut to their length."""
    body = answers.body_of(response)
    if body is None:
        return response.text[:2000]

    def shorten(value):
        if isinstance(value, dict):
            return {key: _cut(item) if key in ("b64", "zpl2") else shorten(item) for key, item in value.items()}
        return [shorten(item) for item in value] if isinstance(value, list) else value

    return json.dumps(shorten(body), ensure_ascii=False, indent=1)


def _cut(text) -> str:
    return f"({len(str(text))} characters)"
