"""Times and limits of the fulfilment, each with what it rests on."""

from datetime import timedelta

# The scheduled action comes every hour.
EVERY = timedelta(minutes=50)
# OTTO's own time between accepting a cancellation and carrying it out is minutes.
FOLLOW_AFTER = timedelta(hours=1)
# OTTO shows an order as sent within minutes.
UNACKNOWLEDGED = timedelta(days=1)
# So many orders are looked at in a run; those that have waited longest come first.
LIMIT = 200
# The warehouse waits while OTTO is asked whether an order is still to be shipped (R2).
ASK_SECONDS = 3
# For so long OTTO finds a parcel that comes back by its return number (docs/facts/otto.md §10.4).
RETURN_NUMBER_DAYS = 42
# DHL gives its numbers again after years; OTTO names no time after which it forgets one (docs/facts/otto.md §5.6).
SHIPMENT_NUMBER_DAYS = 365
# DHL's own limit for a parcel's number.
MOST_NUMBER = 50
MOST_TYPED = 1000
