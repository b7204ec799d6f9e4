"""Addresses as people write them, in DHL's form."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dhl_api import (
    ALPHA3,
    DhlAddressError,
    Locker,
    MailingAddress,
    PostOffice,
    padded_reference,
    parcel_address,
    return_address,
    sender_address,
)
from dhl_api.address import name_lines, split_street

LIMITS = {
    "name1": 50,
    "name2": 50,
    "name3": 50,
    "addressStreet": 50,
    "addressHouse": 10,
    "additionalAddressInformation1": 60,
    "postalCode": 10,
    "city": 40,
    "email": 80,
    "phone": 20,
}
# No deadline: on a busy machine a slow example is no fault.
relaxed = settings(deadline=None)
text = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=90)
word = st.text("ABCDEFGabcdefgäöüß", min_size=2, max_size=12)


def address(**values) -> MailingAddress:
    """Return a good German address, with values of one's own."""
    plain = {
        "names": ("Maria Musterfrau",),
        "street": "Königstraße 12a",
        "zip_code": "22179",
        "city": "Hamburg",
        "country": "DE",
    }
    return MailingAddress(**(plain | values))


@pytest.mark.parametrize(
    ("written", "street", "house"),
    [
        ("Kurt-Schumacher-Str. 20", "Kurt-Schumacher-Str.", "20"),
        ("Königstraße 12a", "Königstraße", "12a"),
        ("Königstraße 12 a", "Königstraße", "12 a"),
        ("Am Markt 3-5", "Am Markt", "3-5"),
        ("Am Markt 3 / 5", "Am Markt", "3 / 5"),
        ("Straße des 17. Juni 135", "Straße des 17. Juni", "135"),
        ("Straße 17, 4", "Straße 17", "4"),
        ("  Lange   Reihe,  7 ", "Lange Reihe", "7"),
        ("Im Winkel", "Im Winkel", ""),
        ("Hauptstr.5", "Hauptstr.", "5"),
        ("Hauptstraße5a", "Hauptstraße", "5a"),
        ("Hauptstr. 5,", "Hauptstr.", "5"),
        ("Am Markt 3a-b", "Am Markt", "3a-b"),
        ("Q7", "Q7", ""),
        ("C 4 12", "C 4", "12"),
        ("12", "12", ""),
    ],
)
def test_street_and_house_number_are_told_apart(written, street, house):
    assert split_street(written) == (street, house)


@relaxed
@given(street=word, number=st.integers(1, 9999), letter=st.sampled_from(["", "a", " b"]))
def test_no_part_of_a_street_is_lost(street, number, letter):
    assert split_street(f"{street} {number}{letter}") == (street, f"{number}{letter}")


@relaxed
@given(
    names=st.tuples(text, text),
    street=st.one_of(text, word),
    street2=text,
    city=st.one_of(text, word),
    zip_code=st.one_of(text, st.just("22179")),
    email=text,
    country=st.one_of(st.just("DE"), st.sampled_from([*ALPHA3, "", "XX"])),
)
def test_whatever_is_written_dhls_limits_hold_or_the_fault_is_named(
    names, street, street2, city, zip_code, email, country
):
    written = address(
        names=names, street=street, street2=street2, city=city, zip_code=zip_code, email=email, country=country
    )
    try:
        payload = parcel_address(written, with_contact=True).payload()
    except DhlAddressError as error:
        assert error.problem  # noqa: PT017
        return
    assert "" not in payload.values()
    assert all(len(payload.get(key, "")) <= limit for key, limit in LIMITS.items())
    assert payload["name1"].strip()


@relaxed
@given(name=st.lists(word, min_size=1, max_size=9).map(" ".join))
def test_a_long_name_is_spread_over_the_lines_and_nothing_is_lost(name):
    lines = name_lines((name,))
    assert all(len(line) <= 50 for line in lines)
    assert " ".join(line for line in lines if line) == name


def test_company_and_person_have_lines_of_their_own_and_the_same_name_only_one():
    assert name_lines(("Muster GmbH", "Maria Musterfrau")) == ("Muster GmbH", "Maria Musterfrau", "")
    assert name_lines(("Muster GmbH", " Muster  GmbH")) == ("Muster GmbH", "", "")


@relaxed
@given(reference=text, number=st.one_of(st.none(), st.integers(1, 99)))
def test_references_have_8_to_35_characters_and_keep_their_end(reference, number):
    suffix = f"-{number}" if number else ""
    padded = padded_reference(reference, suffix=suffix)
    assert 8 <= len(padded) <= 35
    assert padded.rstrip("-").endswith(suffix)


def test_short_references_are_padded_and_long_ones_keep_what_tells_them_apart():
    assert padded_reference("S00042") == "S00042--"
    assert padded_reference("Warehouse North Hamburg/OUTGOING/00042", suffix="-2").endswith("/OUTGOING/00042-2")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"names": ()}, "name"),
        ({"names": (" ",)}, "name"),
        ({"street": ""}, "street"),
        ({"street": "x" * 51}, "street_long"),
        ({"zip_code": ""}, "zip"),
        ({"zip_code": "2217"}, "zip"),
        ({"zip_code": "D-22179"}, "zip"),
        ({"city": ""}, "city"),
        ({"city": "x" * 41}, "city_long"),
        ({"country": ""}, "country"),
        ({"country": "XX"}, "country"),
        ({"street": "Packstation 145"}, "post_number"),
        ({"street": "Packstation", "street2": "12345678"}, "locker_number"),
        ({"street": "Packstation 99", "street2": "12345678"}, "locker_number"),
        ({"street": "Postfiliale 502"}, "post_number"),
        ({"street": "Postfiliale 12", "street2": "12345678"}, "outlet_number"),
    ],
)
def test_what_is_missing_or_wrong_is_named(values, problem):
    with pytest.raises(DhlAddressError) as caught:
        parcel_address(address(**values))
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    "values",
    [
        {"street": "Packstation 145", "street2": "12345678"},
        {"street": "12345678", "street2": "Packstation 145"},
        {"street": "DHL Packstation Nr. 145", "street2": "Postnummer 12345678"},
        {"street": "Packstation 145 12345678"},
        {"street": "Packstation", "street2": "145 / 12345678"},
        {"street": "Packstation", "street2": "12345678 / 145"},
        {"street": "PACKSTATION 145", "names": ("Maria Musterfrau", "12345678")},
        {"street": "Packstation 145", "names": ("Maria Musterfrau 12345678",)},
        {"street": "Packstation 145", "names": ("Maria Musterfrau, Postnr. 12345678",)},
    ],
)
def test_a_packstation_is_seen_however_it_is_written(values):
    point = parcel_address(address(**values))
    assert isinstance(point, Locker)
    assert (point.locker_id, point.post_number) == (145, "12345678")
    assert point.name == "Maria Musterfrau"


@pytest.mark.parametrize("street", ["Postfiliale 502", "Filiale 502", "Paketshop 502", "DHL Postfiliale Nr. 502"])
def test_a_postfiliale_is_seen(street):
    point = parcel_address(address(street=street, street2="12345678", email="m@example.com"))
    assert isinstance(point, PostOffice)
    assert point.payload() == {
        "name": "Maria Musterfrau",
        "retailID": 502,
        "postNumber": "12345678",
        "postalCode": "22179",
        "city": "Hamburg",
        "country": "DEU",
    }


@pytest.mark.parametrize(
    "street2", ["Sparkasse, Filiale Nord", "Filiale 12", "bitte keine Packstation", "Postfilialen"]
)
def test_a_remark_makes_no_drop_point(street2):
    payload = parcel_address(address(street2=street2)).payload()
    assert payload["addressStreet"] == "Königstraße"
    assert payload["name2"] == street2


def test_the_second_line_goes_where_it_is_printed():
    assert parcel_address(address(street2="Hinterhaus, 3. OG")).name2 == "Hinterhaus, 3. OG"
    assert parcel_address(address(street="Königstraße", street2="12 a")).house == "12 a"


def test_what_has_no_line_of_its_own_shares_one():
    company = "Gesellschaft für angewandte Etikettenkunde und Versandwesen mbH"
    lines = name_lines((company, "Maria Musterfrau"), ("c/o Meier",))
    assert lines == (
        "Gesellschaft für angewandte Etikettenkunde und",
        "Versandwesen mbH",
        "Maria Musterfrau, c/o Meier",
    )


@relaxed
@given(texts=st.lists(st.lists(word, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=5, unique=True))
def test_whatever_is_to_be_printed_is_on_the_label_or_refused_by_name(texts):
    try:
        lines = name_lines(texts[:2], texts[2:])
    except DhlAddressError as error:
        assert (error.problem, error.value) == ("lines", ", ".join(texts))  # noqa: PT017
        return
    assert all(len(line) <= 50 for line in lines)
    assert "".join(lines).replace(",", "").replace(" ", "") == "".join(texts).replace(" ", "")


def test_a_second_line_that_has_no_room_is_refused_with_all_that_has_to_fit():
    full = ("x" * 45, "y" * 45, "z" * 45)
    with pytest.raises(DhlAddressError) as caught:
        parcel_address(address(names=full, street2="Hinterhaus"))
    assert caught.value.problem == "lines"
    assert "Hinterhaus" in caught.value.value


UNSEEN = ["\u00ad", "\u200b", "\u200e", "\u202a", "\u2066", "\ufeff", "\u2060", "\U000e0020", "\x00", "\ufe0f"]


@pytest.mark.parametrize("unseen", UNSEEN)
def test_what_nobody_sees_is_taken_out_of_every_field(unseen):
    def spoilt(text):
        return unseen + unseen.join(text) + unseen

    payload = parcel_address(
        address(
            names=(spoilt("Maria"),),
            street=spoilt("Königstraße 12a"),
            street2=spoilt("c/o Meier"),
            zip_code=spoilt("22179"),
            city=spoilt("Hamburg"),
            email=spoilt("m@example.com"),
        ),
        with_contact=True,
    ).payload()
    assert payload == {
        "name1": "Maria",
        "name2": "c/o Meier",
        "addressStreet": "Königstraße",
        "addressHouse": "12a",
        "postalCode": "22179",
        "city": "Hamburg",
        "country": "DEU",
        "email": "m@example.com",
    }


@pytest.mark.parametrize("blank", ["\u00a0", "\u202f", "\u2007", "\u3000", "\t", "\n", "\u2028"])
def test_a_blank_that_is_none_is_one(blank):
    sent = parcel_address(address(names=(f"Maria{blank}Musterfrau{blank}",), zip_code=f"{blank}22179"))
    assert (sent.name1, sent.postal_code) == ("Maria Musterfrau", "22179")


def test_half_a_telephone_number_is_not_sent():
    abroad = address(country="AT", zip_code="1060", phone="+43 1 123456789012345678")
    assert not parcel_address(abroad, with_contact=True).phone


def test_contact_data_go_only_with_consent_and_the_telephone_never_in_germany():
    written = address(email="maria@example.com", phone="+49 40 123")
    assert not parcel_address(written).email
    asked = parcel_address(written, with_contact=True)
    assert (asked.email, asked.phone) == ("maria@example.com", "")
    abroad = sender_address(address(country="AT", zip_code="1060", phone="+43 1 123"))
    assert abroad.payload()["phone"] == "+43 1 123"
    assert "phone" not in abroad.shipper_payload()


@pytest.mark.parametrize("email", ["müller@example.com", "x", "no at sign", "x" * 80 + "@example.com"])
def test_an_email_address_that_dhl_refuses_is_left_out(email):
    assert not parcel_address(address(email=email), with_contact=True).email


def test_countries_have_three_letters():
    assert all(re.fullmatch("[A-Z]{2}", two) and re.fullmatch("[A-Z]{3}", three) for two, three in ALPHA3.items())
    assert len(set(ALPHA3.values())) == len(ALPHA3)
    assert (ALPHA3["DE"], ALPHA3["CH"], ALPHA3["GB"]) == ("DEU", "CHE", "GBR")


@pytest.mark.parametrize(
    ("values", "street", "house", "rest"),
    [
        ({}, "Königstraße", "12a", ""),
        ({"street": "Musterstr. 12, 3. OG"}, "Musterstr.", "12", "3. OG"),
        ({"street": "Musterstr. 12 Hinterhaus"}, "Musterstr.", "12", "Hinterhaus"),
        ({"street": "Straße des 17. Juni 135"}, "Straße des 17. Juni", "135", ""),
        ({"street": "Königstraße", "street2": "12a"}, "Königstraße", "12a", ""),
        ({"street": "12 bis, rue de la Paix", "zip_code": "75002", "country": "FR"}, "rue de la Paix", "12 bis", ""),
        ({"street": "10 Downing Street", "zip_code": "SW1A 2AA", "country": "GB"}, "Downing Street", "10", ""),
    ],
)
def test_on_a_return_the_house_number_stands_apart(values, street, house, rest):
    sender = return_address(address(**values))
    assert (sender.street, sender.house) == (street, house)
    assert rest in " ".join((sender.name2, sender.name3, sender.addition))


@pytest.mark.parametrize(
    ("values", "street", "house"),
    [
        ({"street": "Packstation 145", "street2": "12345678"}, "Packstation", "145"),
        ({"street": "Postfiliale 502", "street2": "12345678"}, "Postfiliale", "502"),
    ],
)
def test_a_return_from_a_drop_point_carries_the_postnummer_as_second_name(values, street, house):
    sender = return_address(address(**values))
    assert (sender.street, sender.house, sender.name2) == (street, house, "12345678")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"street": "Im Winkel"}, "house"),
        ({"street": "Straße des 17. Juni"}, "house"),
        ({"zip_code": "", "country": "AT"}, "zip"),
    ],
)
def test_a_return_without_house_number_or_postal_code_is_refused(values, problem):
    with pytest.raises(DhlAddressError) as caught:
        return_address(address(**values))
    assert caught.value.problem == problem
