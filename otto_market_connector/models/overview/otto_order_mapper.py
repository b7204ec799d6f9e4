from odoo import models

from ...otto_api.const import FulfillmentStatus
from ..core.moments import naive


def moments_of(item):
    """Return what OTTO notes about the way of a piece, as fields of `otto.position.item`.

    :param item: `PositionItem` of the wire
    """
    return {
        "released_on": naive(item.processable_date),
        "sent_on": naive(item.sent_date),
        "cancelled_by_us": item.status == FulfillmentStatus.CANCELLED_BY_PARTNER,
    }


class OttoOrderMapper(models.AbstractModel):
    _inherit = "otto.order.mapper"

    def _position_item_values(self, item, record, line):
        """Keep the moments of a piece: the figures of the service are computed from them."""
        return {**super()._position_item_values(item, record, line), **moments_of(item)}
