"""Times and limits of the stock flow, each with what it rests on."""

from datetime import timedelta

# OTTO takes so many quantities in a request (facts/otto.md §7.1).
BATCH = 200
# Articles with at most so many pieces are raised last, in batches of their own: of these every unread sale counts.
SCARCE = 10
# After so many batches in a row that OTTO could not work on, it is not asked further.
MOST_FAILURES = 3
# OTTO is asked article by article for what it holds of so many; of more, page by page (200 articles each).
MOST_ASKED = 50
# Stock that only went down because orders could not be read comes back after this time, as often as orders are read.
READ_AGAIN = timedelta(minutes=5)
# What OTTO holds is compared with what it accepted so often.
COMPARE_EVERY = timedelta(days=1)
# So many articles are named in one issue.
NAMED = 20
# A quantity that OTTO refused is sent again when it has changed, when a person presses Retry, or after this time.
WAIT = timedelta(days=1)
# As long as OTTO offers more than there is, sooner.
WAIT_LOWER = timedelta(hours=1)
# A run that would set this many articles to zero, and more than the channel's share of them, waits for a person.
BRAKE_LEAST = 10
BRAKE_SHARE = 20
# Articles that were emptied a little before count as well: goods that vanish bit by bit empty the shop too.
BRAKE_WINDOW = timedelta(hours=1)
# A sale counts as later than an accepted quantity from this long before it: it may have been committed afterwards.
SOLD_OVERLAP = timedelta(minutes=15)
# The issue that a person has to confirm before articles are set to zero.
BRAKE = "brake"
# The issue that articles wait for *Go Live* because an earlier version never sent their stock.
WAITING = "waiting"
# A preview before *Go Live* reads so many pages of OTTO's quantities, and works so many seconds in the request.
PREVIEW_PAGES = 100
PREVIEW_SECONDS = 40
# So many of the biggest changes are listed in it.
PREVIEW_LINES = 40
