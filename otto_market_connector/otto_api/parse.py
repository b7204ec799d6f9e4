"""OTTO's JSON as typed records.

Unknown fields are ignored, unknown enumeration values kept as text, numbers may come as text. A required field that is
missing or is nonsense makes its record unreadable, with the path of the field in the message.
"""

import re
from decimal import Decimal
from typing import Any

from .dialects import problems_of
from .foreign import Secrets, cut, tidy
from .node import ODD, Node, Unreadable, reason_of, scalar
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
from .wire import LINK_LIMIT, named_sku

EXCERPT = 200
# More is no price, whatever the currency.
MOST_MONEY = Decimal(10) ** 10
# For texts out of which the transport took the secrets already.
NO_SECRETS = Secrets()


def order_page(body: Any) -> OrderPage:
    """Read a page of orders; an order that cannot be read does not stop the others (R20).

    :raises Unreadable: when the page itself is no list of orders
    """
    orders, broken = [], []
    for node in Node(body).get("resources").items():
        try:
            orders.append(order(node))
        except ODD as error:
            broken.append(_broken(node, reason_of(error)))
    return OrderPage(tuple(orders), tuple(broken))


def _broken(node: Node, reason: str) -> BrokenOrder:
    raw = node.value if isinstance(node.value, dict) else {}
    number, order_id = (scalar(raw.get(key)) for key in ("orderNumber", "salesOrderId"))
    reason = re.sub(r"^resources\[\d+\]\.", "", reason)
    excerpt = cut(tidy(repr(sorted(map(str, raw)))), EXCERPT)
    return BrokenOrder(order_id, number, reason, excerpt, _broken_pieces(raw.get("positionItems")))


def _broken_pieces(items: Any) -> tuple[tuple[str | None, str | None], ...]:
    """Return SKU and status of each piece; (None, None) when there is no list of pieces.

    A list that is there and empty has no pieces: such an order has sold nothing, and holds nothing back.
    """
    if not isinstance(items, list):
        return ((None, None),)
    pieces = []
    for item in items:
        item = item if isinstance(item, dict) else {}
        product = item.get("product") if isinstance(item.get("product"), dict) else {}
        pieces.append((scalar(product.get("sku")), scalar(item.get("fulfillmentStatus"))))
    return tuple(pieces)


def order(node: Node) -> Order:
    """Read a partner order.

    :raises Unreadable: names the field
    """
    items = tuple(position_item(item) for item in node.get("positionItems").items())
    if not items:
        raise Unreadable(f"{node.path}.positionItems is empty")
    return Order(
        id=node.get("salesOrderId").key(),
        number=node.get("orderNumber").key(),
        order_date=node.get("orderDate").moment(),
        lifecycle_change=node.get("orderLifecycleInformation").get("lifecycleChangeDate").moment(),
        last_modified=node.get("lastModifiedDate").optional_moment(),
        items=items,
        payment_method=node.get("payment").maybe(lambda payment: payment.get("paymentMethod").optional_title()),
        fees=tuple(fee(entry) for entry in node.get("initialDeliveryFees").items()),
        discounts=tuple(discount(entry) for entry in node.get("initialDiscounts").items()),
        delivery_address=node.get("deliveryAddress").maybe(address),
        invoice_address=node.get("invoiceAddress").maybe(address),
        suspected_fraud=node.get("suspectedFraudCase").flag(),
    )


def position_item(node: Node) -> PositionItem:
    """Read one piece."""
    return PositionItem(
        id=node.get("positionItemId").key(),
        status=node.get("fulfillmentStatus").text(),
        product=product(node.get("product")),
        gross_price=money(node.get("itemValueGrossPrice")),
        discount=node.get("itemValueDiscount").maybe(money),
        reduced_gross_price=node.get("itemValueReducedGrossPrice").maybe(money),
        expected_delivery=node.get("expectedDeliveryDate").optional_moment(),
        processable_date=node.get("processableDate").optional_moment(),
        sent_date=node.get("sentDate").optional_moment(),
        returned_date=node.get("returnedDate").optional_moment(),
        cancellation_date=node.get("cancellationDate").optional_moment(),
        cancellation_reason=node.get("cancellationReason").optional_title(),
        tracking=node.get("trackingInfo").maybe(tracking_key),
        deal_id=node.get("dealId").optional_text(),
        deal_name=node.get("dealName").optional_title(),
        weee_pickup=node.get("weeePickup").flag(),
        return_accepted_by_marketplace=node.get("returnAcceptedByMarketplace").flag(),
    )


def product(node: Node) -> Product:
    """Read the article of a piece."""
    return Product(
        sku=node.get("sku").key(),
        title=node.get("productTitle").title(),
        article_number=node.get("articleNumber").text(),
        vat_rate=node.get("vatRate").number(),
        ean=node.get("ean").optional_text(),
        shop_url=link(node.get("shopUrl")),
        dimensions=tuple(
            Dimension(*(entry.get(name).optional_title() or "" for name in ("type", "displayName", "value")))
            for entry in node.get("dimensions").items()
        ),
    )


def money(node: Node) -> Money:
    """Read an amount with its currency."""
    amount = node.get("amount").number()
    if abs(amount) > MOST_MONEY:
        raise Unreadable(f"{node.path}.amount is no amount")
    return Money(amount, node.get("currency").text())


def link(node: Node) -> str | None:
    """Read the address of a page or picture; one that is cut off leads nowhere, so it counts as missing."""
    text = node.plain() if node.value is not None else ""
    return text if 0 < len(text) <= LINK_LIMIT else None


def fee(node: Node) -> Fee:
    """Read an initial delivery fee."""
    return Fee(
        name=node.get("name").title(),
        amount=money(node.get("deliveryFeeAmount")),
        vat_rate=node.get("vatRate").number(),
        position_item_ids=tuple(entry.text() for entry in node.get("positionItemIds").items()),
    )


def discount(node: Node) -> Discount:
    """Read an initial discount."""
    return Discount(
        name=node.get("name").title(),
        discount_id=node.get("discountId").optional_text() or "",
        discount_name=node.get("discountName").optional_title() or "",
        amount=money(node.get("discountAmount")),
        vat_rate=node.get("vatRate").number(),
        position_item_ids=tuple(entry.text() for entry in node.get("positionItemIds").items()),
    )


def address(node: Node) -> Address:
    """Read a postal address; OTTO leaves parts of it empty for parcel lockers."""
    return Address(
        salutation=node.get("salutation").optional_title() or "UNKNOWN",
        first_name=node.get("firstName").optional_title() or "",
        last_name=node.get("lastName").optional_title() or "",
        street=node.get("street").optional_title() or "",
        house_number=node.get("houseNumber").optional_title() or "",
        zip_code=node.get("zipCode").title(),
        city=node.get("city").title(),
        country_code=node.get("countryCode").title(),
        title=node.get("title").optional_title(),
        addition=node.get("addition").optional_title(),
        phone=node.get("phoneNumber").optional_title(),
        email=node.get("email").optional_title(),
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
    return Quantity(node.get("sku").key(), node.get("quantity").whole(), node.get("lastModified").optional_moment())


def quantity_page(body: Any) -> QuantityPage:
    """Read a page of quantities; an entry that cannot be read does not stop the others (R20).

    :raises Unreadable: when the page itself holds no quantities
    """
    quantities, unreadable = [], 0
    for node in Node(body).get("resources").get("variations").items():
        try:
            quantities.append(quantity(node))
        except ODD:
            unreadable += 1
    return QuantityPage(tuple(quantities), unreadable)


def quantity_result(status: int, answer: Any, skus: list[str]) -> QuantityResult:
    """Read article by article what OTTO made of quantities (facts/otto.md §7.1).

    200 accepts all, whatever its body; of 207 only what it names counts, as accepted or as refused; 422 refuses all.

    :raises Unreadable: a 207 that is no object
    """
    results = Node(answer).get("results").one_or_many() if status == 207 else []
    refused = _quantity_refusals(answer, set(skus))
    names = {refusal.sku for refusal in refused}
    if status == 422:
        accepted = set()
    elif status == 207 or None in names:
        accepted = named_in(results)
    else:
        accepted = set(skus)
    return QuantityResult(tuple(sku for sku in skus if sku in accepted - names), refused)


def named_in(results: list[Node]) -> set[str]:
    """Return the articles that the results of a 207 name; a result that names none says nothing."""
    values = [node.value.get("sku") if isinstance(node.value, dict) else None for node in results]
    return {sku for value in values if (sku := scalar(value))}


def _quantity_refusals(answer: Any, skus: set[str]) -> tuple[QuantityRefusal, ...]:
    """Read the errors of a 207 or 422; the article stands at the end of OTTO's texts."""
    found = []
    for problem in problems_of(answer.get("errors") if isinstance(answer, dict) else None):
        title, detail = (tidy(str(problem.get(key) or "")) for key in ("title", "detail"))
        found.append(QuantityRefusal(named_sku(skus, detail, title), sentence(detail or title)))
    return tuple(found)


def sentence(text: str) -> str:
    """Return a reason of OTTO's as it may be stored and shown; the transport took the secrets out that it knows."""
    return NO_SECRETS.words(text)
