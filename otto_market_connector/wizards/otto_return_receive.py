"""What came back, said by the warehouse piece by piece; then it is booked and decided."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.core.concurrency import touch_rows
from ..models.core.write_guard import as_connector
from ..models.returns.stock_picking_receiving import Arrival


class OttoReturnReceive(models.TransientModel):
    """The question that validating a return asks: what came, in which condition, accepted or rejected."""

    _name = "otto.return.receive"
    _description = "What Came Back from OTTO Customers"

    return_ids = fields.Many2many("otto.return", string="Returns", readonly=True)
    number = fields.Char(readonly=True, help="Under which it was found, of a return that nobody announced.")
    line_ids = fields.One2many("otto.return.receive.line", "wizard_id", "Pieces")
    extra_ids = fields.One2many("otto.return.receive.extra", "wizard_id", "Other Goods in the Parcel")
    order_text = fields.Char("Pieces of Another Order", help="Number of the order or of a label.")
    words = fields.Text(compute="_compute_words")
    has_lots = fields.Boolean(compute="_compute_columns")
    has_wrong = fields.Boolean(compute="_compute_columns")
    has_rejected = fields.Boolean(compute="_compute_columns")
    has_said = fields.Boolean(compute="_compute_columns")

    @api.depends("line_ids.tracking", "line_ids.came", "line_ids.decision", "line_ids.said")
    def _compute_columns(self):
        """Only the columns that these pieces need are shown."""
        for wizard in self:
            lines = wizard.line_ids
            wizard.has_lots = any(line.tracking not in (False, "none") for line in lines)
            wizard.has_wrong = "wrong" in lines.mapped("came")
            wizard.has_rejected = "reject" in lines.mapped("decision")
            wizard.has_said = any(lines.mapped("said"))

    @api.depends("line_ids.came", "line_ids.other_product_id", "extra_ids.product_id", "extra_ids.quantity")
    def _compute_words(self):
        for wizard in self:
            wizard.words = "\n".join(wizard._odd_things())

    def _odd_things(self):
        """Say what is not as it was announced."""
        said = []
        for line in self.line_ids:
            names = {"product": line.product_id.display_name, "order": line.order_name}
            if line.came == "missing":
                said.append(self.env._("%(product)s of %(order)s is missing and stays expected.", **names))
            elif line.came == "wrong":
                other = line.other_product_id.display_name or "?"
                said.append(self.env._("Instead of %(product)s of %(order)s came %(other)s.", other=other, **names))
            elif line.came == "received" and not line.line_id:
                said.append(self.env._("The return of %(product)s of %(order)s was not announced.", **names))
        said += [
            self.env._(
                "%(quantity)s of %(product)s belong to no piece of an order.",
                quantity=f"{extra.quantity:g}",
                product=extra.product_id.display_name,
            )
            for extra in self.extra_ids
            if extra.product_id
        ]
        return said

    # Ways to it

    @api.model
    def _ask_transfers(self, pickings):
        """Return the action that asks what came of some open transfers."""
        return self._ask(pickings.move_ids.sudo()._otto_return_lines)

    @api.model
    def _ask_returns(self, returns):
        """Return the action that asks what came of returns.

        :raises UserError: nothing of them is expected any more
        """
        return self._ask(returns.sudo().line_ids._otto_awaited)

    @api.model
    def _ask_orders(self, orders, number):
        """Return the action that asks what came of orders whose return nobody announced.

        :raises UserError: nothing of them can come back any more
        """
        return self._ask(self.env["otto.return.line"], orders=orders, number=number)

    def _ask(self, lines, orders=None, number=False):
        wizard = self.create(
            {
                "return_ids": lines.return_id.ids,
                "number": number,
                "line_ids": [fields.Command.create(self._row(line.piece_id, line)) for line in lines],
            }
        )
        if orders:
            wizard._add_orders(orders)
        if not wizard.line_ids:
            raise UserError(self.env._("Nothing is expected here any more: all of it was received or withdrawn."))
        return wizard._open()

    def _open(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receive a Return"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _row(self, piece, line=None, came="received"):
        """Return the values of the row of a piece, expected or not."""
        piece = piece.sudo()
        return {
            "line_id": line.id if line else False,
            "piece_id": piece.id,
            "order_name": f"{piece.order_id.name} ({piece.order_id.otto_order_number})",
            "came": came,
        }

    def _add_orders(self, orders):
        """Add the pieces of orders that may come back and are not here yet."""
        pieces = orders.sudo()._otto_returnable_pieces() - self.line_ids.sudo().piece_id
        came = "received" if len(pieces) == 1 and not self.line_ids else "expected"
        reason = {"accept_reason": "UNDELIVERABLE"} if self._is_label("shipment", orders) else {}
        for piece in pieces:
            row = self._row(piece, piece.return_line_ids._otto_without_goods[-1:], came)
            self.line_ids = [fields.Command.create({**row, **reason})]

    def _is_label(self, type_, orders):
        """Tell whether it was found by the number of a label: of the return, or of an undelivered shipment."""
        parcels = orders.sudo().otto_parcel_ids.filtered(lambda parcel: parcel.type == type_)
        return bool(self.number) and self.number in parcels.mapped("tracking_number")

    def action_add_order(self):
        """Button, and Enter: add the pieces of another order that lay in the same parcel.

        :raises UserError: no order has that number, or nothing of it can come back
        """
        self.ensure_one()
        text, self.order_text = (self.order_text or "").strip(), False
        if not text:
            return self._open()
        orders = self.env["otto.return"]._find_orders(text)
        before = len(self.line_ids)
        self._add_orders(orders)
        if len(self.line_ids) == before:
            raise UserError(
                self.env._("%(number)s: there is no sent piece of such an order that is not here yet.", number=text)
            )
        return self._open()

    # What it does

    def action_confirm(self):
        """Button: book what came, and decide as the person said.

        :raises UserError: something cannot be booked as it was said; names the piece and the remedy
        """
        self.ensure_one()
        rows = self.line_ids.filtered(
            lambda row: row.came in ("received", "wrong") or (row.came == "missing" and row.line_id)
        )
        if not rows and not self.extra_ids:
            raise UserError(self.env._("Please say of at least one piece what became of it."))
        self._lock(rows)
        rows._check_still_expected()
        rows._check_said()
        rows._check_places()
        self._expect_what_is_not_expected(rows.filtered(lambda row: row.came != "missing"))
        self._book(rows)
        self._note(rows)
        rows._decide()
        return self._done(rows)

    def _lock(self, rows):
        """Two people at the same return: the second one waits here, begins again, and is then told so.

        Written, not only locked: whoever waited would else go on with what the database looked like before.
        """
        touch_rows(rows.piece_id)
        rows.line_id.invalidate_recordset()
        rows.line_id.move_ids.invalidate_recordset(["state"])

    def _expect_what_is_not_expected(self, rows):
        """Make the returns and transfers of pieces that nobody announced, or that were given up for lost."""
        unknown = rows.filtered(lambda row: not row.line_id)
        given_up = (rows - unknown).line_id.sudo().filtered(lambda line: not line._otto_awaited)
        for otto_return, lines in given_up.grouped("return_id").items():
            otto_return._otto_expect_again(lines)
            self.return_ids |= otto_return.with_env(self.env)
        for channel, ours in unknown.grouped(lambda row: row.piece_id.channel_id).items():
            known = self.return_ids.filtered(lambda one, channel=channel: one.channel_id == channel)[:1]
            number = self.number if self._is_label("return", ours.piece_id.sudo().order_id) else False
            otto_return = known._otto_not_announced(ours.piece_id, number)
            for row in ours:
                row.line_id = otto_return.line_ids.filtered(lambda line, row=row: line.piece_id == row.piece_id)[-1:]
            self.return_ids |= otto_return

    def _book(self, rows):
        """Book the goods: the pieces in their transfers, what is no piece in transfers of their own."""
        here = rows.filtered(lambda row: row.came == "received")
        pickings = rows.line_id.sudo().move_ids.picking_id.with_env(self.env)
        pickings.check_access("write")
        arrivals = [Arrival(row.line_id, row.condition, row.location_id, row.lot_id) for row in here]
        by_company = defaultdict(list)
        for arrival in arrivals:
            by_company[arrival.line.company_id].append(arrival)
        foreign = [(row.other_product_id, 1.0, row.location_id, None) for row in rows if row.came == "wrong"]
        foreign += [(extra.product_id, extra.quantity, extra.location_id, extra.lot_id) for extra in self.extra_ids]
        first = (pickings or self.return_ids.picking_ids)[:1]
        if foreign and not first:
            raise UserError(
                self.env._("Please say of at least one piece what became of it, or book the goods with a receipt.")
            )
        first.with_company(first.company_id)._otto_book_foreign(foreign)
        for company, ours in by_company.items():
            lines = self.env["otto.return.line"].union(*(arrival.line for arrival in ours))
            transfers = lines.sudo().move_ids.picking_id.with_env(self.env).with_company(company)
            brought = transfers._otto_book(ours)
            for line, moves in brought.items():
                as_connector(line.sudo()).move_ids = moves
        self._rejoin_what_is_to_come(rows, pickings)
        for row in rows:
            condition = row.condition if row.came == "received" else False
            as_connector(row.line_id.sudo()).write({"received": row.came, "condition": condition})

    def _rejoin_what_is_to_come(self, rows, pickings):
        """What did not come is expected by the transfer that Odoo has made for the rest."""
        left = pickings.sudo().move_ids._otto_return_lines.filtered(lambda line: line.received != "received")
        here = rows.filtered(lambda row: row.came == "received").line_id.sudo()
        for line in left - here:
            rest = self.env["stock.move"].sudo()
            for move in line.move_ids:
                rest |= move._otto_rest()
            as_connector(line).move_ids = rest

    def _note(self, rows):
        """Say on the return who received what."""
        for otto_return, ours in rows.grouped(lambda row: row.line_id.return_id).items():
            lines = "; ".join(row._in_words() for row in ours)
            extras = [extra._in_words() for extra in self.extra_ids] if otto_return == self.return_ids[:1] else []
            otto_return.sudo().message_post(
                body=self.env._("Received: %(pieces)s", pieces="; ".join([lines, *extras])),
                author_id=self.env.user.partner_id.id,
            )

    def _done(self, rows):
        here = len(rows.filtered(lambda row: row.came == "received"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Return %(name)s: %(count)s of %(all)s pieces received.",
                    name=", ".join(self.return_ids.mapped("name")),
                    count=here,
                    all=len(self.line_ids),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
