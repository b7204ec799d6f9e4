# ruff: noqa: N815
"""Receipts V3 as OTTO's document has them: every field with its type, and which are required (facts/otto.md §9).

What clients that are generated from that document can read. Unknown fields are refused here, so that the sandbox writes
none that OTTO does not have.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Zulu = Annotated[
    str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"), AfterValidator(datetime.fromisoformat)
]
PartialRefund = Literal[
    "REFUND_COMPLAINT_ITEM",
    "REFUND_PAYPAL_DISPUTE",
    "REFUND_ESCALATION",
    "REFUND_PARTIAL_AMOUNT_AFTER_SERVICE_CANCELLATION",
    "REFUND_CREDIT_CARD_DISPUTE",
]


class Model(BaseModel):
    """Strict, and without unknown fields."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Amount(Model):
    """A number with a currency."""

    amount: float
    currency: Literal["EUR"]


class Price(Model):
    """An amount with its tax; the rate is a text."""

    taxType: Literal["VAT", "INSURANCE"]
    taxRate: Annotated[str, Field(pattern=r"^\d+\.\d$")]
    gross: Amount
    net: Amount | None = None
    tax: Amount | None = None


class ModificationDetails(Model):
    """Why something was taken off."""

    description: str | None = None
    id: str | None = None
    type: Literal["PARTNER_DISCOUNT", "PLATFORM_DISCOUNT"] | None = None
    linkedReceiptNumber: str | None = None
    linkedReceiptCreationDate: Zulu | None = None
    linkedPositionItemId: str | None = None


class PriceModification(Model):
    """What was taken off a position."""

    lineNumber: int | None = None
    priceModificationType: Literal["PARTNER_DISCOUNT", "DEFECT_COMPENSATION"] | PartialRefund
    details: ModificationDetails
    priceModificationAmount: Price


class PriceToPay(Model):
    """What some pieces cost each."""

    positionItemIds: list[str]
    priceToPay: Price


class ItemPosition(Model):
    """Pieces of one article."""

    lineNumber: int | None = None
    sku: str | None = None
    articleNumber: str
    productTitle: str
    variationAttributes: str | None = None
    positionItemIds: list[str]
    quantity: int
    unitPrice: Price
    priceToPayPerPositionItems: list[PriceToPay] | None = None
    positionSum: Price
    priceModifications: list[PriceModification]


class ItemPartialRefundPosition(Model):
    """A part of the price of pieces, given back."""

    lineNumber: int | None = None
    sku: str | None = None
    articleNumber: str
    productTitle: str
    variationAttributes: str | None = None
    positionItemIds: list[str]
    partialRefundAmount: Price


class DeliveryCost(Model):
    """Delivery costs."""

    lineNumber: int | None = None
    deliveryCostType: Literal["DELIVERY_FEE_STANDARD", "DELIVERY_FEE_FREIGHT_SURCHARGE"]
    unitPrice: Price
    positionSum: Price
    priceModifications: list[PriceModification]


class LineItems(Model):
    """All six lists are there, empty where they are not used."""

    itemPositions: list[ItemPosition]
    itemPartialRefundPositions: list[ItemPartialRefundPosition]
    servicePositions: list[dict]
    servicePartialRefundPositions: list[dict]
    deliveryCosts: list[DeliveryCost]
    deliveryFeePartialRefundPositions: list[dict]


class Address(Model):
    """An address of a receipt."""

    firstName: str | None = None
    lastName: str | None = None
    addition: str | None = None
    street: str
    houseNumber: str | None = None
    zipCode: str
    city: str
    countryCode: Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Customer(Model):
    """Who pays."""

    invoiceAddress: Address


class Partner(Model):
    """The seller."""

    partnerName: str
    street: str
    zipCode: str
    city: str
    countryCode: str
    vatId: str
    representedBy: str
    registerCourt: str | None = None
    commercialRegisterNumber: str | None = None
    shopName: str | None = None


class Payment(Model):
    """How the customer pays."""

    paymentProvider: Literal["PLAZA", "OTTOPAYMENTS"]
    paymentMethod: str
    paymentBreak: bool | None = None


class ShipFrom(Model):
    """Where a parcel began its way."""

    zipCode: str
    countryCode: str


class Shipment(Model):
    """The parcel of a purchase."""

    shipFromAddress: ShipFrom


class VoucherDetails(Model):
    """Which voucher."""

    voucherCode: str


class TotalsReduction(Model):
    """What was paid by something else."""

    type: Literal["VOUCHER"]
    details: VoucherDetails | None = None
    gross: Amount


class Receipt(Model):
    """A receipt."""

    receiptType: Literal["PURCHASE", "REFUND", "PARTIAL_REFUND"]
    isRealReceipt: bool
    isDeemedSupplierModel: bool
    receiptNumber: str
    creationDate: Zulu
    salesOrderId: str
    orderNumber: str
    orderDate: Zulu
    shipmentDate: Zulu | None = None
    shipment: Shipment | None = None
    payment: Payment
    partner: Partner
    customer: Customer
    deliveryAddress: Address | None = None
    lineItems: LineItems
    totals: list[Price]
    totalsGrossAmount: Amount | None = None
    amountDue: Amount
    totalsReductions: list[TotalsReduction] | None = None
    refundType: Literal["RETURN", "CANCELLATION", "DELIVERY_FEE_REFUND_AFTER_FULL_REFUND"] | None = None
    partialRefundType: PartialRefund | None = None
    linkedReceiptNumber: str | None = None
    linkedCreationDate: Zulu | None = None
