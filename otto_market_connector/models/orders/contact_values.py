"""From OTTO's addresses to what a contact says; pure functions."""

import re
from dataclasses import fields, replace

from odoo.addons.delivery_dhl_de.dhl_api import join_street, tidy

_LETTERS = re.compile(r"[^\W\d_]")
# Words that OTTO's form for lockers has as first name, with the locker's number as last name.
_LOCKER = re.compile(
    r"(?:dhl[\s.\-]*)?(?:pack[\s.\-]*station|paket[\s.\-]*(?:station|shop|box|automat)|post[\s.\-]*filiale|filiale)",
    re.IGNORECASE,
)
_POST_NUMBER = re.compile(
    r"(?:dhl[\s.\-]*)?(?:post|kunden)[\s.\-]*(?:kunden[\s.\-]*)?(?:nummer|nr)\b|\bp\.?n\.?(?=[\s:]*\d)", re.IGNORECASE
)


def tidy_address(address):
    """Return an OTTO `Address` whose texts are tidied; a locker in OTTO's own form is written as people write it."""
    texts = {field.name: getattr(address, field.name) for field in fields(address)}
    tidied = replace(address, **{name: tidy(text) for name, text in texts.items()})
    tidied = replace(tidied, street=_spaced(tidied.street, tidied.house_number))
    return _locker_address(tidied) if _is_locker_form(tidied) else tidied


def _spaced(street, house):
    """Set a house number apart from a street that ends with it: "Musterstr.5" and "Musterstraße5" with number 5."""
    number = re.match(r"\d*", house)[0]
    for ending in filter(None, (house, number)):
        if re.search(rf"(?:\.|[^\W\d_]{{3}}){re.escape(ending)}$", street, re.IGNORECASE):
            return f"{street[: -len(ending)]} {street[-len(ending) :]}"
    return street


def _is_locker_form(address):
    """Tell whether OTTO gives a locker as it documents it: first name *Packstation*, last name its number."""
    return bool(_LOCKER.fullmatch(address.first_name) and re.fullmatch(r"(?:nr\.?\s*)?\d+", address.last_name.lower()))


def _locker_address(address):
    """Write OTTO's form for lockers as an address: who fetches the parcel, the locker as street, the Postnummer below.

    Nothing is lost: a street that OTTO gives besides stands behind the Postnummer.
    """
    name, rest = _holder_and_rest(address.addition)
    street = join_street(address.street, address.house_number)
    locker = re.sub(r"\D", "", address.last_name)
    other = "" if _LOCKER.match(street) or not _LETTERS.search(street) else street
    return replace(
        address,
        first_name="",
        last_name=name or f"{address.first_name} {locker}",
        street=address.first_name,
        house_number=locker,
        addition=", ".join(filter(None, (rest, other))),
    )


def _holder_and_rest(addition):
    """Split *Erika Mustermann 12345678* into the name and the rest; the number may stand first or be called something.

    :return: name, empty where none is seen, and the rest as it is
    """
    for match in (_POST_NUMBER.search(addition), re.search(r"\d", addition)):
        if match and _LETTERS.search(addition[: match.start()]):
            return addition[: match.start()].strip(" ,;:/-("), addition[match.start() :].strip(" ,;")
    match = re.match(r"\D*\d[\d ]*", addition)
    if match and _LETTERS.search(addition[match.end() :]):
        return addition[match.end() :].strip(" ,;:/-()"), match[0].strip(" ,;:/-(")
    return ("", addition) if match else (addition, "")


def contact_name(address):
    """Return the name of a tidied address, empty for none."""
    return " ".join(part for part in (address.title, address.first_name, address.last_name) if part)
