"""Whether the numbers in the Shipping tab may be told to OTTO: nothing can be corrected there (R9, R19)."""

from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    otto_has_questions = fields.Boolean(
        "Numbers to Be Checked", compute="_compute_otto_has_questions", compute_sudo=True
    )

    @api.depends("otto_parcel_ids.number_question", "otto_parcel_ids.number_checked", "otto_parcel_ids.picking_id")
    def _compute_otto_has_questions(self):
        """Whether a number looks wrong, or somebody has said that it is right: most orders need no column for it."""
        for order in self:
            order.otto_has_questions = any(
                row.number_question or (row.number_checked and not row.picking_id) for row in order.otto_parcel_ids
            )

    def _otto_can_tell_sent(self):
        """Tell whether OTTO can be told that the order is sent: one row of each type, and none in doubt (R9)."""
        self.ensure_one()
        return bool(self._otto_parcel_pair()) and not self._otto_number_doubt()

    def _otto_number_doubt(self):
        """Say why the numbers of this order must not be told to OTTO; False when they may."""
        questions = [row.number_question for row in self.otto_parcel_ids if row.number_question]
        if questions:
            return self.env._(
                "%(questions)s Please compare the numbers with the labels, then correct them in the Shipping tab or "
                "tick Number Is Right.",
                questions=" ".join(dict.fromkeys(questions)),
            )
        return self._otto_cancelled_label()

    def _otto_cancelled_label(self):
        """Say that a label whose number is in the Shipping tab is cancelled at DHL, or may be; False when none is."""
        numbers = self.otto_parcel_ids.filtered(lambda row: row.type == "shipment").mapped("tracking_number")
        if not numbers:
            return False
        bookings = self.env["dhl.booking"].sudo().search([("shipment_no", "in", numbers)], order="id")
        states = {booking.shipment_no: booking.state for booking in bookings}
        for number, state in states.items():
            if state == "cancel_doubt":
                return self.env._(
                    "The label %(number)s is possibly cancelled at DHL, whose answer did not arrive. OTTO is told as "
                    "soon as DHL has said what became of it.",
                    number=number,
                )
            if state == "cancelled":
                return self.env._(
                    "The label %(number)s is cancelled at DHL. Please cancel it on the transfer as well and make a new "
                    "one, or enter the number of the parcel that has left.",
                    number=number,
                )
        return False

    def _otto_missing_parcels(self):
        """Say why OTTO cannot be told that the order is sent: rows are missing, too many (R9), or in doubt."""
        self.ensure_one()
        if self._otto_parcel_pair() and (doubt := self._otto_number_doubt()):
            return doubt
        labels = dict(self.env["otto.parcel"]._fields["type"]._description_selection(self.env))
        counts = [
            self.env._(
                "%(type)s: %(count)s",
                type=label,
                count=len(self.otto_parcel_ids.filtered(lambda p, t=type_: p.type == t)),
            )
            for type_, label in labels.items()
        ]
        return self.env._(
            "OTTO is told that the order is sent when there is exactly one row of each type. Now there are: %s.",
            ", ".join(counts),
        )

    def _otto_not_to_ship(self):
        """Return the pieces that the delivery would bring though OTTO does not want them shipped any more.

        Somebody marked them as sent in OTTO Partner Connect, or another connector did. None where OTTO calls the whole
        order sent: its goods are only taken out of the stock then, without a label.
        """
        self.ensure_one()
        live = self.otto_position_ids.filtered(lambda piece: piece.status != "cancelled")
        if set(live.mapped("status")) <= {"sent", "returned"}:
            return live.browse()
        return live.filtered(lambda piece: piece.status not in ("processable", "announced"))

    def _otto_not_to_ship_text(self):
        """Say which pieces OTTO does not want shipped, and what to do."""
        labels = dict(self.env["otto.position.item"]._fields["status"]._description_selection(self.env))
        pieces = self._otto_not_to_ship()
        return self.env._(
            "Order %(order)s cannot be shipped: OTTO does not wait for all of its pieces any more: %(pieces)s. Please "
            "look at the order in OTTO Partner Connect. Pieces that have left are marked as sent there, with the "
            "others; the delivery is then validated without a label. What is still here is cancelled there.",
            order=self.name,
            pieces=", ".join(f"{piece.sku} ({labels[piece.status]})" for piece in pieces),
        )
