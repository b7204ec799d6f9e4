"""DHL's answers: four shapes of bodies (facts/dhl.md §6.1), judged item by item."""

import base64
import binascii
import email.utils
import re
from datetime import datetime, timedelta, timezone

from .errors import DhlAuthError, DhlError, DhlInvalid, DhlNotFound, DhlRateLimited, DhlUnavailable
from .types import CancelResult, ClosingResult, Message, ShipmentResult

OK = 200
# What DHL gives an item it does not know: 400 in its document ("does not exist or was already deleted"), 204 and a
# title in captured traffic. A parcel that was closed for the day is there, whatever the status is.
UNKNOWN_STATUSES, UNKNOWN_TITLE = (204, 400), "UnknownShipmentNumber"
CLOSED = re.compile(r"manifest|closed|abgeschlossen|abschlu(?:ss|ß)", re.IGNORECASE)


def body_of(response):
    """Return the parsed JSON object of a response, or None when there is none."""
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def has_items(body) -> bool:
    """Tell whether a body answers item by item (shape 1), as opposed to refusing the request as a whole."""
    items = body.get("items") if body else None
    return (
        bool(items)
        and isinstance(items, list)
        and all(isinstance(item, dict) and isinstance(item.get("sstatus"), dict) for item in items)
    )


def error_of(response, request: str, *, now: datetime, may_be_done: bool) -> DhlError:
    """Make the error of a response that does not answer item by item.

    :param may_be_done: the request changes something at DHL; a server error then leaves open whether it did
    """
    status, body = response.status_code, body_of(response)
    own = words_of(body)
    words = own or f"HTTP {status}"
    details = {"request": request, "status": status, "key": "" if own else "status"}
    if status in (401, 403):
        return DhlAuthError(words, **details)
    if status == 429:
        return DhlRateLimited(words, until=_retry_after(response, now), **details)
    if status == 404:
        return DhlNotFound(words, **details)
    if 400 <= status < 500 and status != 408 and body is not None:
        return DhlInvalid(words, messages=messages_of(body), **details)
    # A server error says nothing about the back end, not even 503: gateways send it for a back end that answers late.
    # A redirect and a client error without DHL's own words were not carried out.
    open_question = may_be_done and not (300 <= status < 500 and status != 408)
    return DhlUnavailable(words, maybe_done=open_question, **details)


def words_of(body) -> str:
    """Return DHL's own words of a body of any shape, each sentence once."""
    if not body:
        return ""
    status = body["status"] if isinstance(body.get("status"), dict) else body
    sentences = [str(message) for message in messages_of(body)]
    sentences = sentences or [str(status.get("detail") or status.get("title") or "")]
    return " ".join(dict.fromkeys(text for text in sentences if text))


def messages_of(body) -> tuple[Message, ...]:
    """Return the messages of all items, whatever their shape."""
    items = body.get("items")
    if not isinstance(items, list):
        return ()
    return tuple(message for item in items if isinstance(item, dict) for message in _item_messages(item))


def _item_messages(item: dict) -> tuple[Message, ...]:
    if "message" in item:
        return (Message(str(item["message"]), str(item.get("propertyPath") or ""), "Error"),)
    entries = item.get("validationMessages")
    return tuple(
        Message(
            str(entry.get("validationMessage") or ""),
            str(entry.get("property") or ""),
            str(entry.get("validationState") or ""),
        )
        for entry in (entries if isinstance(entries, list) else ())
        if isinstance(entry, dict) and entry.get("validationMessage")
    )


def item_status(item: dict) -> int:
    """Return an item's own status; older servers send `statusCode` only."""
    status = item["sstatus"]
    value = status.get("status", status.get("statusCode"))
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def shipment_result(item: dict) -> ShipmentResult:
    """Read one parcel of an answer with labels."""
    status = item_status(item)
    messages = _item_messages(item)
    label, return_label = document(item.get("label")), document(item.get("returnLabel"))
    return ShipmentResult(
        ok=status == OK,
        status=status,
        words=_item_words(item, messages),
        shipment_no=str(item.get("shipmentNo") or ""),
        return_shipment_no=str(item.get("returnShipmentNo") or ""),
        ref_no=str(item.get("shipmentRefNo") or ""),
        label=label,
        return_label=return_label,
        messages=messages,
    )


def cancel_result(item: dict) -> CancelResult:
    """Read one parcel of an answer to a cancellation."""
    status, title = item_status(item), item["sstatus"].get("title")
    words = _item_words(item, _item_messages(item))
    unknown = title == UNKNOWN_TITLE or (status in UNKNOWN_STATUSES and not CLOSED.search(f"{title} {words}"))
    return CancelResult(
        shipment_no=str(item.get("shipmentNo") or ""),
        ok=status == OK,
        unknown=unknown,
        words=words,
        messages=_item_messages(item),
    )


def closing_result(item: dict) -> ClosingResult:
    """Read one parcel of an answer to the daily closing."""
    return ClosingResult(
        shipment_no=str(item.get("shipmentNo") or ""),
        ok=item_status(item) == OK,
        words=_item_words(item, _item_messages(item)),
        messages=_item_messages(item),
    )


def _item_words(item: dict, messages: tuple[Message, ...]) -> str:
    """Return why an item failed: its messages, else its status; several causes are one sentence each."""
    sentences = [str(message) for message in messages]
    status = item["sstatus"]
    return " ".join(dict.fromkeys(sentences)) or str(status.get("detail") or status.get("title") or "")


def document(value) -> bytes | None:
    """Return the bytes of a document of an answer; None when it is missing or not readable."""
    content = value.get("b64") if isinstance(value, dict) else None
    if not content:
        return None
    try:
        # Line breaks are no fault of the document: MIME's Base64 has them.
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        return None


def _retry_after(response, now: datetime) -> datetime | None:
    """Read the header Retry-After, seconds or a date."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdigit():
        return now + timedelta(seconds=int(value))
    try:
        until = email.utils.parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return until if until.tzinfo else until.replace(tzinfo=timezone.utc)
