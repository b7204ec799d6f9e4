from . import otto_order_import
