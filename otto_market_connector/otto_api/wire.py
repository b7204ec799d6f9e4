"""Small things that several calls write and read alike."""

from datetime import datetime, timezone
from typing import Any


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


def next_link(body: Any) -> str | None:
    """Return the link to the next page; OTTO gives a list of links or one link."""
    links = body.get("links") if isinstance(body, dict) else None
    for link in links if isinstance(links, list) else [links] if links else []:
        if isinstance(link, dict) and link.get("rel") == "next" and link.get("href"):
            return link["href"]
    return None
