"""Parcel numbers as people type and paste them. Pure functions; DHL's forms: facts/dhl.md §5."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from .text import tidy_address

# DHL Paket: 20 digits that begin with 00340, printed without the 00 too, 25 in the test environment. Returns: 12 or 14.
# JJD, JVGL: licence plates of DHL's groups. CD530123554DE: parcels abroad. A00...: goods sent by letter post.
_FORMS = re.compile(
    r"\d{12}|\d{14}|00340\d{15,20}|340\d{15}|J[A-Z]{2,3}[0-9A-Z]{8,32}|[A-Z]{2}\d{9}[A-Z]{2}|A0[0-9A-F]{18}"
)
_NAMES = ("piececode", "idc", "trackingid", "trackingnumber", "trackingno", "trackingnumbers", "shipment", "barcode")
_ADDRESS = re.compile(r"(?:https?:/?/?|www\.)\S+|\S+\.(?:de|com)/\S*", re.IGNORECASE)
# "Sendungsnr.: 0034 ...", "DHL 0034 ...": what leads to the number.
_LEAD = re.compile(
    r"^(?:(?:dhl|deutsche\s+post|paket|return|retouren?|rück\w*|sendungs?|sendungs?verfolgungs?|tracking|track|shipment|"
    r"parcel|paketnr|piece)?[\s.\-]*(?:nummer|nr|no|number|code|id)?(?![^\W_])[\s.:#\-]*)+",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[\W_]+")


# What a person types or pastes: the longest address of a tracking page has some hundred characters.
MOST_TYPED = 1000


def tidy_number(text: str) -> str:
    """Return a parcel number as DHL writes it: of a pasted tracking address the number only, without blanks and signs.

    What is no number of DHL's is tidied as well: `is_dhl_number` tells them apart.
    """
    text = tidy_address(text[:MOST_TYPED])
    if address := _ADDRESS.search(text):
        text = _of_address(address[0]) or text
    return _SIGNS.sub("", _LEAD.sub("", text) or text).upper()


def is_dhl_number(number: str) -> bool:
    """Tell whether a tidied number has one of the forms of DHL's parcel and return numbers."""
    return bool(_FORMS.fullmatch(number))


def _of_address(address: str) -> str:
    """Return the number in the address of a tracking page, empty when there is none."""
    address = address if "//" in address else f"//{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    pairs = [pair for query in (parts.query, parts.fragment.rpartition("?")[2]) for pair in parse_qsl(query)]
    named = [value for name, value in pairs if re.sub(r"[\W_]", "", name).lower() in _NAMES]
    rest = [value for _name, value in pairs] + [unquote(part) for part in reversed(parts.path.split("/"))]
    candidates = [_SIGNS.sub("", value.split(",")[0]).upper() for value in (*named, *rest)]
    return next(filter(is_dhl_number, candidates), "") or (candidates[0] if named else "")
