"""From OTTO's receipts to Odoo's records: a page in one go, with the document as received (R27)."""

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.moments import naive
from ..core.texts import stored
from ..core.write_guard import as_connector
from ..orders.res_partner import ALPHA2
from .const import DAYS_BACK, KINDS

MOST_NAME = 200
DISCOUNT = "PARTNER_DISCOUNT"


class OttoReceiptMapper(models.AbstractModel):
    _name = "otto.receipt.mapper"
    _description = "OTTO's Receipts as Records"
    _inherit = ["otto.component"]

    def _known(self, numbers):
        """Return which of these numbers are stored already.

        :return: set of text
        """
        domain = [("channel_id", "=", self.channel.id), ("number", "in", list(numbers))]
        return set(self._receipts.search(domain).mapped("number"))

    def _store(self, receipts):
        """Store receipts that are not known yet, with their JSON, linked with orders, pieces and each other.

        :param receipts: iterable of `otto_api.Receipt`, each with a number of its own
        :return: the new `otto.receipt`, in the same order
        :raises UserError: Odoo does not know the currency
        """
        by_number = {receipt.number: receipt for receipt in receipts}
        known = self._known(by_number)
        new = [receipt for number, receipt in by_number.items() if number not in known]
        if not new:
            return self._receipts
        orders = self.channel._orders_by_otto_id(filter(None, (receipt.order_id for receipt in new)))
        pieces = self._pieces(piece for receipt in new for line in receipt.lines for piece in line.piece_ids)
        products = self._products(new, pieces)
        countries = self._countries(new)
        records = self._receipts.create(
            [
                self._receipt_values(receipt, orders.get(receipt.order_id), pieces, products, countries)
                for receipt in new
            ]
        )
        self._keep_json(records, new)
        self._link_refunds(records)
        records.line_ids._note_costs()
        return records

    def _keep_json(self, records, receipts):
        files = self._files.create(
            [
                {
                    "name": f"{record.number}.json",
                    "raw": receipt.raw.encode("utf-8", "replace"),
                    "mimetype": "application/json",
                    "res_model": record._name,
                    "res_id": record.id,
                    "company_id": record.company_id.id,
                }
                for record, receipt in zip(records, receipts, strict=True)
            ]
        )
        for record, file in zip(records, files, strict=True):
            record.json_attachment_id = file

    @property
    def _receipts(self):
        return as_connector(self.env["otto.receipt"].sudo())

    @property
    def _files(self):
        return as_connector(self.env["ir.attachment"].sudo())

    # What a receipt says

    def _receipt_values(self, receipt, order, pieces, products, countries):
        currency = self.channel._currency_named(receipt.currency)
        if not currency:
            raise UserError(self.env._("Odoo does not know the currency %(currency)s", currency=receipt.currency))
        country = countries.get(receipt.delivery_country)
        return {
            "channel_id": self.channel.id,
            "number": receipt.number,
            "kind": KINDS.get(receipt.kind, "other"),
            "kind_name": stored(receipt.kind, MOST_NAME),
            "reason": stored(receipt.refund_type or receipt.partial_refund_type or "", MOST_NAME) or False,
            "created_on": naive(receipt.created),
            "shipment_date": naive(receipt.shipment_date),
            "order_id": order.id if order else False,
            "order_number": receipt.order_number,
            "otto_order_id": receipt.order_id,
            "order_date": naive(receipt.order_date),
            "linked_number": receipt.linked_number,
            "is_real": receipt.is_real,
            "is_deemed_supplier": receipt.is_deemed_supplier,
            "is_negated": receipt.negated,
            "currency_id": currency.id,
            "amount_gross": float(receipt.gross),
            "amount_net": float(receipt.net),
            "amount_tax": float(receipt.tax),
            "amount_due": float(receipt.amount_due.amount),
            "payment_method": receipt.payment.method,
            "country_id": (country or (order and order.partner_shipping_id.country_id) or self.env["res.country"]).id,
            "line_ids": [Command.create(self._line_values(line, pieces, products)) for line in receipt.lines],
            "total_ids": [Command.create(self._total_values(total)) for total in receipt.totals],
        }

    def _line_values(self, line, pieces, products):
        own = self.env["otto.position.item"].concat(*(pieces[piece] for piece in line.piece_ids if piece in pieces))
        earlier = [change for change in line.modifications if is_refund(change)]
        product = own.order_line_id.product_id[:1] or products.get(line.sku, self.env["product.product"])
        if line.kind in ("delivery", "delivery_partial"):
            product = self.channel._fee_product()
        return {
            "line_type": line.kind,
            "sku": line.sku,
            "article_number": line.article_number,
            "title": stored(line.title, MOST_NAME),
            "quantity": line.quantity,
            "piece_ids": [Command.set(own.ids)],
            "position_ids_text": "\n".join(line.piece_ids),
            "product_id": product.id,
            "tax_type": line.tax.tax_type,
            "tax_rate": float(line.tax.rate),
            "gross": float(line.tax.gross),
            "net": float(line.tax.net),
            "tax": float(line.tax.tax),
            "refunded_before": float(sum(change.amount.gross for change in earlier)),
            "discount": float(sum(change.amount.gross for change in line.modifications if change not in earlier)),
        }

    def _total_values(self, total):
        return {
            "tax_type": total.tax_type,
            "tax_rate": float(total.rate),
            "gross": float(total.gross),
            "net": float(total.net),
            "tax": float(total.tax),
            "is_computed": total.computed,
        }

    def _pieces(self, ids):
        """Return this channel's pieces by OTTO's id."""
        domain = [("channel_id", "=", self.channel.id), ("position_id", "in", list(ids))]
        return {piece.position_id: piece for piece in self.env["otto.position.item"].sudo().search(domain)}

    def _products(self, receipts, pieces):
        """Return the products of articles whose pieces are not in Odoo, by SKU."""
        skus = {
            line.sku
            for receipt in receipts
            for line in receipt.lines
            if line.sku and not any(piece in pieces for piece in line.piece_ids)
        }
        domain = [("channel_id", "=", self.channel.id), ("sku", "in", list(skus)), ("product_id", "!=", False)]
        listings = self.env["otto.listing"].sudo().search(domain) if skus else self.env["otto.listing"]
        return {listing.sku: listing.product_id for listing in listings}

    def _countries(self, receipts):
        codes = {receipt.delivery_country for receipt in receipts} - {None}
        countries = self.env["res.country"].search([("code", "in", [ALPHA2.get(code, code) for code in codes])])
        by_code = {country.code: country for country in countries}
        return {code: by_code.get(ALPHA2.get(code, code)) for code in codes}

    # What came in another order than it belongs together

    def _link_refunds(self, records):
        """Link refunds with their invoices, whichever came first: OTTO's list begins with the newest."""
        waiting = [
            ("channel_id", "=", self.channel.id),
            ("linked_number", "!=", False),
            ("linked_id", "=", False),
            "|",
            ("id", "in", records.ids),
            ("linked_number", "in", records.mapped("number")),
        ]
        refunds = self._receipts.search(waiting)
        numbers = [("channel_id", "=", self.channel.id), ("number", "in", refunds.mapped("linked_number"))]
        invoices = {invoice.number: invoice for invoice in self._receipts.search(numbers)} if refunds else {}
        for refund in refunds:
            invoice = invoices.get(refund.linked_number)
            if invoice and invoice != refund:
                refund.linked_id = invoice
                refund.country_id = refund.country_id or invoice.country_id

    def _late_receipts(self):
        """Return the receipts whose orders were imported after them; in a new shop most have no order in Odoo."""
        self._receipts.flush_model(["channel_id", "order_id", "otto_order_id", "created_on"])
        self.env["sale.order"].flush_model(["otto_channel_id", "otto_order_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT receipt.id
                  FROM otto_receipt receipt
                  JOIN sale_order ON sale_order.otto_channel_id = receipt.channel_id
                       AND sale_order.otto_order_id = receipt.otto_order_id
                 WHERE receipt.channel_id = %s AND receipt.order_id IS NULL AND receipt.created_on >= %s
                """,
                self.channel.id,
                fields.Datetime.subtract(fields.Datetime.now(), days=DAYS_BACK),
            )
        )
        return self._receipts.browse(receipt_id for [receipt_id] in rows)

    def _link_late_orders(self):
        """Link receipts with orders that were imported after them."""
        late = self._late_receipts()
        if not late:
            return
        ids = [piece for line in late.line_ids for piece in (line.position_ids_text or "").split("\n") if piece]
        pieces = self._pieces(ids)
        orders = self.channel._orders_by_otto_id(late.mapped("otto_order_id"))
        for receipt in late:
            order = orders[receipt.otto_order_id]
            receipt.write(
                {
                    "order_id": order.id,
                    "country_id": (receipt.country_id or order.partner_shipping_id.country_id).id,
                    "is_checked": False,
                }
            )
        for line in late.line_ids:
            names = (line.position_ids_text or "").split("\n")
            own = self.env["otto.position.item"].concat(*(pieces[name] for name in names if name in pieces))
            if own:
                line.write({"piece_ids": [Command.set(own.ids)]})
                line.product_id = own.order_line_id.product_id[:1] or line.product_id
        late.line_ids._note_costs()


def is_refund(change):
    """Tell whether a modification of a line is an earlier partial refund rather than a discount.

    Discounts have one name; refunds have many, and OTTO adds more (facts/otto.md §9).
    """
    return bool(change.linked_number or change.linked_piece_id) or change.kind != DISCOUNT
