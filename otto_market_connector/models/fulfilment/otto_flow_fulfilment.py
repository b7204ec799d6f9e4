"""Sent and cancelled out (R9, R15): the state lives on the order, OTTO is told right after the commit."""

import logging
import re

from odoo import api, fields, models
from odoo.addons.delivery_dhl_de.dhl_api import ALPHA3
from odoo.exceptions import UserError, ValidationError

from ...otto_api import (
    OttoAuthError,
    OttoConflict,
    OttoError,
    OttoForbidden,
    OttoInvalid,
    OttoNotFound,
    OttoRateLimited,
    OttoUnavailable,
    ShipFrom,
    Shipment,
    ShipmentItem,
    TrackingKey,
)
from ..core.concurrency import CONCURRENCY
from ..core.moments import aware
from ..core.texts import defect, trace
from .const import LIMIT

_logger = logging.getLogger(__name__)

UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(
        selection_add=[("fulfilment", "Sent and Cancelled to OTTO")], ondelete={"fulfilment": "cascade"}
    )
    followed_up_on = fields.Datetime("Last Followed Up", readonly=True)


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(selection_add=[("report", "Message to OTTO")], ondelete={"report": "cascade"})


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    return_address_carrier_id = fields.Char(
        "Return Address ID",
        help="Only for accounts with several return addresses or return carriers: the ID (returnAddressCarrierId) that "
        "OTTO Partner Connect shows for the one that DHL's return labels go to.",
    )

    @api.constrains("return_address_carrier_id")
    def _check_return_address_carrier_id(self):
        for channel in self.filtered("return_address_carrier_id"):
            if not re.fullmatch(UUID, channel.return_address_carrier_id):
                raise ValidationError(
                    self.env._(
                        "%(channel)s: the ID of the return address must look like "
                        "7423afd2-e7ab-4bae-ac30-048b7c0346c1. Please copy it from OTTO Partner Connect.",
                        channel=channel.name,
                    )
                )


class OttoFlowFulfilment(models.AbstractModel):
    _name = "otto.flow.fulfilment"
    _description = "Sent and Cancelled to OTTO"
    _inherit = ["otto.flow"]

    _interval = 60
    _sequence = 20
    _kinds = ("report",)

    def _work_off(self):
        """Tell OTTO what was sent and cancelled, each order in a transaction of its own (R19).

        :raises OttoRateLimited: OTTO asks to wait; what was told is committed
        """
        if not self.channel._sends_changes:
            return
        domain = [("otto_channel_id", "=", self.channel.id), ("otto_report_state", "in", ("to_send", "to_cancel"))]
        self._look_again_at_waiting()
        orders, postponed = self.env["sale.order"].search(domain, order="id"), False
        for index, order in enumerate(orders):
            if not self._report_to_otto(order) and not postponed:
                self.sync._run_again_soon()
                postponed = True
            if self._checkpoint(1, remaining=len(orders) - index - 1) <= 0:
                return
        self._follow_up()

    def _look_again_at_waiting(self):
        """What waited for DHL's word on a label is told as soon as the word is there."""
        domain = [("otto_channel_id", "=", self.channel.id), ("otto_report_state", "=", "waiting")]
        self.env["sale.order"].search(domain, order="id desc", limit=LIMIT)._otto_update_report()

    def _retry(self, issues):
        """OTTO is told again what it refused."""
        self.env["sale.order"].browse(issues.mapped("res_id")).exists()._otto_retry_report()
        return super()._retry(issues)

    def _report_to_otto(self, order):
        """Tell OTTO what is due of an order; what fails concerns this order alone (R20).

        :return: False when it must be tried again soon
        :raises OttoRateLimited, OttoAuthError: no order can be told now
        """
        if not order.try_lock_for_update(allow_referencing=True):
            # Somebody is changing it.
            return False
        order.invalidate_recordset()
        # What was due when the run began may have been taken back since.
        report = {"to_send": self._report_sent, "to_cancel": self._report_cancelled}.get(order.otto_report_state)
        if not report:
            return True
        try:
            with self.env.cr.savepoint():
                report(order)
        except (OttoRateLimited, OttoAuthError, *CONCURRENCY):
            raise
        except Exception as error:  # noqa: BLE001 one order's defect must not keep the others from being told (R20)
            return self._note_not_reported(order, error)
        if order.otto_report_state != "refused":
            self._resolve("report", [order.otto_order_number])
        return True

    def _note_not_reported(self, order, error):
        """Note why an order could not be told.

        :return: False when it must be tried again soon
        """
        if isinstance(error, OttoConflict | OttoInvalid | OttoNotFound):
            order._otto_refused(self._refusal_text(order, error))
            return True
        unavailable = isinstance(error, OttoUnavailable)
        details = ()
        if unavailable:
            # It stays due: the next run asks OTTO what became of it.
            text = self._report_error_text(order, error)
        else:
            _logger.error("%s cannot be told to OTTO", order.id, exc_info=error)
            text = self.env._(
                "Order %(order)s could not be reported to OTTO because of a defect. Please tell your administrator, "
                "who finds the details in the server's log (%(defect)s).",
                order=order.name,
                defect=defect(error),
            )
            if isinstance(error, UserError):
                text = str(error)
            else:
                details = (trace(error),)
        self._report("report", [(order.otto_order_number or order.name, text, order, *details)])
        return not unavailable

    def _report_sent(self, order):
        if not order._otto_can_tell_sent():
            # A label was cancelled since, or DHL's answer to that is not known.
            order._otto_update_report()
            return
        shipment = self._shipment_of(order)
        if not shipment.items:
            self.channel._trigger("orders")
            order._otto_refused(
                self.env._(
                    "Order %(order)s: OTTO has no piece of it to be shipped any more, so it is not told. Please look "
                    "at the order in OTTO Partner Connect.",
                    order=order.name,
                )
            )
            return
        try:
            self.client.ship(shipment)
        except OttoError as error:
            if not self._is_ours_already(shipment, error):
                raise
        order._otto_sent()

    def _is_ours_already(self, shipment, error):
        """Tell whether OTTO refused a shipment only because it has it from an earlier try (R19).

        :raises OttoError: OTTO cannot say now, so nothing is known yet
        """
        maybe = isinstance(error, OttoConflict) or (isinstance(error, OttoUnavailable) and error.maybe_done)
        if not maybe:
            return False
        try:
            remote = self.client.shipment(shipment.tracking.carrier, shipment.tracking.tracking_number)
        except OttoNotFound:
            return False
        except OttoForbidden as forbidden:
            # The number is on another seller's shipment (facts/otto.md §5.6).
            if "INSUFFICIENT_PERMISSION" in forbidden.codes:
                return False
            raise
        return {item.position_item_id for item in shipment.items} <= {item.position_item_id for item in remote.items}

    def _shipment_of(self, order):
        """Return the `Shipment` of an order with exactly one Shipment and one Return row (R9)."""
        outbound, back = order._otto_parcel_pair()
        address = (order.warehouse_id.partner_id or order.company_id.partner_id).sudo()
        pieces = order.otto_position_ids.filtered(lambda piece: piece.status == "processable")
        shipped_at = outbound.picking_id.date_done or outbound.create_date or fields.Datetime.now()
        return Shipment(
            tracking=TrackingKey(outbound.carrier, outbound.tracking_number),
            ship_date=aware(shipped_at),
            ship_from=ShipFrom(
                city=address.city, zip_code=address.zip, country_code=ALPHA3.get(address.country_id.code, "DEU")
            ),
            items=tuple(
                ShipmentItem(
                    position_item_id=piece.position_id,
                    order_id=order.otto_order_id,
                    return_tracking=TrackingKey(back.carrier, back.tracking_number),
                    return_address_carrier_id=self.channel.return_address_carrier_id or None,
                )
                for piece in pieces
            ),
        )

    def _report_cancelled(self, order):
        try:
            self.client.cancel(order.otto_order_id)
        except OttoConflict:
            # Nothing is left to cancel: a success if OTTO has cancelled it, by us or by itself.
            current = self.client.order(order.otto_order_id)
            if not all(item.cancelled for item in current.items):
                raise
        order._otto_cancel_accepted()

    def _report_error_text(self, order, error):
        return self.env._(
            "Order %(order)s could not be reported to OTTO: %(reason)s",
            order=order.name,
            reason=self.channel._otto_error_text(error),
        )

    def _refusal_text(self, order, error):
        """Say why OTTO refuses what it was told, and what to do, by OTTO's own code (facts/otto.md §5.6)."""
        remedies = {
            "DUPLICATE_TRACKING_KEY": self.env._(
                "OTTO already has another shipment with this tracking number. Enter the right number in the Shipping "
                "tab, then press Tell OTTO again."
            ),
            "POSITION_ITEM_INCLUDED_IN_OTHER_SHIPMENT": self.env._(
                "OTTO already has pieces of it in another shipment. Look at the order in OTTO Partner Connect."
            ),
            "POSITION_ITEM_CAN_NOT_BE_SENT": self.env._(
                "Pieces of it are not to be shipped any more at OTTO, for example because they were cancelled. The "
                "order is being read again; look at it and press Tell OTTO again."
            ),
            "INSUFFICIENT_PERMISSION": self.env._(
                "The order does not belong to the OTTO account of this channel. Check the credentials of the channel."
            ),
            "PROPERTY_IS_MANDATORY": self.env._(
                "OTTO misses a value. Check the address of the warehouse, the numbers in the Shipping tab and, with "
                "several return addresses, the Return Address ID on the channel."
            ),
        }
        if "POSITION_ITEM_CAN_NOT_BE_SENT" in error.codes:
            self.channel._trigger("orders")
        known = [remedies[code] for code in error.codes if code in remedies]
        if not known and isinstance(error, OttoConflict):
            known = [self.env._("Look at the order in OTTO Partner Connect.")]
        return self.env._(
            "OTTO refuses what it was told about order %(order)s. %(remedy)s %(words)s",
            order=order.name,
            remedy=" ".join(known)
            or self.env._("Look at the order in OTTO Partner Connect and tell your administrator."),
            words=self.channel._otto_quoted(error.words),
        )
