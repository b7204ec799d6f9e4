"""The request of `POST /orders` as strict models (facts/dhl.md §2.2): what is not in the schema is refused.

The models say what the API layer checks; what DHL's back end checks is in `rules`.
"""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, field_validator
from pydantic.alias_generators import to_camel

from .countries import COUNTRIES

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
POSTAL_CODE = re.compile(r"[0-9A-Za-z]+([ -]?[0-9A-Za-z]+)*")


def _day(value: Any) -> Any:
    if isinstance(value, str) and ISO_DAY.fullmatch(value):
        return date.fromisoformat(value)
    raise ValueError("not a date of the form yyyy-mm-dd")


def _strip_id(value: Any) -> Any:
    # DHL's own collection sends locker numbers as text.
    return int(value) if isinstance(value, str) and value.isdecimal() else value


Name = Annotated[str, Field(min_length=1, max_length=50)]
City = Annotated[str, Field(min_length=1, max_length=40)]
LongCity = Annotated[str, Field(max_length=80)]
Email = Annotated[str, Field(min_length=3, max_length=80)]
Contact = Annotated[str, Field(min_length=3, max_length=80)]
PostNumber = Annotated[str, Field(pattern=r"^[0-9]{6,10}$")]
BillingNumber = Annotated[str, Field(pattern=r"^\w{10}\d{2}\w{2}$")]
Age = Literal["A16", "A18"]
Day = Annotated[date, BeforeValidator(_day)]
Text35 = Annotated[str, Field(max_length=35)]


class Model(BaseModel):
    """Base of all models: no unknown field, no silent conversion, null is not a value."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    @field_validator("*", mode="before")
    @classmethod
    def _no_null(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("null is not allowed")
        return value


class WithCountry(Model):
    """An address with a country."""

    country: str

    @field_validator("country", check_fields=False)
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in COUNTRIES:
            raise ValueError("country")
        return value


class WithPostalCode(Model):
    """An address with a postcode that may be left out."""

    postal_code: Annotated[str, Field(min_length=3, max_length=10)] = ""

    @field_validator("postal_code")
    @classmethod
    def _form(cls, value: str) -> str:
        if not POSTAL_CODE.fullmatch(value):
            raise ValueError("postalCode")
        return value


class Shipper(WithCountry, WithPostalCode):
    """The sender. `phone` is not in DHL's schema but in DHL's own examples."""

    name1: Name
    name2: Name = ""
    name3: Name = ""
    street: Annotated[Name, Field(alias="addressStreet")]
    house: Annotated[str, Field(alias="addressHouse", min_length=1, max_length=10)] = ""
    city: City
    contact: Annotated[Contact, Field(alias="contactName")] = ""
    email: Email = ""
    phone: Annotated[str, Field(min_length=1, max_length=20)] = ""


class ShipperReference(Model):
    """A sender kept in DHL's customer portal."""

    reference: Annotated[str, Field(alias="shipperRef", max_length=50)]


class ContactAddress(Shipper):
    """A house address."""

    dispatching: Annotated[str, Field(alias="dispatchingInformation", min_length=1, max_length=35)] = ""
    additional1: Annotated[str, Field(alias="additionalAddressInformation1", min_length=1, max_length=60)] = ""
    additional2: Annotated[str, Field(alias="additionalAddressInformation2", min_length=1, max_length=60)] = ""
    state: Annotated[str, Field(min_length=1, max_length=20)] = ""


class DropPoint(WithPostalCode):
    """What lockers, post offices and boxes have in common: the postcode is required, the country is not."""

    postal_code: Annotated[str, Field(min_length=3, max_length=10)]
    country: str = "DEU"

    @field_validator("country")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in COUNTRIES:
            raise ValueError("country")
        return value


class Locker(DropPoint):
    """A Packstation."""

    name: Name
    number: Annotated[int, Field(alias="lockerID", ge=100, le=999)]
    post_number: PostNumber
    city: Annotated[str, Field(max_length=40)]

    _lenient = field_validator("number", mode="before")(_strip_id)


class PostOffice(DropPoint):
    """A post office or parcel shop."""

    name: Name
    number: Annotated[int, Field(alias="retailID", ge=401, le=999)]
    post_number: PostNumber = ""
    email: Email = ""
    city: LongCity

    _lenient = field_validator("number", mode="before")(_strip_id)


class POBox(DropPoint):
    """A box at a post office."""

    name1: Name
    name2: Name = ""
    name3: Name = ""
    number: Annotated[int, Field(alias="poBoxID")]
    email: Email = ""
    city: LongCity

    _lenient = field_validator("number", mode="before")(_strip_id)


class Weight(Model):
    """A weight."""

    uom: Literal["g", "kg"]
    value: Annotated[float, Field(ge=0, le=31500)]

    @property
    def kg(self) -> float:
        """The weight in kilograms."""
        return self.value / 1000 if self.uom == "g" else self.value


class Dimensions(Model):
    """Outer dimensions: whole numbers."""

    uom: Literal["cm", "mm"]
    height: int
    length: int
    width: int

    @property
    def cm(self) -> tuple[int, int, int]:
        """The three edges in whole centimetres, longest first."""
        edges = (self.length, self.width, self.height)
        high, middle, low = sorted((round(edge / 10) if self.uom == "mm" else edge for edge in edges), reverse=True)
        return high, middle, low


class Value(Model):
    """An amount."""

    currency: Annotated[str, Field(pattern=r"^([A-Z]{3}|UNKNOWN)$")]
    value: Annotated[float, Field(ge=0, le=100000)]


class Details(Model):
    """Weight and dimensions of the parcel."""

    weight: Weight
    dim: Dimensions | None = None


class IdentCheck(Model):
    """Check of the addressee's identity."""

    first: Annotated[str, Field(alias="firstName", min_length=1, max_length=35)]
    last: Annotated[str, Field(alias="lastName", min_length=1, max_length=35)]
    born: Annotated[Day | None, Field(alias="dateOfBirth")] = None
    age: Annotated[Age | None, Field(alias="minimumAge")] = None


class BankAccount(Model):
    """Where the cash goes."""

    holder: Annotated[str, Field(alias="accountHolder", max_length=80)]
    iban: Annotated[str, Field(pattern=r"^[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}$")]
    bank: Annotated[str, Field(alias="bankName", max_length=80)] = ""
    bic: Annotated[str, Field(pattern=r"^[a-zA-Z0-9]{8,11}$")] = ""


class CashOnDelivery(Model):
    """Cash on delivery."""

    amount: Value | None = None
    account: Annotated[BankAccount | None, Field(alias="bankAccount")] = None
    reference: Annotated[Text35, Field(alias="accountReference")] = ""
    note1: Annotated[Text35, Field(alias="transferNote1")]
    note2: Annotated[Text35, Field(alias="transferNote2")] = ""


class Retoure(Model):
    """The enclosed return label."""

    billing_number: BillingNumber
    ref_no: Annotated[str, Field(min_length=6, max_length=50)] = ""
    address: Annotated[ContactAddress | None, Field(alias="returnAddress")] = None
    go_green_plus: bool = False


class Services(Model):
    """Value added services. `economy` is not in DHL's schema but in DHL's own examples."""

    preferred_neighbour: Annotated[str, Field(max_length=100)] = ""
    preferred_location: Annotated[str, Field(max_length=100)] = ""
    visual_check_of_age: Age | None = None
    named_person_only: bool = False
    ident_check: IdentCheck | None = None
    signed_for_by_recipient: bool = False
    endorsement: Literal["RETURN", "ABANDON"] | None = None
    preferred_day: Day | None = None
    no_neighbour_delivery: bool = False
    additional_insurance: Value | None = None
    bulky_goods: bool = False
    cash_on_delivery: CashOnDelivery | None = None
    individual_sender_requirement: Annotated[str, Field(pattern=r"^[a-zA-Z0-9]{2}$")] = ""
    premium: bool = False
    economy: bool = False
    closest_drop_point: bool = False
    parcel_outlet_routing: str = ""
    go_green_plus: bool = False
    dhl_retoure: Retoure | None = None
    postal_delivery_duty_paid: bool = False

    def wanted(self) -> set[str]:
        """Return the names of the services that are asked for, as on the wire."""
        return {str(field.alias) for name, field in type(self).model_fields.items() if getattr(self, name)}


class Commodity(Model):
    """One kind of goods in a parcel that passes customs; values for one piece."""

    description: Annotated[str, Field(alias="itemDescription", min_length=1, max_length=256)]
    quantity: Annotated[int, Field(alias="packagedQuantity")]
    value: Annotated[Value, Field(alias="itemValue")]
    weight: Annotated[Weight, Field(alias="itemWeight")]
    origin: Annotated[str, Field(alias="countryOfOrigin", pattern="^[A-Z]{3}$")] = "UNKNOWN"
    hs_code: Annotated[str, Field(min_length=6, max_length=11)] = ""


class Customs(Model):
    """Customs declaration."""

    export_type: Annotated[
        Literal["OTHER", "PRESENT", "COMMERCIAL_SAMPLE", "DOCUMENT", "RETURN_OF_GOODS", "COMMERCIAL_GOODS"],
        Field(alias="exportType"),
    ]
    postal_charges: Value
    items: Annotated[list[Commodity], Field(min_length=1, max_length=99)]
    invoice_no: Text35 = ""
    export_description: Annotated[str, Field(max_length=80)] = ""
    conditions: Annotated[Literal["DAP", "DDP"] | None, Field(alias="shippingConditions")] = None
    permit_no: Annotated[str, Field(max_length=30)] = ""
    attestation_no: Annotated[str, Field(max_length=30)] = ""
    electronic: Annotated[bool, Field(alias="hasElectronicExportNotification")] = False
    mrn: Annotated[str, Field(alias="MRN", max_length=18)] = ""
    office: Annotated[Text35, Field(alias="officeOfOrigin")] = ""
    shipper_ref: Annotated[Text35, Field(alias="shipperCustomsRef")] = ""
    consignee_ref: Annotated[Text35, Field(alias="consigneeCustomsRef")] = ""


def _consignee_kind(value: Any) -> str:
    keys = value if isinstance(value, dict) else {}
    return next((name for name in ("lockerID", "retailID", "poBoxID") if name in keys), "address")


def _shipper_kind(value: Any) -> str:
    return "reference" if isinstance(value, dict) and "shipperRef" in value else "address"


Consignee = Annotated[
    Annotated[ContactAddress, Tag("address")]
    | Annotated[Locker, Tag("lockerID")]
    | Annotated[PostOffice, Tag("retailID")]
    | Annotated[POBox, Tag("poBoxID")],
    Discriminator(_consignee_kind),
]


class Shipment(Model):
    """One parcel. The schema requires nothing here; the back end does (`rules`)."""

    product: Literal["V01PAK", "V53WPAK", "V54EPAK", "V62WP", "V62KP", "V66WPI"] | None = None
    billing_number: BillingNumber = ""
    ref_no: Annotated[str, Field(min_length=8, max_length=35)] = ""
    cost_center: Annotated[str, Field(max_length=50)] = ""
    software: Annotated[str, Field(alias="creationSoftware")] = ""
    ship_date: Day | None = None
    shipper: (
        Annotated[
            Annotated[Shipper, Tag("address")] | Annotated[ShipperReference, Tag("reference")],
            Discriminator(_shipper_kind),
        ]
        | None
    ) = None
    consignee: Consignee | None = None
    details: Details | None = None
    services: Services = Field(default_factory=Services)
    customs: Customs | None = None


class ShipmentOrderRequest(Model):
    """The whole request; its shipments are read one by one, so that each gets its own messages."""

    profile: Text35
    shipments: Annotated[list[dict], Field(min_length=1, max_length=30)]
