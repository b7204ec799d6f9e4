"""The small page at `/`: what the marketplace holds, for people who watch a demonstration (German)."""

from datetime import datetime
from decimal import Decimal
from html import escape

from ..page import document, table
from .model import Order, Status
from .state import Market
from .wire import BERLIN

STATUS_WORDS = {
    Status.ANNOUNCED: "angekündigt",
    Status.PROCESSABLE: "bereit zum Versand",
    Status.SENT: "versendet",
    Status.RETURNED: "zurückgeschickt",
    Status.CANCELLED_BY_PARTNER: "storniert (Händler)",
    Status.CANCELLED_BY_MARKETPLACE: "storniert (OTTO)",
}
SHOWN = 200
BUTTONS = """
<p><button data-status="PROCESSABLE">Neue Bestellung</button>
<button data-status="ANNOUNCED">Neue Bestellung (angekündigt)</button></p>
<script>
document.querySelectorAll("button[data-status]").forEach(button => button.addEventListener("click", async () => {
  await fetch("/_sandbox/orders", {method: "POST", body: JSON.stringify({count: 1, status: button.dataset.status})});
  location.reload();
}));
</script>
"""


def render(market: Market, now: datetime) -> str:
    """Return the page."""
    orders = sorted(market.orders.values(), key=lambda order: order.order_date, reverse=True)
    counts = [(word, sum(status in order.statuses() for order in orders)) for status, word in STATUS_WORDS.items()]
    sellable = sum(quantity.quantity for quantity in market.quantities.values())
    facts = [("Bestellungen", len(orders)), *counts]
    facts += [("Sendungen", len(market.shipments)), ("Artikel mit Bestand", len(market.quantities))]
    facts.append(("verkaufbare Stücke", sellable))
    rows = [_row(market, order) for order in orders[:SHOWN]]
    heads = ("Bestellung", "Bestellt", "Status", "Stück", "Summe", "Kunde", "Sendung", "Retoure")
    body = BUTTONS + table(heads, rows)
    if len(orders) > SHOWN:
        body += f"<p>Gezeigt werden die neuesten {SHOWN} Bestellungen.</p>"
    return document("OTTO Market – Sandbox", f"Uhr der Sandbox: {_local(now)}", facts, body)


def _row(market: Market, order: Order) -> tuple[str, ...]:
    total = sum((item.price for item in order.items if item.cancelled is None), Decimal(0))
    if any(item.cancelled is None for item in order.items):
        total += sum((fee.amount for fee in order.fees), Decimal(0))
    states = sorted(order.statuses(), key=list(Status).index)
    badges = " ".join(
        f'<span class="badge {status.lower()}">{escape(STATUS_WORDS[status])}</span>' for status in states
    )
    shipments = {market.item_shipments[item.id] for item in order.items if item.id in market.item_shipments}
    parcels = [market.shipments[shipment_id] for shipment_id in sorted(shipments)]
    backs = {
        shipped.return_tracking.number or ""
        for parcel in parcels
        for shipped in parcel.items
        if shipped.order_id == order.id and shipped.return_tracking
    }
    customer = (
        f"{order.delivery.first_name} {order.delivery.last_name}, {order.delivery.city}" if order.released else "–"
    )
    return (
        f'<code title="{order.id}">{order.number}</code>',
        _local(order.order_date),
        badges,
        str(len(order.items)),
        f"{total:.2f} {order.items[0].currency}".replace(".", ","),
        escape(customer),
        escape(", ".join(f"{parcel.tracking.carrier} {parcel.tracking.number or ''}" for parcel in parcels)) or "–",
        escape(", ".join(sorted(backs))) or "–",
    )


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(BERLIN):%d.%m.%Y %H:%M}"
