"""DHL's silence: after somebody has waited in vain, nobody else does for a while."""

from typing import Protocol

# An answer of DHL's gateway that says, after so many seconds, that nothing behind it answers.
SLOW_SECONDS = 5.0
SILENT = ("timeout", "connect_timeout")
# The key of what is not even sent.
AWAY = "away"


class Watch(Protocol):
    """What a connection asks before each request and tells after it."""

    def before(self, request: str) -> None:
        """Be asked whether DHL may be asked.

        :raises DhlUnavailable: it was just asked in vain; nothing is sent
        """

    def silent(self, seconds: float) -> None:
        """Be told that nobody answered, and how long that took."""

    def answered(self) -> None:
        """Be told that DHL answered."""


def is_silence(key: str, status: int | None, seconds: float) -> bool:
    """Tell whether a failure means that others would wait in vain as well; what fails at once costs nobody time.

    :param key: one of `failures.WORDS`, empty when there was an answer
    """
    if key in SILENT:
        return True
    return seconds >= SLOW_SECONDS and (bool(key) or (status or 0) >= 500)
