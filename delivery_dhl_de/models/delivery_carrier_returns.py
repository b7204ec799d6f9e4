from dataclasses import dataclass
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..dhl_api import ReturnOrder, return_address


@dataclass(frozen=True)
class Files:
    """Documents for a transfer: pairs of name and bytes."""

    words: str
    documents: list


class DeliveryCarrier(models.Model):
    """Return labels: the one that was enclosed in the parcel, else one on demand by the Returns API."""

    _inherit = "delivery.carrier"

    dhl_de_receiver_ids = fields.One2many(
        "dhl.return.receiver",
        "carrier_id",
        string="Receivers of Returns on Demand",
        copy=True,
        help="With a receiver, a return label can be made later too, for a return that has none (DHL Retoure Online).",
    )
    dhl_de_return_label_type = fields.Selection(
        [("SHIPMENT_LABEL", "Label"), ("QR_LABEL", "QR code"), ("BOTH", "Label and QR code")],
        string="Return on Demand As",
        default="SHIPMENT_LABEL",
        required=True,
        help="With the QR code the customer has the label printed at the post office.",
    )

    def dhl_de_get_return_label(self, pickings, tracking_number=None, origin_date=None):
        """Put a return label on return transfers: the enclosed one as long as no other return has it, else a new one.

        :raises UserError: no label was enclosed and none can be made
        """
        self.ensure_one()
        for picking in pickings:
            deliveries = picking.move_ids.origin_returned_move_id.picking_id or picking
            enclosed = self._dhl_de_enclosed_labels(picking, deliveries)
            files = self._dhl_de_copied(deliveries, enclosed) if enclosed else self._dhl_de_booked_return(picking)
            # Odoo computes the field only once in a transaction: a copy made just now would be missing.
            picking.invalidate_recordset(["return_label_ids"])
            there = set(picking.return_label_ids.mapped("name"))
            missing = [(name, content) for name, content in files.documents if name not in there]
            if missing:
                picking.message_post(body=files.words, attachments=missing)
                picking.invalidate_recordset(["return_label_ids"])
        if self.get_return_label_from_portal:
            pickings.return_label_ids.generate_access_token()

    def _dhl_de_enclosed_labels(self, picking, deliveries):
        """Return the labels that were enclosed in the deliveries and are on no other return."""
        if deliveries == picking:
            return deliveries.return_label_ids
        others = deliveries.move_ids.returned_move_ids.picking_id - picking
        used = set(others.return_label_ids.mapped("name"))
        return deliveries.return_label_ids.filtered(lambda label: label.name not in used)

    def _dhl_de_copied(self, deliveries, labels):
        words = self.env._("Return label of %(transfers)s", transfers=", ".join(deliveries.mapped("name")))
        return Files(words, [(label.name, label.raw) for label in labels])

    def _dhl_de_booked_return(self, picking):
        """Book a return at DHL, or take the one that was booked before for this transfer."""
        self._dhl_de_check_login()
        order = self._dhl_de_return_order(picking)
        booked = self.env["dhl.booking"]._book_return(self, picking, order, self.dhl_de_return_label_type)
        picking.return_tracking_ref = booked.number
        name = f"{self.get_return_label_prefix()}-{booked.number}"
        kinds = (("pdf", booked.label), ("png", booked.qr_label))
        words = self.env._("DHL return %(number)s, booked on demand", number=booked.number)
        return Files(words, [(f"{name}.{kind}", content) for kind, content in kinds if content])

    def _dhl_de_return_order(self, picking):
        """Return the `ReturnOrder` of a transfer.

        :raises UserError: no receiver for the country, customs, a bad address or no weight
        """
        customer = picking.partner_id
        names = {"transfer": picking.name, "country": customer.country_id.name, "carrier": self.name}
        receiver = self.dhl_de_receiver_ids.filtered(lambda row: row.country_id == customer.country_id)
        if not receiver:
            raise UserError(
                self.env._(
                    "%(transfer)s: no return label was made together with the delivery, and the shipping method"
                    " %(carrier)s has no receiver for returns from %(country)s. Please have one entered on the shipping"
                    " method, or make the label in DHL's business customer portal.",
                    **names,
                )
                if customer.country_id
                else self.env._("%(transfer)s: the address of the customer has no country.", **names)
            )
        if customer.country_id.code != "DE" and self._dhl_de_passes_customs(customer):
            raise UserError(
                self.env._(
                    "%(transfer)s comes from %(country)s and has to pass customs. Odoo makes no customs papers for DHL;"
                    " please make this return label in DHL's business customer portal.",
                    **names,
                )
            )
        return ReturnOrder(
            receiver_id=receiver.receiver_id,
            shipper=self._dhl_de_address(picking, customer, return_address, with_contact=self.dhl_de_send_contact),
            weight=self._dhl_de_return_weight(picking),
            ref_no=picking.sale_id.name or picking.name,
            shipment_ref=picking.name,
        )

    def _dhl_de_return_weight(self, picking) -> Decimal:
        """Return the weight in kg of what is to come back, at least one gram."""
        moves = picking.move_ids.filtered(lambda move: move.state != "cancel")
        weight = sum(move.product_qty * (move.product_id.weight or self.dhl_de_default_weight) for move in moves)
        return max(self._dhl_de_kilograms(weight), Decimal("0.001"))

    def _dhl_de_check_login(self):
        """Raise a UserError when the login is incomplete; returns on demand need no billing number."""
        missing = self._dhl_de_missing_login()
        if missing:
            self._dhl_de_refuse_settings(missing)
