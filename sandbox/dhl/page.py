"""The small page at `/`: what DHL has booked, with the labels (German)."""

from html import escape

from ..page import document, table
from .label_data import lines
from .state import Booking, Depot

WORDS = {"booked": "gebucht", "canceled": "storniert", "manifested": "abgeschlossen"}
HEADS = ("Sendung", "Produkt", "Referenz", "Empfänger", "Status", "Retoure", "Labels")


def render(depot: Depot) -> str:
    """Return the page."""
    bookings = list(depot.bookings.values())
    counts = [(word, sum(booking.state == state for booking in bookings)) for state, word in WORDS.items()]
    body = table(HEADS, [_row(booking) for booking in reversed(bookings)])
    return document("DHL – Sandbox", "Parcel DE Shipping v2", [("Sendungen", len(bookings)), *counts], body)


def _row(booking: Booking) -> tuple[str, ...]:
    link = f"/_sandbox/labels/{booking.shipment_no}"
    links = f'<a href="{link}.pdf">Versand</a>'
    if booking.return_no:
        links += f' · <a href="{link}-return.pdf">Retoure</a>'
    return (
        f"<code>{escape(booking.shipment_no)}</code>",
        escape(booking.shipment.product or ""),
        escape(booking.shipment.ref_no),
        escape(", ".join(lines(booking.shipment.consignee)[:-1])),
        f'<span class="badge {booking.state}">{WORDS[booking.state]}</span>',
        escape(booking.return_no or "–"),
        links,
    )
