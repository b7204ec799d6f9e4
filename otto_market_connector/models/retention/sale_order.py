from odoo import api, fields, models

from ..core.write_guard import as_connector, quietly, refuse_connector_fields

CLOSED_STATUSES = ("sent", "returned", "cancelled")
# What OTTO still has to be told, or a person has to settle, is in work.
SETTLED_REPORTS = ("none", "sent", "cancelled")
NOTED_IN = "otto_forgotten_on"
OPEN_BOOKINGS = ("intent", "possibly", "cancel_doubt")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    otto_forgotten_on = fields.Date("Customer Data Removed On", copy=False, readonly=True, index="btree_not_null")

    @api.model_create_multi
    def create(self, vals_list):
        """Only the connector says that customer data are removed."""
        refuse_connector_fields(self, {NOTED_IN} if any(vals.get(NOTED_IN) for vals in vals_list) else set())
        return super().create(vals_list)

    def write(self, vals):
        """Only the connector says that customer data are removed."""
        refuse_connector_fields(self, {NOTED_IN} & vals.keys())
        return super().write(vals)

    @api.model
    def _otto_old_batches(self, channel, before, size):
        """Yield the ids of a channel's orders that were ordered before a moment and are closed at OTTO."""
        domain = [
            ("otto_channel_id", "=", channel.id),
            ("otto_forgotten_on", "=", False),
            ("date_order", "<", before),
            ("otto_status", "in", CLOSED_STATUSES),
            ("otto_report_state", "in", SETTLED_REPORTS),
            "|",
            ("otto_last_modified", "=", False),
            ("otto_last_modified", "<", before),
        ]
        last = 0
        while ids := self.search([*domain, ("id", ">", last)], order="id", limit=size).ids:
            yield ids
            last = ids[-1]

    def _otto_closed_since(self, before):
        """Return those of these orders with which nothing is going on, and nothing was since a moment."""
        busy = (
            self._otto_with_open_transfers(before) | self._otto_with_returns(before) | self._otto_with_receipts(before)
        )
        left = self - busy
        return left - left._otto_with_open_bookings() - left._otto_with_open_issues()

    def _otto_with_open_transfers(self, before):
        domain = [
            ("sale_id", "in", self.ids),
            "|",
            ("state", "not in", ("done", "cancel")),
            ("date_done", ">=", before),
        ]
        return self.env["stock.picking"].search(domain).sale_id

    def _otto_with_returns(self, before):
        """Return the orders with a return that is open, or was announced, arrived or changed since a moment."""
        domain = [
            ("order_ids", "in", self.ids),
            "|",
            "|",
            "|",
            ("state", "in", ("expected", "received")),
            ("announced_on", ">=", before),
            ("delivered_on", ">=", before),
            ("write_date", ">=", before),
        ]
        return self.env["otto.return"].search(domain).order_ids & self

    def _otto_with_receipts(self, before):
        domain = [("order_id", "in", self.ids), ("created_on", ">=", before)]
        return self.env["otto.receipt"].search(domain).order_id

    def _otto_with_open_bookings(self):
        transfers = self.picking_ids
        domain = [("picking_res_id", "in", transfers.ids), ("state", "in", OPEN_BOOKINGS)]
        waiting = set(self.env["dhl.booking"].search(domain).mapped("picking_res_id"))
        return transfers.filtered(lambda picking: picking.id in waiting).sale_id

    def _otto_with_open_issues(self):
        issues = self._otto_issues_about().filtered(lambda issue: issue.state == "open")
        numbers, ids = set(issues.mapped("external_id")), set(issues._otto_record_ids("sale.order"))
        transfers = set(issues._otto_record_ids("stock.picking"))
        return self.filtered(
            lambda order: (
                order.otto_order_number in numbers or order.id in ids or transfers & set(order.picking_ids.ids)
            )
        )

    def _otto_issues_about(self):
        """Return the issues that speak of these orders or their transfers, whatever their state."""
        domain = [
            ("channel_id", "in", self.otto_channel_id.ids),
            "|",
            "|",
            ("external_id", "in", self.mapped("otto_order_number")),
            "&",
            ("res_model", "=", "sale.order"),
            ("res_id", "in", self.ids),
            "&",
            ("res_model", "=", "stock.picking"),
            ("res_id", "in", self.picking_ids.ids),
        ]
        return self.env["otto.issue"].search(domain)

    def _otto_forget(self):
        """Remove what leads to the customers: messages, labels, DHL's and the issues' words; note the day (R33).

        Orders, pieces, amounts, numbers of parcels, receipts and journal entries stay.
        """
        transfers, returns = self.picking_ids, self.env["otto.return"].search([("order_ids", "in", self.ids)])
        for records in (self, transfers, returns):
            records._otto_forget_messages()
        transfers._otto_forget_labels()
        self._otto_issues_about().unlink()
        quietly(as_connector(self)).write({NOTED_IN: fields.Date.context_today(self)})


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _otto_forget_labels(self):
        """Remove the labels of these transfers and what DHL said of their addresses; the numbers stay."""
        labels = self.env["ir.attachment"]
        for picking in self:
            labels |= picking._dhl_de_label_documents()
        labels |= self.sale_id.otto_parcel_ids.label_id
        labels.filtered(lambda document: document.res_model in ("stock.picking", "sale.order", False)).unlink()
        bookings = self.env["dhl.booking"].search([("picking_res_id", "in", self.ids)])
        bookings.write(dict.fromkeys(("label", "return_label", "remarks", "error", "sweep_error"), False))


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    def _otto_record_ids(self, model):
        return [issue.res_id for issue in self if issue.res_model == model]


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _otto_forget_messages(self):
        """Remove the messages of these records with the files that came by them."""
        domain = [("model", "=", self._name), ("res_id", "in", self.ids)]
        messages = self.env["mail.message"].search(domain)
        files = messages.attachment_ids.filtered(lambda file: file.res_model == self._name)
        messages.unlink()
        files.unlink()
