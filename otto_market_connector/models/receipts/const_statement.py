"""OTTO's account statement: its kinds of transactions and their accounts, the words that its columns may have."""

# What OTTO pays for or takes back of a sale; booked on the debtor's account and matched to the order's receipts.
PAY_IN = "PAY_IN"
COMMISSION, FEE, SERVICE, VAT, TRANSIT = "commission", "fee", "service", "vat", "transit"
# The kinds of transactions that are known, each with what it is (facts/otto.md §16). The debtor's account is PAY_IN's.
TRANSACTIONS = {
    PAY_IN: "debtor",
    "COMMISSION": COMMISSION,
    "COMMISSION_REVERSAL": COMMISSION,
    "PROVISION": COMMISSION,
    "PROVISION_CORRECTION": COMMISSION,
    "PAYMENTFEE": FEE,
    "PAYMENTFEE_REFUND": FEE,
    "FINANCING_FEE_INVOICE": FEE,
    "FINANCING_FEE_REFUND_INVOICE": FEE,
    "RATENAUFSCHLAG": FEE,
    "SERVICE": SERVICE,
    "DIRECT_DEBIT": TRANSIT,
    "PARTNER_PAYOUT": TRANSIT,
    "VAT_REFUND": VAT,
    "VAT_CORRECTION": VAT,
}
# The proposal for the German charts; the VAT's account is the one of the chart's sales tax of 19 %.
ACCOUNTS = {
    "de_skr03": {COMMISSION: "4760", FEE: "4970", SERVICE: "4909", VAT: "1776"},
    "de_skr04": {COMMISSION: "6770", FEE: "6855", SERVICE: "6303", VAT: "3806"},
}
# Accounts that the charts do not have and the connector makes.
CLEARING = {"de_skr03": "1211", "de_skr04": "1811"}
TRANSIT_ACCOUNT = {"de_skr03": "1361", "de_skr04": "1461"}
# OTTO is German: its commission and services bear input tax. Payment fees do not, unless the adviser says so.
WITH_INPUT_TAX = (COMMISSION, SERVICE)
INPUT_TAX = 19.0
# No statement of a month is larger.
MOST_BYTES = 20 * 1024 * 1024
# Lines that are told of when a file cannot be read.
MOST_TOLD = 20
