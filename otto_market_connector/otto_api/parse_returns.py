"""OTTO's returns, return parcels and price reductions as typed records; see `parse` for the rules of reading."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from .dialects import problems_of
from .foreign import tidy
from .node import ODD, Node, Unreadable, reason_of, scalar
from .parse import money, sentence, tracking_key
from .types_returns import (
    BrokenReturn,
    DecisionRefusal,
    DecisionResult,
    PriceReduction,
    ReducedPage,
    ReducedPiece,
    ReturnedPiece,
    ReturnPage,
    ReturnParcel,
    ReturnParcelPage,
    ReturnParcelPiece,
    ReturnParcelState,
)

NOTHING_SAID = "OTTO accepts none of the pieces"
# What OTTO's texts begin with or hold -> what it means (facts/otto.md §10.2).
REFUSALS = (
    (re.compile(r"already.*\baccepted", re.IGNORECASE), "accepted"),
    (re.compile(r"already.*\brejected", re.IGNORECASE), "rejected"),
    (re.compile(r"not sent", re.IGNORECASE), "not_sent"),
    (re.compile(r"not belong to", re.IGNORECASE), "other_order"),
)
WORD = re.compile(r"[\w-]+")
# Of an error's text; ids and what it means stand in the first sentence.
MOST_WORDS = 2000


def _page(body: Any, key: str, reader: Callable[[Node], Any]) -> tuple[tuple[Any, ...], tuple[BrokenReturn, ...]]:
    """Read the list of a page; a record that cannot be read does not stop the others (R20).

    :raises Unreadable: when the page itself holds no list
    """
    nodes = Node(body).get(key)
    if nodes.value is None:
        raise Unreadable(f"{key} is missing")
    records, broken = [], []
    for node in nodes.items():
        try:
            records.append(reader(node))
        except ODD as error:
            raw = node.value if isinstance(node.value, dict) else {}
            reason = re.sub(rf"^{key}\[\d+\]\.", "", reason_of(error))
            broken.append(BrokenReturn(reason, scalar(raw.get("positionItemId")), scalar(raw.get("returnShipmentId"))))
    return tuple(records), tuple(broken)


def return_page(body: Any) -> ReturnPage:
    """Read a page of a list of returns.

    :raises Unreadable: when the page itself is no list
    """
    return ReturnPage(*_page(body, "positionItems", returned_piece))


def returned_piece(node: Node) -> ReturnedPiece:
    """Read a piece that comes back; what the details lack is missing, what they hold must make sense."""
    details = node.get("details")
    details = details if details.value is not None else Node({}, details.path)
    key = details.get("returnTrackingKey")
    key = key if key.value is not None else Node({}, key.path)
    return ReturnedPiece(
        position_item_id=node.get("positionItemId").text(),
        order_id=node.get("salesOrderId").text(),
        status=_word(node.get("status")),
        occurred=node.get("occurredTime").moment(),
        carrier=key.get("carrier").optional_text(),
        tracking_numbers=_numbers(key),
        condition=details.get("condition").optional_text(),
        reason=details.get("reason").optional_text(),
        order_number=details.get("orderNumber").optional_text(),
        warehouse_id=details.get("ottoWarehouseID").optional_text(),
    )


def _numbers(key: Node) -> tuple[str, ...]:
    """Read the numbers of a return: a list here, and one number, as other interfaces have it, as well."""
    several, one = key.get("trackingNumbers"), key.get("trackingNumber").optional_text()
    values = several.items() if isinstance(several.value, list | None) else [several]
    found = [number for node in values if (number := node.optional_text())]
    return tuple(dict.fromkeys(found or ([one] if one else [])))


def _word(node: Node) -> str:
    """Read a status; OTTO's pages write some with blanks, its JSON with underscores."""
    return re.sub(r"[\s-]+", "_", node.text().upper())


def decision_result(status: int, answer: Any, ids: Sequence[str], *, accepting: bool) -> DecisionResult:
    """Read piece by piece what OTTO made of an acceptance or rejection (facts/otto.md §10.2).

    200 takes all but what its errors name; of 207 only what it names counts; 422 takes none. That a piece is so already
    is no refusal. A piece of which nothing is said, or both, is unclear: it may have been taken by an earlier call.

    :param accepting: whether it is an acceptance; an accepted piece cannot be rejected any more
    :raises Unreadable: a 207 that is no object
    """
    named, unnamed = _refusals(answer, ids)
    if status == 422:
        taken = set()
        unnamed = unnamed if named or unnamed else [("other", NOTHING_SAID)] * len(ids)
    else:
        taken = _taken(Node(answer), ids) if status == 207 or named or unnamed else set(ids)
    silent = [item_id for item_id in ids if item_id not in named and item_id not in taken]
    wanted = "accepted" if accepting else "rejected"
    if len(silent) == len(unnamed) and _alike(unnamed, wanted):
        # As many errors as pieces are left, so each of them has one, whichever it is.
        named |= {item_id: DecisionRefusal(item_id, *said) for item_id, said in zip(silent, unnamed, strict=True)}
    already = {item_id for item_id, refusal in named.items() if refusal.key == wanted}
    done = {item_id for item_id in taken if item_id not in named} | already
    refused = [refusal for item_id, refusal in named.items() if item_id not in already and item_id not in taken]
    settled = done | {refusal.position_item_id for refusal in refused}
    return DecisionResult(
        done=tuple(item_id for item_id in ids if item_id in done),
        refused=tuple(refused),
        unclear=tuple(item_id for item_id in ids if item_id not in settled),
        already=tuple(item_id for item_id in ids if item_id in already),
    )


def _alike(unnamed: list[tuple[str, str]], wanted: str) -> bool:
    """Tell whether errors without a piece say the same of all pieces: that it is so already, or that it is not."""
    return len({key == wanted for key, _words in unnamed}) == 1


def _taken(answer: Node, ids: Sequence[str]) -> set[str]:
    """Return the pieces that the results of a 207 name."""
    known = {item_id.lower(): item_id for item_id in ids}
    nodes = answer.get("results").one_or_many()
    values = [node.value.get("positionItemId") if isinstance(node.value, dict) else None for node in nodes]
    return {known[key] for value in values if (key := (scalar(value) or "").lower()) in known}


def _refusals(answer: Any, ids: Sequence[str]) -> tuple[dict[str, DecisionRefusal], list[tuple[str, str]]]:
    """Return the refusals by piece, and key and words of those that name none."""
    known = {item_id.lower(): item_id for item_id in ids}
    named: dict[str, DecisionRefusal] = {}
    unnamed = []
    for problem in problems_of(answer.get("errors") if isinstance(answer, dict) else None):
        texts = [tidy(str(problem.get(key) or ""))[:MOST_WORDS] for key in ("detail", "title")]
        said = (_meaning(texts), sentence(texts[0] or texts[1]) or NOTHING_SAID)
        item_id = _named(problem, texts, known)
        if item_id is None:
            unnamed.append(said)
        else:
            named.setdefault(item_id, DecisionRefusal(item_id, *said))
    return named, unnamed


def _named(problem: dict, texts: list[str], known: dict[str, str]) -> str | None:
    """Return the piece that an error means: by `logref`, which OTTO also misspells, else by the one id in its texts."""
    for key in ("logref", "logreg", "positionItemId"):
        if (value := (scalar(problem.get(key)) or "").lower()) in known:
            return known[value]
    for text in texts:
        found = {known[word] for word in WORD.findall(text.lower()) if word in known}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _meaning(texts: list[str]) -> str:
    return next((key for pattern, key in REFUSALS if any(pattern.search(text) for text in texts)), "other")


def return_parcel_page(body: Any) -> ReturnParcelPage:
    """Read a page of return parcels.

    :raises Unreadable: when the page itself is no list
    """
    return ReturnParcelPage(*_page(body, "resources", return_parcel))


def return_parcel(node: Node) -> ReturnParcel:
    """Read a return parcel with its scans, in the order of their time."""
    states = [
        ReturnParcelState(
            _word(entry.get("state")), entry.get("occurredOn").moment(), entry.get("statusText").optional_title()
        )
        for entry in node.get("states").items()
    ]
    return ReturnParcel(
        id=node.get("returnShipmentId").text(),
        tracking=tracking_key(node.get("trackingKey")),
        pieces=tuple(_parcel_piece(entry) for entry in node.get("returnPositionItems").items()),
        states=tuple(sorted(states, key=lambda state: state.occurred_on)),
        created=node.get("createdAt").optional_moment(),
    )


def _parcel_piece(node: Node) -> ReturnParcelPiece:
    own = node.get("salesOrderPositionItemId")
    return ReturnParcelPiece(
        (own if own.value is not None else node.get("positionItemId")).text(), node.get("salesOrderId").text()
    )


def reduced_page(body: Any) -> ReducedPage:
    """Read a page of pieces that have price reductions.

    :raises Unreadable: when the page itself is no list
    """
    return ReducedPage(*_page(body, "results", reduced_piece))


def reduced_piece(node: Node) -> ReducedPiece:
    """Read a piece with its price reductions; with one of them missing, what is left would be wrong."""
    price, total = money(node.get("invoicePrice")), money(node.get("totalPriceReduction"))
    if price.currency != total.currency:
        raise Unreadable(f"{node.path}.totalPriceReduction has another currency than the price")
    return ReducedPiece(
        position_item_id=node.get("positionItemId").text(),
        order_id=node.get("salesOrderId").text(),
        invoice_price=price,
        total=total,
        reductions=tuple(_reduction(entry) for entry in node.get("priceReductions").items()),
    )


def _reduction(node: Node) -> PriceReduction:
    return PriceReduction(
        amount=money(node.get("priceReduction")),
        status=_word(node.get("status")),
        created=node.get("creationDateTime").moment(),
        receipt_number=node.get("receiptNumber").optional_text(),
    )
