"""The rows of *Receive a Return*: pieces of orders, and goods that are none."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_datetime

from ..models.returns.otto_return_location import CONDITIONS
from ..models.returns.reasons import ACCEPT_REASONS, REJECT_REASONS

# What the warehouse says first when goods are rejected, by what came.
USUAL_REJECTION = {"wrong": "WRONG_ITEM", "missing": "ITEM_NOT_IN_THE_PARCEL", "received": "ITEM_DAMAGED"}


class OttoReturnReceiveLine(models.TransientModel):
    """One piece: what became of it, where it goes, and what OTTO is told."""

    _name = "otto.return.receive.line"
    _description = "Piece That Came Back"
    _order = "id"

    wizard_id = fields.Many2one("otto.return.receive", required=True, ondelete="cascade")
    line_id = fields.Many2one("otto.return.line", readonly=True)
    piece_id = fields.Many2one("otto.position.item", required=True, readonly=True)
    channel_id = fields.Many2one(related="piece_id.channel_id")
    company_id = fields.Many2one(related="piece_id.company_id")
    product_id = fields.Many2one(related="piece_id.order_line_id.product_id")
    tracking = fields.Selection(related="product_id.tracking")
    order_name = fields.Char("Order", readonly=True)
    came = fields.Selection(
        [
            ("received", "Here"),
            ("expected", "Still to Come"),
            ("missing", "Not in the Parcel"),
            ("wrong", "Something Else"),
        ],
        required=True,
        default="received",
    )
    other_product_id = fields.Many2one(
        "product.product", "What Came Instead", domain="[('type', '=', 'consu')]", check_company=True
    )
    condition = fields.Selection(
        CONDITIONS, compute="_compute_condition", store=True, readonly=False, precompute=True, required=True
    )
    location_id = fields.Many2one(
        "stock.location",
        "Put Into",
        compute="_compute_location_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('usage', 'in', ('internal', 'inventory'))]",
        help="Empty: where Odoo's receipts go.",
    )
    lot_id = fields.Many2one(
        "stock.lot", "Lot/Serial Number", domain="[('product_id', '=', product_id)]", check_company=True
    )
    is_final = fields.Boolean(compute="_compute_said")
    said = fields.Char("At OTTO", compute="_compute_said")
    decision = fields.Selection(
        [("accept", "Accept"), ("reject", "Reject"), ("none", "Decide Later")],
        compute="_compute_decision",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    accept_reason = fields.Selection(ACCEPT_REASONS, "Accepted Because", default="RETURN_RECEIVED")
    reject_reason = fields.Selection(
        REJECT_REASONS,
        "Rejected Because",
        compute="_compute_reject_reason",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("piece_id", "came")
    def _compute_condition(self):
        for row in self:
            usual = row.channel_id.return_condition_default or "A"
            row.condition = "E" if row.came in ("wrong", "missing") else usual

    @api.depends("condition", "came")
    def _compute_location_id(self):
        for row in self:
            row.location_id = row._usual_place() if row.came == "received" else False

    @api.depends("line_id")
    def _compute_said(self):
        for row in self:
            row.said, row.is_final = row._word_of_otto()

    @api.depends("came", "piece_id")
    def _compute_decision(self):
        """What is offered first; that a row gets its return when it is confirmed does not change what was chosen."""
        usual = {"received": "accept", "wrong": "reject"}
        for row in self:
            undecided = row.line_id.otto_status != "rejected" and row.line_id.decision in (False, "none")
            row.decision = usual.get(row.came, "none") if undecided and not row.is_final else "none"

    @api.depends("came")
    def _compute_reject_reason(self):
        for row in self:
            row.reject_reason = USUAL_REJECTION.get(row.came, "ITEM_DAMAGED")

    def _word_of_otto(self):
        """Return what was said to the customer already, or may not be said, and whether that is final."""
        if refusal := self.piece_id.sudo()._otto_refund_refusal():
            return refusal, True
        line = self.line_id.sudo()
        if line.otto_status == "rejected" or line.decision == "reject":
            return self.env._("Rejected already"), False
        return self.channel_id.sudo()._otto_not_told_text() or False, False

    def _usual_place(self):
        """Return where a piece of this condition goes; none where a person has to choose."""
        if place := self._place_of_condition():
            return place.location_id
        if not self._is_sold_again():
            return self.env["stock.location"]
        moves = self.line_id.sudo()._otto_awaited.move_ids
        warehouse = self.channel_id.sudo().warehouse_id
        return moves[:1].location_dest_id or warehouse.in_type_id.default_location_dest_id or warehouse.lot_stock_id

    def _place_of_condition(self):
        """Return the channel's row of this row's condition, none where it names none."""
        rows = self.channel_id.sudo().return_location_ids
        return rows.filtered(lambda row: row.condition == self.condition)[:1]

    def _check_still_expected(self):
        """Refuse what somebody else has received, or the customer has taken back, since the question was asked.

        What was announced meanwhile is received as announced.

        :raises UserError: names the piece
        """
        self.piece_id.check_access("read")
        self.line_id.check_access("read")
        for row in self:
            piece = row.piece_id.sudo()
            if row.line_id and row.line_id.piece_id != piece:
                raise UserError(
                    self.env._("%s: this row is of another piece. Please open the return again.", row.order_name)
                )
            if reason := row._not_expected_because():
                raise UserError(
                    self.env._(
                        "%(product)s of order %(order)s: %(reason)s. Please open the return again.",
                        product=row.product_id.display_name,
                        order=row.order_name,
                        reason=reason,
                    )
                )
            if not row.line_id:
                row.line_id = piece.return_line_ids._otto_without_goods[-1:]

    def _not_expected_because(self):
        """Say why the piece of this row cannot be received any more, or return None."""
        line = self.line_id.sudo()
        if line.withdrawn_on:
            return self.env._("its return was withdrawn by the customer")
        if (
            line.received == "received"
            or self.piece_id.sudo() not in self.piece_id.sudo().order_id._otto_returnable_pieces()
        ):
            here = self.piece_id.sudo().return_line_ids.filtered(lambda one: one.received == "received")[-1:]
            when = format_datetime(self.env, here.write_date) if here else "-"
            return self.env._("it was received meanwhile (%(when)s)", when=when)
        return None

    def _check_said(self):
        """Refuse what is half said.

        :raises UserError: names the piece and what is missing
        """
        for row in self:
            missing = None
            if row.came == "wrong" and not row.other_product_id:
                missing = self.env._("What Came Instead")
            elif row.came == "wrong" and not row.location_id:
                missing = self.env._("Put Into")
            elif row.decision == "reject" and not row.reject_reason:
                missing = self.env._("Rejected Because")
            elif row.decision == "accept" and not row.accept_reason:
                missing = self.env._("Accepted Because")
            if missing:
                raise UserError(
                    self.env._(
                        "%(product)s of order %(order)s: please fill in %(missing)s.",
                        product=row.product_id.display_name,
                        order=row.order_name,
                        missing=missing,
                    )
                )

    def _check_places(self):
        """Goods that nobody sells again are not put where they are offered to OTTO.

        :raises UserError: names the piece, the condition and the remedy
        """
        for row in self.filtered(lambda row: row.came == "received" and not row._is_sold_again()):
            place = row.location_id
            if not place or self.env["otto.return.location"]._is_offered(place):
                raise UserError(
                    self.env._(
                        "%(product)s of order %(order)s came back in condition %(condition)s. %(place)s is offered to "
                        "OTTO, so it would be sold again. Please choose another place here, or say in the channel "
                        "%(channel)s where this condition is put.",
                        product=row.product_id.display_name,
                        order=row.order_name,
                        condition=row.condition,
                        place=place.display_name or self.env._("The stock"),
                        channel=row.channel_id.name,
                    )
                )

    def _is_sold_again(self):
        """Tell whether goods of this condition may be offered: by the channel's choice, else in the usual condition."""
        place = self._place_of_condition()
        if place:
            return place.kind == "stock"
        return self.condition in ("A", self.channel_id.return_condition_default)

    def _decide(self):
        """Decide as was said; what OTTO has decided meanwhile stays as it is."""
        rows = self.filtered(lambda row: row.decision != "none" and not row._word_of_otto()[1])
        reason = lambda row: row.accept_reason if row.decision == "accept" else row.reject_reason  # noqa: E731
        for (decision, why, condition), ours in rows.grouped(
            lambda row: (row.decision, reason(row), row.condition)
        ).items():
            ours.line_id.sudo()._decide(decision, why, condition)

    def _in_words(self):
        """Say for the return's history what became of the piece."""
        labels = {name: dict(self._fields[name]._description_selection(self.env)) for name in ("came", "condition")}
        words = [f"{self.product_id.display_name} ({self.order_name}): {labels['came'][self.came]}"]
        if self.came == "received":
            words.append(labels["condition"][self.condition])
            words += [self.location_id.display_name] if self.location_id else []
        elif self.came == "wrong":
            words += [self.other_product_id.display_name, self.location_id.display_name]
        return ", ".join(words)


class OttoReturnReceiveExtra(models.TransientModel):
    """Goods in the parcel that are no piece of an order."""

    _name = "otto.return.receive.extra"
    _description = "Goods in a Return That Belong to No Order"

    wizard_id = fields.Many2one("otto.return.receive", required=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    product_id = fields.Many2one(
        "product.product", required=True, domain="[('type', '=', 'consu')]", check_company=True
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    location_id = fields.Many2one(
        "stock.location",
        "Put Into",
        required=True,
        check_company=True,
        domain="[('usage', 'in', ('internal', 'inventory'))]",
    )
    tracking = fields.Selection(related="product_id.tracking")
    lot_id = fields.Many2one("stock.lot", "Lot/Serial Number", domain="[('product_id', '=', product_id)]")

    @api.depends("wizard_id.line_ids.piece_id")
    def _compute_company_id(self):
        for extra in self:
            extra.company_id = extra.wizard_id.line_ids.company_id[:1] or self.env.company

    def _in_words(self):
        """Say for the return's history what else lay in the parcel."""
        return f"{self.quantity:g} {self.product_id.display_name}, {self.location_id.display_name}"
