"""Returns and refunds: what comes back, what a person decides about it, and OTTO's answer."""

from . import (
    otto_channel,
    otto_channel_refunds,
    otto_return_location,
    otto_return,
    otto_return_line,
    otto_return_decision,
    otto_price_reduction,
    otto_position_item,
    otto_position_refund,
    sale_order,
    sale_order_refunds,
    stock_picking,
    stock_picking_receiving,
    stock_picking_by_hand,
    otto_return_desk,
    otto_return_location_offered,
    otto_flow_returns,
    otto_flow_returns_out,
    otto_flow_returns_reductions,
)
