from dataclasses import dataclass
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..dhl_api import ReturnOrder, return_address


@dataclass(frozen=True)
class Files:
    """Documents for a transfer: pairs of name and bytes, and the number of the return."""

    words: str
    documents: list
    number: str


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

        A transfer that has its label is left as it is.

        :raises UserError: no label was enclosed and none can be made
        """
        self.ensure_one()
        self.check_access("read")
        pickings.check_access("read")
        for picking in pickings:
            if picking.state == "cancel":
                raise UserError(
                    self.env._("%(transfer)s is cancelled. No return label is made for it.", transfer=picking.name)
                )
            # Odoo computes the field only once in a transaction: a label made just now would be missing.
            picking.invalidate_recordset(["return_label_ids"])
            if not picking.return_label_ids:
                self._dhl_de_add_return_label(picking)
        if self.get_return_label_from_portal:
            pickings.return_label_ids.generate_access_token()

    def _dhl_de_add_return_label(self, picking):
        deliveries = picking.move_ids.origin_returned_move_id.picking_id or picking
        enclosed = self._dhl_de_enclosed_labels(picking, deliveries)
        if enclosed:
            files = self._dhl_de_copied(deliveries, enclosed)
        else:
            files = self._dhl_de_booked_return(picking, deliveries)
        picking.return_tracking_ref = files.number or picking.return_tracking_ref
        picking.message_post(body=files.words, attachments=files.documents)
        picking.invalidate_recordset(["return_label_ids"])

    def _dhl_de_enclosed_labels(self, picking, deliveries):
        """Return the labels that were enclosed in the deliveries and are on no other return."""
        if deliveries == picking:
            return self.env["ir.attachment"]
        used = set(self._dhl_de_other_returns(picking, deliveries).return_label_ids.mapped("name"))
        return deliveries.return_label_ids.filtered(lambda label: label.name not in used)

    def _dhl_de_other_returns(self, picking, deliveries):
        """Return the other transfers that bring goods of these deliveries back; a cancelled one uses up no label."""
        others = deliveries.move_ids.returned_move_ids.picking_id - picking
        return others.filtered(lambda other: other.state != "cancel")

    def _dhl_de_copied(self, deliveries, labels):
        names = labels.mapped("name")
        numbers = [
            number
            for delivery in deliveries
            for number in delivery._dhl_de_return_numbers()
            if any(number in name for name in names)
        ]
        words = self.env._("Return label of %(transfers)s", transfers=", ".join(deliveries.mapped("name")))
        return Files(words, [(label.name, label.raw) for label in labels], ",".join(numbers))

    def _dhl_de_booked_return(self, picking, deliveries):
        """Book a return at DHL, or take the one that was booked before for this transfer.

        The PDF comes last: the portal offers the newest file.
        """
        booked = self.env["dhl.booking"]._book_return(
            self, picking, lambda: self._dhl_de_return_order(picking, deliveries), self.dhl_de_return_label_type
        )
        name = f"{self.get_return_label_prefix()}-{booked.number}"
        kinds = (("png", booked.qr_label), ("pdf", booked.label))
        words = self.env._("DHL return %(number)s, booked on demand", number=booked.number)
        return Files(words, [(f"{name}.{kind}", content) for kind, content in kinds if content], booked.number)

    def _dhl_de_return_order(self, picking, deliveries):
        """Return the `ReturnOrder` of a transfer; who got the delivery sends it back.

        :raises UserError: the login is incomplete, no receiver for the country, customs, or a bad address
        """
        self._dhl_de_check_login()
        customer = picking.partner_id or deliveries.partner_id[:1]
        receiver = self._dhl_de_receiver(picking, deliveries, customer)
        return ReturnOrder(
            receiver_id=receiver.receiver_id,
            shipper=self._dhl_de_address(picking, customer, return_address, with_contact=self.dhl_de_send_contact),
            weight=self._dhl_de_return_weight(picking),
            ref_no=picking.sale_id.name or picking.name,
            shipment_ref=picking.name,
        )

    def _dhl_de_receiver(self, picking, deliveries, customer):
        """Return where returns from a customer's country go.

        :raises UserError: it is not known, or the country's parcels pass customs
        """
        country = customer.country_id
        names = {"transfer": picking.name, "country": country.name, "carrier": self.name}
        if not customer:
            raise UserError(
                self.env._(
                    "%(transfer)s has no contact. Please enter the customer who sends the goods back.",
                    transfer=picking.name,
                )
            )
        if not country:
            raise UserError(
                self.env._(
                    "%(transfer)s: the address of %(contact)s has no country. Please enter one.",
                    transfer=picking.name,
                    contact=customer.display_name,
                )
            )
        receiver = self.dhl_de_receiver_ids.filtered(lambda row: row.country_id == country)
        if not receiver:
            raise UserError(self._dhl_de_no_receiver(picking, deliveries, names))
        if country.code != "DE" and self._dhl_de_passes_customs(customer):
            raise UserError(
                self.env._(
                    "%(transfer)s comes from %(country)s and has to pass customs. Odoo makes no customs papers for DHL;"
                    " please make this return label in DHL's business customer portal.",
                    **names,
                )
            )
        return receiver

    def _dhl_de_no_receiver(self, picking, deliveries, names):
        others = self._dhl_de_other_returns(picking, deliveries).filtered("return_label_ids")
        if deliveries.return_label_ids and others:
            return self.env._(
                "%(transfer)s: the return label that was enclosed is on %(others)s already, and the shipping method"
                " %(carrier)s has no receiver for returns from %(country)s. Please have one entered on the shipping"
                " method, or make the label in DHL's business customer portal.",
                others=", ".join(others.mapped("name")),
                **names,
            )
        return self.env._(
            "%(transfer)s: no return label was made together with the delivery, and the shipping method %(carrier)s has"
            " no receiver for returns from %(country)s. Please have one entered on the shipping method, or make the"
            " label in DHL's business customer portal.",
            **names,
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
