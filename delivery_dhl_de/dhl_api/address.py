"""From an address as people write it to DHL's forms. Pure functions; rules from facts/dhl.md §2.2 and §6.2."""

import re
import textwrap
from dataclasses import dataclass, replace

from .countries import ALPHA3
from .errors import DhlAddressError
from .types import ContactAddress, Locker, PostOffice

NAME_LENGTH = 50
STREET_LENGTH = 50
HOUSE_LENGTH = 10
CITY_LENGTH = 40
ADDITION_LENGTH = 60
EMAIL_LENGTH = 80
REFERENCE_LENGTH = (8, 35)
LOCKER_NUMBERS = range(101, 1000)
OUTLET_NUMBERS = range(401, 1000)

_NUMBER = r"\d+\s*[a-zA-Z]?(?:\s*[-+/]\s*(?:\d+\s*[a-zA-Z]?|[a-zA-Z]))*"
# "Hauptstr.5" and "Hauptstraße5" are written too; "Q7" is a street of Mannheim.
_BEFORE_NUMBER = r"(?:[\s,]+|(?<=\.)|(?<=[a-zäöüß]{3}))"
_HOUSE = re.compile(rf"^(?P<street>.*[^\W\d].*?){_BEFORE_NUMBER}(?P<house>{_NUMBER})$")
_HOUSE_ALONE = re.compile(rf"^{_NUMBER}$")
# "Musterstr. 12, 3. OG" and "Musterstr. 12 Hinterhaus", but not "Straße des 17. Juni".
_HOUSE_AND_REMARK = re.compile(
    rf"^(?P<street>.*[^\W\d].*?){_BEFORE_NUMBER}(?P<house>\d+\s?(?:[a-zA-Z]\b)?(?:\s?[-+/]\s?\d+\s?(?:[a-zA-Z]\b)?)*)"
    r"(?:\s*[,;/(]\s*|\s+(?=(?:hinterhaus|vorderhaus|seitenflügel|haus|hh|vh|whg|wohnung|app|apt|apartment|eg|dg|og|"
    r"stock|etage|zimmer|eingang|aufgang|treppe|stiege|top|links|rechts|c/o|bei|\d+\.\s?(?:og|stock|etage))\b))"
    r"(?P<remark>.*[^\W\d].*)$",
    re.IGNORECASE,
)
# "12 bis, rue de la Paix": in some countries the number comes first.
_HOUSE_FIRST = re.compile(r"^(?P<house>\d+(?:\s?(?:bis|ter|[a-zA-Z])\b)?)[\s,]+(?P<street>.*[^\W\d].*)$")
# A drop point is meant where its name opens a line or a number follows; "please no Packstation" is a remark. "Filiale"
# alone is a word of business addresses too, so it counts only with a number at the beginning of the street.
_LOCKER = re.compile(
    r"^(?:dhl[ -]?)?packstation\b|\bpackstation\W*(?:nr\W*|nummer\W*)?\d", re.IGNORECASE | re.MULTILINE
)
_OUTLET = re.compile(
    r"^(?:dhl[ -]?)?postfiliale\b|\bpostfiliale\W*(?:nr\W*|nummer\W*)?\d|\A(?:filiale|paketshop)\W*(?:nr\W*)?\d",
    re.IGNORECASE | re.MULTILINE,
)
_PO_BOX = re.compile(r"^(?:postfach|p\.?\s?o\.?\s?box)\b", re.IGNORECASE)
_THREE_DIGITS = re.compile(r"(?<!\d)\d{3}(?!\d)")
_DIGITS = re.compile(r"\d+")
_POST_NUMBER = re.compile(r"(?:\bpost-?(?:nummer|nr)\b\W*)?(?<!\d)(?P<number>\d{6,10})(?!\d)", re.IGNORECASE)
_POSTAL_CODE = re.compile(r"[0-9A-Za-z]+([ -]?[0-9A-Za-z]+)*")


@dataclass(frozen=True, slots=True)
class MailingAddress:
    """An address as it is kept elsewhere. `names` from the most to the least important, `country` ISO alpha-2."""

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


def padded_reference(reference: str, *, suffix: str = "") -> str:
    """Return a reference of 8 to 35 characters; of a longer one the end is kept, which tells documents apart."""
    shortest, longest = REFERENCE_LENGTH
    text = " ".join(reference.split())[-(longest - len(suffix)) :] + suffix
    return text.ljust(shortest, "-")


def split_street(street: str) -> tuple[str, str]:
    """Split ``Kurt-Schumacher-Str. 20 a`` into street and house number; the number is empty where none is seen."""
    street = " ".join(street.split()).rstrip(" ,;")
    match = _HOUSE.match(street)
    if match and len(match["house"]) <= HOUSE_LENGTH:
        return match["street"].rstrip(" ,"), match["house"]
    return street, ""


def name_lines(names: tuple[str, ...], extra: str = "") -> tuple[str, str, str]:
    """Spread names, and if there is room an extra address line, over DHL's three name lines of 50 characters.

    :raises DhlAddressError: ``name`` when there is none
    """
    lines: list[str] = []
    for name in dict.fromkeys(" ".join(name.split()) for name in names if name and name.strip()):
        lines += textwrap.wrap(name, NAME_LENGTH)
    if not lines:
        raise DhlAddressError("name")
    if extra:
        more = textwrap.wrap(" ".join(extra.split()), NAME_LENGTH)
        if len(lines) + len(more) <= 3:
            lines += more
    lines = (lines + ["", ""])[:3]
    return lines[0], lines[1], lines[2]


def address_from(address: MailingAddress, *, with_contact: bool = False) -> ContactAddress:
    """Write a street address in DHL's form; e-mail and telephone only on request (they need consent).

    :raises DhlAddressError: what is missing or too long
    """
    country = _country(address)
    street, house = split_street(address.street or "")
    street2 = " ".join((address.street2 or "").split())
    if street and not house and _HOUSE_ALONE.match(street2) and len(street2) <= HOUSE_LENGTH:
        house, street2 = street2, ""
    if not street:
        raise DhlAddressError("street")
    if _PO_BOX.match(street):
        raise DhlAddressError("po_box", " ".join((address.street or "").split()))
    if len(street) > STREET_LENGTH:
        raise DhlAddressError("street_long", street)
    name1, name2, name3 = name_lines(address.names, street2)
    printed = street2 and street2 in " ".join((name1, name2, name3))
    return ContactAddress(
        name1=name1,
        name2=name2,
        name3=name3,
        street=street,
        house=house,
        addition="" if printed else street2[:ADDITION_LENGTH],
        postal_code=_postal_code(address),
        city=_city(address),
        country=country,
        email=_email(address) if with_contact else "",
        phone=(address.phone or "").strip()[:20] if with_contact and country != "DEU" else "",
    )


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
    point = parcel_address(address, with_contact=with_contact) if _names_drop_point(address) else None
    if isinstance(point, Locker | PostOffice):
        return _drop_point_sender(point, _email(address) if with_contact else "")
    address, house = _house_amid(address)
    contact = address_from(address, with_contact=with_contact)
    contact = replace(contact, house=house) if house else contact
    if not contact.house:
        raise DhlAddressError("house", contact.street)
    if not contact.postal_code:
        raise DhlAddressError("zip")
    return contact


def _house_amid(address: MailingAddress) -> tuple[MailingAddress, str]:
    """Take a house number out of a street that does not end with it; return the address without it, and the number."""
    street = " ".join((address.street or "").split())
    match = _HOUSE_AND_REMARK.match(street)
    if not match and not split_street(street)[1] and (address.country or "").upper() != "DE":
        match = _HOUSE_FIRST.match(street)
    house = match["house"].strip() if match else ""
    if not match or len(house) > HOUSE_LENGTH:
        return address, ""
    remark = match.groupdict().get("remark", "").rstrip(" )")
    street2 = ", ".join(filter(None, (remark, " ".join((address.street2 or "").split()))))
    return replace(address, street=match["street"].strip(" ,"), street2=street2), house


def _names_drop_point(address: MailingAddress) -> bool:
    lines = _lines(address)
    return (address.country or "").upper() == "DE" and bool(_LOCKER.search(lines) or _OUTLET.search(lines))


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
    if (address.country or "").upper() != "DE":
        return address_from(address, with_contact=with_contact)
    lines = _lines(address)
    if match := _LOCKER.search(lines):
        return _locker(address, _drop_point_number(lines, match.start()), lines)
    if match := _OUTLET.search(lines):
        return _outlet(address, _drop_point_number(lines, match.start()), lines)
    return address_from(address, with_contact=with_contact)


def _lines(address: MailingAddress) -> str:
    return f"{(address.street or '').strip()}\n{(address.street2 or '').strip()}"


def _drop_point_number(lines: str, start: int) -> str:
    """Return the number after a drop point's name, the Postnummer never: it has more digits."""
    match = _THREE_DIGITS.search(lines, start) or _DIGITS.search(lines, start)
    return match[0] if match else ""


def _locker(address: MailingAddress, number: str, lines: str) -> Locker:
    if not number or int(number) not in LOCKER_NUMBERS:
        raise DhlAddressError("locker_number", number)
    post_number, names = _post_number(address, lines)
    if not post_number:
        raise DhlAddressError("post_number")
    return Locker(
        name=_holder(address, names),
        locker_id=int(number),
        post_number=post_number,
        postal_code=_postal_code(address),
        city=_city(address),
        country=_country(address),
    )


def _outlet(address: MailingAddress, number: str, lines: str) -> PostOffice:
    if not number or int(number) not in OUTLET_NUMBERS:
        raise DhlAddressError("outlet_number", number)
    post_number, names = _post_number(address, lines)
    if not post_number and not _email(address):
        raise DhlAddressError("post_number")
    return PostOffice(
        name=_holder(address, names),
        retail_id=int(number),
        post_number=post_number,
        email=_email(address),
        postal_code=_postal_code(address),
        city=_city(address),
        country=_country(address),
    )


def _post_number(address: MailingAddress, lines: str) -> tuple[str, tuple[str, ...]]:
    """Find the Postnummer (6 to 10 digits) in the address lines or among the names; return it and the names without."""
    if match := _POST_NUMBER.search(lines):
        return match["number"], address.names
    for place, name in enumerate(address.names):
        if match := _POST_NUMBER.search(name or ""):
            rest = (name[: match.start()] + " " + name[match.end() :]).strip(" ,;-")
            return match["number"], (*address.names[:place], rest, *address.names[place + 1 :])
    return "", address.names


def _holder(address: MailingAddress, names: tuple[str, ...]) -> str:
    """Return who a drop point's customer number belongs to: the person, if one is known."""
    person = names[address.names.index(address.person)] if address.person in address.names else ""
    return name_lines((person, *names))[0]


def _country(address: MailingAddress) -> str:
    alpha3 = ALPHA3.get((address.country or "").upper())
    if not alpha3:
        raise DhlAddressError("country", address.country or "")
    return alpha3


def _postal_code(address: MailingAddress) -> str:
    code = " ".join((address.zip_code or "").split())
    german = (address.country or "").upper() == "DE"
    if german and not re.fullmatch(r"\d{5}", code):
        raise DhlAddressError("zip", code)
    if code and not (3 <= len(code) <= 10 and _POSTAL_CODE.fullmatch(code)):
        raise DhlAddressError("zip", code)
    return code


def _city(address: MailingAddress) -> str:
    city = " ".join((address.city or "").split())
    if not city:
        raise DhlAddressError("city")
    if len(city) > CITY_LENGTH:
        raise DhlAddressError("city_long", city)
    return city


def _email(address: MailingAddress) -> str:
    """Return the e-mail address if DHL takes it: plain ASCII, 3 to 80 characters (facts/dhl.md §6.4)."""
    email = (address.email or "").strip()
    return email if 3 <= len(email) <= EMAIL_LENGTH and email.isascii() and "@" in email else ""
