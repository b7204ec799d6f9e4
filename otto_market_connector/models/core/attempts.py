"""What OTTO could not work on in a run, while it is there."""

# After so many requests in a row that OTTO could not work on, it is not asked further; 500 are halved nine times.
MOST_FAILURES = 12


class Attempts:
    """Counts the requests of a run, so that one bad record stops no other and a service that is down is left alone.

    :ivar last_error: the last `OttoError`, None when all went well
    """

    def __init__(self):
        self.last_error = None
        self.count_succeeded = self._in_a_row = 0

    def succeeded(self):
        """Note that OTTO has worked on a request, whatever it said."""
        self.count_succeeded += 1
        self._in_a_row = 0

    def failed(self, error):
        """Note that OTTO could not work on a request."""
        self.last_error = error
        self._in_a_row += 1

    @property
    def is_over(self):
        """Whether OTTO could not work on so many requests in a row that it is not asked further."""
        return self._in_a_row >= MOST_FAILURES

    def raise_last(self):
        """End the run with what failed last, if anything did.

        :raises OttoError: what failed
        """
        if self.last_error:
            raise self.last_error
