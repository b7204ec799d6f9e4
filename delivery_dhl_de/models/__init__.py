from . import dhl_booking
from . import dhl_booking_flow
from . import dhl_booking_sweep
from . import delivery_carrier
from . import delivery_carrier_parcels
from . import delivery_carrier_shipping
from . import stock_package_type
from . import stock_picking
