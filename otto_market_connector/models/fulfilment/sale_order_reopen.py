from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...otto_api import OttoError, status_of
from ..core.concurrency import SyncBusy
from ..core.write_guard import as_connector
from .const import FOLLOW_AFTER

MAY_REOPEN = ("sales_team.group_sale_salesman", "account.group_account_invoice")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_otto_reopen(self):
        """Button: take up a cancelled order again, as long as OTTO still has all of its pieces to be shipped.

        :raises AccessError: the user may not cancel orders either
        :raises UserError: OTTO has cancelled it, is at it, or cannot be asked
        """
        self.ensure_one()
        self.check_access("write")
        self._otto_check_may_reopen()
        if self.state != "cancel" or not self.otto_channel_id:
            return True
        try:
            # Nobody tells OTTO of the cancellation while this is decided.
            self.otto_channel_id._sync("fulfilment").sudo()._lock()
        except SyncBusy:
            self._otto_refuse_reopen(
                self.env._("OTTO is being told of cancellations right now. Please try again in a minute")
            )
        self._otto_check_reopen()
        order = as_connector(self)
        order.action_draft()
        # With an article that Odoo does not know it waits as a quotation again.
        self.otto_channel_id.sudo()._component("otto.order.mapper")._confirm_released(order)
        self._otto_update_report_state("none")
        self.env["otto.issue"]._resolve(self.otto_channel_id, "report", [self.otto_order_number])
        self.message_post(body=self.env._("The order was opened again: OTTO still has it to be shipped."))
        return True

    def _otto_check_may_reopen(self):
        """Let only those take a cancellation back who may cancel: it is a word to the customer (docs/access.md)."""
        if self.env.su or any(map(self.env.user.has_group, MAY_REOPEN)):
            return
        raise AccessError(
            self.env._(
                "Order %(order)s is opened again by Sales or Invoicing, who may cancel it as well. Please ask them.",
                order=self.name,
            )
        )

    def _otto_check_reopen(self):
        told_on = self.otto_cancel_sent_on
        if self.otto_report_state == "cancelled" and told_on and told_on > fields.Datetime.now() - FOLLOW_AFTER:
            self._otto_refuse_reopen(
                self.env._("OTTO has accepted the cancellation and is carrying it out. Please try again in an hour")
            )
        try:
            current = self.otto_channel_id._otto_client().order(self.otto_order_id)
        except OttoError as error:
            self._otto_refuse_reopen(self.otto_channel_id._otto_error_text(error))
        open_now = {item.id for item in current.items if status_of(item.status) == "processable"}
        here = {piece.position_id for piece in self.otto_position_ids if piece.status != "cancelled"}
        if not here or open_now != here:
            self._otto_refuse_reopen(
                self.env._(
                    "at OTTO %(open)s of %(pieces)s pieces are still to be shipped",
                    open=len(open_now & here),
                    pieces=len(self.otto_position_ids),
                )
            )

    def _otto_refuse_reopen(self, reason):
        raise UserError(
            self.env._(
                "Order %(order)s cannot be opened again: %(reason)s.", order=self.name, reason=reason.rstrip(".")
            )
        )
