"""OTTO's JSON as typed records.

Unknown fields are ignored, unknown enumeration values kept as text, numbers may come as text. A required field that is
missing or is nonsense makes its record unreadable, with the path of the field in the message.
"""

import re
from collections.abc import Callable
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from .types import (
    Address,
    BrokenOrder,
    Dimension,
    Discount,
    Fee,
    Money,
    Order,
    OrderPage,
    PositionItem,
    Product,
    Quantity,
    QuantityPage,
    QuantityRefusal,
    QuantityResult,
    ShipFrom,
    Shipment,
    ShipmentItem,
    ShipmentState,
    TrackingKey,
)
from .wire import named_sku

EXCERPT = 200


class Unreadable(ValueError):
    """A field that is missing or is nonsense; the text names its path."""


class Node:
    """A JSON value with its path, read field by field."""

    def __init__(self, value: Any, path: str = ""):
        self.value = value
        self.path = path

    def get(self, name: str) -> "Node":
        """Return a field; its value is None when it is missing."""
        if not isinstance(self.value, dict):
            raise Unreadable(f"{self.path or 'the answer'} is no object")
        return Node(self.value.get(name), f"{self.path}.{name}" if self.path else name)

    def items(self) -> list["Node"]:
        """Return the elements of a list; a missing list is empty."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise Unreadable(f"{self.path} is no list")
        return [Node(value, f"{self.path}[{index}]") for index, value in enumerate(self.value)]

    def maybe(self, reader: Callable[["Node"], Any]) -> Any:
        """Read the value with a reader, or return None when it is missing."""
        return None if self.value is None else reader(self)

    def text(self) -> str:
        """Return a required text without NUL characters and outer blanks."""
        if self.value is None or isinstance(self.value, (dict, list, bool)):
            raise Unreadable(f"{self.path} is missing")
        return str(self.value).replace("\x00", "").strip()

    def optional_text(self) -> str | None:
        """Return a text, or None when it is missing or empty."""
        return (self.text() or None) if self.value is not None else None

    def number(self) -> Decimal:
        """Return a required finite number, which may come as text."""
        try:
            number = Decimal(self.text())
        except InvalidOperation:
            raise Unreadable(f"{self.path} is no number") from None
        if not number.is_finite():
            raise Unreadable(f"{self.path} is no number")
        return number

    def whole(self) -> int:
        """Return a required whole number."""
        number = self.number()
        if number != int(number):
            raise Unreadable(f"{self.path} is no whole number")
        return int(number)

    def flag(self) -> bool:
        """Return a yes or no; missing is no."""
        return self.value is True or str(self.value).lower() == "true"

    def moment(self) -> datetime:
        """Return a required moment in UTC, in any of the forms that OTTO uses."""
        text = self.text()
        try:
            moment = datetime.fromisoformat(_normal_moment(text))
        except ValueError:
            raise Unreadable(f"{self.path} is no date: {text[:40]}") from None
        return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _normal_moment(text: str) -> str:
    """Bring `Z`, `+0000` and any number of decimals into the form that Python 3.10 reads."""
    text = re.sub(r"[zZ]$", "+00:00", text)
    text = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text)
    return re.sub(r"\.(\d+)", lambda match: "." + match[1][:6].ljust(6, "0"), text)


def order_page(body: Any) -> OrderPage:
    """Read a page of orders; an order that cannot be read does not stop the others (R20).

    :raises Unreadable: when the page itself is no list of orders
    """
    orders, broken = [], []
    for node in Node(body).get("resources").items():
        try:
            orders.append(order(node))
        except Unreadable as error:
            broken.append(_broken(node, str(error)))
    return OrderPage(tuple(orders), tuple(broken))


def _broken(node: Node, reason: str) -> BrokenOrder:
    raw = node.value if isinstance(node.value, dict) else {}
    number, order_id = (str(raw[key]) if raw.get(key) else None for key in ("orderNumber", "salesOrderId"))
    reason = re.sub(r"^resources\[\d+\]\.", "", reason)
    return BrokenOrder(order_id, number, reason, repr(sorted(raw))[:EXCERPT], _broken_pieces(raw.get("positionItems")))


def _broken_pieces(items: Any) -> tuple[tuple[str | None, str | None], ...]:
    """Return SKU and status of each piece; (None, None) when there is no list of pieces."""
    pieces = []
    for item in items if isinstance(items, list) else ():
        item = item if isinstance(item, dict) else {}
        product = item.get("product") if isinstance(item.get("product"), dict) else {}
        pieces.append(
            tuple(str(value) if value else None for value in (product.get("sku"), item.get("fulfillmentStatus")))
        )
    return tuple(pieces) or ((None, None),)


def order(node: Node) -> Order:
    """Read a partner order.

    :raises Unreadable: names the field
    """
    items = tuple(position_item(item) for item in node.get("positionItems").items())
    if not items:
        raise Unreadable(f"{node.path}.positionItems is empty")
    return Order(
        id=node.get("salesOrderId").text(),
        number=node.get("orderNumber").text(),
        order_date=node.get("orderDate").moment(),
        lifecycle_change=node.get("orderLifecycleInformation").get("lifecycleChangeDate").moment(),
        last_modified=node.get("lastModifiedDate").maybe(Node.moment),
        items=items,
        payment_method=node.get("payment").maybe(lambda payment: payment.get("paymentMethod").optional_text()),
        fees=tuple(fee(entry) for entry in node.get("initialDeliveryFees").items()),
        discounts=tuple(discount(entry) for entry in node.get("initialDiscounts").items()),
        delivery_address=node.get("deliveryAddress").maybe(address),
        invoice_address=node.get("invoiceAddress").maybe(address),
        suspected_fraud=node.get("suspectedFraudCase").flag(),
    )


def position_item(node: Node) -> PositionItem:
    """Read one piece."""
    return PositionItem(
        id=node.get("positionItemId").text(),
        status=node.get("fulfillmentStatus").text(),
        product=product(node.get("product")),
        gross_price=money(node.get("itemValueGrossPrice")),
        discount=node.get("itemValueDiscount").maybe(money),
        reduced_gross_price=node.get("itemValueReducedGrossPrice").maybe(money),
        expected_delivery=node.get("expectedDeliveryDate").maybe(Node.moment),
        processable_date=node.get("processableDate").maybe(Node.moment),
        sent_date=node.get("sentDate").maybe(Node.moment),
        returned_date=node.get("returnedDate").maybe(Node.moment),
        cancellation_date=node.get("cancellationDate").maybe(Node.moment),
        cancellation_reason=node.get("cancellationReason").optional_text(),
        tracking=node.get("trackingInfo").maybe(tracking_key),
        deal_id=node.get("dealId").optional_text(),
        deal_name=node.get("dealName").optional_text(),
        weee_pickup=node.get("weeePickup").flag(),
        return_accepted_by_marketplace=node.get("returnAcceptedByMarketplace").flag(),
    )


def product(node: Node) -> Product:
    """Read the article of a piece."""
    return Product(
        sku=node.get("sku").text(),
        title=node.get("productTitle").text(),
        article_number=node.get("articleNumber").text(),
        vat_rate=node.get("vatRate").number(),
        ean=node.get("ean").optional_text(),
        shop_url=node.get("shopUrl").optional_text(),
        dimensions=tuple(
            Dimension(*(entry.get(name).optional_text() or "" for name in ("type", "displayName", "value")))
            for entry in node.get("dimensions").items()
        ),
    )


def money(node: Node) -> Money:
    """Read an amount with its currency."""
    return Money(node.get("amount").number(), node.get("currency").text())


def fee(node: Node) -> Fee:
    """Read an initial delivery fee."""
    return Fee(
        name=node.get("name").text(),
        amount=money(node.get("deliveryFeeAmount")),
        vat_rate=node.get("vatRate").number(),
        position_item_ids=tuple(entry.text() for entry in node.get("positionItemIds").items()),
    )


def discount(node: Node) -> Discount:
    """Read an initial discount."""
    return Discount(
        name=node.get("name").text(),
        discount_id=node.get("discountId").optional_text() or "",
        discount_name=node.get("discountName").optional_text() or "",
        amount=money(node.get("discountAmount")),
        vat_rate=node.get("vatRate").number(),
        position_item_ids=tuple(entry.text() for entry in node.get("positionItemIds").items()),
    )


def address(node: Node) -> Address:
    """Read a postal address; OTTO leaves parts of it empty for parcel lockers."""
    return Address(
        salutation=node.get("salutation").optional_text() or "UNKNOWN",
        first_name=node.get("firstName").optional_text() or "",
        last_name=node.get("lastName").optional_text() or "",
        street=node.get("street").optional_text() or "",
        house_number=node.get("houseNumber").optional_text() or "",
        zip_code=node.get("zipCode").text(),
        city=node.get("city").text(),
        country_code=node.get("countryCode").text(),
        title=node.get("title").optional_text(),
        addition=node.get("addition").optional_text(),
        phone=node.get("phoneNumber").optional_text(),
        email=node.get("email").optional_text(),
    )


def tracking_key(node: Node) -> TrackingKey:
    """Read a parcel's carrier and number; a forwarder has no number."""
    return TrackingKey(node.get("carrier").text(), node.get("trackingNumber").optional_text())


def shipment(node: Node) -> Shipment:
    """Read a shipment as OTTO holds it."""
    ship_from = node.get("shipFromAddress")
    return Shipment(
        id=node.get("shipmentId").optional_text(),
        tracking=tracking_key(node.get("trackingKey")),
        ship_date=node.get("shipDate").moment(),
        ship_from=ShipFrom(*(ship_from.get(name).text() for name in ("city", "zipCode", "countryCode"))),
        items=tuple(shipment_item(entry) for entry in node.get("positionItems").items()),
        states=tuple(
            ShipmentState(entry.get("state").text(), entry.get("occurredOn").moment())
            for entry in node.get("states").items()
        ),
    )


def shipment_item(node: Node) -> ShipmentItem:
    """Read a piece of a shipment."""
    return ShipmentItem(
        position_item_id=node.get("positionItemId").text(),
        order_id=node.get("salesOrderId").text(),
        return_tracking=node.get("returnTrackingKey").maybe(tracking_key),
        return_address_carrier_id=node.get("returnAddressCarrierId").optional_text(),
    )


def quantity(node: Node) -> Quantity:
    """Read the quantity that OTTO holds of an article."""
    return Quantity(node.get("sku").text(), node.get("quantity").whole(), node.get("lastModified").maybe(Node.moment))


def quantity_page(body: Any) -> QuantityPage:
    """Read a page of quantities; an entry that cannot be read does not stop the others (R20).

    :raises Unreadable: when the page itself holds no quantities
    """
    quantities, unreadable = [], 0
    for node in Node(body).get("resources").get("variations").items():
        try:
            quantities.append(quantity(node))
        except Unreadable:
            unreadable += 1
    return QuantityPage(tuple(quantities), unreadable)


def quantity_result(status: int, answer: Any, skus: list[str]) -> QuantityResult:
    """Read article by article what OTTO made of quantities (facts/otto.md §7.1).

    200 accepts all, whatever its body; of 207 only what it names counts, as accepted or as refused; 422 refuses all.

    :raises Unreadable: a 207 that is no object
    """
    results = Node(answer).get("results").items() if status == 207 else []
    refused = _quantity_refusals(answer, set(skus))
    names = {refusal.sku for refusal in refused}
    if status == 422:
        accepted = set()
    elif status == 207 or None in names:
        accepted = {sku for node in results if (sku := node.get("sku").maybe(Node.text))}
    else:
        accepted = set(skus)
    return QuantityResult(tuple(sku for sku in skus if sku in accepted - names), refused)


def _quantity_refusals(answer: Any, skus: set[str]) -> tuple[QuantityRefusal, ...]:
    """Read the errors of a 207 or 422; the article stands at the end of OTTO's texts."""
    errors = answer.get("errors") if isinstance(answer, dict) else None
    found = []
    for error in errors if isinstance(errors, list) else ():
        title, detail = (str(error.get(key) or "") if isinstance(error, dict) else "" for key in ("title", "detail"))
        found.append(QuantityRefusal(named_sku(skus, detail, title), detail or title))
    return tuple(found)
