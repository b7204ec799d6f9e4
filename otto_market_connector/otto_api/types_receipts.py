"""OTTO's receipts: the invoices and credit notes that it writes to customers in the seller's name (facts/otto.md §9).

Frozen; money is `Decimal`; unknown enumeration values stay text. Amounts of a refund are positive like those of a
purchase: `Receipt.is_credit` tells the direction.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .const import ReceiptKind
from .types import Address, Money


@dataclass(frozen=True, slots=True)
class TaxAmount:
    """An amount with its tax, in the currency of its receipt.

    :ivar tax_type: ``VAT`` or ``INSURANCE`` (insurance tax)
    :ivar rate: percent, e.g. ``Decimal("19.0")``
    :ivar computed: whether OTTO gave no net or no tax, as on receipts before 2023, so that they were computed here
    """

    tax_type: str
    rate: Decimal
    gross: Decimal
    net: Decimal
    tax: Decimal
    computed: bool = False

    @property
    def adds_up(self) -> bool:
        """Whether net and tax make the gross amount; what does not cannot be booked."""
        return self.net + self.tax == self.gross


class TaxTotal(TaxAmount):
    """What a receipt comes to at one type and rate of tax: turnover and tax."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PiecePrice:
    """What some pieces of a line cost each, after discounts."""

    piece_ids: tuple[str, ...]
    price: TaxAmount


@dataclass(frozen=True, slots=True)
class Modification:
    """What was taken off a line already, so its amount is less by it.

    :ivar kind: ``PARTNER_DISCOUNT``, or the kind of an earlier partial refund
    :ivar detail: ``PARTNER_DISCOUNT`` or ``PLATFORM_DISCOUNT``; the seller pays both
    :ivar linked_number: the receipt of the earlier partial refund, as is `linked_piece_id` its piece
    """

    kind: str
    amount: TaxAmount
    detail: str | None = None
    description: str | None = None
    linked_number: str | None = None
    linked_piece_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A line; several pieces of an article are one line.

    :ivar kind: one of `const.RECEIPT_LINE_KINDS`
    :ivar tax: the whole line, after `modifications`
    :ivar piece_ids: the position items that it bills; of a service, its own ids
    :ivar prices_per_piece: of a purchase, where the pieces do not all cost the same
    """

    kind: str
    tax: TaxAmount
    title: str
    quantity: int = 1
    sku: str | None = None
    article_number: str | None = None
    piece_ids: tuple[str, ...] = ()
    prices_per_piece: tuple[PiecePrice, ...] = ()
    modifications: tuple[Modification, ...] = ()


@dataclass(frozen=True, slots=True)
class Reduction:
    """What was paid by something else, e.g. a ``VOUCHER``; it lowers what is due, never the turnover."""

    kind: str
    amount: Money
    code: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiptPayment:
    """How the customer pays: `method` as OTTO names it, `provider` ``OTTOPAYMENTS`` or, before July 2022, ``PLAZA``."""

    method: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt.

    :ivar kind: one of `const.ReceiptKind`, or whatever OTTO adds one day
    :ivar refund_type: why all was given back, e.g. ``RETURN``, as is `partial_refund_type` for a part
    :ivar linked_number: the purchase that a refund belongs to
    :ivar is_real: False for a technical receipt and where the seller reports VAT by OSS: no document to book
    :ivar is_deemed_supplier: True where OTTO itself owes the VAT
    :ivar totals: the turnover, per type and rate of tax
    :ivar amount_due: what the customer still has to pay; 0 for prepayment, less vouchers. Never the turnover
    :ivar delivery_country: ISO alpha-3; of purchases only
    :ivar negated: whether OTTO wrote this refund with negative amounts
    :ivar raw: the JSON text as received
    """

    number: str
    kind: str
    created: datetime
    lines: tuple[ReceiptLine, ...]
    totals: tuple[TaxTotal, ...]
    amount_due: Money
    order_id: str | None = None
    order_number: str | None = None
    order_date: datetime | None = None
    shipment_date: datetime | None = None
    is_real: bool = True
    is_deemed_supplier: bool = False
    refund_type: str | None = None
    partial_refund_type: str | None = None
    linked_number: str | None = None
    linked_created: datetime | None = None
    reductions: tuple[Reduction, ...] = ()
    payment: ReceiptPayment = ReceiptPayment()
    customer: Address | None = None
    delivery_country: str | None = None
    currency: str = "EUR"
    negated: bool = False
    raw: str = ""

    @property
    def is_credit(self) -> bool:
        """Whether it gives money back to the customer; what OTTO adds one day is neither a credit nor a purchase."""
        return self.kind in (ReceiptKind.REFUND, ReceiptKind.PARTIAL_REFUND)

    @property
    def gross(self) -> Decimal:
        """The turnover, taxes included."""
        return sum((total.gross for total in self.totals), Decimal(0))

    @property
    def net(self) -> Decimal:
        """The turnover without taxes."""
        return sum((total.net for total in self.totals), Decimal(0))

    @property
    def tax(self) -> Decimal:
        """The taxes."""
        return sum((total.tax for total in self.totals), Decimal(0))

    @property
    def adds_up(self) -> bool:
        """Whether the lines make the totals, and net and tax the gross amount, at each type and rate of tax.

        The nets of lines may miss that of their total by cents: each was rounded by itself.
        """
        left = {(total.tax_type, total.rate): Decimal(0) for total in self.totals}
        for total in self.totals:
            left[total.tax_type, total.rate] += total.gross
        for line in self.lines:
            key = line.tax.tax_type, line.tax.rate
            left[key] = left.get(key, Decimal(0)) - line.tax.gross
        return all(total.adds_up for total in self.totals) and not any(left.values())


@dataclass(frozen=True, slots=True)
class BrokenReceipt:
    """A receipt that cannot be read, and why; numbers as far as they can be read.

    :ivar raw: the JSON text as received, so that the document is not lost
    """

    reason: str
    number: str | None = None
    order_number: str | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """One page of the list of receipts, newest first."""

    receipts: tuple[Receipt, ...]
    broken: tuple[BrokenReceipt, ...] = ()
