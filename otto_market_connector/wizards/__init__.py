from . import (
    mail_compose_message,
    otto_order_import,
    otto_price_reduction_ask,
    otto_return_decide,
    otto_return_receive,
    otto_return_receive_line,
    otto_return_refund,
    otto_return_scan,
    otto_stock_go_live,
    portal_wizard_user,
    sale_advance_payment_inv,
    sale_mass_cancel_orders,
)
