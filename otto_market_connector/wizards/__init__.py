from . import otto_order_import, sale_advance_payment_inv, sale_mass_cancel_orders
