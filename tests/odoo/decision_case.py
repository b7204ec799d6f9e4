"""Orders that were sent, pieces that come back, and what OTTO is told about them."""

from contextlib import nullcontext
from unittest.mock import patch

from tests.harness import OttoCase

SHIPMENT, RETURN = "00340434161094008{:03}", "99999157{:04}"


class DecisionCase(OttoCase):
    """Orders whose shipment OTTO knows; labels were made elsewhere, so that DHL is not asked."""

    def sent(self, count=1, pieces=2, **options):
        """Return orders that were shipped, of which OTTO and Odoo know so."""
        orders = self.import_orders(count, pieces=pieces, **options).sorted("id")
        for number, order in enumerate(orders):
            for kind, text in (("shipment", SHIPMENT), ("return", RETURN)):
                values = {"order_id": order.id, "type": kind, "tracking_number": text.format(order.id + number)}
                self.env["otto.parcel"].create(values)
            order.picking_ids.button_validate()
        self.run_flow("fulfilment")
        self.run_flow("orders")
        self.assertEqual(set(orders.otto_position_ids.mapped("status")), {"sent"})
        # What the flow needs of OTTO besides, such as a token, is there.
        self.tell(reading=True)
        self.sandbox.clear_requests()
        return orders

    def lines_of(self, pieces, origin="announced", **values):
        """Return the rows of a new return with these pieces, as reading OTTO's lists makes them."""
        record = self.env["otto.return"].create({"channel_id": pieces.channel_id.id, "origin": origin})
        return self.env["otto.return.line"].create(
            [{"return_id": record.id, "piece_id": piece.id, **values} for piece in pieces]
        )

    def decided(self, lines, decision="accept", reason=None, condition="B"):
        """Decide something about pieces and return their rows."""
        reason = reason or {"accept": "RETURN_RECEIVED", "reject": "ITEM_DAMAGED"}[decision]
        lines._decide(decision, reason, condition)
        return lines

    def tell(self, reading=False):
        """Run the flow of the returns; return its `otto.sync` row.

        :param reading: also read OTTO's lists, which may answer what is in doubt
        """
        flow = type(self.env["otto.flow.returns"])
        with nullcontext() if reading else patch.object(flow, "_read_returns", lambda _flow: None):
            return self.run_flow("returns")

    def told(self, what="acceptance"):
        """Return what OTTO was asked since it was forgotten: ``acceptance``, ``rejection`` or a path.

        With a token of the sandbox that was before, nothing is asked.
        """
        path = what if what.startswith("/") else f"/v3/returns/{what}"
        rows = [row for row in self.sandbox.requests() if row["method"] == "POST" and row["path"] == path]
        return [row for row in rows if row["status"] != 401]

    def at_otto_now(self):
        """Return what OTTO has decided: piece -> (status, condition, reason)."""
        return {
            row["positionItemId"]: (row["status"], row["details"].get("condition"), row["details"].get("reason"))
            for row in self.sandbox.returns()["returns"]
        }

    def states(self, lines):
        """Return how far OTTO knows the decisions."""
        lines.invalidate_recordset()
        return lines.mapped("decision_state")
