from . import (
    delivery_carrier,
    delivery_carrier_parcels,
    delivery_carrier_shipping,
    dhl_booking,
    dhl_booking_closing,
    dhl_booking_flow,
    dhl_booking_sweep,
    stock_package_type,
    stock_picking,
)
