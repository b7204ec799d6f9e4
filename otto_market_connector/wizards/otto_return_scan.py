"""*Receive a Return*: one field for the barcode scanner."""

from odoo import fields, models


class OttoReturnScan(models.TransientModel):
    """Finds what came by any number that stands on it, and asks what became of each piece."""

    _name = "otto.return.scan"
    _description = "Receive a Return"

    text = fields.Char("Scan or Type", help="Return number, order number, OTTO's number of a return.")
    words = fields.Char(readonly=True)
    hit_ids = fields.Many2many("otto.return", string="Several Returns Have This Number", readonly=True)

    def _compute_display_name(self):
        self.display_name = self.env._("Receive an OTTO Return")

    def action_find(self):
        """Button, and Enter: open what was found; several hits are listed."""
        self.ensure_one()
        text = (self.text or "").strip()
        self.write({"text": False, "words": False, "hit_ids": [fields.Command.clear()]})
        if not text:
            self.words = self.env._("Please scan or type a number.")
            return None
        found = self.env["otto.return"]._find(text)
        awaited = found.filtered(lambda one: one.sudo().line_ids._otto_awaited)
        if len(awaited) > 1:
            self.hit_ids = awaited
            return None
        ask = self.env["otto.return.receive"]
        if awaited:
            return ask._ask_returns(awaited)
        orders = self.env["otto.return"]._find_orders(text) | found.sudo().order_ids
        if orders._otto_returnable_pieces():
            return ask._ask_orders(orders, found._search_code(text))
        self.words = self._nothing_to_receive(text, found, orders)
        return None

    def _nothing_to_receive(self, text, found, orders):
        names = {"number": text, "orders": ", ".join(orders.mapped("name"))}
        if found.filtered(lambda one: one.state == "withdrawn"):
            return self.env._("%(number)s: the customer has withdrawn this return.", **names)
        if found:
            return self.env._("%(number)s: all of this return is here already.", **names)
        if orders:
            return self.env._("%(number)s: nothing of %(orders)s can come back: it was not sent, or is here.", **names)
        return self.env._(
            "%(number)s: no return and no order has this number. Please try the order's number, or the customer's name "
            "under Orders.",
            **names,
        )
