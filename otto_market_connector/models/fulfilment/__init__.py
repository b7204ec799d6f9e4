"""Shipping: both labels, the Shipping tab, and OTTO told of what was sent and cancelled."""

from . import (
    delivery_carrier,
    stock_picking,
    stock_picking_labels,
    stock_picking_stop,
    stock_move,
    otto_parcel,
    otto_parcel_numbers,
    sale_order,
    sale_order_labels,
    sale_order_line,
    sale_order_recall,
    sale_order_reconcile,
    sale_order_reopen,
    sale_order_words,
    otto_channel,
    dhl_booking,
    otto_flow_fulfilment,
    otto_flow_fulfilment_follow_up,
)
