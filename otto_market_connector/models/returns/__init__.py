"""Returns and refunds: what comes back, what a person decides about it, and OTTO's answer."""

from . import (
    otto_channel,
    otto_return_location,
    otto_return,
    otto_return_line,
    otto_return_line_transfers,
    otto_return_decision,
    otto_return_news,
    otto_return_search,
    otto_return_reminders,
    otto_return_intake,
    otto_return_scans,
    otto_return_withdrawals,
    otto_price_reduction,
    otto_position_item,
    sale_order,
    sale_order_transfers,
    stock_picking,
    otto_flow_returns,
    otto_flow_returns_in,
    otto_flow_returns_out,
)
