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
