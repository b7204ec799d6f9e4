from . import otto_order_import, sale_advance_payment_inv
