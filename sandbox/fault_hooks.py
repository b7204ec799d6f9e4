"""Faults that change a JSON answer after the work was done: what a minor change of the API may bring.

Each has the form `(payload, url, keys) -> payload`: `url` is the path and query that was asked for, `keys` are the
fields the fault is meant for; without any, those it knows itself.
"""

from collections.abc import Callable
from typing import Any

Keys = tuple[str, ...]
# Where lists stand beside `resources`; other answers than lists have `results` as well, so there the path decides.
LIST_KEYS = (
    "productVariations",
    "marketPlaceStatus",
    "status",
    "variationPrices",
    "contentChanges",
    "brands",
    "categoryGroups",
)
ONE_LINK = ("/v1/availability/product-delivery-information", "/v1/shipping-profiles")
LISTED_IN_RESULTS = (*ONE_LINK, "/v5/products/update-tasks/")
LISTED_IN_PIECES = ("/v3/returns",)
Hook = Callable[[Any, str, Keys], Any]

ELSEWHERE_NEXT = "http://elsewhere.invalid/v4/orders?nextcursor=1"
BAD_LINK = "http://[::1"
# Stands where `literal` of a fault goes, which no Python number can carry.
HOLE = "number goes here 5e1f7c"
NUMBER_KEYS = ("amount", "quantity", "vatRate", "expires_in")
ENUM_KEYS = ("fulfillmentStatus", "paymentMethod", "cancellationReason", "salutation", "state", "carrier")
NEW_VALUE = "SOMETHING_NEW"
TEXT_KEYS = ("firstName", "lastName", "street", "addition", "productTitle")
NAME_KEYS = (*TEXT_KEYS, "title", "city", "name", "name1", "dealName", "discountName")
ODD = "<script>alert(1)</script>"
# Fields that need a word for a key, not a text for people, although they are called `name`.
FEE_NAMES = ("DELIVERY_FEE_STANDARD", "DELIVERY_FEE_FREIGHT_SURCHARGE", "DISCOUNT")


def each_object(change: Callable[[dict], dict], payload: Any) -> Any:
    """Return a payload with every object in it changed, the inner ones first."""
    if isinstance(payload, dict):
        return change({key: each_object(change, value) for key, value in payload.items()})
    if isinstance(payload, list):
        return [each_object(change, entry) for entry in payload]
    return payload


def each_text(change: Callable[[str], str], payload: Any, keys: Keys) -> Any:
    """Return a payload with every text under one of the keys changed."""

    def replace(entry: dict) -> dict:
        return {key: change(value) if key in keys and isinstance(value, str) else value for key, value in entry.items()}

    return each_object(replace, payload)


def unknown_fields(payload: Any, _url: str, _keys: Keys) -> Any:
    """Add a field nobody knows to every object."""
    return each_object(lambda entry: entry | {"addedLater": {"values": [1, None, "x"]}}, payload)


def unknown_enum(payload: Any, _url: str, keys: Keys) -> Any:
    """Put a new value in place of enumerated ones (of the keys named, else of all known ones)."""
    return each_text(lambda _value: NEW_VALUE, payload, keys or ENUM_KEYS)


def numbers_as_text(payload: Any, url: str, keys: Keys) -> Any:
    """Write numbers (under the keys named, else all) as text, as some of OTTO's own examples do."""
    if isinstance(payload, dict):
        return {
            key: value if keys and key not in keys and _is_number(value) else numbers_as_text(value, url, keys)
            for key, value in payload.items()
        }
    if isinstance(payload, list):
        return [numbers_as_text(entry, url, keys) for entry in payload]
    return str(payload) if _is_number(payload) else payload


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def logreg(payload: Any, _url: str, _keys: Keys) -> Any:
    """Misspell `logref` and write codes as text, as OTTO's own examples of the availability interface do."""

    def misspell(entry: dict) -> dict:
        shown = {"logreg" if key == "logref" else key: value for key, value in entry.items()}
        return shown | {"code": str(shown["code"])} if "logreg" in shown and "code" in shown else shown

    return each_object(misspell, payload)


def next_loop(payload: Any, url: str, _keys: Keys) -> Any:
    """Let the link to the next page point to the page itself."""
    return _with_next(payload, url)


def last_loop(payload: Any, url: str, _keys: Keys) -> Any:
    """Let the last page, and only that one, name itself as the next."""
    return payload if _list_key(payload, url) is None or _has_next(payload) else _with_next(payload, url)


def _has_next(payload: dict) -> bool:
    links = payload.get("links", [])
    return any(link.get("rel") == "next" for link in (links if isinstance(links, list) else [links]))


def next_elsewhere(payload: Any, url: str, keys: Keys) -> Any:
    """Let the link to the next page point to the address named (in `keys`), else to another host."""
    return _with_next(payload, (keys or (ELSEWHERE_NEXT,))[0]) if _list_key(payload, url) else payload


def bad_link(payload: Any, url: str, keys: Keys) -> Any:
    """Let the link to the next page be no address at all."""
    return next_elsewhere(payload, url, keys or (BAD_LINK,))


def errors_as_object(payload: Any, _url: str, _keys: Keys) -> Any:
    """Write `errors` as one object in place of a list, as OTTO's generated clients expect; of several the first."""

    def unlist(entry: dict) -> dict:
        errors = entry.get("errors")
        return entry | {"errors": errors[0]} if isinstance(errors, list) and errors else entry

    return each_object(unlist, payload)


def errors_as_list(payload: Any, _url: str, _keys: Keys) -> Any:
    """Write an error that stands alone (facts/otto.md §7.4: an unknown SKU) as the list of `errors` others have."""
    return {"errors": [payload]} if isinstance(payload, dict) and {"title", "code"} <= payload.keys() else payload


def odd_number(payload: Any, _url: str, keys: Keys) -> Any:
    """Put a number few can read in place of numbers (of the keys named, else of amounts and quantities)."""

    def replace(entry: dict) -> dict:
        return {
            key: HOLE if key in (keys or NUMBER_KEYS) and _is_number(value) else value for key, value in entry.items()
        }

    return each_object(replace, payload)


def unknown_as_document(payload: Any, _url: str, _keys: Keys) -> Any:
    """Say of an unknown parcel what DHL's document says (status 400), not what was seen of DHL (status 204)."""

    def rewrite(entry: dict) -> dict:
        known = entry.get("title") != "UnknownShipmentNumber"
        return entry if known else entry | {"title": "Bad Request", "status": 400, "statusCode": 400}

    return each_object(rewrite, payload)


def empty_pages(payload: Any, url: str, _keys: Keys) -> Any:
    """Let pages be empty, each with a link to another one that is empty too."""
    key = _list_key(payload, url)
    if key is None:
        return payload
    found = payload[key]
    empty = {inner: [] for inner in found} if isinstance(found, dict) else []
    return _with_next(payload | {key: empty}, f"{url}{'&' if '?' in url else '?'}more=1")


def _list_key(payload: Any, url: str) -> str | None:
    """Return where a page's list stands, None if a payload is no page."""
    if not isinstance(payload, dict) or "errors" in payload:
        return None
    if "resources" in payload:
        return "resources"
    keys = LIST_KEYS
    # A price reduction that was taken is told in `results` as well, without links.
    if url.startswith(LISTED_IN_RESULTS) or (url.startswith("/v1/price-reductions") and "links" in payload):
        keys = (*LIST_KEYS, "results")
    elif url.startswith(LISTED_IN_PIECES):
        keys = (*LIST_KEYS, "positionItems")
    return next((key for key in keys if isinstance(payload.get(key), list)), None)


def _with_next(payload: Any, href: str) -> Any:
    if not isinstance(payload, dict):
        return payload
    # Some lists have one link in place of a list of them (facts/otto.md §2.2).
    if isinstance(payload.get("links"), dict) or ("links" not in payload and href.startswith(ONE_LINK)):
        return payload | {"links": {"href": href, "rel": "next"}}
    if not isinstance(payload.get("links", []), list):
        return payload
    others = [link for link in payload.get("links", []) if link.get("rel") != "next"]
    return payload | {"links": [*others, {"rel": "next", "href": href}]}


def status_code_only(payload: Any, _url: str, _keys: Keys) -> Any:
    """Leave out DHL's newer `status` beside the deprecated `statusCode`, as older servers do."""

    def drop(entry: dict) -> dict:
        return {key: value for key, value in entry.items() if not (key == "status" and "statusCode" in entry)}

    return each_object(drop, payload)


def missing_fields(payload: Any, _url: str, keys: Keys) -> Any:
    """Leave out the named fields everywhere."""
    return each_object(lambda entry: {key: value for key, value in entry.items() if key not in keys}, payload)


def odd_text(payload: Any, _url: str, keys: Keys) -> Any:
    """Put a NUL character and a script behind texts (of the keys named, else behind names and titles)."""
    return each_text(lambda value: f"{value}\x00{ODD}", payload, keys or TEXT_KEYS)


def nul_in_text(payload: Any, _url: str, keys: Keys) -> Any:
    """Put a NUL character into the middle of texts and bold type around them (of the keys named, else of names)."""

    def mangle(value: str) -> str:
        middle = len(value) // 2
        return value if value in FEE_NAMES else f"<b>{value[:middle]}\x00{value[middle:]}</b>"

    return each_text(mangle, payload, keys or NAME_KEYS)


HOOKS: dict[str, Hook] = {
    "unknown_fields": unknown_fields,
    "unknown_enum": unknown_enum,
    "numbers_as_text": numbers_as_text,
    "logreg": logreg,
    "next_loop": next_loop,
    "last_loop": last_loop,
    "next_elsewhere": next_elsewhere,
    "bad_link": bad_link,
    "empty_pages": empty_pages,
    "errors_as_object": errors_as_object,
    "errors_as_list": errors_as_list,
    "odd_number": odd_number,
    "unknown_as_document": unknown_as_document,
    "status_code_only": status_code_only,
    "missing_fields": missing_fields,
    "odd_text": odd_text,
    "nul_in_text": nul_in_text,
}
# Without keys these would change nothing.
NEEDS_KEYS = ("missing_fields",)
