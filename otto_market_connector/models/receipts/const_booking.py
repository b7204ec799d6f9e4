"""Accounts and limits of the booking of receipts, each with what it rests on."""

from datetime import date

# So many receipts are booked in a transaction.
BOOK_BATCH = 200
# So many PDFs are attached to journal entries in a transaction.
ATTACH_BATCH = 50
# Until the end of January 2022 OTTO's receipts were no invoices in the sense of the VAT act (facts/otto.md §9).
FIRST_BOOKABLE = date(2022, 2, 1)
# The name of the tax on goods among OTTO's kinds of taxes.
VAT = "VAT"
# What an account of the table is for; a purpose without a row of its own takes the revenue's.
REVENUE, DELIVERY, SERVICE, REDUCTION = "revenue", "delivery", "service", "reduction"
PURPOSES = {
    "item": REVENUE,
    "service": SERVICE,
    "delivery": DELIVERY,
    "item_partial": REDUCTION,
    "service_partial": REDUCTION,
    "delivery_partial": REDUCTION,
}
# The proposal for the German charts: the debtor's account, then the account of each purpose and VAT rate.
RECEIVABLE = {"de_skr03": "1410", "de_skr04": "1205"}
ACCOUNTS = {
    "de_skr03": {(REVENUE, 19): "8400", (REVENUE, 7): "8300", (REDUCTION, 19): "8720", (REDUCTION, 7): "8710"},
    "de_skr04": {(REVENUE, 19): "4400", (REVENUE, 7): "4300", (REDUCTION, 19): "4720", (REDUCTION, 7): "4710"},
}
