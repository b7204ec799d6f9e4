"""OTTO's interface as methods named after what they do."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote

import requests

from . import parse
from .client_catalogue import CatalogueCalls
from .client_receipts import ReceiptCalls
from .client_returns import ReturnCalls
from .const import DEFAULT_PAGE, MAX_QUANTITIES, MOST_PAGES, ORDERS_PATH, QUANTITIES_PATH, SHIPMENTS_PATH
from .credentials import OAuth2Credentials, PasswordCredentials
from .errors import OttoError, OttoForbidden, OttoInvalid, OttoUnavailable
from .node import ODD, Node, reason_of
from .pace import Budget
from .tokens import PROCESS_CACHE, TokenCache
from .transport import TIMEOUT, Observer, Transport, utc_now
from .types import (
    Order,
    OrderPage,
    Quantity,
    QuantityPage,
    QuantityResult,
    Shipment,
    ShipmentItem,
    TrackingKey,
)
from .wire import OddLinkError, moment, next_query, record_count


@dataclass(frozen=True)
class ConnectionReport:
    """What a test of the connection found: whether all is well, which scopes are there and which are missing."""

    ok: bool
    granted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    error: OttoError | None = None


class OttoClient(CatalogueCalls, ReturnCalls, ReceiptCalls):
    """A connection to one OTTO Market account.

    :param base_url: e.g. ``https://api.otto.market``
    :param session: the `requests.Session` to use; its connections are kept for the next call
    :param clock: returns the present moment, aware
    :param token_cache: default: one for the whole process
    :param timeout: seconds to connect and to wait for the answer; together they are the whole time of a call
    :param observer: is told of each request: method, path, status (0 without an answer) and milliseconds
    :param budget: is asked before each request whether the account may send one more; see `pace`
    """

    def __init__(
        self,
        base_url: str,
        credentials: OAuth2Credentials | PasswordCredentials,
        *,
        session: requests.Session | None = None,
        clock: Callable[[], datetime] = utc_now,
        token_cache: TokenCache = PROCESS_CACHE,
        timeout: tuple[float, float] = TIMEOUT,
        observer: Observer | None = None,
        budget: Budget | None = None,
    ):
        self._base_url = base_url
        self._credentials = credentials
        # Connections live as long as the client: what it asks one after the other goes over the same one.
        session = session or requests.Session()
        self._open = lambda chosen: Transport(base_url, chosen, session, clock, token_cache, timeout, observer, budget)
        self._transport = self._open(credentials)

    # Orders (scope `orders`, facts/otto.md §4)

    def order_pages(
        self,
        changed_since: datetime | None = None,
        ordered_since: datetime | None = None,
        statuses: Sequence[str] = (),
        limit: int = 128,
    ) -> Iterator[OrderPage]:
        """Yield the pages of the list of orders, oldest change first, to the end.

        :param changed_since: only orders changed at or after this moment
        :param ordered_since: only orders ordered at or after this moment
        :param statuses: only orders in these buckets
        :param limit: orders a page, at most 256
        """
        params = [("limit", str(limit))]
        params += [(name, moment(value)) for name, value in _given(fromDate=changed_since, fromOrderDate=ordered_since)]
        params += [("fulfillmentStatus", status) for status in statuses]
        for body in self._pages(ORDERS_PATH, params):
            yield self._read("GET", ORDERS_PATH, lambda body=body: parse.order_page(body))

    def orders(self, **kwargs) -> Iterator[Order]:
        """Yield all orders of `order_pages`; those that cannot be read are left out."""
        for page in self.order_pages(**kwargs):
            yield from page.orders

    def order(self, id_or_number: str, *, within: float | None = None) -> Order:
        """Return one order by its id or number.

        :param within: seconds that the answer may take in all; OTTO is then asked only once
        :raises OttoNotFound: there is none
        """
        path = f"{ORDERS_PATH}/{quote(id_or_number, safe='')}"
        _status, body = self._transport.call("GET", path, within=within)
        return self._read("GET", path, lambda: parse.order(Node(body)))

    def cancel(self, order_id: str) -> None:
        """Cancel all processable pieces of an order; OTTO does it some time after it accepted.

        :raises OttoConflict: no piece can be cancelled
        """
        self._transport.call("POST", f"{ORDERS_PATH}/{quote(order_id, safe='')}/cancellation")

    def cancel_items(self, order_id: str, item_ids: Sequence[str]) -> None:
        """Cancel some pieces of an order; when one cannot be cancelled, none is.

        :raises OttoConflict: names the piece
        """
        items = ",".join(quote(item_id, safe="") for item_id in item_ids)
        self._transport.call("POST", f"{ORDERS_PATH}/{quote(order_id, safe='')}/positionItems/{items}/cancellation")

    # Shipments (scope `shipments`, facts/otto.md §5)

    def ship(self, shipment: Shipment) -> str:
        """Tell OTTO that a parcel is on its way; return OTTO's number of the shipment.

        Not repeated by itself: after `OttoUnavailable` with `maybe_done`, look with `shipment` whether OTTO has it.

        :raises OttoConflict: `DUPLICATE_TRACKING_KEY` and the like in `codes`
        """
        _status, body = self._transport.call("POST", SHIPMENTS_PATH, body=_shipment_body(shipment))
        return self._read("POST", SHIPMENTS_PATH, lambda: Node(body).get("shipmentId").text())

    def shipment(self, carrier: str, tracking_number: str) -> Shipment:
        """Return the shipment that OTTO holds under a carrier and tracking number.

        :raises OttoNotFound: there is none
        """
        number = quote(tracking_number, safe="")
        path = f"{SHIPMENTS_PATH}/carriers/{quote(carrier, safe='')}/trackingnumbers/{number}"
        _status, body = self._transport.call("GET", path)
        return self._read("GET", path, lambda: parse.shipment(Node(body)))

    # Quantities (scope `availability`, facts/otto.md §7)

    def set_quantities(self, quantities: Sequence[Quantity]) -> QuantityResult:
        """Set the sellable stock of up to 200 articles; the answer is read article by article.

        :raises ValueError: more than 200, or none
        :raises OttoTooLarge: OTTO finds the request too large
        """
        if not 0 < len(quantities) <= MAX_QUANTITIES:
            raise ValueError(f"1 to {MAX_QUANTITIES} quantities in a request, not {len(quantities)}")
        body = [{"sku": entry.sku, "quantity": entry.quantity} for entry in quantities]
        status, answer = self._transport.call(
            "POST", QUANTITIES_PATH, body=body, repeatable=True, accept=(422,), bare=(200,)
        )
        result = self._read(
            "POST", QUANTITIES_PATH, lambda: parse.quantity_result(status, answer, [entry.sku for entry in quantities])
        )
        if status == 422 and not result.refused:
            raise OttoInvalid("OTTO accepts none of the quantities", status=422, request=f"POST {QUANTITIES_PATH}")
        return result

    def quantity_pages(self, start: str | None = None) -> Iterator[QuantityPage]:
        """Yield the pages of quantities that OTTO holds; a link to a page that was read already ends them.

        :param start: `next` of an earlier page, to go on there
        """
        seen = {start}
        for _page in range(MOST_PAGES):
            _status, body = self._transport.call("GET", QUANTITIES_PATH, params=parse_qsl(start or ""))
            page = self._read("GET", QUANTITIES_PATH, lambda body=body: parse.quantity_page(body))
            try:
                following = next_query(body, self._base_url)
            except OddLinkError as error:
                yield replace(page, next=None, is_last=False)
                raise OttoUnavailable(str(error), request=f"GET {QUANTITIES_PATH}") from None
            yield replace(page, next=None if following in seen else following, is_last=following is None)
            if following in seen or following is None:
                return
            seen.add(following)
            start = following
        raise OttoUnavailable("OTTO's list does not end", request=f"GET {QUANTITIES_PATH}")

    def quantity(self, sku: str) -> Quantity:
        """Return the quantity that OTTO holds of an article.

        :raises OttoNotFound: none was ever sent
        """
        path = f"{QUANTITIES_PATH}/{quote(sku, safe='')}"
        _status, body = self._transport.call("GET", path)
        return self._read("GET", path, lambda: parse.quantity(Node(body)))

    def quantities(self) -> Iterator[Quantity]:
        """Yield the quantities that OTTO holds; those that cannot be read are left out."""
        for page in self.quantity_pages():
            yield from page.quantities

    # Connection

    def check(self, scopes: Sequence[str]) -> ConnectionReport:
        """Find out whether the credentials are good and which of the scopes they have; never raises `OttoError`."""
        try:
            token = self._transport.token(fresh=True)
        except OttoForbidden as error:
            return self._check_each(scopes, error)
        except OttoError as error:
            return ConnectionReport(ok=False, error=error)
        if isinstance(self._credentials, PasswordCredentials) or not token.scopes:
            return ConnectionReport(ok=True, granted=tuple(scopes))
        granted = token.scopes
        missing = tuple(scope for scope in scopes if scope not in granted)
        return ConnectionReport(ok=not missing, granted=granted, missing=missing)

    def _check_each(self, scopes: Sequence[str], error: OttoForbidden) -> ConnectionReport:
        """Ask for one scope after the other: OTTO refuses all when one is missing."""
        if not isinstance(self._credentials, OAuth2Credentials) or error.status == 403:
            return ConnectionReport(ok=False, error=error)
        granted, missing = [], []
        for scope in scopes:
            try:
                self._open(replace(self._credentials, scopes=(scope,))).token()
            except OttoForbidden:
                missing.append(scope)
            except OttoError as other:
                return ConnectionReport(ok=False, error=other)
            else:
                granted.append(scope)
        return ConnectionReport(ok=False, granted=tuple(granted), missing=tuple(missing))

    # Pages

    def _pages(
        self, path: str, params: list[tuple[str, str]], ask: Callable[[list[tuple[str, str]]], Any] | None = None
    ) -> Iterator[Any]:
        """Yield the bodies of a list's pages.

        A page that is not full and names itself as the next one is the last one. Any other link to a page that was read
        already is an error: what lies behind it would never be seen.

        :param ask: reads a page, for whoever needs more of it than its body
        :raises OttoUnavailable: the list leads in a circle, to another server or nowhere, or does not end
        """
        full = int(dict(params).get("limit", DEFAULT_PAGE))
        here = tuple(sorted(params))
        seen = {here}
        for _page in range(MOST_PAGES):
            body = ask(params) if ask else self._transport.call("GET", path, params=params)[1]
            yield body
            try:
                query = next_query(body, self._base_url)
            except OddLinkError as error:
                raise OttoUnavailable(str(error), request=f"GET {path}") from None
            if query is None:
                return
            params = parse_qsl(query)
            before, here = here, tuple(sorted(params))
            if here == before and record_count(body) < full:
                return
            if here in seen:
                raise OttoUnavailable("OTTO's next page is a page that was read already", request=f"GET {path}")
            seen.add(here)
        raise OttoUnavailable("OTTO's list does not end", request=f"GET {path}")

    def _read(self, method: str, path: str, reader: Callable[[], Any]) -> Any:
        try:
            return reader()
        except ODD as error:
            reason = reason_of(error)
        raise OttoUnavailable(
            f"OTTO's answer cannot be read: {reason}", maybe_done=method != "GET", request=f"{method} {path}"
        )


def _given(**values):
    return [(name, value) for name, value in values.items() if value is not None]


def _tracking_body(tracking: TrackingKey) -> dict:
    return {"carrier": tracking.carrier, **({"trackingNumber": n} if (n := tracking.tracking_number) else {})}


def _shipment_body(shipment: Shipment) -> dict:
    start = shipment.ship_from
    return {
        "trackingKey": _tracking_body(shipment.tracking),
        "shipDate": moment(shipment.ship_date),
        "shipFromAddress": {"city": start.city, "zipCode": start.zip_code, "countryCode": start.country_code},
        "positionItems": [_shipment_item_body(item) for item in shipment.items],
    }


def _shipment_item_body(item: ShipmentItem) -> dict:
    body = {"positionItemId": item.position_item_id, "salesOrderId": item.order_id}
    if item.return_tracking:
        body["returnTrackingKey"] = _tracking_body(item.return_tracking)
    if item.return_address_carrier_id:
        body["returnAddressCarrierId"] = item.return_address_carrier_id
    return body
