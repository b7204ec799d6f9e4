"""From an address as people write it to DHL's forms. Pure functions; rules from facts/dhl.md §2.2 and §6.2.

A `DhlAddressError` names its problem by one of these keys: name, lines, street, street_number, street_long, po_box,
house, zip, city, city_long, country; of drop points drop_point, drop_point_abroad, drop_point_numbers, locker_number,
outlet_number, post_number, post_numbers, post_number_length, holder, holder_long.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations

from .countries import ALPHA3
from .drop_points import LOCKER, DropPoint, opens_drop_point, read_drop_point
from .errors import DhlAddressError
from .streets import (
    HOUSE_LENGTH,
    apart,
    is_house_number,
    is_street,
    join_street,
    number_first,
    read_house,
    read_street,
    split_street,
)
from .text import tidy, tidy_address
from .types import ContactAddress, Locker, PostOffice

__all__ = [
    "MailingAddress",
    "address_from",
    "name_lines",
    "padded_reference",
    "parcel_address",
    "return_address",
    "sender_address",
    "split_street",
]

NAME_LENGTH = 50
NAME_LINES = 3
STREET_LENGTH = 50
CITY_LENGTH = 40
EMAIL_LENGTH = 80
PHONE_LENGTH = 20
REFERENCE_LENGTH = (8, 35)

_PO_BOX = re.compile(
    r"^(?:post[\s.\-]*f(?:ach|\.)|postf(?![^\W\d_])|pf\.?\s*(?=\d)|schlie(?:ß|ss)fach|p\.?\s?o\.?\s?box)(?![^\W\d_])",
    re.IGNORECASE,
)
_POSTAL_CODE = re.compile(r"[0-9A-Za-z]+([ -]?[0-9A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class MailingAddress:
    """An address as it is kept elsewhere. `names` from the most to the least important, `country` ISO alpha-2.

    :ivar house: the house number where it is kept apart from the street, else empty
    """

    names: tuple[str, ...]
    street: str
    zip_code: str
    city: str
    country: str
    street2: str = ""
    email: str = ""
    phone: str = ""
    # Whoever of the names is a person: a drop point belongs to a person, not to a company.
    person: str = ""
    house: str = ""


def padded_reference(reference: str, *, suffix: str = "") -> str:
    """Return a reference of 8 to 35 characters; of a longer one the end is kept, which tells documents apart."""
    shortest, longest = REFERENCE_LENGTH
    text = " ".join(reference.split())[-(longest - len(suffix)) :] + suffix
    return text.ljust(shortest, "-")


def name_lines(names: Sequence[str], extra: Sequence[str] = ()) -> tuple[str, str, str]:
    """Spread names and additional lines over DHL's three name lines of 50 characters.

    Each has a line of its own if that is possible, else some share one. DHL prints its further address lines on few
    labels only (facts/dhl.md §2.2), so what has no room here would be on none.

    :raises DhlAddressError: ``name`` when there is no name; ``lines``, with all of them, when they have no room
    """
    if not any(tidy(name) for name in names):
        raise DhlAddressError("name")
    texts = list(dict.fromkeys(filter(None, map(tidy, (*names, *extra)))))
    for joints in range(len(texts)):
        for places in combinations(range(1, len(texts)), len(texts) - 1 - joints):
            groups = [texts[start:end] for start, end in zip((0, *places), (*places, len(texts)), strict=True)]
            lines = [line for group in groups for line in textwrap.wrap(", ".join(group), NAME_LENGTH)]
            if len(lines) <= NAME_LINES:
                return tuple((lines + ["", ""])[:NAME_LINES])
    raise DhlAddressError("lines", ", ".join(texts))


def address_from(address: MailingAddress, *, with_contact: bool = False) -> ContactAddress:
    """Write a street address in DHL's form; e-mail and telephone only on request (they need consent).

    :raises DhlAddressError: what is missing or too long
    """
    return _street_address(_tidied(address), with_contact=with_contact)


def _street_address(address: MailingAddress, *, with_contact: bool, house_apart: bool = False) -> ContactAddress:
    """Write a tidied address; with `house_apart` the number goes apart even where DHL would read it in the street."""
    country = _country(address)
    whole = join_street(address.street, address.house)
    _check_street(whole)
    street, house, more, street2 = _street_parts(address, whole, house_apart=house_apart)
    try:
        lines = name_lines(address.names, (more, street2))
    except DhlAddressError as error:
        if error.problem != "lines" or not more or house_apart:
            raise
        # What is added to the number has room beside it.
        street, house = whole, ""
        lines = name_lines(address.names, (street2,))
    if len(street) > STREET_LENGTH:
        raise DhlAddressError("street_long", street)
    name1, name2, name3 = lines
    return ContactAddress(
        name1=name1,
        name2=name2,
        name3=name3,
        street=street,
        house=house,
        postal_code=_postal_code(address),
        city=_city(address),
        country=country,
        email=_email(address) if with_contact else "",
        phone=_phone(address) if with_contact and country != "DEU" else "",
    )


def _check_street(whole: str) -> None:
    """:raises DhlAddressError: nothing that can be a street"""
    if not whole:
        raise DhlAddressError("street")
    if _PO_BOX.match(whole):
        raise DhlAddressError("po_box", whole)
    if not is_street(whole):
        raise DhlAddressError("street_number", whole)


def _street_parts(address: MailingAddress, whole: str, *, house_apart: bool) -> tuple[str, str, str, str]:
    """Return street, house number, what was added to the number and has no room beside it, and the second line."""
    if address.house:
        street, number = apart(address.street, address.house)
        house, more = read_house(number)
        if more and not house:
            # No number that could stand apart: DHL reads street and number in one field, too.
            return f"{street} {number}", "", "", address.street2
        return street, house, more, address.street2
    street, house, more = read_street(whole)
    if not house and is_house_number(address.street2):
        return street, address.street2, "", ""
    if not house and house_apart and (address.country or "").upper() != "DE":
        street, house = number_first(whole)
        house = house if len(house) <= HOUSE_LENGTH else ""
        street = street if house else whole
    return street, house, more, address.street2


def sender_address(address: MailingAddress) -> ContactAddress:
    """Write the sender's or the returns department's address; its e-mail address goes with it.

    :raises DhlAddressError: what is missing or too long
    """
    return address_from(address, with_contact=True)


def return_address(address: MailingAddress, *, with_contact: bool = False) -> ContactAddress:
    """Write the address of a customer who sends something back; the house number stands apart (facts/dhl.md §4).

    A Packstation or Postfiliale is written as DHL's older form does: the Postnummer as second name.

    :raises DhlAddressError: what is missing or too long; ``house`` when no number is seen
    """
    address = _tidied(address)
    point = _drop_point(address)
    if point:
        return _drop_point_sender(_drop_point_form(address, point), _email(address) if with_contact else "")
    contact = _street_address(address, with_contact=with_contact, house_apart=True)
    if not contact.house:
        raise DhlAddressError("house", contact.street)
    if not contact.postal_code:
        raise DhlAddressError("zip")
    return contact


def _drop_point_sender(point: Locker | PostOffice, email: str) -> ContactAddress:
    locker = isinstance(point, Locker)
    return ContactAddress(
        name1=point.name,
        name2=point.post_number,
        street="Packstation" if locker else "Postfiliale",
        house=str(point.locker_id if locker else point.retail_id),
        postal_code=point.postal_code,
        city=point.city,
        country=point.country,
        email=email,
    )


def parcel_address(address: MailingAddress, *, with_contact: bool = False) -> ContactAddress | Locker | PostOffice:
    """Write a consignee's address: a street, or in Germany a Packstation or Postfiliale when the address names one.

    :raises DhlAddressError: what is missing or too long; ``post_number`` when a Packstation lacks the Postnummer
    """
    address = _tidied(address)
    point = _drop_point(address)
    if point:
        return _drop_point_form(address, point)
    return _street_address(address, with_contact=with_contact)


def _drop_point(address: MailingAddress) -> DropPoint | None:
    """Return the drop point that a tidied address names.

    :raises DhlAddressError: what keeps it from being written; ``drop_point_abroad`` outside of Germany, where one with
        a Postnummer has the wrong country
    """
    street = join_street(address.street, address.house)
    if (address.country or "").upper() == "DE":
        return read_drop_point(street, address.street2, address.names, person=address.person, phone=address.phone)
    if address.country and opens_drop_point(street) and re.search(r"\d{6,10}", street + address.street2):
        raise DhlAddressError("drop_point_abroad", street)
    return None


def _drop_point_form(address: MailingAddress, point: DropPoint) -> Locker | PostOffice:
    if len(point.holder) > NAME_LENGTH:
        raise DhlAddressError("holder_long", point.holder)
    place = {"postal_code": _postal_code(address), "city": _city(address), "country": _country(address)}
    if point.kind == LOCKER:
        if not point.post_number:
            raise DhlAddressError("post_number")
        return Locker(name=point.holder, locker_id=point.number, post_number=point.post_number, **place)
    if not point.post_number and not _email(address):
        raise DhlAddressError("post_number")
    return PostOffice(
        name=point.holder, retail_id=point.number, post_number=point.post_number, email=_email(address), **place
    )


def _tidied(address: MailingAddress) -> MailingAddress:
    """Return an address without what nobody sees in it, see `text.tidy`."""
    values = {}
    for part in fields(address):
        value = getattr(address, part.name)
        if part.name == "names":
            values["names"] = tuple(filter(None, map(tidy, value)))
        else:
            values[part.name] = tidy_address(value) if part.name in ("street", "house", "zip_code") else tidy(value)
    return replace(address, **values)


def _country(address: MailingAddress) -> str:
    alpha3 = ALPHA3.get((address.country or "").upper())
    if not alpha3:
        raise DhlAddressError("country", address.country or "")
    return alpha3


def _postal_code(address: MailingAddress) -> str:
    code = address.zip_code
    german = (address.country or "").upper() == "DE"
    if german and not re.fullmatch(r"\d{5}", code):
        raise DhlAddressError("zip", code)
    if code and not (3 <= len(code) <= 10 and _POSTAL_CODE.fullmatch(code)):
        raise DhlAddressError("zip", code)
    return code


def _city(address: MailingAddress) -> str:
    if not address.city:
        raise DhlAddressError("city")
    if len(address.city) > CITY_LENGTH:
        raise DhlAddressError("city_long", address.city)
    return address.city


def _email(address: MailingAddress) -> str:
    """Return the e-mail address if DHL takes it: plain ASCII, 3 to 80 characters (facts/dhl.md §6.4)."""
    email = address.email
    return email if 3 <= len(email) <= EMAIL_LENGTH and email.isascii() and "@" in email else ""


def _phone(address: MailingAddress) -> str:
    """Return the telephone number if DHL's field holds it: half of one reaches somebody else."""
    return address.phone if len(address.phone) <= PHONE_LENGTH else ""
