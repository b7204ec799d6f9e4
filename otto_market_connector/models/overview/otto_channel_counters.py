"""The counters of the overview: orders, labels, articles. Each opens the list that it counts."""

from ast import literal_eval

from odoo import models
from odoo.fields import Domain

from ..core.otto_channel_counters import Counter

MODULE = "otto_market_connector"
# Orders and articles: the key of the counter, its action, and how bad it is when something is in it.
ORDERS = (
    ("new", "action_otto_orders_new", "info"),
    ("to_ship", "action_otto_orders_to_ship", "info"),
    ("due", "action_otto_orders_due", "info"),
    ("overdue", "action_otto_orders_overdue", "danger"),
    ("label_missing", "action_otto_orders_label_missing", "danger"),
    ("possibly_booked", "action_otto_orders_possibly_booked", "danger"),
    ("stop_parcel", "action_otto_orders_stop_parcel", "danger"),
    ("refused", "action_otto_orders_refused", "danger"),
    ("announced", "action_otto_orders_announced", "info"),
)
ARTICLES = (
    ("not_matched", "action_otto_listing_to_match", "warning"),
    ("restricted", "action_otto_listing_restricted", "warning"),
)


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _counters(self):
        labels = self._counter_labels()
        orders = [
            Counter(key, labels[key], f"{MODULE}.{action}", "otto_channel_id", level) for key, action, level in ORDERS
        ]
        articles = [Counter(key, labels[key], f"{MODULE}.{action}", level=level) for key, action, level in ARTICLES]
        return [*orders, *articles, *super()._counters()]

    def _counter_labels(self):
        return {
            "new": self.env._("New Since Yesterday"),
            "to_ship": self.env._("To Ship"),
            "due": self.env._("To Ship Today"),
            "overdue": self.env._("Overdue"),
            "label_missing": self.env._("Label Missing"),
            "possibly_booked": self.env._("Possibly Booked"),
            "stop_parcel": self.env._("Stop These Parcels"),
            "refused": self.env._("Refused by OTTO"),
            "announced": self.env._("Announced"),
            "not_matched": self.env._("Articles Without Product"),
            "restricted": self.env._("Restricted at OTTO"),
        }

    def _counter_actions(self):
        """Return the counters of which the user may see the list, each with its action and the action's domain.

        :return: list of (`Counter`, `ir.actions.act_window`, `Domain`)
        """
        known = self.env["ir.model.data"]
        counters = self._counters()
        ids = [known._xmlid_to_res_id(counter.action, raise_if_not_found=True) for counter in counters]
        actions = self.env["ir.actions.act_window"].sudo().browse(ids)
        return [
            (counter, action, Domain(literal_eval(action.domain or "[]")))
            for counter, action in zip(counters, actions, strict=True)
            if self.env[action.res_model].has_access("read")
        ]

    def _count_counters(self):
        """Return how many records each counter has: one question to the database for each, whatever the channels.

        :return: list of (`Counter`, dict of channel id to number)
        """
        found = []
        for counter, action, domain in self._counter_actions():
            groups = self.env[action.res_model]._read_group(
                domain & Domain(counter.link, "in", self.ids), [counter.link], ["__count"]
            )
            found.append((counter, {channel.id: number for channel, number in groups}))
        return found

    def action_open_counter(self, key):
        """Open the list behind a counter of this channel.

        :param str key: key of the counter
        :return: a window action; False when there is no such counter, or the user may not see its list
        """
        self.ensure_one()
        self.check_access("read")
        for counter, _action, domain in self._counter_actions():
            if counter.key == key:
                found = self.env["ir.actions.act_window"]._for_xml_id(counter.action)
                return {**found, "domain": list(domain & Domain(counter.link, "=", self.id)), "name": counter.label}
        return False
