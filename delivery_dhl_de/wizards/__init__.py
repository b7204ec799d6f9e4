from . import dhl_booking_number
from . import stock_return_picking
