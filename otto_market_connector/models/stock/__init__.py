"""Stock to OTTO: what may be offered, sent when it differs, compared once a day."""

from . import (
    stock_changes,
    otto_channel,
    otto_channel_go_live,
    otto_listing,
    otto_stock_available,
    otto_stock_kits,
    otto_stock_offer,
    otto_stock_brake,
    otto_stock_recheck,
    otto_flow_stock,
    otto_flow_stock_compare,
    otto_flow_stock_opening,
    otto_flow_stock_orders,
    otto_issue,
    product_product,
    stock_move,
)
