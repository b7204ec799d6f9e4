"""Packstation, Postfiliale and what people write for them. Pure functions; DHL's forms: facts/dhl.md §2.2.

What names a drop point is read as one or refused, never taken for a street of that name; so is whatever cannot be told
apart with certainty, above all which number is the customer's Postnummer.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .errors import DhlAddressError
from .text import tidy_address

LOCKER, OUTLET = "locker", "outlet"
NUMBERS = {LOCKER: range(101, 1000), OUTLET: range(401, 1000)}
POST_NUMBER_LENGTH = range(6, 11)

_I = re.IGNORECASE
_GAP = r"[\s.\-_/]*"
_FREE = r"(?<![^\W_])"
_END = r"(?![^\W\d_])\.?"
_ID = r"0?\d{3}(?!\d)"
_NO = r"\W*(?:(?:nr|nummer|num|no|number)(?![^\W\d_])\W*)?"

# The words for a Packstation that stand for nothing else, and the ones that do so only beside its number.
_LOCKER = (
    rf"(?:{_FREE}|(?<=dhl))(?:pac?k(?:e?t|et)?{_GAP}st(?:at(?:ion|s?)?|n)?|p{_GAP}stat(?:ion)?|pac?k(?:et)?{_GAP}automat|"
    rf"dhl{_GAP}(?:pac?k{_GAP})?(?:station|automat)){_END}"
)
_LOCKER_SHORT = rf"{_FREE}p{_GAP}s{_END}"
_OUTLET = (
    rf"(?:{_FREE}|(?<=dhl))(?:(?:deutsche{_GAP})?post{_GAP}(?:partner{_GAP})?fil(?:iale|ial|\.)?|partner{_GAP}filiale|"
    rf"dhl{_GAP}(?:pac?ket{_GAP})?(?:filiale|fil|shop)|(?:deutsche{_GAP})?post{_GAP}(?:pac?ket{_GAP})?shop|"
    rf"post{_GAP}agentur){_END}"
)
_OUTLET_OPENING = rf"pac?ket{_GAP}shop{_END}"
_OUTLET_SHORT = rf"fil(?:iale|ial)?{_END}"
# Boxes that take no parcel by this form, other carriers' shops, words that may mean several things.
_BOX = rf"(?:dhl{_GAP})?pac?k(?:et)?{_GAP}(?:brief{_GAP})?(?:box|kasten|fach|safe|butler)(?:en)?{_END}"
_NO_STREET = r"(?!.*(?:str|straße|strasse|weg|platz|allee|ring|gasse|damm|ufer|chaussee)(?![^\W\d_]))"
_OTHER_OPENING = (
    rf"(?:{_BOX}|(?:abhol{_GAP}(?:station|box|punkt|fach|shop|stelle)|pick{_GAP}up{_GAP}(?:station|point|shop|box)|"
    rf"post{_GAP}station|post{_GAP}lagernd|(?:hermes|gls|dpd|ups|amazon|fedex){_GAP}(?:pac?ket{_GAP})?"
    rf"(?:shop|locker|box|station|access{_GAP}point|pick{_GAP}up)){_END}|"
    # The same in English, and what DHL and the post offer besides.
    rf"{_NO_STREET}(?:parcel{_GAP}(?:station|lockers?|shop|box|point)|pac?ket{_GAP}(?:lockers?|schrank|terminal|stelle|"
    rf"(?:annahme|ausgabe)(?:stelle)?)|(?:post{_GAP})?service{_GAP}(?:point|punkt)|post{_GAP}office|"
    rf"post{_GAP}bank(?:{_GAP}(?:filiale?|finanz\w*|center))?|wunsch{_GAP}(?:filiale?|pac?kstation|ort|nachbar)|"
    rf"ablage{_GAP}ort){_END})"
)
_OTHER_ALONE = (
    rf"(?:dhl|(?:deutsche{_GAP})?post|postamt|poststelle|pst|pack|pac?ket|locker|automat|shop|station|box){_END}"
)

_NEVER = re.compile(
    rf"{_FREE}(?:kein\w*|nicht|niemals|never|not?|ohne|statt|neben|gegenüber|nahe|nähe|hinter|vor){_END}(?!\W*\d)", _I
)
_NOT_WORDS = re.compile(rf"{_FREE}(?:dhl|nr|nummer|num|no|number|deutsche|post|an|zur|der|die|in|c/o){_END}", _I)
_KINDS = {LOCKER: _LOCKER, OUTLET: _OUTLET}
_OPENING = r"^(?:(?:an|zur|in|die|der|c/o|dhl|deutsche\s+post)\W+)*"

_CALLED = r"\W*(?:(?:nr|nummer|num|no|number|id|privat|dienstlich|mobil|geschäftlich|ist|lautet)(?![^\W\d_])\W*){0,3}"
_PHONE_WORD = (
    r"(?:tele?(?:fon|phone?|fax)?|(?:tele?)?fax|fon|phone|mob(?:il|ile)?(?:tele?(?:fon|phone?)?|[fp](?:on|hone)|funk)?|"
    r"handy|hdy|cell(?:phone)?|whats?app|festnetz|ruf(?=\W?n)|rückruf|anruf(?:en)?|anrufen|erreichbar(?:\s+unter)?|"
    r"kontakt(?:tele?fon)?|contact|sms|signal|telegram|durchwahl|dw|privat|dienstlich|geschäftlich|tagsüber|abends)"
    r"(?:nr|nummer)?"
)
_PHONE_DIGITS = r"[+(]?\d(?:[\d\s()/.\-]*\d)?"
_PHONE_BEFORE = r"(?<!\d)\+?\d[\d /\-]*\d"
_PHONES = re.compile(
    # "T 0151...", "M: 151...": letters only before a number, "12345678 M. Müller" is a person.
    rf"{_FREE}(?:{_PHONE_WORD}|[tmfh])(?![^\W\d_]){_CALLED}{_PHONE_DIGITS}|{_PHONE_BEFORE}\s*\(?{_FREE}{_PHONE_WORD}\b\)?"
    r"(?!\W*\d)|(?:\+|(?<!\d)00)[1-9][\d\s()/.\-]*\d|[☎📞📱✆]\s*" + _PHONE_DIGITS,
    _I,
)
_POST_WORD = (
    r"(?:(?:dhl[\s.\-]*)?(?:post|kunden|kd|kdn|pers(?:önliche)?|abholer)[\s.\-]*(?:kunden[\s.\-]*)?(?:nummer|num|nr|no|"
    r"number|id)|p[\s.\-]*n(?:r|o|ummer)?|dhl[\s.\-]*(?:nummer|nr|no|number|id)|customer[\s.\-]*(?:number|no|id))"
)
_LABELLED = re.compile(
    rf"{_FREE}{_POST_WORD}(?![^\W\d_])(?:\W+(?:ist|lautet|dhl|von dhl))?[^\w(]*\(?(?P<digits>\d(?:[ .\-/]?\d)*)", _I
)
# A number that is called something else: an order's, a door's.
_OTHERS = re.compile(
    rf"{_FREE}(?:[^\W\d_]*(?:bestell|auftrag|rechnung|vorgang)[^\W\d_]*|order|ref|referenz|[^\W\d_]*code|pin|ust|iban|"
    rf"ticket|steuer|vat|ust\W?id|de|hrb|geb|geboren|born|birth\w*)(?:nr|nummer)?(?![^\W\d_]){_CALLED}(?:de\W*)?"
    r"\d(?:[ .\-/]?\d)*",
    _I,
)
_SEQUENCE = re.compile(r"(?<!\d)\d+(?:[ .\-]\d+)*(?!\d)(?![^\W\d_])")
# "Hauptstr. 5 12345678": the first of these numbers may be a house's.
_AFTER_STREET = re.compile(r"(?:str|straße|strasse|weg|platz|allee|ring|gasse|damm|ufer|haus)\.?\s*$", _I)
_HOUSE = re.compile(r"[^\W\d_]\.?,?\s+(\d{1,3})\s?[a-z]?(?!\w)(?!\s*\d)", _I)
_CUT = " ; "


@dataclass(frozen=True, slots=True)
class DropPoint:
    """What an address says about a drop point; `post_number` is empty when there is none, `holder` is who fetches."""

    kind: str
    number: int
    post_number: str
    holder: str


@dataclass(frozen=True, slots=True)
class _Row:
    """Numbers in a row, parted by blanks at most; `sure` when nothing beside them is one of them by mistake."""

    groups: tuple[str, ...]
    sure: bool


@dataclass(slots=True)
class _Reading:
    """Numbers by what they are, while the lines of an address are read."""

    ids: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    rows: list[_Row] = field(default_factory=list)
    rests: list[str] = field(default_factory=list)
    # The short numbers of the second line that stand behind a word, as a house's does.
    houses: list[str] = field(default_factory=list)


def read_drop_point(
    street: str, street2: str, names: Sequence[str], *, person: str = "", phone: str = ""
) -> DropPoint | None:
    """Read the drop point that an address names; None when it is a street.

    :param street: with the house number
    :param person: whoever of the names is a person: a Postnummer belongs to one
    :param phone: the customer's telephone number, which is no Postnummer
    :raises DhlAddressError: ``drop_point`` when it is none of DHL's that can be written on a label, or another problem
        of its numbers; ``holder`` when nobody is named
    """
    lines = [_spaced(line) for line in (street, street2, *names)]
    kind = _kind_of(lines)
    if not kind:
        return None
    reading = _Reading()
    for line in lines:
        _read_line(line, reading)
    post_number, number = _numbers(kind, reading, _digits(phone))
    holder = _holder(names, reading, person, str(number))
    return DropPoint(kind, number, post_number, holder)


def opens_drop_point(street: str) -> bool:
    """Tell whether a street is the name of a drop point, of DHL or of others."""
    line = _spaced(street)
    return bool(any(_opens(word, line) for word in (_LOCKER, _OUTLET, _OUTLET_OPENING, _OTHER_OPENING)))


def _spaced(line: str) -> str:
    """Set a number apart from the word before it: "Packstation145", "PN12345678"."""
    return re.sub(r"(?<=[^\W\d_]{2})(?=\d)", " ", tidy_address(line))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text or "")


# Which kind


def _kind_of(lines: Sequence[str]) -> str:
    """Return the kind of drop point that the lines (street, second line, names) name, empty for none.

    :raises DhlAddressError: ``drop_point``: they name one that is neither Packstation nor Postfiliale, or both
    """
    street, *others = lines
    if _opens(_OTHER_OPENING, street):
        raise DhlAddressError("drop_point", street)
    kinds = {
        kind
        for kind, word in _KINDS.items()
        if any(_mentions(word, line) for line in lines[:2]) or any(_is_name_of(word, name) for name in lines[2:])
    }
    kinds |= _kinds_of_street(street)
    if any(_is_only(_LOCKER_SHORT, line) for line in others):
        kinds.add(LOCKER)
    for line in others:
        if re.search(rf"{_FREE}{_BOX}{_NO}{_ID}", line, _I):
            raise DhlAddressError("drop_point", line)
    alone = re.match(rf"{_OTHER_ALONE}|{_POST_WORD}(?![^\W\d_])", street, _I) and not _has_other_words(street)
    is_other = not kinds and (alone or re.match(rf"{_NO_STREET}dhl{_END}", street, _I))
    if is_other or len(kinds) > 1:
        raise DhlAddressError("drop_point", ", ".join(filter(None, lines[:2])))
    return kinds.pop() if kinds else ""


def _kinds_of_street(street: str) -> set[str]:
    """Return the kinds that only the street can name: by short words, and by words with a slip of the pen."""
    kinds = set()
    if _opens(_OUTLET_OPENING, street) or re.match(rf"{_OPENING}{_OUTLET_SHORT}{_NO}{_ID}", street, _I):
        kinds.add(OUTLET)
    if _opens(_OUTLET_SHORT, street) and not _has_other_words(street):
        kinds.add(OUTLET)
    if re.match(rf"{_OPENING}{_LOCKER_SHORT}{_NO}{_ID}", street, _I):
        kinds.add(LOCKER)
    return kinds or _misspelt(street)


def _misspelt(street: str) -> set[str]:
    words = re.findall(r"[^\W\d_]+", re.sub(_OPENING, "", street.casefold(), flags=_I))
    for count in (1, 2, 3):
        start = "".join(words[:count])
        for kind, right in ((LOCKER, "packstation"), (LOCKER, "paketstation"), (OUTLET, "postfiliale")):
            if difflib.SequenceMatcher(None, start, right, autojunk=False).ratio() >= 0.87:
                return {kind}
    return set()


def _opens(word: str, line: str) -> bool:
    return bool(re.match(_OPENING + word, line, _I))


def _is_only(word: str, line: str) -> bool:
    return bool(re.fullmatch(rf"{word}{_NO}{_ID}", line, _I))


def _mentions(word: str, line: str) -> bool:
    """Tell whether a line means the drop point: it opens with its name, or a number stands beside it.

    "Please no Packstation" is a remark.
    """
    for match in re.finditer(word, line, _I):
        start = max(line.rfind(sign, 0, match.start()) for sign in (",", ";")) + 1
        end = min((at for sign in (",", ";") if (at := line.find(sign, match.end())) >= 0), default=len(line))
        if _NEVER.search(line[start:end]):
            continue
        beside = re.match(rf"{_NO}\d", line[match.end() :], _I) or re.search(
            r"(?<!\d)\d{3}\W{0,3}$", line[: match.start()]
        )
        if beside or _opens(word, line[start:].strip()):
            return True
    return False


def _is_name_of(word: str, name: str) -> bool:
    """Tell whether a name is a drop point's, alone or with its number: "Postfiliale Meier" is a customer."""
    forms = (rf"{word}{_NO}{_ID}", rf"(?<!\d)\d{{3}}\W{{1,3}}{word}\W*$", rf"{_OPENING}{word}\W*$")
    return any(re.search(form, name, _I) for form in forms)


def _has_other_words(street: str) -> bool:
    rest = re.sub(_POST_WORD + r"(?![^\W\d_])", " ", street, flags=_I)
    for word in (_OUTLET_SHORT, _OTHER_ALONE):
        rest = re.sub(_FREE + word, " ", rest, count=1, flags=_I)
    return bool(re.search(r"[^\W\d_]", _NOT_WORDS.sub(" ", rest)))


# Which numbers


def _read_line(line: str, reading: _Reading) -> None:
    """Take apart what a line says: telephones are dropped, the rest is sorted."""
    line = _LABELLED.sub(lambda match: _take_named(match["digits"], reading), line)
    line = _OTHERS.sub(_CUT, _PHONES.sub(_CUT, line))
    beside = rf"(?={_NO}{_ID})"
    for word in (_LOCKER, _OUTLET, _OUTLET_OPENING, _LOCKER_SHORT + beside, _FREE + _OUTLET_SHORT + beside):
        line = re.sub(
            rf"(?:(?<!\d)(?P<before>\d{{3}})\W{{0,3}})?{word}{_NO}(?:0*(?P<number>\d{{1,5}})(?!\d))?",
            lambda match: _take_id(match, reading),
            line,
            flags=_I,
        )
    is_street = not reading.rests
    for match in _SEQUENCE.finditer(line):
        reading.rows.append(_row(match, is_street))
    if len(reading.rests) == 1:
        reading.houses += _HOUSE.findall(line)
    reading.rests.append(_letters_of(_SEQUENCE.sub(" ", line)))


def _row(match: re.Match, is_street: bool) -> _Row:
    groups = tuple(re.findall(r"\d+", match[0]))
    before = match.string[: match.start()]
    clause = match.string[before.rfind(_CUT.strip()) + 1 :]
    after_words = bool(re.search(r"[^\W\d_][\s.]*$", before)) if is_street else bool(_AFTER_STREET.search(before))
    big = any(len(group) in POST_NUMBER_LENGTH for group in groups)
    sure = not (after_words and len(groups[0]) <= 3) and not (big and re.search(r"[^\W\d_]", clause))
    return _Row(groups, len(groups) == 1 or sure)


def _take_named(digits: str, reading: _Reading) -> str:
    groups = re.findall(r"\d+", digits)
    number, rest = groups[0], groups[1:]
    while rest and len(number) < POST_NUMBER_LENGTH.start:
        number += rest.pop(0)
    if rest and len(number) + sum(map(len, rest)) < POST_NUMBER_LENGTH.stop:
        whole = "".join((number, *rest))
        # "1234 5678 9" is one number; of "1234567 145" the second may be the Packstation's.
        if len(rest) > 1 or len(rest[0]) != 3 or len(groups[0]) < POST_NUMBER_LENGTH.start:
            number, rest = whole, []
    reading.named.append(number)
    return f"{_CUT}{' '.join(rest)}{_CUT}"


def _take_id(match: re.Match, reading: _Reading) -> str:
    before, number = match["before"], match["number"]
    if number:
        reading.ids.append(number)
    if before and number and before != number:
        return f"{_CUT}{before}{_CUT}"
    if before and not number:
        reading.ids.append(before)
    return _CUT


def _letters_of(line: str) -> str:
    """Return what a line still says in words, without signs at its ends and words that lead to numbers."""
    words = re.sub(rf"{_FREE}{_POST_WORD}(?![^\W\d_])|{_FREE}(?:nr|nummer)(?![^\W\d_])", " ", line, flags=_I)
    parts = [part.strip(" .:-/()#=") for part in words.split(";")]
    text = " ".join(part for part in parts if part)
    return text.strip(" ,.:-/()#=") if re.search(r"[^\W\d_]", text) else ""


def _numbers(kind: str, reading: _Reading, phone: str) -> tuple[str, int]:
    """Return the Postnummer, empty for none, and the drop point's number.

    :raises DhlAddressError: what is missing or cannot be told apart
    """
    ids = list(dict.fromkeys(reading.ids))
    lone = _ids_of(row.groups[0] for row in reading.rows if len(row.groups) == 1)
    in_rows = [] if ids or lone else _ids_in_rows(reading)
    ids = ids or lone or in_rows
    if len(ids) > 1:
        raise DhlAddressError("drop_point_numbers", ", ".join(ids))
    number = ids[0] if ids else ""
    if not number or int(number) not in NUMBERS[kind]:
        raise DhlAddressError(f"{kind}_number", number)
    return _post_number(number, reading, phone, bool(in_rows)), int(number)


def _ids_in_rows(reading: _Reading) -> list[str]:
    """Return the three digits that open or end a row of numbers: "145 12345678"."""
    return _ids_of(group for row in reading.rows for group in (row.groups[0], row.groups[-1]))


def _ids_of(groups: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(group[-3:] for group in groups if re.fullmatch(_ID, group)))


def _post_number(number: str, reading: _Reading, phone: str, is_in_row: bool) -> str:
    named = list(dict.fromkeys(reading.named))
    if len(named) > 1:
        raise DhlAddressError("post_numbers", ", ".join(named))
    if named:
        if len(named[0]) not in POST_NUMBER_LENGTH:
            raise DhlAddressError("post_number_length", named[0])
        return named[0]
    candidates = [text for row in reading.rows for text in _candidates(row, number, is_in_row)]
    doubtful = [text for text in candidates if text.startswith("0") or _is_phone(text, phone)]
    found = list(dict.fromkeys(text for text in candidates if text not in doubtful))
    if len(found) > 1 or (doubtful and not found):
        raise DhlAddressError("post_numbers", ", ".join(found or dict.fromkeys(doubtful)))
    return found[0] if found else ""


def _candidates(row: _Row, number: str, is_in_row: bool) -> list[str]:
    """Return what a row of numbers can be as a Postnummer, with its blanks taken off: several where it is in doubt."""
    groups = row.groups
    without = [
        part for part, end in ((groups[1:], groups[0]), (groups[:-1], groups[-1])) if end in (number, f"0{number}")
    ]
    whole = [] if is_in_row and without else [groups]
    single = [] if row.sure else [(group,) for group in groups] + [groups[1:]]
    joined = ["".join(part) for part in (*whole, *without, *single)]
    return list(dict.fromkeys(text for text in joined if len(text) in POST_NUMBER_LENGTH))


def _is_phone(candidate: str, phone: str) -> bool:
    return bool(phone) and phone.endswith(candidate.lstrip("0"))


# Who


def _holder(names: Sequence[str], reading: _Reading, person: str, number: str) -> str:
    """Return whose Postnummer it is: the person, else the first name, else who stands in the second line.

    A street in the second line is nobody's name.

    :raises DhlAddressError: ``holder`` when nobody is named
    """
    _street, second, *rests = reading.rests
    by_name = dict(zip(names, rests, strict=True))
    if _AFTER_STREET.search(second) or set(reading.houses) - {number}:
        second = ""
    holder = next(filter(None, (by_name.get(person, ""), *rests, second)), "")
    if not holder:
        raise DhlAddressError("holder")
    return holder
