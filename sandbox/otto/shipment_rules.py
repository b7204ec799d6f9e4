"""What `POST /v1/shipments` accepts (facts/otto.md §5.1, §5.6, §5.7, §11).

Titles that OTTO does not publish are the sandbox's own and marked so; the first rule that is broken decides.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..clock import Clock
from . import wire
from .errors import OttoRefusal, shipment_problem, shipment_refusal
from .model import Item, Order, ShippedItem, Status, Tracking
from .state import Market

PARCEL_CARRIERS = frozenset({"DHL", "DHL_EXPRESS", "DPD", "GLS", "HERMES", "UPS"})
FORWARDER_LIST = """
ABIKS AJ AJE BTW BURSPED CARGOLINE CARGOBOARD CTL DACHSER DB_SCHENKER DHL_FREIGHT DHL_HOME_DELIVERY DHL_2_MANN_HANDLING
DSV ECE EMONS EPH_DIREKT FEDEX FROEDE GEIS GEL GRASSL GUETTLER HASENAUER HEPPNER HELLMANN HES HEUEL IDS ISG KIESSLING
KOCH KUEHNE_NAGEL LOGWIN MEYER_JUMBO MIRJAN ORCARGO PALLETWAYS PEISKER RABEN_LOGISTIK REIMER REITHMEIER RHENUS RIECK
SCHMIDT_GEVELSBERG SCHOCKEMOEHLE SIEVERS SIMPLE_LOGISTIK SPEEDTRANS SPT VERHOEK WEISS ZUFALL OTHER_FORWARDER
"""
FORWARDERS = frozenset(FORWARDER_LIST.split())
RETURN_CARRIERS = frozenset({"DHL", "GLS", "HERMES"})
RETURN_NUMBER_REST = timedelta(days=42)
DAY = timedelta(days=1)

MANDATORY = "PROPERTY_IS_MANDATORY"
INVALID = "PROPERTY_IS_INVALID"  # own title
REUSED = "RETURN_TRACKING_KEY_ALREADY_USED"  # own title
REPEATED = "DUPLICATE_POSITION_ITEM"  # own title


@dataclass(slots=True)
class Parcel:
    """A request that has the right form; whether it may be sent is not judged yet."""

    tracking: Tracking
    ship_date: datetime
    ship_from: dict[str, str]
    items: list[ShippedItem]


class _Reader:
    """Reads a request's body and collects what is wrong with its form."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.problems: list[dict] = []

    def missing(self, json_path: str) -> None:
        self.problems.append(shipment_problem(self._path, MANDATORY, "The property is mandatory", json_path))

    def invalid(self, json_path: str, detail: str) -> None:
        self.problems.append(shipment_problem(self._path, INVALID, detail, json_path))

    def mapping(self, source: dict, key: str, prefix: str = "") -> dict:
        """Return a required object, empty if it is missing."""
        value = source.get(key)
        if not isinstance(value, dict):
            self.missing(prefix + key)
            return {}
        return value

    def text(
        self, source: dict, key: str, prefix: str = "", *, longest: int = 100, required: bool = True
    ) -> str | None:
        """Return a text; null, empty and blank count as missing."""
        value = source.get(key)
        if value is None or value == "" or (isinstance(value, str) and not value.strip()):
            if required:
                self.missing(prefix + key)
            return None
        if not isinstance(value, str) or len(value) > longest:
            self.invalid(prefix + key, f"The property must be a text of at most {longest} characters")
            return None
        return value

    def uuid(self, source: dict, key: str, prefix: str, *, required: bool = True) -> str | None:
        """Return a UUID."""
        value = self.text(source, key, prefix, required=required)
        try:
            return value and str(uuid.UUID(value))
        except ValueError:
            self.invalid(prefix + key, "The property must be a UUID")
            return None


def read_parcel(body: Any, path: str) -> Parcel:
    """Read a request's body.

    :raises OttoRefusal: 400 with all that is missing or malformed
    """
    reader = _Reader(path)
    if not isinstance(body, dict):
        raise shipment_refusal(400, shipment_problem(path, "BAD_REQUEST", "The body must be a JSON object"))
    key = reader.mapping(body, "trackingKey")
    carrier = reader.text(key, "carrier", "trackingKey.") if key else None
    if carrier and carrier not in PARCEL_CARRIERS | FORWARDERS:
        reader.invalid("trackingKey.carrier", "The carrier is unknown")
    is_parcel = carrier not in FORWARDERS
    number = reader.text(key, "trackingNumber", "trackingKey.", required=is_parcel) if key else None
    ship_date = _ship_date(reader, body)
    ship_from = _ship_from(reader, reader.mapping(body, "shipFromAddress"))
    items = _items(reader, body.get("positionItems"), is_parcel)
    if reader.problems or carrier is None or ship_date is None:
        raise shipment_refusal(400, *reader.problems)
    return Parcel(Tracking(carrier, number), ship_date, ship_from, items)


def _ship_date(reader: _Reader, body: dict) -> datetime | None:
    text = reader.text(body, "shipDate")
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if "T" in text and moment.tzinfo:
            return moment
    except ValueError:
        pass
    reader.invalid("shipDate", "The property must be an ISO 8601 date-time with a zone")
    return None


def _ship_from(reader: _Reader, address: dict) -> dict[str, str]:
    if not address:
        return {}
    prefix = "shipFromAddress."
    city = reader.text(address, "city", prefix, longest=60)
    zip_code = reader.text(address, "zipCode", prefix, longest=10)
    country = reader.text(address, "countryCode", prefix)
    if country and not (len(country) == 3 and country.isascii() and country.isalpha() and country.isupper()):
        reader.invalid(prefix + "countryCode", "The property must match ^[A-Z]{3}$")
    return {"city": city or "", "zipCode": zip_code or "", "countryCode": country or ""}


def _items(reader: _Reader, entries: Any, is_parcel: bool) -> list[ShippedItem]:
    if not isinstance(entries, list) or not entries:
        reader.missing("positionItems")
        return []
    items = [_item(reader, entry, f"positionItems[{place}].", is_parcel) for place, entry in enumerate(entries)]
    if len({item.return_address_carrier_id for item in items}) > 1:
        reader.invalid("positionItems", "All position items need the same returnAddressCarrierId")
    return items


def _item(reader: _Reader, entry: Any, prefix: str, is_parcel: bool) -> ShippedItem:
    entry = entry if isinstance(entry, dict) else {}
    item_id = reader.uuid(entry, "positionItemId", prefix)
    order_id = reader.uuid(entry, "salesOrderId", prefix)
    back = None
    if is_parcel or entry.get("returnTrackingKey") is not None:
        back = _return_key(reader, reader.mapping(entry, "returnTrackingKey", prefix), prefix + "returnTrackingKey.")
    address_id = reader.uuid(entry, "returnAddressCarrierId", prefix, required=False)
    return ShippedItem(item_id or "", order_id or "", back, address_id)


def _return_key(reader: _Reader, key: dict, prefix: str) -> Tracking | None:
    if not key:
        return None
    carrier = reader.text(key, "carrier", prefix)
    number = reader.text(key, "trackingNumber", prefix)
    if carrier and carrier not in RETURN_CARRIERS:
        reader.invalid(prefix + "carrier", f"The carrier must be one of {', '.join(sorted(RETURN_CARRIERS))}")
    return Tracking(carrier, number) if carrier else None


def judge(market: Market, clock: Clock, parcel: Parcel, path: str) -> None:
    """Check whether a well-formed parcel may be sent.

    :raises OttoRefusal: 400 or 409; nothing was changed
    """
    if parcel.tracking.number and parcel.tracking in market.shipment_ids:
        raise _refuse(path, 409, "DUPLICATE_TRACKING_KEY", "Tracking key already exists for another shipment.")
    for place, shipped in enumerate(parcel.items):
        order = market.orders.get(shipped.order_id)
        if order is None or order.item(shipped.item_id) is None:
            detail = "The partner is not allowed to create/update a shipment for position item ID"
            raise _refuse(path, 400, "INSUFFICIENT_PERMISSION", detail, f"positionItems[{place}].positionItemId")
    if len({shipped.item_id for shipped in parcel.items}) < len(parcel.items):
        raise _refuse(path, 400, REPEATED, "A position item may occur only once", "positionItems")
    if any(shipped.item_id in market.item_shipments for shipped in parcel.items):
        detail = "One or more of the given position item ids already exist in another shipment"
        raise _refuse(path, 409, "POSITION_ITEM_INCLUDED_IN_OTHER_SHIPMENT", detail)
    _judge_states(market, parcel, path)
    _judge_ship_date(market, clock, parcel, path)
    _judge_return_numbers(market, clock, parcel, path)


def _judge_states(market: Market, parcel: Parcel, path: str) -> None:
    for place, shipped in enumerate(parcel.items):
        order = market.orders[shipped.order_id]
        item = order.item(shipped.item_id)
        # A cancellation that was accepted but not carried out yet already bars the piece (facts/otto.md §14).
        if item is None or _status(order, item) != Status.PROCESSABLE or item.cancel_at:
            detail = "The position item can not be sent"
            json_path = f"positionItems[{place}].positionItemId"
            raise _refuse(path, 400, "POSITION_ITEM_CAN_NOT_BE_SENT", detail, json_path)


def _status(order: Order, item: Item) -> str:
    """Return the status of a piece, which the control interface may have written otherwise."""
    if order.edits:
        for written in wire.order(order).get("positionItems", ()):
            if written.get("positionItemId") == item.id:
                return str(written.get("fulfillmentStatus"))
    return item.status


def _judge_ship_date(market: Market, clock: Clock, parcel: Parcel, path: str) -> None:
    """Check the hand-over: not before the order was placed, not later than tomorrow (OTTO names no bounds).

    A test that has moved the sandbox's clock forward still tells the wall clock's dates, so these are good as well.
    """
    placed = max(market.orders[shipped.order_id].order_date for shipped in parcel.items)
    if not placed - clock.offset - DAY <= parcel.ship_date <= clock.now() + DAY:
        detail = "The property must be a date between the order and today"
        raise _refuse(path, 400, INVALID, detail, "shipDate")


def _judge_return_numbers(market: Market, clock: Clock, parcel: Parcel, path: str) -> None:
    for place, shipped in enumerate(parcel.items):
        used = market.return_numbers.get(shipped.return_tracking) if shipped.return_tracking else None
        if used and clock.now() - used[1] < RETURN_NUMBER_REST:
            detail = f"The return tracking key was used for another shipment within {RETURN_NUMBER_REST.days} days"
            raise _refuse(path, 400, REUSED, detail, f"positionItems[{place}].returnTrackingKey.trackingNumber")


def _refuse(path: str, status: int, title: str, detail: str, json_path: str | None = None) -> OttoRefusal:
    return shipment_refusal(status, shipment_problem(path, title, detail, json_path))
