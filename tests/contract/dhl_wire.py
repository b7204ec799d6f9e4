"""What DHL's contract tests share: `dhl_api` without Odoo, parcels of all kinds, credentials of the sandbox."""

import sys
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "delivery_dhl_de") not in sys.path:
    sys.path.insert(0, str(ROOT / "delivery_dhl_de"))

from dhl_api import (  # noqa: E402
    BasicCredentials,
    ContactAddress,
    DhlClient,
    DhlReturnsClient,
    EnclosedReturn,
    Locker,
    OAuthCredentials,
    PostOffice,
    ReturnOrder,
    ShipmentOrder,
)

SHIPPING, AUTH = "/parcel/de/shipping/v2", "/parcel/de/account/auth/ropc/v1"
RETURNS_API = "/parcel/de/shipping/returns/v1"
BASIC = BasicCredentials("sandbox-key", "sandbox-user", "sandbox-password")
OAUTH = OAuthCredentials("sandbox-key", "sandbox-secret", "sandbox-user", "sandbox-password")

SENDER = ContactAddress(
    "Musterladen GmbH", "Sträßchensweg", "53113", "Bonn", "DEU", house="10", email="versand@musterladen.example"
)
RETURNS = ContactAddress("Musterladen GmbH", "Frankenstraße", "45133", "Essen", "DEU", name2="Retouren", house="298")
CUSTOMER = ContactAddress(
    "Łukasz Größmann",
    "Königstraße",
    "22179",
    "Hamburg",
    "DEU",
    house="12a",
    addition="Hinterhaus",
    email="l@example.com",
)
ABROAD = ContactAddress("Anna Muster", "Mariahilfer Straße", "1060", "Wien", "AUT", house="1", phone="+43 1 12345")
CONSIGNEES = {
    "street": CUSTOMER,
    "packstation": Locker("Łukasz Größmann", 145, "12345678", "22179", "Hamburg"),
    "postfiliale": PostOffice("Łukasz Größmann", 502, "22179", "Hamburg", post_number="12345678"),
    "postfiliale-email": PostOffice("Łukasz Größmann", 502, "22179", "Hamburg", email="l@example.com"),
}


def client(root: str, credentials=BASIC, **options) -> DhlClient:
    """Return a client of the environment at an address."""
    return DhlClient(root + SHIPPING, root + AUTH, credentials, language="en-US", **options)


def returns_client(root: str, credentials=BASIC, **options) -> DhlReturnsClient:
    """Return a client of the Returns API of the environment at an address."""
    return DhlReturnsClient(root + RETURNS_API, root + AUTH, credentials, language="en-US", **options)


def return_order(**values) -> ReturnOrder:
    """Return half a kilogram that a customer in Germany sends back."""
    plain = {"receiver_id": "deu", "shipper": CUSTOMER, "weight": Decimal("0.5"), "ref_no": "S00042"}
    return ReturnOrder(**(plain | values))


def order(number: int = 42, *, enclosed: bool = True, **values) -> ShipmentOrder:
    """Return a parcel of 1.8 kg, by default with its return enclosed."""
    reference = f"WH/OUT/{number:05d}"
    plain = {
        "product": "V01PAK",
        "billing_number": "33333333330102",
        "ref_no": reference,
        "shipper": SENDER,
        "consignee": CUSTOMER,
        "weight": Decimal("1.8"),
        "enclosed_return": EnclosedReturn("33333333330701", reference, RETURNS) if enclosed else None,
    }
    return ShipmentOrder(**(plain | values))


def order_abroad() -> ShipmentOrder:
    """Return a parcel to Austria."""
    numbers = {"product": "V53WPAK", "billing_number": "33333333335301"}
    return order(43, enclosed=False, consignee=ABROAD, endorsement="RETURN", **numbers)
