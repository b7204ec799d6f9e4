"""Times and limits of the returns, each with what it rests on."""

from datetime import timedelta

# No public source names after how many days OTTO pays by itself (docs/facts/otto.md §10.5).
RETURN_DAYS = 7
# From the customer's announcement to the parcel at the warehouse; customers do not go to the parcel shop at once.
TRANSPORT_DAYS = 7
# OTTO takes so many decisions in a call (docs/facts/otto.md §10.2).
BATCH = 200
# So often in a run a batch is halved that OTTO cannot work on: enough to find two bad pieces among 200.
MOST_FAILURES = 20
# OTTO lists a refund as soon as it has taken it; one that it does not list after this time it does not have.
SURE_AFTER = timedelta(minutes=30)
# OTTO pays within minutes; so long it is looked every minute whether it did, then whenever the flow runs.
FOLLOW_SOON = timedelta(minutes=10)
UNSETTLED_AFTER = timedelta(days=1)
