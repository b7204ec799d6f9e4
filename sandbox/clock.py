"""The sandbox's clock: the wall clock plus what a test has moved it forward; or a moment at which it stands."""

from datetime import UTC, datetime, timedelta

FARTHEST = timedelta(days=365 * 100)


class Clock:
    """A clock that runs and can be moved forward; both servers share one."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._stands_at: datetime | None = None

    def now(self) -> datetime:
        """Return the sandbox's time: aware, UTC, whole milliseconds (what OTTO's formats can carry)."""
        moment = self._stands_at or datetime.now(UTC) + self._offset
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @property
    def clients_now(self) -> datetime:
        """The time a client has, aware: the wall clock's, or where the clock stands, which its client does as well."""
        return self._stands_at or datetime.now(UTC)

    @property
    def offset(self) -> timedelta:
        """How far the clock is ahead of the wall clock."""
        return self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward.

        :raises ValueError: for a negative number, because time that runs backwards would break every cursor; for one
            that leaves no room for the dates of orders
        """
        if seconds < 0:
            raise ValueError("The clock can only be moved forward.")
        if not self._offset.total_seconds() + seconds <= FARTHEST.total_seconds():
            raise ValueError(f"The clock can be moved by {FARTHEST.days} days at most.")
        if self._stands_at:
            self._stands_at += timedelta(seconds=seconds)
        else:
            self._offset += timedelta(seconds=seconds)

    def stand(self, moment: datetime) -> None:
        """Stand at a moment, also one of the past, until `advance` moves on from there or `reset` lets it run again.

        :raises ValueError: the moment names no zone
        """
        if moment.tzinfo is None:
            raise ValueError("stand_at: a moment with its zone is expected.")
        self._stands_at = moment.astimezone(UTC)

    def reset(self) -> None:
        """Go back to the wall clock."""
        self._offset, self._stands_at = timedelta(), None
