"""Limits of the prices flow, each with what it rests on."""

from datetime import timedelta

# OTTO takes so many prices in a request (facts/otto.md §8.1).
BATCH = 500
# So many articles are compared at a time: few requests when little changed, and Odoo's time for a run is kept.
COMPARED = 2000
# OTTO works prices off within minutes.
LONGEST_TASK = timedelta(days=1)
# OTTO takes euros only (facts/otto.md §8.1).
CURRENCY = "EUR"
CENT = 0.005
# OTTO refuses a sale price that begins in the past (400007), and works prices off some minutes after they came; what is
# to begin earlier begins so long after it is sent (docs/facts/otto.md §8.1).
AHEAD = timedelta(minutes=15)
# A sale that begins later is told this long ahead; of so many different beginnings the nearest.
SALE_AHEAD = timedelta(days=30)
MOST_STARTS = 12
