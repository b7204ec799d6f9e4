from . import (
    mail_compose_message,
    otto_article_match,
    otto_issue_ignore,
    otto_order_import,
    otto_stock_go_live,
    portal_wizard_user,
    sale_advance_payment_inv,
    sale_mass_cancel_orders,
)
