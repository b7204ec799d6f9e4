"""Stock to OTTO: what may be offered, sent when it differs, compared once a day."""

from . import (
    stock_changes,
    otto_channel,
    otto_listing,
    otto_stock_available,
    otto_stock_kits,
    otto_stock_offer,
    otto_flow_stock,
    otto_flow_stock_compare,
    product_product,
    stock_move,
)
