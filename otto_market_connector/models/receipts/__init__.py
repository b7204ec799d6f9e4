"""OTTO's invoices and credit notes: kept as received, checked against the orders, shown as turnover and margin."""

from . import (
    const,
    otto_channel,
    otto_issue,
    ir_attachment,
    otto_receipt_line,
    otto_receipt_total,
    otto_receipt,
    otto_flow_receipts,
)
