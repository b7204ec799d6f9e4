"""OTTO's invoices and credit notes: kept as received, checked against the orders, shown as turnover and margin."""

from . import (
    const,
    const_booking,
    otto_channel,
    otto_issue,
    ir_attachment,
    otto_receipt_line,
    otto_receipt_total,
    otto_receipt,
    otto_flow_receipts,
    otto_booking_account,
    otto_channel_booking,
    otto_receipt_booking,
    otto_receipt_booker,
    otto_receipt_reversal,
    otto_flow_receipts_booking,
    account_move,
)
