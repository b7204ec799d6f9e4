"""Times and limits of the orders flow, each with what it rests on."""

from datetime import timedelta

# Changes are read again from this long before the last one seen: OTTO's clocks and lists are not exact.
OVERLAP = timedelta(minutes=10)
# Once a night everything that changed in these days is read again: nothing may be missed (R19).
RECONCILE = timedelta(days=14)
# Between two and three in the morning in Germany: few people order, and nobody works.
RECONCILE_HOUR_UTC = 1
# Orders in a page and in a transaction. A batch of 50 gets most of what batching gains (measured 2026-11).
PAGE_SIZE = 64
# An order of which not even the articles can be read holds all stock down for this long at most.
BLIND = timedelta(days=14)
# In the context of a run that only reads news: who reads orders before raising stock waits for no work of the night.
NEWS_ONLY = "otto_news_only"
