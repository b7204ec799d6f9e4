from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # What the counters ask for: few orders are open, however many there are.
    _otto_open_idx = models.Index("(otto_channel_id, otto_status) WHERE otto_status IN ('announced', 'processable')")
    _otto_stop_idx = models.Index("(otto_channel_id) WHERE otto_stop_parcel IS TRUE")
    _otto_refused_idx = models.Index("(otto_channel_id) WHERE otto_report_state = 'refused'")
    _otto_waiting_idx = models.Index("(otto_channel_id) WHERE otto_report_state = 'waiting'")
    # What the charts and figures ask for: the orders of some days.
    _otto_date_idx = models.Index("(otto_channel_id, date_order) WHERE otto_channel_id IS NOT NULL")
