"""Changing what OTTO writes about an order: by hand, or into one of the odd forms that were seen or are feared.

A change is a JSON merge patch (RFC 7396) of the order as it is written: null takes a field out. A list can be changed
entry by entry by an object with places as keys, `"*"` for all entries. The text `$null` becomes a null.
"""

from collections.abc import Iterable
from typing import Any

EMPTY_DATE = "0001-01-01T00:00:00+01:00"
# Beyond what can be turned into UTC.
FAR_DATE = "9999-12-31T23:59:59.999-12:00"
HALF_PAIR = "\ud83d"
MEGABYTE = 1_000_000
NULL = "$null"
NAMES = ("firstName", "lastName", "street", "city")


def patched(value: Any, change: Any) -> Any:
    """Return a value with a change made to it; neither is altered."""
    if not isinstance(change, dict):
        return None if change == NULL else change
    if isinstance(value, list):
        return [_entry(entry, change, place) for place, entry in enumerate(value)]
    result = dict(value) if isinstance(value, dict) else {}
    for key, inner in change.items():
        if inner is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), inner)
    return result


def _entry(entry: Any, change: dict, place: int) -> Any:
    for key in ("*", str(place)):
        if key in change:
            entry = patched(entry, change[key])
    return entry


def _each_item(**values: Any) -> dict:
    return {"positionItems": {"*": values}}


def _address(**values: Any) -> dict:
    return {"deliveryAddress": values, "invoiceAddress": values}


def _dates(value: str) -> dict:
    return {"orderDate": value} | _each_item(expectedDeliveryDate=value, processableDate=value)


def _changed_on(value: str) -> dict:
    return {"lastModifiedDate": value, "orderLifecycleInformation": {"lifecycleChangeDate": value}}


# Name of an oddity -> its change.
ODD: dict[str, dict] = {
    "no_positions": {"positionItems": []},
    "empty_date": _dates(EMPTY_DATE),
    "empty_expected_date": _each_item(expectedDeliveryDate=EMPTY_DATE),
    "empty_order_date": {"orderDate": EMPTY_DATE},
    "empty_change_date": _changed_on(EMPTY_DATE),
    "far_date": _dates(FAR_DATE),
    "far_expected_date": _each_item(expectedDeliveryDate=FAR_DATE),
    "far_order_date": {"orderDate": FAR_DATE},
    "far_change_date": _changed_on(FAR_DATE),
    "half_pair_in_name": _address(firstName=f"Erika {HALF_PAIR}", lastName=f"{HALF_PAIR}Mustermann"),
    "half_pair_in_title": _each_item(product={"productTitle": f"Tasse {HALF_PAIR} rot"}),
    "half_pair_in_sku": _each_item(product={"sku": f"TASSE-{HALF_PAIR}"}),
    "nul_in_name": _address(firstName="Eri\x00ka"),
    "nul_in_sku": _each_item(product={"sku": "TASSE\x00-1"}),
    "unreadable": {"orderDate": None},
    "unreadable_nul_sku": {"orderDate": None} | _each_item(product={"sku": "TASSE\x00-1"}),
    "long_sku": _each_item(product={"sku": "X" * MEGABYTE}),
    "long_title": _each_item(product={"productTitle": "Tasse " * (MEGABYTE // 6)}),
    "unknown_currency": _each_item(itemValueGrossPrice={"currency": "XQZ"}),
    "no_address": {"deliveryAddress": None, "invoiceAddress": None},
    "no_delivery_address": {"deliveryAddress": None},
    "null_address": {"deliveryAddress": NULL, "invoiceAddress": NULL},
    "unknown_status": _each_item(fulfillmentStatus="SOMETHING_NEW"),
    "one_unknown_status": {"positionItems": {"0": {"fulfillmentStatus": "SOMETHING_NEW"}}},
    "weee": _each_item(weeePickup=True),
    "fraud": {"suspectedFraudCase": True},
    "returned_by_marketplace": _each_item(returnAcceptedByMarketplace=True),
    "invisible_characters": _address(firstName="Eri\u200bka", zipCode="22\u200b179", houseNumber="9\u20606"),
}  # fmt: skip


def odd_change(names: Iterable[str]) -> list[dict]:
    """Return the changes of oddities, in their order.

    :raises ValueError: one is unknown
    """
    if unknown := [name for name in names if name not in ODD]:
        raise ValueError(f"Unknown oddity: {', '.join(unknown)}. Known: {', '.join(ODD)}.")
    return [ODD[name] for name in names]
