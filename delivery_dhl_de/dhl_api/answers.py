"""DHL's answers: four shapes of bodies (facts/dhl.md §6.1), judged item by item."""

import base64
import binascii
import re
from datetime import datetime
from itertools import islice

from .connections import Answer
from .errors import DhlAuthError, DhlError, DhlInvalid, DhlNotFound, DhlRateLimited, DhlUnavailable
from .foreign import WORDS_LIMIT, Secrets, cut, tidy, wait_asked
from .types import CancelResult, ClosingResult, Message, ShipmentResult

OK, BAD = 200, 400
# What DHL says of a parcel to be cancelled that it does not have: its servers the item status 204 with a title of its
# own, its document 400. 400 is also what it says of one that is closed already, so there the words decide, if any.
UNKNOWN_STATUS = 204
UNKNOWN_WORDS = re.compile(
    r"unknown ?shipment|unbekannte sendung|sendungsnummer[^.]*(?:unbekannt|nicht (?:bekannt|gefunden|vorhanden))"
    r"|(?:does|do) not exist|not (?:be )?found|existiert nicht|nicht gefunden"
    r"|already (?:been )?(?:deleted|cancel+ed)|bereits (?:gel\u00f6scht|storniert)",
    re.IGNORECASE,
)
NUMBER_LIMIT = 60
MOST_MESSAGES = 50
# For texts out of which the transport took the secrets already.
NO_SECRETS = Secrets()
# What documents begin with.
PDF, PICTURE = (b"%PDF-",), (b"\x89PNG", b"\xff\xd8\xff")


def body_of(answer: Answer, secrets: Secrets) -> dict | None:
    """Return the JSON object of an answer, or None when there is none."""
    try:
        body = secrets.read_json(answer.content) if answer.content else None
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def number(value) -> str:
    """Return a parcel's number or a reference; what cannot be one is none."""
    if value is None or isinstance(value, (dict, list, bool)):
        return ""
    text = " ".join(tidy(str(value)).split())
    return text if len(text) <= NUMBER_LIMIT else ""


def _sentence(value) -> str:
    """Return what DHL says; the transport took the secrets out that it knows."""
    return NO_SECRETS.words(str(value)) if value and not isinstance(value, (dict, list)) else ""


def has_items(body) -> bool:
    """Tell whether a body answers item by item (shape 1), as opposed to refusing the request as a whole."""
    items = body.get("items") if body else None
    return (
        bool(items)
        and isinstance(items, list)
        and all(isinstance(item, dict) and isinstance(item.get("sstatus"), dict) for item in items)
    )


def error_of(answer: Answer, request: str, *, now: datetime, may_be_done: bool, secrets: Secrets) -> DhlError:
    """Make the error of an answer that does not speak of each item.

    :param may_be_done: the request changes something at DHL; a server error then leaves open whether it did
    :param secrets: the login in use, which no error tells
    """
    status, body = answer.status_code, body_of(answer, secrets)
    own = words_of(body, secrets)
    words = own or f"HTTP {status}"
    details = {"request": request, "status": status, "key": "" if own else "status"}
    if status in (401, 403):
        return DhlAuthError(words, **details)
    if status == 429:
        return DhlRateLimited(words, until=_until(answer, now), **details)
    if status == 404:
        return DhlNotFound(words, **details)
    if 400 <= status < 500 and status != 408 and body is not None:
        return DhlInvalid(words, messages=messages_of(body), **details)
    # A server error says nothing about the back end, not even 503: gateways send it for a back end that answers late.
    # A redirect and a client error without DHL's own words were not carried out.
    open_question = may_be_done and not (300 <= status < 500 and status != 408)
    return DhlUnavailable(words, maybe_done=open_question, **details)


def words_of(body, secrets: Secrets) -> str:
    """Return DHL's own words of a body of any shape, each sentence once."""
    if not body:
        return ""
    status = body["status"] if isinstance(body.get("status"), dict) else body
    sentences = [str(message) for message in messages_of(body)]
    sentences = sentences or [_sentence(status.get("detail")) or _sentence(status.get("title"))]
    return secrets.words(" ".join(dict.fromkeys(text for text in sentences if text)))


def messages_of(body) -> tuple[Message, ...]:
    """Return the messages of all items, whatever their shape."""
    items = body.get("items")
    if not isinstance(items, list):
        return ()
    found = (message for item in items if isinstance(item, dict) for message in _item_messages(item))
    return tuple(islice(found, MOST_MESSAGES))


def _item_messages(item: dict) -> tuple[Message, ...]:
    if "message" in item:
        return (Message(_sentence(item["message"]), _path(item.get("propertyPath")), "Error"),)
    entries = item.get("validationMessages")
    return tuple(
        Message(
            _sentence(entry.get("validationMessage")), _path(entry.get("property")), _path(entry.get("validationState"))
        )
        for entry in (entries[:MOST_MESSAGES] if isinstance(entries, list) else ())
        if isinstance(entry, dict) and entry.get("validationMessage")
    )


def _path(value) -> str:
    """Return the name of a field, or a state, as DHL calls it."""
    return cut(_sentence(value), 120)


def item_status(item: dict) -> int:
    """Return an item's own status; older servers send `statusCode` only."""
    status = item["sstatus"]
    value = status.get("status", status.get("statusCode"))
    try:
        return int(value)
    except (ArithmeticError, TypeError, ValueError):
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
        shipment_no=number(item.get("shipmentNo")),
        return_shipment_no=number(item.get("returnShipmentNo")),
        ref_no=number(item.get("shipmentRefNo")),
        label=label,
        return_label=return_label,
        messages=messages,
    )


def cancel_result(item: dict) -> CancelResult:
    """Read one parcel of an answer to a cancellation."""
    status, words = item_status(item), _item_words(item, _item_messages(item))
    title = _sentence(item["sstatus"].get("title"))
    named, plain = bool(UNKNOWN_WORDS.search(f"{title} {words}")), words in ("", "Bad Request", "BadRequest")
    return CancelResult(
        shipment_no=number(item.get("shipmentNo")),
        ok=status == OK,
        unknown=status == UNKNOWN_STATUS or (status == BAD and plain) or (status != OK and named),
        words=words,
        messages=_item_messages(item),
    )


def closing_result(item: dict) -> ClosingResult:
    """Read one parcel of an answer to the daily closing."""
    return ClosingResult(
        shipment_no=number(item.get("shipmentNo")),
        ok=item_status(item) == OK,
        words=_item_words(item, _item_messages(item)),
        messages=_item_messages(item),
    )


def _item_words(item: dict, messages: tuple[Message, ...]) -> str:
    """Return why an item failed: its messages, else its status; several causes are one sentence each."""
    sentences = [str(message) for message in messages]
    status = item["sstatus"]
    said = " ".join(dict.fromkeys(sentences)) or _sentence(status.get("detail")) or _sentence(status.get("title"))
    return cut(said, WORDS_LIMIT)


def document(value, kinds: tuple[bytes, ...] = PDF) -> bytes | None:
    """Return the bytes of a document of an answer; None when it is missing, not readable or of another kind.

    :param kinds: what it may begin with
    """
    content = value.get("b64") if isinstance(value, dict) else None
    if not content:
        return None
    try:
        # Line breaks are no fault of the document: MIME's Base64 has them.
        decoded = base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError, TypeError, AttributeError):
        return None
    return decoded if decoded.lstrip().startswith(kinds) else None


def _until(answer: Answer, now: datetime) -> datetime | None:
    wait = wait_asked(answer.headers, now)
    return now + wait if wait else None
