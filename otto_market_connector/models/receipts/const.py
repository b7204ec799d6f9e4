"""Times and limits of the receipts, each with what it rests on."""

from zoneinfo import ZoneInfo

# The calendar of the seller's books: OTTO Market sells in Germany, whatever the server's or a person's time zone.
LOCAL_ZONE = ZoneInfo("Europe/Berlin")
# OTTO writes credits long after the purchase; so far back its list is read again (facts/otto.md §9).
DAYS_BACK = 100
# OTTO's kinds of receipts by our values; others are kept as "other" with OTTO's own word.
KINDS = {"PURCHASE": "purchase", "REFUND": "refund", "PARTIAL_REFUND": "partial_refund"}
# What takes turnover back.
CREDITS = ("refund", "partial_refund")
