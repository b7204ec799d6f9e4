"""The assortment: articles a German shop for house and garden might sell, made from a seed."""

import random
from decimal import Decimal

from .model import Article

FULL, REDUCED, FREE = Decimal("19"), Decimal("7"), Decimal("0")

# (title, code, lowest and highest price in euros, VAT rate, needs a forwarder's surcharge)
KINDS = (
    ("Bettwäsche „Blütenzauber“", "BW", 24, 89, FULL, False),
    ("Stehleuchte Holzfuß", "LMP", 49, 189, FULL, False),
    ("Gartenstuhl klappbar", "GS", 29, 119, FULL, True),
    ("Kinderbuch „Der kleine Fuchs“", "KB", 8, 19, REDUCED, False),
    ("Übertopf Keramik", "UET", 7, 39, FULL, False),
    ("Espressobohnen 1 kg", "ESP", 11, 29, REDUCED, False),
    ("Damen-Regenjacke", "DRJ", 39, 149, FULL, False),
    ("Wasserkocher Edelstahl", "WK", 19, 79, FULL, False),
    ("Bio-Früchtetee 20 Beutel", "TEE", 3, 9, REDUCED, False),
    ("Schuhregal Bambus", "SR", 25, 99, FULL, True),
    ("Herren-Hausschuhe Filz", "HF", 15, 45, FULL, False),
    ("Akku-Heckenschere 18 V", "AH", 69, 229, FULL, False),
    ("Wandkalender A3", "WKL", 9, 25, REDUCED, False),
    ("Kissenhülle Leinen", "KH", 6, 29, FULL, False),
    ("Pfanne Gusseisen 28 cm", "PFA", 22, 89, FULL, False),
    ("Gewürzset „Grillfreund“", "GEW", 12, 34, REDUCED, False),
)
# OTTO's own test orders are for these five articles (facts/otto.md §2.5); titles, prices and VAT rates are made up.
TEST_ARTICLES = tuple(
    Article(sku, title, number, ean, Decimal(price), vat, bulky, ())
    for sku, title, number, ean, price, vat, bulky in (
        ("SmartCM1000-schwarz-1", "Smart-Kaffeemaschine schwarz", "S0TEST0001", "1245780164732", "89.99", FULL, False),
        ("FancyFlower-m-pi", "Blumenstrauß Fancy", "S0TEST0002", "4851278936452", "24.95", REDUCED, False),
        ("0440-Rasen-T-V1", "Rasentrimmer", "S0TEST0003", "9821393948573", "59.90", FULL, False),
        ("Sped-Wohn-3-98735", "Wohnlandschaft", "S0TEST0004", "8263748321943", "999.00", FULL, True),
        ("Sped-Kühl084-kombi", "Kühl-Gefrier-Kombination", "S0TEST0005", "7263000981290", "649.00", FULL, True),
    )
)
COLOURS = (("schwarz", "SW"), ("weiß", "WS"), ("blau", "BL"), ("grün", "GN"), ("natur", "NA"), ("rot", "RT"))
SIZES = ("S", "M", "L", "XL", "135x200 cm", "80x80 cm")
CENTS = ("99", "95", "90", "49", "00", "37", "03")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def make_articles(rng: random.Random, count: int) -> list[Article]:
    """Make articles; the first ones are the same whatever the count is."""
    return [_article(random.Random(f"{rng.random()}"), number) for number in range(count)]


def _article(rng: random.Random, number: int) -> Article:
    title, code, low, high, vat, bulky = KINDS[number % len(KINDS)]
    colour, short = rng.choice(COLOURS)
    dimensions = [("COLOR", "Farbe", colour)]
    if rng.random() < 0.4:
        dimensions.append(("SIZE", "Größe", rng.choice(SIZES)))
    # Real assortments hold SKUs that have to be escaped in a URL.
    form = "{}/{}.{}" if number % 25 == 24 else "{}-{}-{}"
    return Article(
        sku=form.format(code, 10001 + number, short),
        title=f"{title} {colour}",
        article_number="S0" + "".join(rng.choices(LETTERS, k=8)),
        ean=_ean(number, rng),
        price=Decimal(f"{rng.randint(low, high - 1)}.{rng.choice(CENTS)}"),
        vat=FREE if number % 48 == 44 else vat,
        bulky=bulky,
        dimensions=tuple(dimensions),
    )


def _ean(number: int, rng: random.Random) -> str:
    digits = f"40{rng.randint(10000, 99999)}{number % 100000:05d}"
    return digits + str(gs1_check_digit(digits))


def gs1_check_digit(digits: str) -> int:
    """Return the GS1 check digit: weights 3, 1, 3, … from the right, difference to the next ten."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10
