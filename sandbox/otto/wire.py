"""OTTO's JSON: the shapes and date formats of orders, shipments and quantities (facts/otto.md §2, §4, §5, §7)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from .edits import patched
from .model import Address, Article, Discount, Fee, Item, Order, Quantity, Shipment, Status, Tracking

BERLIN = ZoneInfo("Europe/Berlin")
COUNTRY = "DEU"


def order_time(moment: datetime) -> str:
    """Write a time as orders do: milliseconds and an offset without a colon."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}+0000"


def berlin_time(moment: datetime) -> str:
    """Write a time as `expectedDeliveryDate` does: local, offset with a colon."""
    return moment.astimezone(BERLIN).isoformat(timespec="milliseconds")


def zulu(moment: datetime) -> str:
    """Write a time as shipments do."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def zulu_micro(moment: datetime) -> str:
    """Write a time as the availability interface does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def amount(value: Decimal, currency: str) -> dict:
    """Write an amount; OTTO's amounts are JSON numbers."""
    return {"amount": float(value), "currency": currency}


def order(source: Order) -> dict:
    """Write a PartnerOrder with what was changed by hand; what is not known yet is absent, not null."""
    written = _order(source)
    for change in source.edits:
        written = patched(written, change)
    return written


def _order(source: Order) -> dict:
    return _present(
        {
            "salesOrderId": source.id,
            "orderNumber": source.number,
            "orderDate": order_time(source.order_date),
            "lastModifiedDate": order_time(source.last_modified),
            "suspectedFraudCase": False,
            "positionItems": [_item(item) for item in source.items],
            "orderLifecycleInformation": {"lifecycleChangeDate": order_time(source.lifecycle_change)},
            "payment": {"paymentMethod": source.payment},
            "initialDeliveryFees": [_fee(fee) for fee in source.fees] or None,
            "initialDiscounts": [_discount(discount) for discount in source.discounts] or None,
            "deliveryAddress": _address(source.delivery) if source.released else None,
            "invoiceAddress": _address(source.invoice) if source.released else None,
            "links": [{"rel": "self", "href": f"/v4/orders/{source.id}"}],
        }
    )


def _item(item: Item) -> dict:
    reduced = item.discount is not None
    # Returned and cancelled pieces are usually without an expected delivery date (facts/otto.md §4.4).
    expects = item.status in (Status.PROCESSABLE, Status.SENT, Status.CANCELLED_BY_PARTNER)
    return _present(
        {
            "positionItemId": item.id,
            "fulfillmentStatus": str(item.status),
            "processableDate": item.processable and order_time(item.processable),
            "expectedDeliveryDate": berlin_time(item.expected) if expects else None,
            "sentDate": item.sent and order_time(item.sent),
            "returnedDate": item.returned and order_time(item.returned),
            "cancellationDate": item.cancelled and order_time(item.cancelled),
            "cancellationReason": item.cancellation_reason,
            "itemValueGrossPrice": amount(item.gross, item.currency),
            "itemValueDiscount": amount(item.discount, item.currency) if reduced else None,
            "itemValueReducedGrossPrice": amount(item.price, item.currency) if reduced else None,
            "dealId": item.deal and item.deal[0],
            "dealName": item.deal and item.deal[1],
            "weeePickup": item.weee_pickup,
            "returnAcceptedByMarketplace": item.accepted_by_marketplace if item.processable else None,
            "trackingInfo": item.tracking and _tracking(item.tracking),
            "product": _product(item.article),
        }
    )


def _product(article: Article) -> dict:
    return {
        "sku": article.sku,
        "productTitle": article.title,
        "articleNumber": article.article_number,
        "ean": article.ean,
        "vatRate": float(article.vat),
        "shopUrl": f"https://www.otto.de/p/{article.article_number}",
        "dimensions": [
            {"type": kind, "displayName": label, "value": value} for kind, label, value in article.dimensions
        ],
    }


def _fee(fee: Fee) -> dict:
    return {
        "name": fee.name,
        "deliveryFeeAmount": amount(fee.amount, fee.currency),
        "positionItemIds": list(fee.item_ids),
        "vatRate": float(fee.vat),
    }


def _discount(discount: Discount) -> dict:
    return {
        "name": "DISCOUNT",
        "discountId": discount.id,
        "discountName": discount.name,
        "discountAmount": amount(discount.amount, discount.currency),
        "positionItemIds": list(discount.item_ids),
        "vatRate": float(discount.vat),
    }


def _address(address: Address) -> dict:
    return _present(
        {
            "salutation": address.salutation,
            "title": address.title,
            "firstName": address.first_name,
            "lastName": address.last_name,
            "street": address.street,
            "houseNumber": address.house_number,
            "addition": address.addition,
            "zipCode": address.zip_code,
            "city": address.city,
            "countryCode": COUNTRY,
            "phoneNumber": address.phone,
            "email": address.email,
        }
    )


def _tracking(tracking: Tracking) -> dict:
    return _present({"carrier": tracking.carrier, "trackingNumber": tracking.number})


def shipment_summary(source: Shipment, now: datetime) -> dict:
    """Write a shipment as the list does."""
    return {
        "shipmentId": source.id,
        "creationDate": zulu(source.created),
        "trackingKey": _tracking(source.tracking),
        "states": [{"state": state, "occurredOn": zulu(at)} for state, at in source.states(now)],
    }


def shipment(source: Shipment, now: datetime) -> dict:
    """Write a shipment with everything in it, as it is at a moment."""
    return shipment_summary(source, now) | {
        "shipDate": zulu(source.ship_date),
        "shipFromAddress": source.ship_from,
        "positionItems": [
            _present(
                {
                    "positionItemId": item.item_id,
                    "salesOrderId": item.order_id,
                    "returnTrackingKey": item.return_tracking and _tracking(item.return_tracking),
                    "returnAddressCarrierId": item.return_address_carrier_id,
                }
            )
            for item in source.items
        ],
    }


def quantity(sku: str, source: Quantity, *, link: bool = True) -> dict:
    """Write a quantity; lists and acknowledgements carry a link, the single one does not (facts/otto.md §7)."""
    shown: dict[str, Any] = {"sku": sku, "quantity": source.quantity, "lastModified": zulu_micro(source.at)}
    if link:
        shown["links"] = [{"rel": "self", "href": f"/v1/availability/quantities/{quote(sku, safe='')}"}]
    return shown


def article(source: Article) -> dict:
    """Write an article as the control interface shows it."""
    return {
        "sku": source.sku,
        "ean": source.ean,
        "title": source.title,
        "price": float(source.price),
        "vatRate": float(source.vat),
        "articleNumber": source.article_number,
    }


def _present(source: dict) -> dict:
    return {key: value for key, value in source.items() if value is not None}
