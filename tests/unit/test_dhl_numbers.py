"""Parcel numbers as people type them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dhl_api.numbers import is_dhl_number, tidy_number

relaxed = settings(deadline=None)
NUMBERS = [
    "00340434161094042557",
    "340434310428091700",
    "0034043333301020022796580",
    "999991587211",
    "60701001756402",
    "JJD000390007874711530",
    "JJD1234567890",
    "JVGL0612345678901234",
    "CD530123554DE",
    "CZ550010001CH",
    "A0012F3C4D00001234AB",
]
PAGES = [
    "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={}",
    "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?lang=de&idc={}&cid=12345",
    "www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={}",
    "https://www.dhl.com/de-en/home/tracking/tracking-parcel.html?submit=1&tracking-id={}",
    "https://nolp.dhl.de/nextt-online-public/set_identcodes.do?idc={}&rfn=&extendedSearch=true",
    "https://www.dhl.de/track/{}",
    "https://www.dhl.de/de/privatkunden.html#/?piececode={}",
    "Ihr Paket: https://www.dhl.de/verfolgen.html?piececode={} , viel Freude",
]


def split(number: str, sign: str) -> str:
    """Write a number in groups of four."""
    return sign.join(number[place : place + 4] for place in range(0, len(number), 4))


@pytest.mark.parametrize("number", NUMBERS)
def test_dhls_numbers_are_known_and_stay_as_they_are(number):
    assert is_dhl_number(number)
    assert tidy_number(number) == number


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("page", PAGES)
def test_of_a_pasted_tracking_page_the_number_is_left(page, number):
    assert tidy_number(page.format(number)) == number
    assert tidy_number(page.format(number.lower())) == number


@relaxed
@given(
    number=st.sampled_from(NUMBERS),
    sign=st.sampled_from(["", " ", "-", ".", "\u00a0", "\u200b", " - ", "\u2013", "\t", "\n", "/", "_"]),
    before=st.sampled_from(
        ["", " ", "\ufeff", "DHL ", "Sendungsnummer: ", "Nr. ", "Tracking-ID: ", "#", "Retoure ", "("]
    ),
    after=st.sampled_from(["", " ", ".", "\n", ")", "\u200e"]),
    upper=st.booleans(),
)
def test_whatever_people_put_between_and_around_the_number_is_left(number, sign, before, after, upper):
    written = split(number if upper else number.lower(), sign)
    assert tidy_number(f"{before}{written}{after}") == number


def test_the_application_identifier_of_a_label_is_part_of_the_number():
    assert tidy_number("(00)340434161094042557") == "00340434161094042557"
    assert tidy_number("60.701.001756 402") == "60701001756402"


@relaxed
@given(st.text())
def test_any_text_becomes_letters_and_digits_only(text):
    assert all(character.isalnum() or not character.isascii() for character in tidy_number(text))


@pytest.mark.parametrize(
    "text", ["", "12345", "1Z999AA10123456784", "H1234567890123456789", "Abholung", "0034043416109404255"]
)
def test_other_numbers_are_no_numbers_of_dhl(text):
    assert not is_dhl_number(tidy_number(text))


def test_half_an_address_is_no_fault():
    assert not is_dhl_number(tidy_number("http://[::1"))
    assert not is_dhl_number(tidy_number("https://www.dhl.de/"))
