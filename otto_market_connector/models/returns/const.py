"""Times and limits of the returns, each with what it rests on."""

from datetime import timedelta

# No public source names after how many days OTTO pays by itself (docs/facts/otto.md §10.6).
RETURN_DAYS = 7
# From the customer's announcement to the parcel at the warehouse; customers do not go to the parcel shop at once.
TRANSPORT_DAYS = 7
MOST_DAYS = 365
# So often the list of announcements is read to its end, which shows what was withdrawn.
READ_ALL_EVERY = timedelta(hours=6)
# Decided returns and scans are then read back for so long, known or not: nothing may be missed (R19).
RECONCILE = timedelta(days=3)
# The carrier's scans are read again from this long before the last one seen; they come late.
SCAN_OVERLAP = timedelta(hours=1)
# The first reading of scans goes back as far as OTTO finds a parcel by its number (docs/facts/otto.md §10.4).
SCANS_SINCE = timedelta(days=42)
# By number OTTO finds recent parcels only; after this time a number that it does not know says nothing
# (docs/facts/otto.md §10.4).
NUMBER_DAYS = timedelta(days=30)
# An announcement without any number has to be missing for so long before it counts as withdrawn.
MISSING_FOR = timedelta(days=1)
# The carriers by whose numbers OTTO finds a parcel (docs/facts/otto.md §10.4).
FOUND_CARRIERS = ("DHL", "GLS", "HERMES", "HES")
# Entries in a transaction: each new return makes a transfer.
CHUNK = 50
# Reasons of an acceptance after which no goods are to be expected (docs/facts/otto.md §10.2).
WITHOUT_GOODS = ("SHIPMENT_LOST", "RETURN_LOST", "REFUND_AFTER_AFFIDAVIT", "COMPLAINT")
# OTTO takes so many decisions in a call (docs/facts/otto.md §10.2).
BATCH = 200
# So often in a run a batch is halved that OTTO cannot work on: enough to find two bad pieces among 200.
MOST_FAILURES = 20
# OTTO lists a refund as soon as it has taken it; one that it does not list after this time it does not have.
SURE_AFTER = timedelta(minutes=30)
# OTTO pays within minutes; so long it is looked every minute whether it did, then whenever the flow runs.
FOLLOW_SOON = timedelta(minutes=10)
UNSETTLED_AFTER = timedelta(days=1)
