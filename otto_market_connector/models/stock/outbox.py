"""What a run of the stock has to send, and in which order."""

from collections import deque
from itertools import islice

from .const import MOST_FAILURES, SCARCE


class Outbox:
    """Offers that differ from what OTTO holds.

    Zeros go first, because they raise nothing whatever OTTO holds; then what goes down, what is in doubt, and what goes
    up. Scarce articles are raised last, in batches of their own: of these every sale that is not read yet counts.

    :ivar failed: ids of articles whose batch OTTO could not work on; they are not tried again in this run
    :ivar shares_changed: whether goods of several articles were sent since the last `fill`; others may be raised now
    :ivar has_shared: the same since the beginning
    """

    def __init__(self):
        self.offers = {}
        self.halves = deque()
        self.failed = set()
        self.failures = 0
        self.last_error = None
        self.shares_changed = self.has_shared = False

    def fill(self, offers):
        """Take what differs now; what was halved is sent with its present quantity."""
        tried = [offer for offer in offers if offer.listing_id not in self.failed]
        self.offers = {offer.listing_id: offer for offer in sorted(tried, key=_rank)}
        self.shares_changed = False

    def next_batch(self, size):
        """Return the next batch; nothing when all is sent."""
        while self.halves:
            if batch := [self.offers[key] for key in self.halves.popleft() if key in self.offers]:
                return batch
        batch = list(islice(self.offers.values(), size))
        return [offer for offer in batch if _rank(offer) == _rank(batch[0])]

    def halve(self, batch):
        """Have a batch sent in two halves."""
        middle = len(batch) // 2
        for half in (batch[middle:], batch[:middle]):
            self.halves.appendleft([offer.listing_id for offer in half])

    def note_done(self, batch):
        """Note that OTTO has worked on a batch."""
        self.failures = 0
        if any(offer.shared for offer in batch):
            self.shares_changed = self.has_shared = True
        self._drop(batch)

    def note_failure(self, batch, error):
        """Note that OTTO could not work on a batch.

        :raises OttoUnavailable: one failure followed the other, or OTTO is not there at all
        """
        self.failures, self.last_error = self.failures + 1, error
        self.failed |= {offer.listing_id for offer in batch}
        self._drop(batch)
        if self.failures == MOST_FAILURES or error.status is None:
            raise error

    def _drop(self, batch):
        for offer in batch:
            self.offers.pop(offer.listing_id, None)


def _rank(offer):
    if offer.quantity == 0:
        return 0
    if offer.is_lower:
        return 1
    if offer.in_doubt:
        return 2
    return 3 if offer.quantity > SCARCE else 4
