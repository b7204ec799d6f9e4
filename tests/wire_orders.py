"""Random OTTO orders as JSON, in every state and shape that OTTO's API allows (facts/otto.md §4.3)."""

import datetime
import uuid

from hypothesis import strategies as st

RATES = (19, 7, 0, "19.00")
STATUSES = ("ANNOUNCED", "PROCESSABLE", "CANCELLED_BY_PARTNER", "CANCELLED_BY_MARKETPLACE")
NAMES = ("Müller", "O'Neil", "van der Berg", "Özdemir-Grün", "Ærø", "李")
PAYMENTS = ("INVOICE_SINGLE", "PREPAYMENT", "PAYPAL", "SOMETHING_NEW")
SOMEWHERE = {
    "salutation": "MS",
    "firstName": "Erika",
    "lastName": "Mustermann",
    "street": "Werner-Otto-Str.",
    "houseNumber": "96",
    "zipCode": "22179",
    "city": "Hamburg",
    "countryCode": "DEU",
}
START = datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.timezone.utc)


def moment(seconds: int) -> str:
    """Return a moment as OTTO writes it."""
    return (START + datetime.timedelta(seconds=seconds, milliseconds=seconds % 1000)).isoformat(timespec="milliseconds")


def amount(cents: int, text: bool = False, currency: str = "EUR") -> dict:
    """Return an amount in OTTO's form; OTTO sends numbers, and sometimes text."""
    value = f"{cents / 100:.2f}" if text else cents / 100
    return {"amount": value, "currency": currency}


@st.composite
def pieces(draw, skus, statuses=STATUSES):
    """A group of equal pieces: OTTO has no quantities. Prices in cents, with a deal or a discount or neither."""
    cents = draw(st.one_of(st.just(0), st.integers(1, 99_999)))
    off = draw(st.one_of(st.just(0), st.integers(0, cents)))
    text, sku = draw(st.booleans()), draw(st.sampled_from(skus))
    base = {
        "itemValueGrossPrice": amount(cents, text),
        "product": {
            "sku": sku,
            "productTitle": draw(st.sampled_from(("Hemd <b>weiß</b>", "Tisch 120 × 80", "Lampe\x00"))),
            "articleNumber": f"S0A{sku}",
            "vatRate": draw(st.sampled_from(RATES)),
        },
    }
    if off:
        base["itemValueDiscount"] = amount(off, text)
        base["itemValueReducedGrossPrice"] = amount(cents - off, text)
    made = []
    for _ in range(draw(st.integers(1, 4))):
        item = {"positionItemId": "", **base, "fulfillmentStatus": draw(st.sampled_from(statuses))}
        if draw(st.booleans()):
            item["expectedDeliveryDate"] = moment(86_400 * draw(st.integers(1, 30)))
        made.append(item)
    return made


def address(draw) -> dict:
    """Return an address; `title`, `addition` and `phoneNumber` may be missing."""
    result = {
        "salutation": draw(st.sampled_from(("MR", "MS", "COMPANY", "UNKNOWN"))),
        "firstName": draw(st.sampled_from(NAMES)),
        "lastName": draw(st.sampled_from(NAMES)),
        "street": draw(st.sampled_from(("Werner-Otto-Straße", "Packstation", "Am Alten Markt"))),
        "houseNumber": str(draw(st.integers(1, 300))),
        "zipCode": f"{draw(st.integers(1000, 99_999)):05d}",
        "city": "Köln",
        "countryCode": "DEU",
        "email": "real@example.com",
    }
    if draw(st.booleans()):
        result["addition"] = "c/o Müller"
    return result


@st.composite
def orders(draw, skus, statuses=STATUSES):
    """One order as GET /v4/orders gives it; all its pieces are announced, or none is."""
    if draw(st.integers(0, 5)) == 0:
        statuses = ("ANNOUNCED",)
    else:
        statuses = tuple(status for status in statuses if status != "ANNOUNCED")
    items = [item for group in draw(st.lists(pieces(skus, statuses), min_size=1, max_size=4)) for item in group]
    order_id = uuid.UUID(int=draw(st.integers(0, 2**128 - 1)))
    for number, item in enumerate(items):
        item["positionItemId"] = str(uuid.uuid5(order_id, str(number)))
    ids = [item["positionItemId"] for item in items]
    changed = draw(st.integers(0, 10**6))
    order = {
        "salesOrderId": str(order_id),
        "orderNumber": draw(st.text("abcdefghijkmnpqrstuvwxyz0123456789", min_size=10, max_size=10)),
        "orderDate": moment(0),
        "lastModifiedDate": moment(changed),
        "orderLifecycleInformation": {"lifecycleChangeDate": moment(changed)},
        "payment": {"paymentMethod": draw(st.sampled_from(PAYMENTS))},
        "positionItems": items,
        "somethingNew": {"of": "next year"},
    }
    rates = sorted({float(item["product"]["vatRate"]) for item in items})
    fees = draw(st.lists(st.tuples(st.integers(0, 5000), st.sampled_from(rates)), max_size=2))
    names = ("DELIVERY_FEE_STANDARD", "DELIVERY_FEE_FREIGHT_SURCHARGE")
    order["initialDeliveryFees"] = [
        {"name": name, "deliveryFeeAmount": amount(cents), "positionItemIds": ids, "vatRate": rate}
        for name, (cents, rate) in zip(names, fees, strict=False)
    ]
    if statuses != ("ANNOUNCED",):
        order["deliveryAddress"] = address(draw)
        order["invoiceAddress"] = {**address(draw), "email": "a1b2@pseudonym.example"}
    return order


def total_cents(order: dict) -> int:
    """Return what the customer pays, in cents: pieces not cancelled, plus the fees while a piece is left (R18)."""
    live = [item for item in order["positionItems"] if not item["fulfillmentStatus"].startswith("CANCELLED")]
    prices = [item.get("itemValueReducedGrossPrice", item["itemValueGrossPrice"]) for item in live]
    fees = [fee["deliveryFeeAmount"] for fee in order["initialDeliveryFees"]] if live else []
    return sum(round(float(money["amount"]) * 100) for money in (*prices, *fees))


def later(order: dict, statuses: dict[str, str], changed: int) -> dict:
    """Return a newer copy of an order in which pieces have another status."""
    items = [
        {**item, "fulfillmentStatus": statuses.get(item["positionItemId"], item["fulfillmentStatus"])}
        for item in order["positionItems"]
    ]
    return {
        **order,
        "positionItems": items,
        "lastModifiedDate": moment(changed),
        "orderLifecycleInformation": {"lifecycleChangeDate": moment(changed)},
    }
