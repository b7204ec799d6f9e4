"""Times and limits of the returns, each with what it rests on."""

# No public source names after how many days OTTO pays by itself (docs/facts/otto.md §10.5).
RETURN_DAYS = 7
# From the customer's announcement to the parcel at the warehouse; customers do not go to the parcel shop at once.
TRANSPORT_DAYS = 7
