"""Small things that several calls write and read alike."""

import re
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlsplit

# The longest that OTTO needs: a cursor, a date and a number.
LINK_LIMIT = 2000
# What OTTO's interfaces call the list of a page.
LISTS = (
    "resources",
    "results",
    "productVariations",
    "marketPlaceStatus",
    "status",
    "variationPrices",
    "contentChanges",
)
LISTS += ("brands", "positionItems")


class OddLinkError(ValueError):
    """A link that cannot be followed; its text says why."""


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


def host_of(url: str) -> str:
    """Return the server of an address, with its port if it has one; never a login that is in the address."""
    try:
        netloc = urlsplit(url).netloc
    except ValueError:
        netloc = ""
    return (netloc or re.sub(r"^.*?//", "", url)).rpartition("@")[2][:100]


def next_link(body: Any) -> str | None:
    """Return the link to the next page; OTTO gives a list of links or one link."""
    links = body.get("links") if isinstance(body, dict) else None
    for link in links if isinstance(links, list) else [links] if links else []:
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return link["href"] or None
    return None


def next_query(body: Any, base_url: str) -> str | None:
    """Return the parameters of the next page as they stand in its address, None after the last one.

    A page without records ends a list: OTTO has been seen to name a next page after empty ones for ever
    (facts/otto.md §2.2).

    :raises OddLinkError: the link is no address, is endless, leads to another server, or there is more than one
    """
    if _named_twice(body):
        raise OddLinkError("OTTO's next page is named in several ways")
    link = next_link(body)
    if link is None or not record_count(body):
        return None
    if len(link) > LINK_LIMIT:
        raise OddLinkError("OTTO's next page has an address that is too long")
    try:
        parts = urlsplit(link)
    except ValueError:
        raise OddLinkError("OTTO's next page has an address that is none") from None
    # Only the parameters are taken over, so no other server is ever asked; that OTTO names one is told all the same.
    if parts.netloc and parts.netloc != urlsplit(base_url).netloc:
        raise OddLinkError("OTTO's next page lies on another server")
    return parts.query


def _named_twice(body: Any) -> bool:
    """Tell whether links stand in a list of lists: what a field that was there twice is read as."""
    links = body.get("links") if isinstance(body, dict) else None
    entries = links if isinstance(links, list) else [links]
    parts = [entry.get(key) for entry in entries if isinstance(entry, dict) for key in ("rel", "href")]
    return any(isinstance(value, list) for value in (*entries, *parts))


def record_count(body: Any) -> int:
    """Return how many records a page holds, whatever OTTO calls its list; some stand one level deeper."""
    if not isinstance(body, dict):
        return len(body) if isinstance(body, list) else 0
    lists = [value for key, value in body.items() if key in LISTS]
    lists += [value for outer in lists if isinstance(outer, dict) for value in outer.values()]
    return sum(len(value) for value in lists if isinstance(value, list))
