"""Times and limits of the receipts, each with what it rests on."""

from datetime import timedelta

# OTTO's kinds of receipts by our values; others are kept as "other" with OTTO's own word.
KINDS = {"PURCHASE": "purchase", "REFUND": "refund", "PARTIAL_REFUND": "partial_refund"}
# Who may see receipts at all.
READERS = "sales_team.group_sale_salesman,account.group_account_readonly,account.group_account_invoice"
# What takes turnover back.
CREDITS = ("refund", "partial_refund")
# OTTO writes credits long after the purchase; so far back its list is read again (facts/otto.md §9).
DAYS_BACK = 100
# The whole list is read once a day, in parts of so many days: each is a step after which the next run can go on.
READ_ALL = timedelta(hours=20)
WINDOW = timedelta(days=7)
# Other runs read the newest pages, at least so many, until all of a page is known.
FRESH_PAGES = 8
# The PDF comes after the JSON. It is asked for by every run, once a week has passed once a day.
PDF_MISSING = timedelta(days=7)
PDF_AGAIN = timedelta(minutes=20)
PDF_MISSING_AGAIN = timedelta(days=1)
# So many PDFs are fetched in a transaction.
PDF_BATCH = 20
# So many are looked up in a run; it goes on at once when there are more.
PDF_LIMIT = 1000
# So many failures one after the other, and OTTO is not there at all.
PDF_FAILURES = 3
# OTTO writes the invoice within hours of the shipment.
RECEIPT_DUE = timedelta(days=1)
# The status *returned* comes with the orders, some minutes after the refund at most.
RETURN_DUE = timedelta(hours=1)
# So many receipts are compared with their orders in a run.
CHECK_LIMIT = 2000
# So many pieces are looked at in a transaction, whether a receipt bills them.
SETTLE_BATCH = 5000

# What a receipt is, and what its lines bill: the same in the reports.
RECEIPT_TYPES = [
    ("purchase", "Invoice"),
    ("refund", "Credit Note"),
    ("partial_refund", "Partial Refund"),
    ("other", "Other"),
]
LINE_TYPES = [
    ("item", "Article"),
    ("item_partial", "Article, Part Refunded"),
    ("service", "Service"),
    ("service_partial", "Service, Part Refunded"),
    ("delivery", "Delivery Fee"),
    ("delivery_partial", "Delivery Fee, Part Refunded"),
]
