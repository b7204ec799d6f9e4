from . import (
    mail_compose_message,
    otto_guided_start,
    otto_guided_start_account,
    otto_guided_start_dhl,
    otto_guided_start_goods,
    otto_order_import,
    otto_stock_go_live,
    portal_wizard_user,
    sale_advance_payment_inv,
    sale_mass_cancel_orders,
)
