import json

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from .. import const
from ..dhl_api import DhlError, DhlRateLimited, DhlUnavailable
from .delivery_carrier_words import sentence


class DeliveryCarrier(models.Model):
    """Odoo's provider hooks."""

    _inherit = "delivery.carrier"

    def dhl_de_rate_shipment(self, order):
        """Return the price from the fixed price or the price rules; DHL's interface knows no prices.

        A country that shipping would refuse is refused here: nobody shall offer what cannot be sent.
        """
        self.ensure_one()
        self.check_access("read")
        order.check_access("read")
        try:
            self._dhl_de_check_country(order, order.partner_shipping_id)
        except UserError as error:
            return {"success": False, "price": 0.0, "error_message": str(error), "warning_message": False}
        if self.dhl_de_price_by == "rules":
            return self.base_on_rule_rate_shipment(order)
        return self.fixed_rate_shipment(order)

    def _dhl_de_exact_price(self, picking):
        """Return what the shipment costs by the same rules as the offer."""
        if self.dhl_de_price_by == "rules":
            return self._get_price_available(picking.sale_id) if picking.sale_id else 0.0
        return self.fixed_price

    def dhl_de_send_shipping(self, pickings):
        """Book a label for each parcel of the transfers, attach the labels, return prices and numbers."""
        self.check_access("read")
        pickings.check_access("write")
        return [self._dhl_de_ship(picking) for picking in pickings]

    def _dhl_de_ship(self, picking):
        self.ensure_one()
        self._dhl_de_check_settings()
        self._dhl_de_check_transfer(picking)
        # Everything that can fail without DHL comes first.
        price = self._dhl_de_exact_price(picking)
        orders = self._dhl_de_orders(picking)
        labels = self.env["dhl.booking"]._book(self, picking, orders, self._dhl_de_label_options())
        returns = ",".join(label.return_shipment_no for label in labels if label.return_shipment_no)
        picking.return_tracking_ref = returns or False
        self._dhl_de_attach(picking, labels)
        return {"exact_price": price, "tracking_number": ",".join(label.shipment_no for label in labels)}

    def _dhl_de_check_transfer(self, picking):
        if picking.picking_type_code == "incoming":
            raise UserError(
                self.env._(
                    "%(transfer)s comes in: shipping labels are for transfers that go out.", transfer=picking.name
                )
            )
        if picking.picking_type_code == "internal" and not picking.picking_type_id.print_label:
            raise UserError(
                self.env._(
                    "%(transfer)s stays in the warehouse: the label is made for the delivery. If this step ships,"
                    " please switch on “Generate Shipping Labels” on the operation type %(type)s.",
                    transfer=picking.name,
                    type=picking.picking_type_id.display_name,
                )
            )
        picking.check_access("write")
        picking.invalidate_recordset(["carrier_tracking_ref"])
        if picking.carrier_tracking_ref:
            raise UserError(
                self.env._(
                    "%(transfer)s already has the tracking number %(number)s. If it needs another label, cancel the"
                    " shipment first.",
                    transfer=picking.name,
                    number=picking.carrier_tracking_ref,
                )
            )

    def _dhl_de_attach(self, picking, labels):
        """Attach the labels under Odoo's own names, so that Odoo finds the return labels again."""
        attachments, lines = [], []
        for label in labels:
            attachments.append((f"{self._get_delivery_label_prefix()}-{label.shipment_no}.pdf", label.label))
            line = self.env._("DHL parcel %(number)s", number=label.shipment_no)
            if label.return_label:
                name = f"{self.get_return_label_prefix()}-{label.return_shipment_no}.pdf"
                attachments.append((name, label.return_label))
                line = self.env._(
                    "DHL parcel %(number)s, enclosed return %(return_number)s",
                    number=label.shipment_no,
                    return_number=label.return_shipment_no,
                )
            lines.append(line)
            lines += [self.env._("DHL remarks: %(text)s", text=text) for text in label.remarks]
        picking.message_post(body=Markup("<br/>").join(lines), attachments=attachments)
        if self.get_return_label_from_portal:
            picking.return_label_ids.generate_access_token()

    def dhl_de_get_tracking_link(self, picking):
        """Return the address of DHL's page, or for several parcels a JSON list of [number, address]."""
        picking.check_access("read")
        numbers = picking._dhl_de_numbers()
        if len(numbers) == 1:
            return const.TRACKING_PAGE % numbers[0]
        return json.dumps([[number, const.TRACKING_PAGE % number] for number in numbers]) if numbers else False

    def dhl_de_cancel_shipment(self, pickings):
        """Cancel the parcels of the transfers at DHL; the button comes by `stock.picking.cancel_shipment`.

        :raises UserError: DHL refuses, e.g. because the day is closed, or cannot be reached; Odoo then keeps the number
        """
        self.check_access("read")
        pickings.check_access("write")
        for picking in pickings.filtered(lambda p: p.carrier_id == self):
            _cancelled, problems = picking._dhl_de_cancel()
            if problems:
                raise UserError("\n".join(problems))

    def action_dhl_de_close_day(self):
        """Close this carrier's parcels of the last days at DHL; afterwards they cannot be cancelled any more."""
        self.ensure_one()
        self.check_access("write")
        self._dhl_de_check_settings()
        closed, problems = self.env["dhl.booking"]._close_day(self)
        text = self.env._("Parcels closed at DHL: %(count)s.", count=closed)
        return self._dhl_de_notify("warning" if problems else "success", "\n".join([text, *problems]))

    def action_dhl_de_test_connection(self):
        """Ask DHL to check a sample parcel with these settings, without booking it; say in words what it answers."""
        self.ensure_one()
        self.check_access("write")
        problems = self._dhl_de_connection_problems()
        if problems:
            return self._dhl_de_notify("danger", "\n".join(problems))
        text = self.env._(
            "DHL (%(environment)s) accepts the login and the billing numbers of %(carrier)s.",
            environment=self._dhl_de_environment_name(),
            carrier=self.name,
        )
        if not self._makes_enclosed_return():
            text += " " + self.env._("No return label is made at delivery.")
        return self._dhl_de_notify("success", text)

    def _dhl_de_connection_problems(self):
        """Return what is wrong with the settings, as sentences; nothing when DHL accepts them."""
        try:
            self._dhl_de_check_settings()
            sample = self._dhl_de_sample_order()
            client = self.with_context(**{const.ASK_ANYWAY: True})._dhl_de_client()
            result = client.create([sample], self._dhl_de_label_options(), validate=True)[0]
        except UserError as error:
            return [str(error)]
        except DhlError as error:
            return [str(self._dhl_de_error(error))]
        if result is None:
            return [self.env._("DHL's answer says nothing about the sample parcel. Please try again.")]
        warnings_only = result.messages and all(message.state.lower() == "warning" for message in result.messages)
        if not result.ok and not warnings_only:
            return [self.env._("DHL refuses a sample parcel: %(words)s", words=sentence(self._dhl_de_words(result)))]
        return []

    def _dhl_de_absence(self):
        """Ask DHL to check a sample parcel; return the `DhlError` when it does not answer or takes no requests."""
        if self.delivery_type != const.DELIVERY_TYPE:
            return None
        try:
            client = self.with_context(**{const.ASK_ANYWAY: True})._dhl_de_client()
            client.create([self._dhl_de_sample_order()], self._dhl_de_label_options(), validate=True)
        except (DhlUnavailable, DhlRateLimited) as error:
            return error
        except (DhlError, UserError):
            # DHL is there; what else is wrong, each transfer says.
            return None
        return None

    def _dhl_de_notify(self, kind, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": kind, "message": text, "sticky": kind != "success"},
        }
