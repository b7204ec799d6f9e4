"""What a channel has to show at a glance: counters with the list behind each, and figures of the service.

Each room adds its own by extending `_counters` and `_service_figures`; the overview shows them.
"""

from typing import NamedTuple

from odoo import models

# A figure of which nothing is known yet.
DASH = "–"


class Counter(NamedTuple):
    """How long a list is that somebody has to look at.

    :ivar str key: what it is called in code
    :ivar str label: what it is called on the screen, in the user's language
    :ivar str action: external id of the window action that opens the list; what its domain finds is counted
    :ivar str link: the field of its model that names the channel
    :ivar str level: how bad it is when something is in it: danger, warning or info
    """

    key: str
    label: str
    action: str
    link: str = "channel_id"
    level: str = "info"


class Figure(NamedTuple):
    """A figure of the service, as OTTO judges sellers.

    :ivar str key: what it is called in code
    :ivar str label: what it is called on the screen, in the user's language
    :ivar str value: the figure with its unit; a dash where there is nothing to compute it from
    :ivar str explanation: how it is computed
    :ivar str level: success, danger, or muted where there is no goal
    """

    key: str
    label: str
    value: str
    explanation: str
    level: str = "muted"


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _counters(self):
        """Hook: return the counters of channels, in the order in which they are shown.

        :return: list of `Counter`
        """
        return [
            Counter("issues", self.env._("Open Issues"), "otto_market_connector.action_otto_issue_open", level="danger")
        ]

    def _service_figures(self):
        """Hook: return the figures of each channel; computed for all of them at once.

        :return: dict of channel id to a list of `Figure`
        """
        return {channel.id: [] for channel in self}
