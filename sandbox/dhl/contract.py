"""The sandbox customer's contract: billing numbers, and what may be booked on each (facts/dhl.md §1.3, table)."""

DOMESTIC = frozenset({"V01PAK", "V62KP"})
PROCEDURES = {"V01PAK": "01", "V53WPAK": "53", "V54EPAK": "54", "V62KP": "62", "V66WPI": "66"}
RETURN_PROCEDURE = "07"
RETURN_PRODUCTS = DOMESTIC
PROFILE = "STANDARD_GRUPPENPROFIL"
SHIPPER_REFERENCES = frozenset({"ShipperWithoutLogo", "ShipperWithLogo", "ShipperWithReturn"})
SHIPPER_WITH_RETURN = "ShipperWithReturn"

PARCEL_LIST = """
preferredNeighbour preferredLocation preferredDay noNeighbourDelivery parcelOutletRouting individualSenderRequirement
visualCheckOfAge namedPersonOnly identCheck signedForByRecipient
additionalInsurance bulkyGoods cashOnDelivery dhlRetoure
"""
SMALL_LIST = "preferredNeighbour preferredLocation parcelOutletRouting dhlRetoure goGreenPlus"
ABROAD_LIST = """
premium economy endorsement additionalInsurance bulkyGoods cashOnDelivery postalDeliveryDutyPaid closestDropPoint
"""
_PARCEL = frozenset(PARCEL_LIST.split())
_SMALL = frozenset(SMALL_LIST.split())
_ABROAD = frozenset(ABROAD_LIST.split())
_GREEN = frozenset({"goGreenPlus"})

SERVICES: dict[str, frozenset[str]] = {
    "33333333330101": frozenset({"dhlRetoure"}),
    "33333333330102": _PARCEL | _GREEN,
    "33333333330103": _PARCEL,
    "33333333330104": _GREEN | {"dhlRetoure"},
    "33333333335301": _ABROAD,
    "33333333335302": _ABROAD,
    "33333333335401": frozenset({"additionalInsurance"}),
    "33333333335402": frozenset({"additionalInsurance"}),
    "33333333336201": _SMALL,
    "33333333336202": _SMALL - _GREEN,
    "33333333336203": _SMALL,
    "33333333336601": frozenset({"premium"}),
    "33333333336602": frozenset({"premium"}),
    "33333333336603": frozenset(),
    "33333333336604": frozenset({"premium"}),
    "33333333330701": _GREEN,
    "33333333330702": frozenset(),
    "33333333330703": _GREEN,
}
PREMIUM_NEEDED = "33333333336602"


def procedure(billing_number: str) -> str:
    """Return digits 11 and 12 of a billing number: the product family."""
    return billing_number[10:12]
