from odoo import fields, models
from odoo.exceptions import UserError

from ..models.core.concurrency import SyncBusy
from ..otto_api import OttoError, OttoNotFound


class OttoOrderImport(models.TransientModel):
    """Import of one order by its number, on demand."""

    _name = "otto.order.import"
    _description = "Import of an OTTO Order"

    channel_id = fields.Many2one(
        "otto.channel", required=True, default=lambda self: self.env["otto.channel"].search([], limit=1)
    )
    number = fields.Char("Order Number", required=True, help="OTTO's order number, as on the delivery note.")

    def action_import(self):
        """Button: read the order from OTTO, import or update it, and open it.

        :raises UserError: OTTO does not know it, it is not imported for a reason, or the flow is at work
        """
        self.ensure_one()
        channel = self.channel_id.with_company(self.channel_id.company_id)
        channel.check_access("read")
        otto_order = self._read_order(channel)
        try:
            channel._sync("orders").sudo()._lock()
        except SyncBusy:
            raise UserError(
                self.env._(
                    "The orders of %(channel)s are being imported right now. Try again in a minute.",
                    channel=channel.name,
                )
            ) from None
        flow = channel.sudo()._flow("orders")
        flow._import_orders([otto_order])
        order = channel._orders_by_otto_id([otto_order.id]).get(otto_order.id)
        for _order, reason in flow._imported_elsewhere([otto_order]):
            raise UserError(
                self.env._("Order %(number)s is not imported: %(reason)s.", number=otto_order.number, reason=reason)
            )
        if not order:
            raise UserError(
                self.env._(
                    "Order %(number)s is not imported: importing orders is switched off on the channel %(channel)s, or "
                    "the order was already cancelled or sent before the channel's start.",
                    number=otto_order.number,
                    channel=channel.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": order.id,
            "view_mode": "form",
        }

    def _read_order(self, channel):
        number = (self.number or "").strip()
        try:
            return channel._otto_client().order(number)
        except OttoNotFound:
            raise UserError(
                self.env._(
                    "OTTO has no order %(number)s in the account of %(channel)s.", number=number, channel=channel.name
                )
            ) from None
        except OttoError as error:
            raise UserError(channel._otto_error_text(error)) from None
