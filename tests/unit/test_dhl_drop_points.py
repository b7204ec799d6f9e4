"""Packstation, Postfiliale and Paketbox as people write them: as such or not at all, never as a street."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dhl_api import DhlAddressError, Locker, MailingAddress, PostOffice, parcel_address

relaxed = settings(deadline=None)

LOCKERS = [
    "Packstation",
    "Pack Station",
    "Pack-Station",
    "Pack - Station",
    "PACKSTATION",
    "Packst.",
    "Packst",
    "Pack-St.",
    "Packstat.",
    "Paketstation",
    "Paket-Station",
    "P-Station",
    "P. Stat.",
    "Pak Station",
    "Packetstation",
    "DHL Packstation",
    "DHL-Packstation",
    "DHLPackstation",
    "DHL Pack Station",
    "DHL-Station",
    "DHL Automat",
    "Pack\u00adstation",
    "Pack\u200bstation",
    "Pack\u2013Station",
    "Pack\u00a0Station",
]
MISSPELT = ["Packtstation", "Packsation", "Packstaion", "Pachstation", "Packstatoin", "Pcakstation"]
OUTLETS = [
    "Postfiliale",
    "Post Filiale",
    "Post-Filiale",
    "Postfil.",
    "Post Fil.",
    "Filiale",
    "Fil.",
    "DHL Filiale",
    "DHL-Filiale",
    "DHL Postfiliale",
    "Deutsche Post Filiale",
    "Paketshop",
    "Paket-Shop",
    "DHL Paketshop",
    "Postshop",
    "DHL Shop",
    "POSTFILIALE",
    "Partnerfiliale",
    "Postagentur",
    "Postfilliale",
    "Postfilale",
]
OTHERS = [
    "Paketbox",
    "DHL Paketbox",
    "Paket-Box",
    "Paket Box",
    "Packbox",
    "Paketkasten",
    "DHL",
    "Post",
    "Postamt",
    "Poststation",
    "Abholstation",
    "Hermes Paketshop",
    "GLS PaketShop",
    "Locker",
    "Pst.",
    "Postlagernd",
    "Station",
    "Parcel Station",
    "Parcel Locker",
    "DHL Locker",
    "DHL Parcelshop",
    "Paketschrank",
    "Paketannahmestelle",
    "DHL ServicePoint",
    "Service Point",
    "Post Office",
    "Postbank Filiale",
    "Postbank Finanzcenter",
    "Deutsche Post",
    "DHL Box",
    "DHL Irgendwas",
    "Wunschfiliale",
    "Wunsch-Filiale",
    "Ablageort",
    "Postnummer 12345678",
    "PN 12345678",
    "Postnr. 12345678",
    "",
]
BEFORE_NUMBER = ["{} {}", "{}{}", "{} Nr. {}", "{} Nr.{}", "{}-{}", "{}: {}", "{} #{}", "{} No {}", "{} ({})", "{} 0{}"]


def read(**values):
    """Return DHL's form of an address in Hamburg."""
    plain = {"names": ("Maria Musterfrau",), "zip_code": "22179", "city": "Hamburg", "country": "DE"}
    return parcel_address(MailingAddress(**(plain | values)))


def problem(**values) -> str:
    """Return why an address is refused."""
    with pytest.raises(DhlAddressError) as caught:
        read(**values)
    return caught.value.problem


@pytest.mark.parametrize("form", BEFORE_NUMBER)
@pytest.mark.parametrize("word", [*LOCKERS, *MISSPELT, "PS", "P.S.", "An der Packstation", "DHL PS"])
def test_a_packstation_is_seen_in_the_street_however_it_is_written(word, form):
    assert read(street=form.format(word, 145), street2="12345678") == Locker(
        "Maria Musterfrau", 145, "12345678", "22179", "Hamburg"
    )


@pytest.mark.parametrize("form", BEFORE_NUMBER)
@pytest.mark.parametrize("word", OUTLETS)
def test_a_postfiliale_is_seen_in_the_street_however_it_is_written(word, form):
    assert read(street=form.format(word, 502), street2="12345678") == PostOffice(
        "Maria Musterfrau", 502, "22179", "Hamburg", post_number="12345678"
    )


@pytest.mark.parametrize(
    "values",
    [
        {"house": "145", "street2": "12345678"},
        {"house": "Nr. 145", "street2": "Postnr. 12345678"},
        {"street2": "145 12345678"},
        {"street2": "145 / 12345678"},
        {"house": "145/12345678"},
        {"house": "12345678", "street2": "145"},
        {"house": "145", "names": ("Maria Musterfrau", "12345678")},
        {"house": "145", "names": ("Maria Musterfrau 12345678",)},
    ],
)
@pytest.mark.parametrize("word", [*LOCKERS, *MISSPELT])
def test_the_number_may_stand_elsewhere(word, values):
    point = read(street=word, **values)
    assert (point.locker_id, point.post_number, point.name) == (145, "12345678", "Maria Musterfrau")


@pytest.mark.parametrize("word", LOCKERS)
def test_a_packstation_in_the_second_line_or_in_the_name_counts(word):
    in_line = read(street="Königstraße 12a", street2=f"{word} 145, 12345678")
    in_name = read(names=(f"{word} 145",), street="Königstraße 12a", street2="Maria Musterfrau 12345678")
    in_names = read(names=(word, "145"), street="145", house="145", street2="12345678 Maria Musterfrau")
    for name in (f"145 {word}", f"Dr. 145 {word}"):
        swapped = read(names=(name,), street="Königstraße 12a", street2="Maria Musterfrau 12345678")
        assert (swapped.locker_id, swapped.post_number) == (145, "12345678")
    first = read(street="12345678", street2=f"{word} 145")
    assert in_line == in_name == in_names == first == read(street="Packstation 145", street2="12345678")


@pytest.mark.parametrize("word", [*LOCKERS, *MISSPELT, *OUTLETS, *OTHERS])
@pytest.mark.parametrize(
    "values", [{}, {"house": "502"}, {"street2": "Tel. 040 1234567"}, {"street2": "12345678"}, {"house": "Nr. 502"}]
)
def test_no_drop_point_becomes_a_street_of_that_name(word, values):
    if values in ({"house": "502"}, {"house": "Nr. 502"}) or "street2" not in values or word not in OUTLETS:
        assert problem(street=word, **values)
    for number in ("12", "145", "502", "0502", "9999"):
        for form in BEFORE_NUMBER:
            try:
                point = read(street=form.format(word, number).strip(), **values)
            except DhlAddressError:
                continue
            assert isinstance(point, Locker | PostOffice)


@pytest.mark.parametrize("word", OTHERS)
def test_what_is_neither_packstation_nor_postfiliale_is_refused_with_a_postnummer_too(word):
    expected = {"drop_point"} if word else {"street_number"}
    assert problem(street=f"{word} 145".strip(), street2="12345678") in expected
    assert problem(street=word or "145", house="145", street2="12345678") in expected


def test_a_paketbox_in_the_name_or_with_its_number_is_refused_and_a_remark_is_one():
    values = {"street": "Königstraße 12a"}
    assert problem(names=("Paketbox 145",), street2="Maria Musterfrau 12345678", **values) == "drop_point"
    assert problem(street2="Paketbox 145, 12345678", **values) == "drop_point"
    assert read(street2="Paketbox im Hof", **values).name2 == "Paketbox im Hof"


@pytest.mark.parametrize(
    "remark",
    ["bitte keine Packstation", "nicht in Packstation 145 liefern", "neben Packstation 145", "Sparkasse, Filiale Nord"],
)
def test_a_remark_about_a_drop_point_is_a_remark(remark):
    assert read(street="Königstraße 12a", street2=remark).name2 == remark


@pytest.mark.parametrize(
    "street",
    [
        "Stationsweg",
        "Postweg",
        "Filialstraße",
        "Parkstadion",
        "Packhofstr.",
        "Packerstr.",
        "Poststr.",
        "Post-Str.",
        "Backstr.",
        "Bahnstation",
        "Paketpostplatz",
        "An der Post",
        "Am Postamt",
        "Zur Alten Post",
        "Lockerstr.",
        "PS-Allee",
        "DHL-Straße",
        "DHL-Paketzentrum, Industriestr.",
        "Deutsche-Post-Str.",
        "Postbankplatz",
        "Post-Office-Weg",
        "Service-Point-Allee",
        "Wunschweg",
        "PN-Weg",
        "Am Fach",
    ],
)
def test_streets_with_such_words_are_streets(street):
    sent = read(street=f"{street} 5")
    assert (sent.street, sent.house) == (street, "5")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Postnummer 12345678", "12345678"),
        ("Postnr. 1234 5678 9", "123456789"),
        ("Post-Nr.: 12 34 56 78", "12345678"),
        ("PN 12345678", "12345678"),
        ("PN12345678", "12345678"),
        ("P.Nr. 12345678", "12345678"),
        ("Kundennummer 12345678", "12345678"),
        ("DHL-Kundennr. 12345678", "12345678"),
        ("Kd.-Nr. 12345678", "12345678"),
        ("DHL Nr. 12345678", "12345678"),
        ("Postnummer ist 12345678", "12345678"),
        ("(Postnummer: 12345678)", "12345678"),
        ("1234 5678 9", "123456789"),
        ("1234-5678", "12345678"),
        ("Tel. 0151 1234567, Postnummer 12345678", "12345678"),
        ("Postnummer 12345678 Tel. 0151 1234567", "12345678"),
        ("12345678, Tel. 1234567", "12345678"),
        ("12345678 / Handy-Nr. 1511234567", "12345678"),
        ("Mobil: +49 151 1234567; 12345678", "12345678"),
        ("12345678 (0151 1234567 Handy)", "12345678"),
        ("12345678 Fax 1234567", "12345678"),
        ("12345678, 0151 1234567", "12345678"),
        ("Postnr 12345678 / 87654321", "12345678"),
        ("Bestellnr. 987654321, Postnr. 12345678", "12345678"),
        ("Postnummer 0012345678", "0012345678"),
        ("１２３４５６７８", "12345678"),
        ("12345678 M. Musterfrau", "12345678"),
        ("12345678 T: 1511234567", "12345678"),
    ],
)
def test_the_postnummer_is_the_number_that_is_called_so(text, number):
    assert read(street="Packstation 145", street2=text).post_number == number


@pytest.mark.parametrize(
    "text",
    [
        "Tel. 0151 1234567",
        "Tel 1234567",
        "Telefonnummer: 1234567",
        "Telefon-Nr. 040/1234567",
        "Handy 1511234567",
        "Mobil 0151-1234567",
        "mobile: 1511234567",
        "Mobilfunk 1511234567",
        "Fax 1234567",
        "Telefax 1234567",
        "+49 151 1234567",
        "0049 151 123456",
        "0151 1234567",
        "1234567 Handy",
        "WhatsApp 1511234567",
        "Rufnummer 1234567",
        "Fon 1234567",
        "Phone 1234567",
        "Tel. (040) 1234567",
        "☎ 1234567",
        "T 1511234567",
        "T: 1511234567",
        "M: 1511234567",
        "F. 1511234567",
        "Mobiltel. 1511234567",
        "Hdy. 1511234567",
        "Telephone number 1511234567",
        "Tel. privat: 1511234567",
        "Telefon (geschäftlich) 1511234567",
        "Kontakt 1511234567",
        "SMS 1511234567",
        "Durchwahl 1511234567",
        "Steuernr. 12345678",
        "USt-IdNr. DE123456789",
        "DE123456789",
        "geb. 11.11.1980",
        "12345678 / 87654321",
        "Postnummer 12345678, Postnummer 12345679",
        "Postnummer 12345",
        "Postnummer 12345678901",
        "Bestellnummer 12345678",
        "Türcode 123456",
        "Hauptstr. 5 12345678",
        "145 1234567",
        "",
    ],
)
def test_a_number_that_is_none_or_may_be_another_is_refused(text):
    assert problem(street="Packstation 145", street2=text) in ("post_number", "post_numbers", "post_number_length")


def test_the_customers_own_telephone_number_is_no_postnummer():
    assert problem(street="Packstation 145", street2="1511234567", phone="+49 151 1234567") == "post_numbers"


@pytest.mark.parametrize(
    "name", ["Postfiliale Meier", "DHL Shop Meier", "Pack Station 24 GmbH", "Packstation Service GmbH", "Filiale 502"]
)
def test_a_customer_with_such_a_name_lives_in_a_street(name):
    sent = read(names=(name, "Maria Musterfrau"), street="Königstraße 12a")
    assert (sent.street, sent.house, sent.name1) == ("Königstraße", "12a", name)


def test_two_numbers_of_packstations_are_refused():
    assert problem(street="Packstation 145", street2="Packstation 146, 12345678") == "drop_point_numbers"
    assert problem(street="Packstation", street2="123 456 789") == "drop_point_numbers"
    assert problem(street="Packstation / Postfiliale 502", street2="12345678") == "drop_point"


def test_who_fetches_the_parcel_must_be_named_and_fit():
    assert problem(names=("Packstation 145",), street="Hauptstr. 5", street2="12345678") == "holder"
    for street in ("Lindenweg 4", "An den Fünf Brüdern 2", "Hauptstr.", "Am Markt 3a"):
        values = {"names": ("Packstation 145",), "street": "Packstation", "house": "145"}
        assert problem(**values, street2=f"12345678, {street}") == "holder"
        assert problem(**values, street2=f"{street}, 12345678") == "holder"
    assert problem(names=("Maria " * 10,), street="Packstation 145", street2="12345678") == "holder_long"


def test_abroad_dhl_takes_no_drop_point():
    values = {"country": "AT", "zip_code": "1010", "street2": "12345678"}
    for street in ("Packstation 145", "Postfiliale 502", "Abholstation 12"):
        assert problem(street=street, **values) == "drop_point_abroad"


@relaxed
@given(
    word=st.sampled_from([*LOCKERS, *OUTLETS, *OTHERS]),
    gap=st.sampled_from([" ", "-", "  ", " Nr. ", ": ", "\u00a0", "\u200b "]),
    number=st.integers(0, 1200),
    house=st.booleans(),
    upper=st.sampled_from([str, str.upper, str.lower]),
    street2=st.text("0123456789 ,./-TelPostnr", max_size=25),
)
def test_whatever_is_written_about_a_drop_point_no_street_of_that_name_is_booked(
    word, gap, number, house, upper, street2
):
    values = {"street": upper(word), "house": str(number)} if house else {"street": f"{upper(word)}{gap}{number}"}
    try:
        point = read(street2=street2, **values)
    except DhlAddressError:
        return
    assert isinstance(point, Locker | PostOffice)
    digits = "".join(filter(str.isdigit, street2))
    assert point.post_number in digits
