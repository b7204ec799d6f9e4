"""Fixed values of DHL Geschäftskundenversand; sources in the API's own document."""

from decimal import Decimal

DELIVERY_TYPE = "dhl_de"

PRODUCTION_ROOT = "https://api-eu.dhl.com"
TEST_ROOT = "https://api-sandbox.dhl.com"
SHIPPING_PATH = "/parcel/de/shipping/v2"
RETURNS_PATH = "/parcel/de/shipping/returns/v1"
AUTH_PATH = "/parcel/de/account/auth/ropc/v1"

# Digits 11 and 12 of a billing number name the procedure and must belong to the product.
PROCEDURES = {"V01PAK": "01", "V62KP": "62", "V53WPAK": "53"}
# A return can be enclosed in these; DHL Paket International has none.
RETURN_PRODUCTS = ("V01PAK", "V62KP")
INTERNATIONAL = "V53WPAK"
RETURN_PROCEDURE = "07"
# The most that a parcel may weigh, in kg: DHL's document for the one, its negative tests for DHL Kleinpaket.
MOST_WEIGHT = {"V01PAK": Decimal("31.5"), "V62KP": Decimal("1"), "V53WPAK": Decimal("31.5")}
BILLING_NUMBER = r"\w{10}(?P<procedure>\d{2})\w{2}"

# DHL's own names of the label papers; an empty choice leaves it to the DHL account.
LABEL_FORMATS = [
    ("A4", "A4"),
    ("910-300-600", "910-300-600 (105 × 205 mm; thermal 103 × 199 mm)"),
    ("910-300-610", "910-300-610 (105 × 208 mm)"),
    ("910-300-700", "910-300-700 (105 × 205 mm)"),
    ("910-300-700-oz", "910-300-700-oz (105 × 205 mm)"),
    ("910-300-710", "910-300-710 (105 × 203 mm)"),
    ("910-300-300", "910-300-300 (105 × 148 mm)"),
    ("910-300-300-oz", "910-300-300-oz (105 × 148 mm)"),
    ("910-300-400", "910-300-400 (103 × 150 mm)"),
    ("910-300-410", "910-300-410 (103 × 150 mm)"),
    ("100x70mm", "100 × 70 mm"),
]

TRACKING_PAGE = "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode=%s"

# Minutes after which a booking that no transfer carries is taken back. A validation takes seconds; its transaction
# holds a lock that the sweeper respects, so this is only the time in which a second try finds the label ready.
GRACE_MINUTES = 5

# Parts of Spain outside of the EU's tax area: Canary Islands, Ceuta, Melilla. Parcels there pass customs.
SPAIN_CUSTOMS = ("35", "38", "51", "52")

# In the context: DHL is asked although it has just not answered.
ASK_ANYWAY = "dhl_de_ask_anyway"
# First half of the key of the advisory lock "someone is booking for this transfer"; the transfer's id is the second.
LOCK_CLASS = 0x44484C

# Minutes after which a person is told of a booking that the sweeper cannot take back.
REPORT_MINUTES = 60
