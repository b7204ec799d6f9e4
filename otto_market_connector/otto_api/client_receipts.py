"""The client's calls about receipts: the list, one of them, its document (scope `receipts`, facts/otto.md §9)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import quote

from . import parse_receipts as parse
from .const import RECEIPT_KINDS, RECEIPT_PAGE, RECEIPTS_PATH
from .errors import OttoUnavailable
from .node import Node, Unreadable
from .types_receipts import Receipt, ReceiptPage

PDF = "application/pdf"
# A receipt of one page has some 100 kB.
MOST_PDF = 8 * 1024 * 1024
PDF_START, PDF_END = b"%PDF-", b"%%EOF"
# Behind the end of a document stand a few blanks at most, before its start a mark of its coding.
PDF_EDGE = 1024
NO_PDF = "pdf not found"


class ReceiptCalls:
    """Calls about receipts; `OttoClient` brings the transport and the following of pages."""

    def receipt_pages(
        self, created_from: date, created_to: date, kinds: Sequence[str] = RECEIPT_KINDS
    ) -> Iterator[ReceiptPage]:
        """Yield the pages of receipts that OTTO wrote on these days, both included, newest first.

        Receipts that OTTO writes meanwhile come with the next reading.

        :param created_from: a day in UTC, as is `created_to`
        :param kinds: only these; always told, as OTTO asks for, so that a new kind surprises nobody
        :raises ValueError: no kind, or days in the wrong order
        """
        first, last = _day(created_from), _day(created_to)
        if not kinds or first > last:
            raise ValueError("At least one kind and days in their order are expected")
        params = [("limit", str(RECEIPT_PAGE)), ("receiptTypes", ",".join(kinds))]
        params += [("from", first.isoformat()), ("to", last.isoformat())]
        text = ""

        def ask(asked: list[tuple[str, str]]) -> Any:
            nonlocal text
            body, text = self._transport.read_text(RECEIPTS_PATH, asked)
            return body

        for body in self._pages(RECEIPTS_PATH, params, ask):
            yield self._read("GET", RECEIPTS_PATH, lambda b=body, t=text: parse.receipt_page(b, t))

    def receipt(self, number: str) -> Receipt:
        """Return one receipt.

        :raises OttoNotFound: there is none
        :raises OttoUnavailable: it cannot be read, or is another one
        """
        path = f"{RECEIPTS_PATH}/{quote(number, safe='')}"
        body, text = self._transport.read_text(path)
        return self._read("GET", path, lambda: _same(parse.receipt(Node(body), text), number))

    def receipt_pdf(self, number: str) -> bytes | None:
        """Return the document of a receipt, None when OTTO has none yet: it comes later than the data.

        OTTO's own 404 has no body; every other one, like what is no whole document, leaves it in doubt.

        :raises OttoUnavailable: there is no telling
        """
        path = f"{RECEIPTS_PATH}/{quote(number, safe='')}.pdf"
        answer = self._transport.fetch(path, PDF, MOST_PDF)
        if answer.status_code == 404:
            if not answer.is_page and _says_nothing(answer):
                return None
            raise OttoUnavailable("OTTO's 404 does not come from its receipts", status=404, request=f"GET {path}")
        start, end = answer.content[:PDF_EDGE], answer.content[-PDF_EDGE:]
        if PDF_START not in start or PDF_END not in end:
            raise OttoUnavailable("OTTO's answer is no PDF document", status=answer.status_code, request=f"GET {path}")
        return answer.content


def _day(value: date) -> date:
    """Return a day in UTC; a moment is the day that it is there."""
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(timezone.utc) if value.tzinfo else value).date()


def _same(receipt: Receipt, number: str) -> Receipt:
    if receipt.number != number:
        raise Unreadable("receiptNumber is the number of another receipt")
    return receipt


def _says_nothing(answer: Any) -> bool:
    """Tell whether a 404 is bare; a body that was announced and did not come is a body."""
    if answer.content.strip():
        return NO_PDF in answer.text[:PDF_EDGE].lower()
    return bool(answer.content) or answer.headers.get("Content-Length", "0").strip() in ("", "0")
