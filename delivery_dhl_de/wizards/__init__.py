from . import dhl_booking_number, stock_return_picking
