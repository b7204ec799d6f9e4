from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.write_guard import inside_checked_method, is_checked, is_connector, refuse_connector_fields

# What the connector notes about an order. A person who could write it could pretend that OTTO knows a parcel.
CONNECTOR_FIELDS = {
    "otto_channel_id",
    "otto_order_id",
    "otto_order_number",
    "otto_status",
    "otto_payment_type",
    "otto_currency_id",
    "otto_last_modified",
    "otto_total",
    "otto_position_ids",
    "otto_terms",
    "otto_weee_pickup",
    "otto_suspected_fraud",
    "otto_report_state",
    "otto_cancel_sent_on",
    "otto_stop_parcel",
    "otto_refusal",
}
# What carries OTTO's currency and totals (R16, R18), and that there is nothing to invoice (R5). Odoo computes and keeps
# most of it; a client could write it all the same.
KEPT_FIELDS = {
    "company_id",
    "currency_id",
    "currency_rate",
    "pricelist_id",
    "fiscal_position_id",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "amount_to_invoice",
    "amount_invoiced",
    "invoice_status",
    "otto_total_differs",
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    otto_cancel_is_reported = fields.Boolean(
        "OTTO Is Told of a Cancellation", compute="_compute_otto_cancel_is_reported", compute_sudo=True
    )

    otto_can_cancel = fields.Boolean(compute="_compute_otto_can", compute_sudo=True)
    otto_can_confirm = fields.Boolean(compute="_compute_otto_can", compute_sudo=True)
    otto_lines_locked = fields.Boolean("Takes No More Lines", compute="_compute_otto_lines_locked", compute_sudo=True)

    @api.depends("state", "otto_status", "otto_report_state", "otto_channel_id.lock_lines")
    def _compute_otto_lines_locked(self):
        """Whether adding a line leads anywhere: lines may be locked, and what is sent or cancelled takes none."""
        for order in self:
            over = order.otto_status in ("sent", "returned", "cancelled") or order.state == "cancel"
            told = order.otto_report_state in ("to_send", "sent", "to_cancel", "cancelled")
            order.otto_lines_locked = order.otto_channel_id and (order.otto_channel_id.lock_lines or over or told)

    @api.depends("state", "otto_status", "otto_report_state", "picking_ids.state", "order_line.product_id")
    def _compute_otto_can(self):
        """Whether the buttons *Cancel* and *Confirm* lead anywhere; what would only be refused is not offered."""
        for order in self:
            otto, draft = bool(order.otto_channel_id), order.state in ("draft", "sent")
            order.otto_can_cancel = (
                otto and (draft or order.state == "sale") and not (order.locked or order._otto_cancel_refusal())
            )
            order.otto_can_confirm = otto and draft and not order._confirmation_error_message()

    @api.depends("state", "otto_status", "otto_channel_id.sync_direction")
    def _compute_otto_cancel_is_reported(self):
        """R2, R15: whether OTTO will be told when this order is cancelled in Odoo."""
        for order in self:
            order.otto_cancel_is_reported = order._otto_cancel_concerns_otto() and order.otto_channel_id._sends_changes

    @api.model_create_multi
    def create(self, vals_list):
        """Only the connector makes OTTO orders."""
        refuse_connector_fields(self, CONNECTOR_FIELDS & {name for vals in vals_list for name in vals if vals[name]})
        refuse_connector_fields(self, {name for name in CONNECTOR_FIELDS if self.env.context.get(f"default_{name}")})
        orders = super().create(vals_list)
        # Default values may come from elsewhere, too.
        if orders._otto_orders:
            refuse_connector_fields(self, {"otto_channel_id"})
        return orders

    def write(self, vals):
        """What the connector notes is written by the connector alone; the state changes by Odoo's own methods.

        :raises UserError: names the orders
        """
        refuse_connector_fields(self, CONNECTOR_FIELDS & vals.keys())
        if "state" in vals and not is_checked(self.env):
            self._otto_orders.filtered(lambda order: order.state != vals["state"])._otto_refuse_state()
        if KEPT_FIELDS & vals.keys() and not is_connector(self.env):
            self._otto_orders._otto_refuse_kept(vals)
        return super().write(vals)

    def _otto_refuse_kept(self, vals):
        """R16, R18: currency, company and totals of an OTTO order are OTTO's.

        :raises UserError: names the orders and the fields
        """
        names = KEPT_FIELDS & vals.keys()
        for order in self:
            now = order._convert_to_write({name: order[name] for name in names})
            changed = sorted(name for name in names if now.get(name) != vals[name])
            if changed:
                raise UserError(
                    self.env._(
                        "%(fields)s of order %(order)s: the customer has paid OTTO's price in OTTO's currency, so "
                        "this stays as it is.",
                        fields=", ".join(self._fields[name]._description_string(self.env) for name in changed),
                        order=order.name,
                    )
                )

    def _otto_refuse_state(self):
        if self:
            raise UserError(
                self.env._(
                    "The status of OTTO orders is not written by hand: %(orders)s. Please use the buttons Confirm, "
                    "Cancel or Reopen of the order.",
                    orders=", ".join(self.mapped("name")),
                )
            )

    # R5: no way to an invoice

    def _otto_refuse_invoice(self):
        """R5: refuse a customer invoice for an OTTO order.

        :raises UserError: names the orders
        """
        otto = self._otto_orders
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
        others = self - self._otto_orders
        if not others and self.env.context.get("raise_if_nothing_to_invoice", True):
            self._otto_refuse_invoice()
        return super(SaleOrder, others)._create_invoices(grouped=grouped, final=final, date=date)

    def _force_lines_to_invoice_policy_order(self):
        """R5: Odoo has everything invoiced that is paid for; of an OTTO order there is nothing to invoice."""
        return super(SaleOrder, self - self._otto_orders)._force_lines_to_invoice_policy_order()

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
        return super(SaleOrder, self - self._otto_orders)._generate_downpayment_invoices()

    # Odoo's own ways from state to state

    def action_confirm(self):
        """R17: see `_confirmation_error_message`."""
        return super(SaleOrder, inside_checked_method(self) if self._otto_orders else self).action_confirm()

    def action_quotation_sent(self):
        """Odoo checks the state itself."""
        return super(SaleOrder, inside_checked_method(self) if self._otto_orders else self).action_quotation_sent()

    def message_post(self, **kwargs):
        """R21: no quotation was sent to an OTTO customer, so none is marked as sent."""
        marked = self._otto_orders and self.env.context.get("mark_so_as_sent")
        return super(SaleOrder, self.with_context(mark_so_as_sent=False) if marked else self).message_post(**kwargs)

    # R13, R15: cancelling

    def _action_cancel(self):
        """R13, R15: cancel whole orders; OTTO is told when the order was confirmed or paid, and not shipped.

        :raises UserError: the order was shipped, or OTTO has not released it
        """
        reported = self.browse()
        if not is_connector(self.env):
            for order in self._otto_orders:
                order._otto_check_cancel()
            reported = self.filtered(lambda order: order._otto_cancel_concerns_otto())
        result = super(SaleOrder, inside_checked_method(self))._action_cancel()
        reported._otto_update_report_state("to_cancel")
        for order in self._otto_orders:
            order._otto_note_picked_goods()
        return result

    def _otto_note_picked_goods(self):
        """Say where the goods of a cancelled order lie that were picked for it already."""
        done = self.sudo().picking_ids.filtered(lambda picking: picking.state == "done")
        for picking in done.filtered(lambda step: "done" not in step.move_ids.move_dest_ids.mapped("state")):
            self.message_post(
                body=self.env._(
                    "Goods of this order were picked already and lie in %(location)s. Please put them back with Return "
                    "on the transfer %(transfer)s.",
                    location=picking.location_dest_id.display_name,
                    transfer=picking.name,
                )
            )

    def _otto_cancel_concerns_otto(self):
        """R15: tell whether OTTO has this order to be shipped, confirmed in Odoo or only paid there."""
        self.ensure_one()
        waiting = self.state == "sale" or (self.state in ("draft", "sent") and self.otto_status == "processable")
        return bool(self.otto_channel_id and waiting)

    def _otto_check_cancel(self):
        if refusal := self._otto_cancel_refusal():
            raise UserError(refusal)

    def _otto_cancel_refusal(self):
        """Say why this order cannot be cancelled in Odoo any more, or not yet; False when it can (R13, R15)."""
        if self.otto_report_state == "sent" or self._otto_has_left():
            return self.env._(
                "Order %(order)s is shipped and cannot be cancelled any more. "
                "Please ask the customer to return the parcel.",
                order=self.name,
            )
        if self.otto_status == "announced":
            return self.env._(
                "Order %(order)s is only announced. OTTO accepts a cancellation as soon as the order is released.",
                order=self.name,
            )
        return False

    def _otto_cancel_pieces_remedy(self):
        """R13: say how single pieces are cancelled, and whether Odoo learns of it (R2)."""
        if all(channel._takes_changes for channel in self.sudo().otto_channel_id):
            return self.env._("Cancel single pieces in OTTO Partner Connect; Odoo follows.")
        return self.env._(
            "Cancel single pieces in OTTO Partner Connect. Odoo does not follow, because the OTTO channel does not "
            "synchronise changes from OTTO to Odoo."
        )

    def action_draft(self):
        """A cancelled OTTO order is taken up again by *Reopen* alone, which asks OTTO first."""
        if self._otto_orders and not is_connector(self.env):
            raise UserError(
                self.env._(
                    "OTTO orders cannot be set back to quotation: %(orders)s. If OTTO still has an order to be "
                    "shipped, it can be opened again with Reopen.",
                    orders=", ".join(self._otto_orders.mapped("name")),
                )
            )
        return super().action_draft()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_otto(self):
        for order in self._otto_orders:
            raise UserError(
                self.env._(
                    "Order %(order)s comes from OTTO and cannot be deleted. Cancel it instead.", order=order.name
                )
            )

    # R21: OTTO talks to its customers

    def _send_order_notification_mail(self, mail_template, allow_deferred_sending=True):
        """R21: Odoo sends an OTTO customer nothing."""
        if self.otto_channel_id:
            return None
        return super()._send_order_notification_mail(mail_template, allow_deferred_sending)

    def action_quotation_send(self):
        """R21: Odoo sends an OTTO customer nothing, from a list of several orders either.

        :raises UserError: names the OTTO orders
        """
        if self._otto_orders:
            raise UserError(
                self.env._(
                    "OTTO talks to its customers, Odoo sends them no mail. Please take the OTTO orders out of your "
                    "choice: %(orders)s.",
                    orders=", ".join(self._otto_orders.mapped("name")),
                )
            )
        return super().action_quotation_send()
