"""Orders that hang although OTTO wants them shipped: what they wait for is said (R20)."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _otto_waiting_reasons(self):
        """Return why an order that OTTO wants shipped does not go on, each with the remedy; mostly nothing."""
        self.ensure_one()
        if self.otto_status != "processable":
            return []
        if self.state in ("draft", "sent") and self._otto_waits_for_address:
            return [
                self.env._(
                    "OTTO has released it without a delivery address. It is confirmed by itself when OTTO names the "
                    "address; please look at it in OTTO Partner Connect if that takes long."
                )
            ]
        wanted = self.order_line.filtered(lambda line: line.otto_sku and line.product_uom_qty)
        if self.state == "sale" and wanted and not any(line.product_id.type == "consu" for line in wanted):
            return [
                self.env._(
                    "It has no goods (%(products)s), so there is no delivery, and OTTO is not told that it is sent. "
                    "Please enter the shipment in OTTO Partner Connect, Odoo follows; for the next orders, set the "
                    "product type to Goods.",
                    products=", ".join(wanted.product_id.mapped("display_name")),
                )
            ]
        return []


class OttoOrderWaiting(models.AbstractModel):
    _name = "otto.order.waiting"
    _description = "Says What OTTO's Orders Wait For"
    _inherit = ["otto.component"]

    def _report_waiting(self, records):
        """Report orders that hang, resolve those that go on."""
        failures = [
            (
                record.otto_order_number,
                self.env._(
                    "Order %(order)s (OTTO %(number)s) waits. %(reasons)s",
                    order=record.name,
                    number=record.otto_order_number,
                    reasons=" ".join(reasons),
                ),
                record,
            )
            for record in records
            if (reasons := record._otto_waiting_reasons())
        ]
        self._issues._report(self.channel, "waiting", failures)
        self._resolve_settled(records)

    def _resolve_settled(self, records):
        """Resolve the issues of orders that go on by now."""
        if not self._issues.sudo()._unsolved(self.channel, "waiting"):
            return
        settled = records.filtered(lambda record: not record._otto_waiting_reasons())
        self._issues._resolve(self.channel, "waiting", settled.mapped("otto_order_number"))
