"""OTTO's invoices and credit notes: kept as received, checked against the orders, shown as turnover and margin."""

from . import (
    const,
    otto_commission,
    otto_channel,
    otto_issue,
    ir_attachment,
    otto_receipt,
    otto_receipt_line,
    otto_receipt_total,
    otto_position_item,
    sale_order,
    otto_receipt_mapper,
    otto_receipt_unread,
    otto_receipt_documents,
    otto_receipt_sums,
    otto_receipt_checks,
    otto_flow_receipts,
    otto_turnover_report,
    otto_margin_report,
)
