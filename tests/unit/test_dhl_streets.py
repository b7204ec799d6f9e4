"""Street and house number, apart and in one line."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dhl_api import DhlAddressError, MailingAddress, parcel_address, return_address
from dhl_api.streets import apart, join_street, split_street, taken_off

relaxed = settings(deadline=None)
streets = st.sampled_from(["Musterstr.", "Am Markt", "Lange Reihe", "Kurt-Schumacher-Straße", "Straße des 17. Juni"])
# What people add to a number, within DHL's ten characters.
NUMBERS = [
    "5 App. 14",
    "12 a/b",
    "3-5",
    "7 Haus B",
    "10 1/2",
    "5",
    "12a",
    "12 a",
    "3a-c",
    "5/7",
    "1 EG",
    "2 2. OG",
    "5½",
]


def address(**values) -> MailingAddress:
    """Return a good German address, with values of one's own."""
    plain = {"names": ("Maria Musterfrau",), "street": "", "zip_code": "22179", "city": "Hamburg", "country": "DE"}
    return MailingAddress(**(plain | values))


@pytest.mark.parametrize("form", [parcel_address, return_address])
@pytest.mark.parametrize("house", NUMBERS)
@pytest.mark.parametrize("street", ["Musterstr.", "Musterstr. {}", "Musterstr.,  {} "])
def test_street_and_number_that_come_apart_stay_apart_and_no_number_is_printed_twice(form, house, street):
    sent = form(address(street=street.format(house), house=house))
    assert (sent.street, sent.house) == ("Musterstr.", house)


@pytest.mark.parametrize("house", NUMBERS)
def test_what_is_added_to_a_number_stays_with_it_in_one_line_too(house):
    assert split_street(f"Musterstr. {house}") == ("Musterstr.", house)


@pytest.mark.parametrize(
    ("street", "house", "expected"),
    [
        ("Musterstr. 5", "5 App. 14", ("Musterstr.", "5 App. 14")),
        ("Musterstr. 5a", "5", ("Musterstr.", "5a")),
        ("Musterstr. 5", "5a", ("Musterstr.", "5a")),
        ("Musterstr. 5", "5-7", ("Musterstr.", "5-7")),
        ("Musterstr. 5 – 7", "5-7", ("Musterstr.", "5-7")),
        ("Musterstr. 15", "5", ("Musterstr. 15", "5")),
        ("Straße 17", "4", ("Straße 17", "4")),
        ("Straße des 17. Juni", "17", ("Straße des 17. Juni", "17")),
        ("C 4", "4", ("C 4", "4")),
        ("Q7", "24", ("Q7", "24")),
        ("Im Winkel", "-", ("Im Winkel", "")),
        ("Im Winkel", ".", ("Im Winkel", "")),
        ("145", "145", ("", "145")),
        ("Musterstr.", "Musterstr. 5", ("Musterstr.", "5")),
        ("Musterstr. 5", "Musterstr. 5", ("Musterstr.", "5")),
        ("Musterstr. 5", "Musterstr. 5a", ("Musterstr.", "5a")),
        ("Musterstraße", "Musterstraße 5 App. 14", ("Musterstraße", "5 App. 14")),
        ("Am Markt", "Am Markt", ("Am Markt", "")),
        ("Musterstr. 5 Whg 7", "5 Wohnung 7", ("Musterstr.", "5 Whg 7, Wohnung 7")),
        ("Musterstr. 5 Hinterhaus", "5 App. 14", ("Musterstr.", "5 Hinterhaus, App. 14")),
    ],
)
def test_a_number_that_ends_the_street_as_well(street, house, expected):
    assert apart(street, house) == expected
    assert join_street(street, house) == " ".join(filter(None, expected))


@relaxed
@given(street=streets, house=st.sampled_from(NUMBERS), twice=st.booleans())
def test_joined_and_taken_off_again_both_are_the_same(street, house, twice):
    joined = join_street(f"{street} {house}" if twice else street, house)
    assert taken_off(joined, house) == (street, house)


@pytest.mark.parametrize("street", ["Andere Str. 6", "Neue Str. 15 App. 14", "5 App. 14", "", "Neue Str.5 App. 14x"])
def test_a_number_that_the_street_does_not_end_with_is_not_taken_off(street):
    assert taken_off(street, "5 App. 14") == (street, "")


@relaxed
@given(street=streets, house=st.text("0123456789 abcGH./-", min_size=1, max_size=24))
def test_nothing_of_a_long_number_is_lost(street, house):
    sent = parcel_address(address(street=street, house=house)).payload()
    assert len(sent.get("addressHouse", "")) <= 10
    printed = "".join(sent.get(key, "") for key in ("addressStreet", "addressHouse", "name2", "name3"))
    wanted = re.findall(r"\d+|[a-zA-Z]+", house)
    assert all(part in printed for part in wanted)


def test_what_has_no_room_beside_the_number_is_printed_with_the_names():
    sent = parcel_address(address(street="Musterstr.", house="5 Hinterhaus, 3. OG"))
    assert (sent.street, sent.house, sent.name2) == ("Musterstr.", "5", "Hinterhaus, 3. OG")
    sent = parcel_address(address(street="Musterstr.", house="5 c/o Meier"))
    assert (sent.street, sent.house, sent.name2) == ("Musterstr.", "5", "c/o Meier")
    full = ("x" * 45, "y" * 45, "z" * 45)
    sent = parcel_address(address(names=full, street="Musterstr.", house="5 Hinterhaus"))
    assert (sent.street, sent.house) == ("Musterstr. 5 Hinterhaus", "")


@pytest.mark.parametrize("country", ["DE", "AT", "FR"])
@pytest.mark.parametrize(
    "values",
    [
        {"street": "12"},
        {"street": "145", "house": "145"},
        {"street": "-"},
        {"house": "5"},
        {"street": "12 a"},
        {"street": "Nr. 5"},
        {"house": "5 App. 14"},
        {"street": "Hausnr. 12"},
    ],
)
def test_a_street_without_a_letter_is_none(values, country):
    with pytest.raises(DhlAddressError) as caught:
        parcel_address(address(country=country, **values))
    assert caught.value.problem == "street_number"
