"""What came back is booked piece by piece: Odoo's own transfer, with the place of each condition."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from odoo import models
from odoo.exceptions import UserError

from ..core.write_guard import as_connector

# Compared by identity, as the marks of `write_guard`: no client can say that somebody was asked what came.
RECEIVING = object()
CLOSED = ("done", "cancel")


@dataclass(frozen=True)
class Arrival:
    """A piece that is here.

    :ivar line: its `otto.return.line`
    :ivar condition: as the warehouse says, A to E
    :ivar location: where it goes (`stock.location`); empty: where Odoo's transfer brings it
    :ivar lot: its lot or serial number (`stock.lot`); empty: the one that was delivered
    """

    line: Any
    condition: str
    location: Any
    lot: Any


@dataclass
class Portion:
    """What goes from one move of a transfer to one place."""

    arrivals: list = field(default_factory=list)
    quantities: list = field(default_factory=list)

    @property
    def quantity_here(self) -> float:
        """How much, in the product's own unit."""
        return sum(quantity for quantity, *_lot in self.quantities)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @property
    def _otto_receipts(self):
        """The open transfers among these that bring OTTO customers' goods back; what came is said piece by piece."""
        return self.filtered(
            lambda picking: (
                picking.otto_return_id
                and picking.state not in CLOSED
                and "customer" in picking.move_ids.location_id.mapped("usage")
                and picking.sudo().move_ids._otto_return_lines
            )
        )

    def button_validate(self):
        """Ask first what came, of goods that come back from OTTO's customers.

        :raises UserError: they were chosen together with other transfers
        """
        if self.env.context.get("otto_receiving") is RECEIVING:
            return super().button_validate()
        self._otto_adopt()
        receipts = self._otto_receipts
        if not receipts:
            return super().button_validate()
        if others := self - receipts:
            raise UserError(
                self.env._(
                    "%(returns)s: what came back from OTTO's customers is said piece by piece. Please validate these "
                    "without %(others)s.",
                    returns=", ".join(receipts.mapped("name")),
                    others=", ".join(others[:5].mapped("name")),
                )
            )
        return self.env["otto.return.receive"]._ask_transfers(receipts)

    def _action_done(self):
        """Goods that nobody was asked about are here as well, and wait for a decision."""
        result = super()._action_done()
        if self.env.context.get("otto_receiving") is not RECEIVING:
            moves = self.filtered(lambda picking: picking.otto_return_id and picking.state == "done").move_ids
            as_connector(moves.sudo()._otto_return_lines.filtered(lambda line: line.received == "expected")).write(
                {"received": "received"}
            )
        return result

    def _create_backorder(self, backorder_moves=None):
        """What is still to come belongs to the same return."""
        backorders = super()._create_backorder(backorder_moves=backorder_moves)
        for backorder in backorders:
            backorder.sudo().otto_return_id = backorder.backorder_id.sudo().otto_return_id
        return backorders

    def _otto_book(self, arrivals):
        """Book pieces as received, each in its place; what is not among them stays expected.

        :param arrivals: list of `Arrival` of these transfers
        :return: dict of `otto.return.line` to the done moves that brought it
        """
        self.filtered(lambda picking: picking.state == "draft").action_confirm()
        portions = self.move_ids._otto_portions(arrivals)
        brought, scraps = defaultdict(self.env["stock.move"].browse), []
        filled = self.env["stock.move"]
        for move, places in portions.items():
            for (location, scrap_location), portion, part in move._otto_split_by_place(places):
                part._otto_fill(location, portion)
                filled |= part
                scraps += [(part, scrap_location)] * bool(scrap_location)
                for arrival in portion.arrivals:
                    brought[arrival.line] |= part
        pickings = self.env["stock.picking"].union(*(move.picking_id for move in portions))
        (pickings.move_ids - filled).filtered(lambda move: move.sudo()._otto_return_lines)._otto_leave_out()
        # Goods that belong to no piece come along.
        open_moves = (pickings.move_ids - filled).filtered(lambda move: move.state not in CLOSED and move.quantity)
        open_moves.sudo()._otto_back_by_hand.picked = True
        to_scrap = [part.id for part, _location in scraps]
        pickings.with_context(otto_receiving=RECEIVING, skip_backorder=True, otto_to_scrap=to_scrap).button_validate()
        for part, scrap_location in scraps:
            part._otto_scrap(scrap_location)
        return brought

    def _otto_book_foreign(self, goods):
        """Book goods that are no piece of an order, in a transfer of their own.

        :param goods: list of (product, quantity in its unit, location, lot or none)
        """
        first = self[:1]
        for product, quantity, location, lot in goods:
            picking = self.create(
                {
                    "picking_type_id": first.picking_type_id.id,
                    "location_id": first.location_id.id,
                    "location_dest_id": location.id,
                    "partner_id": first.partner_id.id,
                    "origin": self.env._("Not expected in %(name)s", name=first.otto_return_id.name),
                    "move_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "product_uom": product.uom_id.id,
                                "location_id": first.location_id.id,
                                "location_dest_id": location.id,
                            },
                        )
                    ],
                }
            )
            picking.sudo().otto_return_id = first.sudo().otto_return_id
            picking.action_confirm()
            portion = Portion(quantities=[(quantity, lot or self.env["stock.lot"], self.env["res.partner"])])
            picking.move_ids._otto_fill(location, portion)
            picking.with_context(otto_receiving=RECEIVING, skip_backorder=True).button_validate()


class StockMove(models.Model):
    _inherit = "stock.move"

    def _trigger_assign(self):
        """Goods that go on to scrap are kept for nobody on the way."""
        to_scrap = self.env.context.get("otto_to_scrap") or ()
        return super(StockMove, self.filtered(lambda move: move.id not in to_scrap))._trigger_assign()

    @property
    def _otto_return_lines(self):
        """The pieces that these moves bring back."""
        return self.env["otto.return.line"].search([("move_ids", "in", self.ids), ("withdrawn_on", "=", False)])

    def _otto_portions(self, arrivals):
        """Return what goes from which of these moves to which place.

        The pieces of an order line are alike: each has the same share of what is expected, of a kit in each part.

        :return: dict of move to a dict of (location, scrap location or none) to `Portion`
        """
        expected = {move: move._otto_expected_lots() for move in self.filtered(lambda move: move.state not in CLOSED)}
        shares = self.browse([move.id for move in expected])._otto_shares()
        portions = defaultdict(lambda: defaultdict(Portion))
        # Lots that somebody named are not given to other pieces.
        for arrival in sorted(arrivals, key=lambda arrival: not arrival.lot):
            for alike, share in shares.get(arrival.line.id, {}).items():
                for move, taken in _take(expected, alike, share, arrival.lot):
                    portion = portions[move][move._otto_place(arrival.location)]
                    portion.arrivals.append(arrival)
                    portion.quantities.append(taken)
        return portions

    def _otto_shares(self):
        """Return how much of what each piece brings: dict of id of the piece's row to a dict of moves to quantity.

        The moves of an entry bring the same goods; several where they left with several deliveries.
        """
        shares = defaultdict(dict)
        for _goods, alike in self.grouped(lambda move: move._otto_goods()).items():
            lines = alike.sudo()._otto_return_lines
            for line in lines:
                expected = sum(alike.mapped("product_qty")) / len(lines)
                shares[line.id][alike] = min(expected, alike.sudo()._otto_delivered_share() or expected)
        return shares

    def _otto_delivered_share(self):
        """Return how much of these goods left with each piece, 0 where that is not known; a demand may be changed."""
        line, product, bom_line = self[:1]._otto_goods()
        return line._otto_each(product, bom_line) if line else 0

    def _otto_goods(self):
        """Return what this move brings back: an order line's product, or a part of its kit."""
        return self.sale_line_id, self.product_id, self.bom_line_id if "bom_line_id" in self else False

    def _otto_expected_lots(self):
        """Return what this move is to bring, as a list of [quantity, lot, owner]; the lots are those delivered."""
        lots = [[line.quantity_product_uom, line.lot_id, line.owner_id] for line in self.move_line_ids]
        left = self.product_qty - sum(quantity for quantity, *_lot in lots)
        return [*lots, [left, self.env["stock.lot"], self.env["res.partner"]]]

    def _otto_place(self, location):
        """Return where goods are brought, and the scrap location to which they go from there, or none.

        Odoo counts goods as delivered that come back into a scrap location; so they come into the stock and go from
        there to scrap, in one go. A place in the stock is reached by the warehouse's own steps.
        """
        here = self.location_dest_id
        none = self.env["stock.location"]
        if not location or here.usage != "internal":
            return here, none
        stock = self.picking_id.picking_type_id.warehouse_id.lot_stock_id or here
        if location.usage == "inventory":
            return stock, location
        if location == stock:
            return here, none
        return location, none

    def _otto_split_by_place(self, places):
        """Split this move so that each part goes to one place; yield (place, portion, move).

        What did not come stays with the move that goes where the transfer goes, so that Odoo expects it there again.
        """
        rest = self.product_qty
        own = (self.location_dest_id, self.env["stock.location"])
        for place in sorted(places, key=lambda place: place == own):
            portion = places[place]
            rest = self.product_id.uom_id.round(rest - portion.quantity_here)
            part = self
            if place != own and not self.product_id.uom_id.is_zero(rest):
                part = self.create(self._split(portion.quantity_here))
                part._action_confirm(merge=False)
            yield place, portion, part

    def _otto_fill(self, location, portion):
        """Say what this move brings, and where."""
        self.location_dest_id = location
        self.move_line_ids.unlink()
        lines = self.env["stock.move.line"].create(
            [
                {
                    "move_id": self.id,
                    "picking_id": self.picking_id.id,
                    "product_id": self.product_id.id,
                    "product_uom_id": self.product_id.uom_id.id,
                    "quantity": quantity,
                    "lot_id": lot.id,
                    "owner_id": owner.id,
                    "location_id": self.location_id.id,
                    "location_dest_id": location.id,
                }
                for quantity, lot, owner in portion.quantities
            ]
        )
        lines._apply_putaway_strategy()
        self.picked = True

    def _otto_rest(self):
        """Return the open move by which Odoo expects what this one did not bring; this one if it is open itself."""
        if self.state not in CLOSED:
            return self
        same = ("product_id", "sale_line_id", "origin_returned_move_id")
        return self.picking_id.backorder_ids.move_ids.filtered(
            lambda move: move.state not in CLOSED and all(move[name] == self[name] for name in same)
        )

    def _otto_leave_out(self):
        """Nothing of these moves came."""
        self.move_line_ids.unlink()
        self.picked = False

    def _otto_scrap(self, location):
        """Scrap what this done move brought, by Odoo's own scrap orders."""
        for line in self.move_line_ids:
            scrap = self.env["stock.scrap"].create(
                {
                    "company_id": self.company_id.id,
                    "product_id": self.product_id.id,
                    "product_uom_id": self.product_id.uom_id.id,
                    "scrap_qty": line.quantity_product_uom,
                    "lot_id": line.lot_id.id,
                    "owner_id": line.owner_id.id,
                    "location_id": line.location_dest_id.id,
                    "scrap_location_id": location.id,
                    "picking_id": self.picking_id.id,
                    "origin": self.picking_id.otto_return_id.name,
                }
            )
            scrap.do_scrap()
            # Manufacturing (`mrp`) computes the quantity of one scrap order at a time; of several, all but one get 1.
            scrap.flush_recordset(["scrap_qty"])


def _take(expected, moves, share, lot):
    """Take so much of what moves are to bring, of a lot if one is named; yield (move, (quantity, lot, owner)).

    :param expected: dict of move to a list of [quantity, lot, owner], from which it is taken
    """
    unit = moves.product_id.uom_id
    named = lot if lot and lot.product_id == moves.product_id else None
    entries = [(move, entry) for move in moves for entry in expected[move]]
    # The named lot first; where Odoo expects another one, the person is right.
    entries.sort(key=lambda one: bool(named) and one[1][1] != named)
    for move, entry in entries:
        part = min(entry[0], share)
        if unit.compare(part, 0) > 0:
            entry[0] -= part
            share -= part
            yield move, (part, named or entry[1], entry[2])
