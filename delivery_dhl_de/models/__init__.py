from . import (
    delivery_carrier,
    delivery_carrier_parcels,
    delivery_carrier_shipping,
    dhl_booking,
    dhl_booking_closing,
    dhl_booking_flow,
    dhl_booking_sweep,
    dhl_label_run,
    dhl_label_run_line,
    stock_package_type,
    stock_picking,
    stock_picking_labels,
)
