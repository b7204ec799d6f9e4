"""What is sent to and read from DHL: frozen dataclasses. Weights in kg, lengths in cm, texts as DHL limits them."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

PROFILE = "STANDARD_GRUPPENPROFIL"


def _filled(**values) -> dict:
    """Drop what is empty: DHL validates empty strings and refuses them (facts/dhl.md §6.2)."""
    return {key: value for key, value in values.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True)
class ContactAddress:
    """A street address of a sender or a consignee; `country` is ISO 3166-1 alpha-3."""

    name1: str
    street: str
    postal_code: str
    city: str
    country: str
    name2: str = ""
    name3: str = ""
    house: str = ""
    addition: str = ""
    email: str = ""
    phone: str = ""

    def payload(self) -> dict:
        """Return the JSON object of DHL's ContactAddress."""
        return _filled(
            name1=self.name1,
            name2=self.name2,
            name3=self.name3,
            addressStreet=self.street,
            addressHouse=self.house,
            additionalAddressInformation1=self.addition,
            postalCode=self.postal_code,
            city=self.city,
            country=self.country,
            email=self.email,
            phone=self.phone,
        )

    def shipper_payload(self) -> dict:
        """Return the JSON object of DHL's Shipper, which knows neither additional lines nor a telephone."""
        payload = self.payload()
        payload.pop("additionalAddressInformation1", None)
        payload.pop("phone", None)
        return payload


@dataclass(frozen=True, slots=True)
class Locker:
    """A Packstation; DHL delivers there only with the customer's Postnummer."""

    name: str
    locker_id: int
    post_number: str
    postal_code: str
    city: str
    country: str = "DEU"

    def payload(self) -> dict:
        """Return the JSON object of DHL's Locker."""
        return {
            "name": self.name,
            "lockerID": self.locker_id,
            "postNumber": self.post_number,
            "postalCode": self.postal_code,
            "city": self.city,
            "country": self.country,
        }


@dataclass(frozen=True, slots=True)
class PostOffice:
    """A post office or parcel shop (Postfiliale); needs the Postnummer or an e-mail address."""

    name: str
    retail_id: int
    postal_code: str
    city: str
    post_number: str = ""
    email: str = ""
    country: str = "DEU"

    def payload(self) -> dict:
        """Return the JSON object of DHL's PostOffice."""
        return _filled(
            name=self.name,
            retailID=self.retail_id,
            postNumber=self.post_number,
            email="" if self.post_number else self.email,
            postalCode=self.postal_code,
            city=self.city,
            country=self.country,
        )


@dataclass(frozen=True, slots=True)
class EnclosedReturn:
    """The return label that is made together with the shipping label (service dhlRetoure); ref_no 6..50."""

    billing_number: str
    ref_no: str
    address: ContactAddress

    def payload(self) -> dict:
        """Return the JSON object of DHL's VASDhlRetoure."""
        return {
            "billingNumber": self.billing_number,
            "refNo": self.ref_no,
            "returnAddress": self.address.payload(),
        }


@dataclass(frozen=True, slots=True)
class ShipmentOrder:
    """One parcel to be booked. `dimensions` is (length, width, height) in whole cm; `ref_no` has 8..35 characters.

    `endorsement` says what becomes of a parcel that cannot be delivered abroad: RETURN or ABANDON, V53WPAK only.
    """

    product: str
    billing_number: str
    ref_no: str
    shipper: ContactAddress
    consignee: ContactAddress | Locker | PostOffice
    weight: Decimal
    dimensions: tuple[int, int, int] | None = None
    ship_date: date | None = None
    enclosed_return: EnclosedReturn | None = None
    endorsement: str = ""

    def payload(self) -> dict:
        """Return the JSON object of DHL's Shipment."""
        details: dict = {"weight": {"uom": "kg", "value": float(self.weight)}}
        if self.dimensions:
            length, width, height = self.dimensions
            details["dim"] = {"uom": "cm", "length": length, "width": width, "height": height}
        services = _filled(
            endorsement=self.endorsement,
            dhlRetoure=self.enclosed_return.payload() if self.enclosed_return else None,
        )
        return _filled(
            product=self.product,
            billingNumber=self.billing_number,
            refNo=self.ref_no,
            shipDate=self.ship_date.isoformat() if self.ship_date else None,
            shipper=self.shipper.shipper_payload(),
            consignee=self.consignee.payload(),
            details=details,
            services=services or None,
        )


@dataclass(frozen=True, slots=True)
class LabelOptions:
    """How labels are made. Empty formats mean: as set in the DHL account. Labels are never combined into one file,
    because the return label would then hide as page 2 of the shipping label (facts/dhl.md §2.3)."""

    print_format: str = ""
    return_print_format: str = ""
    must_encode: bool = False

    def label_query(self) -> dict:
        """Return the query parameters of every call that answers with labels."""
        return _filled(
            includeDocs="include",
            docFormat="PDF",
            combine="false",
            printFormat=self.print_format,
            retourePrintFormat=self.return_print_format,
        )

    def create_query(self) -> dict:
        """Return the query parameters of POST /orders."""
        return {**self.label_query(), "mustEncode": "true" if self.must_encode else "false"}


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of DHL about a request: `property` is DHL's path of the value, `state` Warning or Error."""

    text: str
    property: str = ""
    state: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.property})" if self.property else self.text


@dataclass(frozen=True, slots=True)
class ShipmentResult:
    """DHL's answer about one parcel. `ok` is judged by the parcel's own status, never by HTTP's.

    A parcel that is not ok may still have a number: DHL then has it in its books (facts/dhl.md §6.1).
    """

    ok: bool
    status: int
    words: str = ""
    shipment_no: str = ""
    return_shipment_no: str = ""
    ref_no: str = ""
    label: bytes | None = field(default=None, repr=False)
    return_label: bytes | None = field(default=None, repr=False)
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosingResult:
    """DHL's answer about one parcel at the daily closing; one that was closed before is ok too."""

    shipment_no: str
    ok: bool
    words: str = ""
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class CancelResult:
    """DHL's answer about one parcel to be cancelled. `unknown`: no such number, or cancelled before."""

    shipment_no: str
    ok: bool
    unknown: bool
    words: str = ""
    messages: tuple[Message, ...] = ()
