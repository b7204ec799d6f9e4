"""Small things that several calls write and read alike."""

from datetime import datetime, timezone


def moment(value: datetime) -> str:
    """Return a moment as OTTO reads it: UTC, milliseconds, `Z`."""
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def named_sku(skus: set[str], *texts: str) -> str | None:
    """Return the article that OTTO names at the end of one of its texts."""
    for text in texts:
        named = text.rpartition(": ")[2].strip()
        if named in skus:
            return named
    return None
