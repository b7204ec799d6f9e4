"""When stock is sent: soon after a change, collected into one run."""

from datetime import timedelta

from odoo import fields, models

from .stock_move_offers import KEY

SOON = "otto_flows_soon"
# Changes are collected for this time before a run.
COLLECT = timedelta(seconds=20)
# A run that is due within this time may begin before the present transaction is committed, and not see it.
CLOSE = timedelta(seconds=10)
# What changes the offers of all articles of a channel.
SETTINGS = {
    "active",
    "sync_direction",
    "import_orders",
    "warehouse_id",
    "stock_location_ids",
    "safety_stock",
    "max_quantity",
    "stock_sharing",
}


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def write(self, vals):
        """Have the stock sent soon that other settings have changed, of the channels that share the goods as well."""
        if not SETTINGS & vals.keys():
            return super().write(vals)
        concerned = self._channels_on_same_goods()
        result = super().write(vals)
        (concerned | self._channels_on_same_goods())._trigger_soon("stock")
        return result

    def _channels_on_same_goods(self):
        """Return the active channels that offer goods of the same places as one of these, and these."""
        found = self
        for channel in self.sudo().search([("id", "not in", self.ids)]):
            roots = channel._stock_roots().mapped("parent_path")
            mine = [path for one in self.sudo() for path in one._stock_roots().mapped("parent_path")]
            if any(a.startswith(b) or b.startswith(a) for a in roots for b in mine):
                found |= channel
        return found

    def _trigger_changed_stock(self):
        """Before the commit: have the stock of what was changed sent soon, by each channel that has it."""
        product_ids, codes = self.env.cr.precommit.data.pop(KEY, ((), ()))
        listings = self.env["otto.listing"].sudo()
        domain = [("product_id", "in", list(self.sudo()._fed_by(product_ids)))]
        if codes:
            domain = ["|", "|", ("sku", "in", list(codes)), ("ean", "in", list(codes)), *domain]
        for [channel] in listings._read_group(domain, ["channel_id"]):
            channel._trigger_soon("stock")

    def _trigger_soon(self, flow):
        """Have a flow run in a moment; what changes until then is collected into one run."""
        precommit = self.env.cr.precommit
        if SOON not in precommit.data:
            precommit.data[SOON] = set()
            precommit.add(self.env["otto.channel"]._trigger_noted)
        precommit.data[SOON].update((channel.id, flow) for channel in self)

    def _trigger_noted(self):
        """Before the commit: plan a run of each noted flow, unless one is planned that will see this transaction.

        A trigger that is due, or was, does not count: the scheduled action that consumed it may be at work, and
        deletes it only when it is done.
        """
        now = fields.Datetime.now()
        for channel_id, flow in sorted(self.env.cr.precommit.data.pop(SOON, ())):
            channel = self.env["otto.channel"].sudo().browse(channel_id).exists()
            if not channel.active or (flow == "stock" and not channel._sends_changes):
                continue
            cron = channel._sync(flow).cron_id
            domain = [("cron_id", "=", cron.id), ("call_at", ">", now + CLOSE), ("call_at", "<=", now + COLLECT)]
            if not self.env["ir.cron.trigger"].sudo().search_count(domain, limit=1):
                cron._trigger(at=now + COLLECT)
