"""Street and house number: told apart where they come as one text, kept apart where they come apart. No Odoo import."""

import re

from .text import tidy_address

HOUSE_LENGTH = 10

# "5 c/o Meier" is number 5.
_PART = r"\d+(?:(?!\s*[cC]/[oO](?![a-zA-Z]))\s*[a-zA-Z](?![a-zA-Z])|(?![a-zA-Z]))"
# "12 a", "3-5", "12 a/b", "10 1/2", "10½"
_NUMBER = rf"{_PART}(?:\s+\d/\d|\s*[¼½¾])?(?:\s*[-+/&]\s*(?:{_PART}|[a-zA-Z](?![a-zA-Z])))*"
# "Hauptstr.5" and "Hauptstraße5" are written too; "Q7" is a street of Mannheim.
_BEFORE_NUMBER = r"(?:[\s,]+|(?<=\.)|(?<=[a-zäöüß]{3}))"
# What people add to a number; "Straße des 17. Juni" and "Platz 3 Eichen" are streets.
_ADDITION = (
    r"(?:(?:hinterhaus|vorderhaus|gartenhaus|seitenflügel|haus|hs|hh|vh|gh|sf|whg|wohnung|app|appt|apartment|"
    r"appartement|apt|eg|ug|dg|og|stock|stockwerk|etage|zimmer|zi|eingang|eing|aufgang|aufg|treppe|stiege|top|tür|"
    r"block|gebäude|geb|halle|hof|links|rechts|mitte|li|re|rückgebäude|rgb|nebengebäude|hinten|vorne|oben|unten|c/o|"
    r"bei)(?![a-zäöüß])|\d+\.\s?(?:og|ug|stock|etage)\b)"
)
_STREET = r"^(?P<street>.*[^\W\d_].*?)"
_ALONE = re.compile(rf"^{_NUMBER}$")
_AT_END = re.compile(rf"{_STREET}{_BEFORE_NUMBER}(?P<house>{_NUMBER})$")
_WITH_ADDITION = re.compile(
    rf"{_STREET}{_BEFORE_NUMBER}(?P<house>{_NUMBER})(?P<gap>\s*[,;/(]\s*(?![a-zA-Z](?![a-zA-Z]))|\s+(?={_ADDITION}))(?P<more>.*[^\W\d_].*)$",
    re.IGNORECASE,
)
# "12 bis, rue de la Paix": in some countries the number comes first.
_AT_START = re.compile(r"^(?P<house>\d+(?:\s?(?:bis|ter|[a-zA-Z])\b)?)[\s,]+(?P<street>.*[^\W\d_].*)$")
_HOUSE_TEXT = re.compile(rf"^{_NUMBER}(?:\s*[,;/(]?\s*{_ADDITION}.*)?$", re.IGNORECASE)
_LEADING = re.compile(rf"^(?P<house>{_NUMBER}(?![^\W\d_]))[\s,;/(]+(?P<more>.+)$")


def is_street(text: str) -> bool:
    """Tell whether a text can be a street: one without a letter is none, nor is a house number alone."""
    name = re.sub(r"(?<![^\W_])(?:haus)?(?:nr|nummer|no|number)(?![^\W\d_])", "", text, flags=re.IGNORECASE)
    return has_letter(name) and not _HOUSE_TEXT.match(name.strip(" .:#-()"))


def has_letter(text: str) -> bool:
    """Tell whether a text has a letter."""
    return bool(re.search(r"[^\W\d_]", text))


def is_house_number(text: str) -> bool:
    """Tell whether a text is a house number and nothing else."""
    return bool(_ALONE.match(text)) and len(text) <= HOUSE_LENGTH


def join_street(street: str, house: str) -> str:
    """Write street and house number in one line; a number that ends the street already is not written twice."""
    street, house = apart(street, house)
    return f"{street} {house}".strip()


def apart(street: str, house: str) -> tuple[str, str]:
    """Tidy a street and a house number that came apart, and take the number off the street if it ends it as well.

    Of "Musterstr. 5" and "5 App. 14" the longer number stays, as of "Musterstr. 5a" and "5".
    """
    street, house = tidy_address(street).strip(" ,;"), tidy_address(house).strip(" ,;")
    if not any(character.isalnum() for character in house):
        # "-" and "." are what people enter where a number must be entered.
        return street, ""
    if not has_letter(street) and street.casefold() == house.casefold():
        return "", house
    if has_letter(street) and house.casefold().startswith(street.casefold()):
        # The street stands in the number's field once more.
        name = read_street(house)[0]
        return name, house[len(name) :].strip(" ,;")
    for place in (match.start() for match in re.finditer(r"(?<=[\s,])\d", street)):
        name, number = street[:place].rstrip(" ,"), street[place:]
        if len(re.findall(r"[^\W\d_]", name)) < 3:
            # "C 4" is a street of Mannheim, house number 4 or not.
            continue
        longer = _longer(number, house)
        if longer:
            return name, longer
    return street, house


def _longer(number: str, house: str) -> str:
    """Return the more exact one of two ways to write one number; nothing when they are two numbers."""
    short, long = sorted((number, house), key=len)
    short_key, long_key = (re.sub(r"\s+", "", text).casefold() for text in (short, long))
    if not long_key.startswith(short_key) or re.match(r"\d", long_key[len(short_key) :]):
        first, second = _LEADING.match(number), _LEADING.match(house)
        if first and second and first["house"] == second["house"] and _HOUSE_TEXT.match(number):
            # One number with two additions: both stay.
            return f"{number}, {second['more']}"
        return ""
    if long is number and len(number) > len(house) and not _HOUSE_TEXT.match(number):
        # "Straße des 17. Juni" has a number in its name.
        return ""
    return house if len(short_key) == len(long_key) else long


def taken_off(street: str, house: str) -> tuple[str, str]:
    """Take a house number, as it is known, off the end of a street; both stay as they are when it does not end it.

    :return: street and number; the number is empty when the street does not end with it
    """
    street, house = tidy_address(street), tidy_address(house)
    name = street[: -len(house)].rstrip() if house and street.casefold().endswith(house.casefold()) else ""
    if not name or not has_letter(name) or not street[: -len(house)].endswith((" ", ",", ".")):
        return street, ""
    return name.rstrip(" ,"), house


def split_street(street: str) -> tuple[str, str]:
    """Split ``Kurt-Schumacher-Str. 20 a`` into street and house number; the number is empty where none is seen.

    What is added to the number stays with it, as long as DHL's field of 10 characters holds both.
    """
    name, house, more = read_street(street)
    return (name, house) if not more else (tidy_address(street).rstrip(" ,;"), "")


def read_street(street: str) -> tuple[str, str, str]:
    """Split a street into its name, the house number, and what was added and has no room beside the number."""
    street = tidy_address(street).rstrip(" ,;")
    if match := _WITH_ADDITION.match(street):
        whole = street[match.start("house") :]
        if not match["gap"].strip() and len(whole) <= HOUSE_LENGTH:
            return match["street"].rstrip(" ,"), whole, ""
        if len(match["house"]) <= HOUSE_LENGTH:
            return match["street"].rstrip(" ,"), match["house"].strip(), match["more"].strip(" )")
    match = _AT_END.match(street)
    if match and len(match["house"]) <= HOUSE_LENGTH:
        return match["street"].rstrip(" ,"), match["house"], ""
    return street, "", ""


def read_house(house: str) -> tuple[str, str]:
    """Split a house number that is longer than DHL's field into the number and what people added to it."""
    if len(house) <= HOUSE_LENGTH:
        return house, ""
    match = _LEADING.match(house)
    if match and len(match["house"].strip()) <= HOUSE_LENGTH:
        return match["house"].strip(), match["more"].strip(" )")
    return "", house


def number_first(street: str) -> tuple[str, str]:
    """Split ``12 bis, rue de la Paix`` into street and number; the number is empty when none opens the street."""
    match = _AT_START.match(tidy_address(street))
    return (match["street"].strip(" ,"), match["house"].strip()) if match else (street, "")
