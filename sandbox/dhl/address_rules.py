"""What DHL's back end checks about an address, and the quirks its own test collection relies on (facts/dhl.md §9.5)."""

import re
from collections.abc import Iterator

from .countries import GERMANY, IRELAND
from .schema import ContactAddress, Locker, POBox, PostOffice, Shipper
from .texts import Remark

EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
GERMAN_POSTCODE = re.compile(r"\d{5}")
POST_NUMBER = re.compile(r"\d{6,10}")
# A postcode that exists nowhere together with the city, and streets that exist in no city.
WRONG_PLACES = {("12345", "bonn")}
WRONG_STREETS = ("existiert-nicht-str", "gibt-es-nicht weg")
LOCKER, RETAIL = "packstation", "postfiliale"

AnyAddress = Shipper | ContactAddress | Locker | PostOffice | POBox


def is_email(text: str) -> bool:
    """Tell whether DHL takes an e-mail address; umlauts are not taken."""
    return EMAIL.fullmatch(text) is not None


def address_remarks(prop: str, address: AnyAddress | None) -> Iterator[Remark]:
    """Return the findings about an address; `prop` is its place in the shipment."""
    if address is None:
        return
    email = getattr(address, "email", "")
    if email and not is_email(email):
        yield Remark(f"{prop}.email", "email")
    if isinstance(address, Locker) and address.number == 100:
        yield Remark(f"{prop}.lockerID", "locker_number")
    if isinstance(address, PostOffice) and not (address.post_number or address.email):
        yield Remark(prop, "post_number_or_email")
    yield from _postcode(prop, address)
    if isinstance(address, Shipper) and address.country == GERMANY:
        yield from _house(prop, address)


def _postcode(prop: str, address: AnyAddress) -> Iterator[Remark]:
    if not address.postal_code:
        if address.country != IRELAND:
            yield Remark(f"{prop}.postalCode", "postcode_missing")
    elif address.country == GERMANY:
        if not GERMAN_POSTCODE.fullmatch(address.postal_code):
            yield Remark(f"{prop}.postalCode", "postcode_form", "Warning", uncodeable=True)
        elif (address.postal_code, address.city.lower()) in WRONG_PLACES:
            yield Remark(prop, "city_unknown", "Warning", uncodeable=True)


def _house(prop: str, address: Shipper) -> Iterator[Remark]:
    street = address.street.strip().lower()
    if street.startswith((LOCKER, RETAIL)):
        yield from _drop_point(prop, address, LOCKER if street.startswith(LOCKER) else RETAIL)
        return
    if not address.house and not re.search(r"\d", street):
        yield Remark(f"{prop}.addressHouse", "house_missing")
    if street.startswith(WRONG_STREETS):
        yield Remark(prop, "street_unknown", "Warning", uncodeable=True)


def _drop_point(prop: str, address: Shipper, kind: str) -> Iterator[Remark]:
    """The older way to write a drop point: customer number in name2, its number as house number."""
    number = address.house or address.street[len(kind) :].strip()
    lowest = 101 if kind == LOCKER else 401
    if not (number.isdecimal() and lowest <= int(number) <= 999):
        yield Remark(f"{prop}.addressHouse", "locker_number" if kind == LOCKER else "retail_number")
    if not POST_NUMBER.fullmatch(address.name2) and not (kind == RETAIL and address.email):
        yield Remark(f"{prop}.name2", "post_number")
