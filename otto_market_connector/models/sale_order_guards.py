from odoo import api, models
from odoo.exceptions import UserError

from ..connector import as_connector, is_connector

# What the connector notes about an order. A person who could write it could pretend that OTTO knows a parcel.
KEPT_FIELDS = {
    "otto_channel_id",
    "otto_order_id",
    "otto_order_number",
    "otto_status",
    "otto_payment_type",
    "otto_currency_id",
    "otto_last_modified",
    "otto_total",
    "otto_position_ids",
    "otto_outbound_state",
    "otto_told_on",
    "otto_stop_parcel",
    "otto_refusal",
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        """Only the connector makes OTTO orders."""
        self._otto_refuse_kept({name for vals in vals_list for name in vals if vals[name]})
        return super().create(vals_list)

    def write(self, vals):
        """What the connector notes is written by the connector alone."""
        self._otto_refuse_kept(vals.keys())
        return super().write(vals)

    def _otto_refuse_kept(self, names):
        kept = KEPT_FIELDS & names
        if kept and not is_connector(self.env):
            raise UserError(
                self.env._(
                    "%(fields)s: this is kept by the OTTO connector and cannot be changed by hand.",
                    fields=", ".join(sorted(self._fields[name]._description_string(self.env) for name in kept)),
                )
            )

    def _otto_note(self, **values):
        """Write what the connector notes about these orders, whoever triggered it."""
        as_connector(self.sudo()).write(values)

    # R5: no way to an invoice

    def _otto_refuse_invoice(self):
        """R5: refuse a customer invoice for an OTTO order.

        :raises UserError: names the orders
        """
        otto = self._otto
        if otto:
            raise UserError(
                self.env._(
                    "OTTO writes the invoice of an OTTO order as soon as it learns that the order is sent. "
                    "No invoice can be made in Odoo for: %(orders)s.",
                    orders=", ".join(otto.mapped("name")),
                )
            )

    def _create_invoices(self, grouped=False, final=False, date=None):
        """R5: the invoice is OTTO's; others among these are invoiced."""
        others = self - self._otto
        if not others:
            self._otto_refuse_invoice()
        return super(SaleOrder, others)._create_invoices(grouped=grouped, final=final, date=date)

    def _prepare_invoice(self):
        """R5: the invoice is OTTO's."""
        self._otto_refuse_invoice()
        return super()._prepare_invoice()

    def _create_down_payment_section_line_if_needed(self):
        """R5: an OTTO order has no down payment, by the wizard either."""
        self._otto_refuse_invoice()
        return super()._create_down_payment_section_line_if_needed()

    def _generate_downpayment_invoices(self):
        """R5: an OTTO order has no down payment."""
        return super(SaleOrder, self - self._otto)._generate_downpayment_invoices()

    # R13, R15: cancelling

    def _action_cancel(self):
        """R13, R15: cancel whole orders; OTTO is told when the order was confirmed and not shipped.

        :raises UserError: the order was shipped, or OTTO has not released it
        """
        if not is_connector(self.env):
            for order in self._otto:
                order._otto_check_cancel()
        to_tell = (
            self._otto.filtered(lambda order: order.state == "sale") if not is_connector(self.env) else self.browse()
        )
        result = super()._action_cancel()
        to_tell._otto_set_outbound("to_cancel")
        return result

    def _otto_check_cancel(self):
        if self.otto_outbound_state == "sent" or "done" in self.picking_ids.mapped("state"):
            raise UserError(
                self.env._(
                    "Order %(order)s is shipped and cannot be cancelled any more. "
                    "Please ask the customer to return the parcel.",
                    order=self.name,
                )
            )
        if self.otto_status == "announced":
            raise UserError(
                self.env._(
                    "Order %(order)s is only announced. OTTO accepts a cancellation as soon as the order is released.",
                    order=self.name,
                )
            )

    def action_draft(self):
        """A cancelled OTTO order is taken up again by *Reopen* alone, which asks OTTO first."""
        if self._otto and not is_connector(self.env):
            raise UserError(
                self.env._(
                    "OTTO orders cannot be set back to quotation: %(orders)s. If OTTO still has an order to be "
                    "shipped, it can be opened again with Reopen.",
                    orders=", ".join(self._otto.mapped("name")),
                )
            )
        return super().action_draft()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_otto(self):
        for order in self._otto:
            raise UserError(
                self.env._(
                    "Order %(order)s comes from OTTO and cannot be deleted. Cancel it instead.", order=order.name
                )
            )

    def _otto_cancelled_by_otto(self):
        """Cancel what OTTO has cancelled; called on records with the connector's mark, so OTTO is not told again (R15).

        An order whose parcel has a label already stays as it is: a person must stop the parcel.
        """
        for order in self.filtered(lambda order: order.otto_parcel_ids and not order.otto_stop_parcel):
            if order.otto_outbound_state != "cancelled":
                order._otto_ask_to_stop_parcel()
        open_orders = self.filtered(
            lambda order: order.state != "cancel" and "done" not in order.picking_ids.mapped("state")
        )
        if open_orders:
            open_orders._action_cancel()
            for order in open_orders:
                order.message_post(body=self.env._("OTTO has cancelled this order."))

    def _otto_ask_to_stop_parcel(self):
        self.ensure_one()
        self._otto_note(otto_stop_parcel=True)
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self.env._("Stop this parcel"),
            note=self.env._(
                "OTTO has cancelled the order after its label was made. Take the parcel out of the goods out."
            ),
            user_id=self.otto_channel_id.responsible_id.id or self.env.uid,
        )

    def action_otto_parcel_stopped(self):
        """Button: the parcel was stopped, or it is too late; the order leaves the list."""
        self.check_access("write")
        self._otto_note(otto_stop_parcel=False)
        self.activity_feedback(["mail.mail_activity_data_warning"])
        return True
