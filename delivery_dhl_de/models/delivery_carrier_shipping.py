import json

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from .. import const
from ..dhl_api import DhlAuthError, DhlError, DhlRateLimited, DhlUnavailable


class DeliveryCarrier(models.Model):
    """Odoo's provider hooks."""

    _inherit = "delivery.carrier"

    def dhl_de_rate_shipment(self, order):
        """Return the price from the fixed price or the price rules; DHL's interface knows no prices."""
        self.ensure_one()
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
        numbers = picking._dhl_de_numbers()
        if len(numbers) == 1:
            return const.TRACKING_PAGE % numbers[0]
        return json.dumps([[number, const.TRACKING_PAGE % number] for number in numbers]) if numbers else False

    def dhl_de_cancel_shipment(self, pickings):
        """Cancel the parcels of the transfers at DHL.

        :raises UserError: DHL refuses, e.g. because the day is closed, or cannot be reached; Odoo then keeps the number
        """
        for picking in pickings.filtered(lambda p: p.carrier_id == self and p.carrier_tracking_ref):
            self.env["dhl.booking"]._cancel_transfer(self, picking)
            picking._dhl_de_retire_labels()

    def _dhl_de_error(self, error, picking=None):
        """Return a UserError that says what is wrong with DHL's answer and what to do.

        :param error: a `DhlError`
        """
        if isinstance(error, DhlAuthError):
            text = self.env._(
                "DHL does not accept the login of the shipping method %(carrier)s: %(words)s Please have the user,"
                " password and API key checked.",
                carrier=self.name,
                words=_sentence(error.words),
            )
        elif isinstance(error, DhlRateLimited):
            text = self.env._("DHL takes no more requests at the moment. Please try again in a few minutes.")
        elif isinstance(error, DhlUnavailable):
            text = self.env._(
                "DHL cannot be reached (%(words)s). Please try again in a few minutes.", words=error.words
            )
        else:
            text = self.env._("DHL refuses: %(words)s", words=_sentence(error.words))
        return UserError(f"{picking.name}: {text}" if picking else text)

    def action_dhl_de_close_day(self):
        """Close today's parcels of this carrier at DHL; afterwards they cannot be cancelled any more."""
        self.ensure_one()
        self.check_access("write")
        self._dhl_de_check_settings()
        closed, problems = self.env["dhl.booking"]._close_day(self)
        text = self.env._("Parcels closed at DHL: %(count)s.", count=closed)
        return self._dhl_de_notify("warning" if problems else "success", "\n".join([text, *problems]))

    def action_dhl_de_test_connection(self):
        """Ask DHL to check a sample parcel with these settings, without booking it; say in words what it answers."""
        self.ensure_one()
        problems = self._dhl_de_connection_problems()
        environment = self.env._("production") if self.prod_environment else self.env._("test environment")
        if problems:
            return self._dhl_de_notify("danger", "\n".join(problems))
        text = self.env._(
            "DHL (%(environment)s) accepts the login and the billing numbers of %(carrier)s.",
            environment=environment,
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
            result = self._dhl_de_client().create([sample], self._dhl_de_label_options(), validate=True)[0]
        except UserError as error:
            return [str(error)]
        except DhlError as error:
            return [str(self._dhl_de_error(error))]
        warnings_only = result and result.messages and all(m.state.lower() == "warning" for m in result.messages)
        if result and not result.ok and not warnings_only:
            return [self.env._("DHL refuses a sample parcel: %(words)s", words=_sentence(result.words))]
        return []

    def _dhl_de_notify(self, kind, text):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": kind, "message": text, "sticky": kind != "success"},
        }


def _sentence(words):
    return words if words.endswith((".", "!", "?")) else f"{words}."
