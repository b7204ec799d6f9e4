"""The small page at `/`: what DHL has booked, with the labels (German)."""

from html import escape

from ..page import document, table
from .label_data import lines
from .state import Booking, CustomerReturn, Depot

WORDS = {"booked": "gebucht", "canceled": "storniert", "manifested": "abgeschlossen"}
HEADS = ("Sendung", "Produkt", "Referenz", "Empfänger", "Status", "Retoure", "Labels")
RETURN_HEADS = ("Retoure auf Anfrage", "Referenz", "Absender", "Empfänger-ID", "Label")


def render(depot: Depot) -> str:
    """Return the page."""
    bookings = list(depot.bookings.values())
    counts = [(word, sum(booking.state == state for booking in bookings)) for state, word in WORDS.items()]
    body = table(HEADS, [_row(booking) for booking in reversed(bookings)])
    returns = list(depot.returns.values())
    if returns:
        body += "<br>" + table(RETURN_HEADS, [_return_row(booked) for booked in reversed(returns)])
    facts = [("Sendungen", len(bookings)), *counts, ("Retouren auf Anfrage", len(returns))]
    return document("DHL – Sandbox", "Parcel DE Shipping v2, Parcel DE Returns v1", facts, body)


def _return_row(booked: CustomerReturn) -> tuple[str, ...]:
    shipper = booked.request["shipper"]
    return (
        f"<code>{escape(booked.number)}</code>",
        escape(booked.request.get("customerReference", "")),
        escape(", ".join((shipper["name1"], f"{shipper['postalCode']} {shipper['city']}"))),
        escape(booked.receiver),
        f'<a href="/_sandbox/labels/{booked.number}.pdf">Retoure</a>',
    )


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
