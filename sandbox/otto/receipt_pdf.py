"""Draws receipts as small PDF documents, from their JSON and marked MUSTER."""

import io
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

TITLES = {"PURCHASE": "Rechnung", "REFUND": "Gutschrift", "PARTIAL_REFUND": "Teilgutschrift"}
LEFT, TOP, STEP, BOTTOM = 20 * mm, 275 * mm, 5 * mm, 20 * mm


def draw(body: dict) -> bytes:
    """Return the document of a receipt."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=True, pageCompression=1)
    canvas.setTitle(str(body.get("receiptNumber")))
    canvas.setAuthor("MUSTER")
    place = TOP
    for line in _lines(body):
        if place < BOTTOM:
            canvas.showPage()
            place = TOP
        canvas.setFont("Helvetica", 9)
        canvas.drawString(LEFT, place, line.encode("latin-1", "replace").decode("latin-1"))
        place -= STEP
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _lines(body: dict) -> list[str]:
    partner, customer = _dict(body.get("partner")), _dict(_dict(body.get("customer")).get("invoiceAddress"))
    lines = [
        f"MUSTER   {TITLES.get(str(body.get('receiptType')), 'Beleg')} {body.get('receiptNumber')}",
        f"{partner.get('partnerName')}, {partner.get('zipCode')} {partner.get('city')}, {partner.get('vatId')}",
        "",
        f"{customer.get('firstName', '')} {customer.get('lastName', '')}",
        f"{customer.get('street', '')} {customer.get('houseNumber', '')}",
        f"{customer.get('zipCode', '')} {customer.get('city', '')}",
        "",
        f"Bestellung {body.get('orderNumber')}, erstellt {body.get('creationDate')}",
        f"Lieferdatum {body.get('shipmentDate', '-')}, zu {body.get('linkedReceiptNumber', '-')}",
        "",
    ]
    if body.get("isRealReceipt") is False:
        lines += ["Dies ist kein Beleg im Sinne des Umsatzsteuergesetzes.", ""]
    for positions in _dict(body.get("lineItems")).values():
        for position in positions if isinstance(positions, list) else []:
            lines.append(_position(_dict(position)))
    lines.append("")
    lines += [_total(_dict(total)) for total in body.get("totals") or []]
    return lines


def _position(position: dict) -> str:
    price = _dict(position.get("positionSum") or position.get("partialRefundAmount"))
    title = position.get("productTitle") or position.get("deliveryCostType") or position.get("serviceName")
    return f"{position.get('quantity', 1)} x {title}   {price.get('taxRate')} %   {_amount(price.get('gross'))}"


def _total(total: dict) -> str:
    parts = [f"{name} {_amount(total[name])}" for name in ("net", "tax", "gross") if name in total]
    return f"{total.get('taxType')} {total.get('taxRate')} %: {', '.join(parts)}"


def _amount(value: Any) -> str:
    value = _dict(value)
    return f"{value.get('amount')} {value.get('currency')}"


def _dict(value: Any) -> dict:
    return value if isinstance(value, dict) else {}
