"""Faults that change a JSON answer after the work was done: what a minor change of the API may bring."""

from collections.abc import Callable
from typing import Any

ENUM_KEYS = ("fulfillmentStatus", "paymentMethod", "cancellationReason", "salutation", "state", "carrier")
NEW_VALUE = "SOMETHING_NEW"
TEXT_KEYS = ("firstName", "lastName", "street", "addition", "productTitle")
ODD = "<script>alert(1)</script>"


def unknown_fields(payload: Any, _url: str, _keys: tuple[str, ...]) -> Any:
    """Add a field nobody knows to every object."""
    if isinstance(payload, dict):
        known = {key: unknown_fields(value, _url, _keys) for key, value in payload.items()}
        return known | {"addedLater": {"values": [1, None, "x"]}}
    if isinstance(payload, list):
        return [unknown_fields(entry, _url, _keys) for entry in payload]
    return payload


def unknown_enum(payload: Any, url: str, keys: tuple[str, ...]) -> Any:
    """Put a new value in place of enumerated ones (of the keys named, else of all known ones)."""
    wanted = keys or ENUM_KEYS
    if isinstance(payload, dict):
        return {
            key: NEW_VALUE if key in wanted and isinstance(value, str) else unknown_enum(value, url, keys)
            for key, value in payload.items()
        }
    if isinstance(payload, list):
        return [unknown_enum(entry, url, keys) for entry in payload]
    return payload


def numbers_as_text(payload: Any, url: str, keys: tuple[str, ...]) -> Any:
    """Write every number as text, as some of OTTO's own examples do."""
    if isinstance(payload, dict):
        return {key: numbers_as_text(value, url, keys) for key, value in payload.items()}
    if isinstance(payload, list):
        return [numbers_as_text(entry, url, keys) for entry in payload]
    if isinstance(payload, int | float) and not isinstance(payload, bool):
        return str(payload)
    return payload


def next_loop(payload: Any, url: str, _keys: tuple[str, ...]) -> Any:
    """Let the link to the next page point to the page itself."""
    if not isinstance(payload, dict) or not isinstance(payload.get("links", []), list):
        return payload
    others = [link for link in payload.get("links", []) if link.get("rel") != "next"]
    return payload | {"links": [*others, {"rel": "next", "href": url}]}


def status_code_only(payload: Any, url: str, keys: tuple[str, ...]) -> Any:
    """Leave out DHL's newer `status` beside the deprecated `statusCode`, as older servers do."""
    if isinstance(payload, dict):
        return {
            key: status_code_only(value, url, keys)
            for key, value in payload.items()
            if not (key == "status" and "statusCode" in payload)
        }
    if isinstance(payload, list):
        return [status_code_only(entry, url, keys) for entry in payload]
    return payload


def missing_fields(payload: Any, url: str, keys: tuple[str, ...]) -> Any:
    """Leave out the named fields everywhere."""
    if isinstance(payload, dict):
        return {key: missing_fields(value, url, keys) for key, value in payload.items() if key not in keys}
    if isinstance(payload, list):
        return [missing_fields(entry, url, keys) for entry in payload]
    return payload


def odd_text(payload: Any, url: str, keys: tuple[str, ...]) -> Any:
    """Put a NUL character and HTML into texts (of the keys named, else into names and titles)."""
    wanted = keys or TEXT_KEYS
    if isinstance(payload, dict):
        return {
            key: f"{value}\x00{ODD}" if key in wanted and isinstance(value, str) else odd_text(value, url, keys)
            for key, value in payload.items()
        }
    if isinstance(payload, list):
        return [odd_text(entry, url, keys) for entry in payload]
    return payload


HOOKS: dict[str, Callable[[Any, str, tuple[str, ...]], Any]] = {
    "unknown_fields": unknown_fields,
    "unknown_enum": unknown_enum,
    "numbers_as_text": numbers_as_text,
    "next_loop": next_loop,
    "status_code_only": status_code_only,
    "missing_fields": missing_fields,
    "odd_text": odd_text,
}
