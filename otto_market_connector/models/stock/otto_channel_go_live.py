"""Before and at *Go Live*: nothing is sent to OTTO until a person has switched it on (R6)."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    takes_over_stock = fields.Boolean(compute="_compute_takes_over_stock")

    @api.depends("sync_ids.opening")
    def _compute_takes_over_stock(self):
        for channel in self:
            channel.takes_over_stock = bool(channel.sudo()._sync("stock").opening)

    def action_stock_go_live(self):
        """Button: show what would change on OTTO, before a person decides.

        :raises UserError: the channel is live, does not send, or OTTO cannot be asked
        """
        self.ensure_one()
        self.check_access("write")
        if self.stock_live and not self.stock_known_only:
            raise UserError(self.env._("The stock of %(channel)s is live already.", channel=self.name))
        if not self._sends_changes:
            raise UserError(
                self.env._(
                    "%(channel)s sends nothing to OTTO. Please set Synchronise Changes to Both first.",
                    channel=self.name,
                )
            )
        if self.takes_over_stock:
            raise UserError(
                self.env._(
                    "OTTO's quantities are being taken over into the stock of %(channel)s right now. Please try again "
                    "in a few minutes.",
                    channel=self.name,
                )
            )
        if not self.sudo()._sync("catalogue").read_all_on:
            # Nobody can see what would become of an article that Odoo does not know yet.
            raise UserError(
                self.env._(
                    "The articles of %(channel)s have not all been read from OTTO yet, so nobody can see what would "
                    "change. Please press Read All Articles on the channel, and try again when they are there.",
                    channel=self.name,
                )
            )
        wizard = self.env["otto.stock.go.live"].create({"channel_id": self.id})
        wizard._read_preview()
        return wizard._action_open()

    def action_stock_stop(self):
        """Button: send no stock any more, until somebody presses *Go Live* again."""
        self.check_access("write")
        self.stock_live = False
        return True

    def _go_live(self, zero_ids):
        """Send the stock from now on.

        :param zero_ids: ids of the articles of which a person has seen that they are set to zero
        """
        self.ensure_one()
        self.check_access("write")
        listings = self.env["otto.listing"].search([("channel_id", "=", self.id), ("id", "in", zero_ids)])
        listings._otto_note(zero_state="allowed")
        self.write({"stock_live": True, "stock_known_only": False})
        self._trigger("stock")

    def action_confirm_zero(self):
        """Button: have the articles set to zero, once, that wait for a person's word."""
        self.check_access("write")
        listings = self.env["otto.listing"].search([("channel_id", "in", self.ids), ("zero_state", "=", "held")])
        listings._otto_note(zero_state="allowed")
        for channel, rows in listings.grouped("channel_id").items():
            channel._message_log(
                body=self.env._(
                    "%(name)s confirmed that %(count)s articles are set to 0 on OTTO.",
                    name=self.env.user.name,
                    count=len(rows),
                )
            )
        self._trigger("stock")
        return True

    def action_open_held(self):
        """Button: the articles that are not set to zero before a person confirms it."""
        action = self._action_open("otto_market_connector.action_otto_listing", "channel_id")
        return {**action, "domain": [*action["domain"], ("zero_state", "=", "held")]}
