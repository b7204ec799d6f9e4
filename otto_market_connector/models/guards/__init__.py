"""What nobody may do with an OTTO order, whatever the way in: R4, R5, R7, R9, R13, R17, R21."""

from . import (
    account_move_line,
    payment_transaction,
    mail_thread,
    sale_order_line,
    sale_order,
    sale_order_compat,
    stock_move,
    stock_picking,
)
