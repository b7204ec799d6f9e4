"""Times and limits of the stock flow, each with what it rests on."""

from datetime import timedelta

# OTTO takes so many quantities in a request (facts/otto.md §7.1).
BATCH = 200
# Stock is only raised when OTTO's orders have been read at most this long before: what was sold is not offered again.
FRESH = timedelta(minutes=2)
# After so many batches in a row that OTTO could not work on, it is not asked further.
MOST_FAILURES = 3
# While orders cannot be read, OTTO is asked for what it holds of so many articles in a run before they are lowered.
MOST_ASKED = 50
# What OTTO holds is compared with what it accepted so often.
COMPARE_EVERY = timedelta(days=1)
# So many articles are named in one issue.
NAMED = 20
# A quantity that OTTO refused is sent again when it has changed, when a person presses Retry, or after this time.
WAIT = timedelta(days=1)
# As long as OTTO offers more than there is, sooner.
WAIT_LOWER = timedelta(hours=1)
