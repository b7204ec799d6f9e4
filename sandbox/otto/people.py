"""Customers of a German shop, made from a seed. Streets belong to no real person; mail domains are reserved ones."""

import random
from dataclasses import replace

from .model import Address

FIRST_NAMES = {
    "MS": ("Jörna", "Sabine", "Käthe", "Ayşe", "Hannelore", "Zoë", "Anna-Lena", "Friederike", "Süheyla", "Maja"),
    "MR": ("Jürgen", "Björn", "Özgür", "Karl-Heinz", "Götz", "Łukasz", "Thorsten", "André", "Matthäus", "Finn"),
}
LAST_NAMES = (
    "Müller",
    "Weiß",
    "Groß-Bölting",
    "Yıldız",
    "Schäfer",
    "Köhler",
    "Nguyen",
    "von der Heyde",
    "Größmann",
    "Jäger",
    "Kowalski",
    "Brüggemann",
    "Löwe",
    "Petersen",
    "Freifrau von Thüngen-Roßbach",
)
COMPANIES = (
    ("Schreinerei", "Köhler GmbH & Co. KG"),
    ("Praxis", "Dr. Öztürk & Partner"),
    ("Kindertagesstätte", "Villa Kunterbunt gGmbH"),
    ("Ingenieurbüro für Gebäudetechnik und Wärmepumpen", "Brüggemann, Größmann & Söhne Partnerschaft mbB"),
)
# Postcode and city belong together: a carrier checks it.
PLACES = (
    ("22179", "Hamburg"),
    ("53113", "Bonn"),
    ("80331", "München"),
    ("50667", "Köln"),
    ("01067", "Dresden"),
    ("90402", "Nürnberg"),
    ("40213", "Düsseldorf"),
    ("04109", "Leipzig"),
    ("70173", "Stuttgart"),
    ("23552", "Lübeck"),
    ("48143", "Münster"),
    ("99084", "Erfurt"),
    ("73525", "Schwäbisch Gmünd"),
    ("37073", "Göttingen"),
)
STREETS = (
    "Werner-Otto-Str.",
    "Königstraße",
    "Am Mühlbach",
    "Große Gasse",
    "Sträßchensweg",
    "Bürgermeister-Müller-Allee",
    "Lindenweg",
    "Straße des 17. Juni",
    "Hinter der Kirche",
    "An den Fünf Brüdern",
)
ADDITIONS = (
    "c/o Müller-Lüdenscheidt",
    "Hinterhaus, 3. OG links",
    "c/o Wohngemeinschaft Jäger & Weiß, Aufgang B, bitte bei Schäfer klingeln",
    "App. 14",
)


# How people (and OTTO itself, first) write a parcel locker, a post office or a parcel shop: fields that differ from a
# home address. The customer number is 12345678, the locker 145, the office 502.
LOCKERS: dict[str, dict[str, str]] = {
    "locker_otto": {
        "first_name": "Packstation", "last_name": "145", "addition": "Erika Mustermann 12345678",
        "street": "Am Mühlbach", "house_number": "7",
    },
    "locker_otto_words": {
        "first_name": "DHL Packstation", "last_name": "145", "addition": "Erika Mustermann, Postnummer 12345678",
        "street": "Packstation", "house_number": "145",
    },
    "locker_plain": {"street": "Packstation", "house_number": "145", "addition": "12345678"},
    "locker_apart": {"street": "Pack Station", "house_number": "145", "addition": "12345678"},
    "locker_hyphens": {"street": "DHL-Pack-Station", "house_number": "145", "addition": "Postnummer 12345678"},
    "locker_dhl": {"street": "DHL Packstation", "house_number": "145", "addition": "DHL Postnummer: 12345678"},
    "locker_capitals": {"street": "PACKSTATION", "house_number": "145", "addition": "POSTNR. 12345678"},
    "locker_short": {"street": "Packst.", "house_number": "145", "addition": "PN 12345678"},
    "locker_with_number": {"street": "Packstation Nr.", "house_number": "145", "addition": "12345678"},
    "locker_number_twice": {"street": "Packstation 145", "house_number": "145", "addition": "12345678"},
    "locker_spaced": {"street": "Packstation", "house_number": "145", "addition": "Postnummer 12 345 678"},
    "locker_number_in_name": {"last_name": "Mustermann 12345678", "street": "Packstation", "house_number": "145"},
    "locker_swapped": {"street": "12345678", "house_number": "145", "addition": "Packstation"},
    "locker_in_addition": {"street": "12345678", "house_number": "0", "addition": "Packstation 145"},
    "locker_without_word": {"street": "12345678", "house_number": "145"},
    "locker_without_number": {"street": "Packstation", "house_number": "145"},
    "locker_telephone": {"street": "Packstation", "house_number": "145", "addition": "Tel. 0151 1234567"},
    "locker_telephone_and_number": {
        "street": "Packstation", "house_number": "145", "addition": "Tel. 0151 1234567, Postnummer 12345678",
    },
    "post_office": {"street": "Postfiliale", "house_number": "502", "addition": "12345678"},
    "post_office_apart": {"street": "Post-Filiale", "house_number": "502", "addition": "Postnummer 12345678"},
    "parcel_shop": {"street": "DHL Paketshop", "house_number": "502", "addition": "12345678"},
    "parcel_box": {"street": "Paketbox", "house_number": "145", "addition": "12345678"},
}  # fmt: skip


def make_customer(rng: random.Random, kind: str | dict | None = None) -> tuple[Address, Address]:
    """Make a customer: delivery address and invoice address.

    :param kind: "person", "company", "packstation" or one of `LOCKERS`, by chance if not given; or the fields of the
        `Address` itself
    :raises ValueError: unknown kind
    :raises TypeError: unknown or missing fields
    """
    if isinstance(kind, dict):
        return Address(**kind), _pseudonymous(rng, Address(**kind))
    kind = kind or rng.choices(("person", "company", "packstation"), (84, 9, 7))[0]
    if kind in LOCKERS:
        home = replace(_person(rng), title=None, addition=None)
        return replace(home, **LOCKERS[kind]), _pseudonymous(rng, home)
    if kind not in ("person", "company", "packstation"):
        raise ValueError(f"Unknown kind of address: {kind}")
    home = _company(rng) if kind == "company" else _person(rng)
    invoice = _pseudonymous(rng, home)
    if kind == "packstation":
        return _packstation(rng, home), invoice
    if kind == "person" and rng.random() < 0.12:
        return _person(rng), invoice
    return home, invoice


def _pseudonymous(rng: random.Random, home: Address) -> Address:
    # OTTO hands out the real e-mail address for parcels only; the other one is a pseudonym.
    return replace(home, email=f"{rng.getrandbits(64):016x}@pseudonym.example", phone=None)


def _person(rng: random.Random) -> Address:
    salutation = rng.choice(("MS", "MR"))
    first, last = rng.choice(FIRST_NAMES[salutation]), rng.choice(LAST_NAMES)
    return _place(
        rng,
        salutation="UNKNOWN" if rng.random() < 0.04 else salutation,
        first_name=first,
        last_name=last,
        title=rng.choices((None, "Dr.", "Prof. Dr."), (90, 8, 2))[0],
        addition=rng.choice(ADDITIONS) if rng.random() < 0.18 else None,
        email=f"kunde{rng.randint(1000, 9999)}@example.com",
    )


def _company(rng: random.Random) -> Address:
    first, last = rng.choice(COMPANIES)
    addition = f"z. Hd. {rng.choice(LAST_NAMES)}" if rng.random() < 0.5 else None
    email = f"einkauf{rng.randint(100, 999)}@example.org"
    return _place(rng, salutation="COMPANY", first_name=first, last_name=last, addition=addition, email=email)


def _place(rng: random.Random, **who: str | None) -> Address:
    zip_code, city = rng.choice(PLACES)
    house = str(rng.randint(1, 180)) + rng.choices(("", "a", "b", "-" + str(rng.randint(181, 190))), (85, 7, 4, 4))[0]
    phone = f"0{rng.randint(30, 999)} {rng.randint(1000000, 99999999)}" if rng.random() < 0.6 else None
    return Address(street=rng.choice(STREETS), house_number=house, zip_code=zip_code, city=city, phone=phone, **who)


def _packstation(rng: random.Random, home: Address) -> Address:
    # What customers type into an address form for a parcel locker: their customer number goes into the addition.
    post_number = str(rng.randint(1_000_000, 9_999_999_999))
    return replace(
        home, street="Packstation", house_number=str(rng.randint(101, 999)), addition=post_number, title=None
    )
