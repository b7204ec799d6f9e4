"""What DHL's back end checks after the schema (facts/dhl.md §2.2, §6.2, §6.3, §9.4, §9.5)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from . import contract
from .address_rules import address_remarks, is_email
from .countries import CUSTOMS_UNION, GERMANY
from .schema import Dimensions, Retoure, Services, Shipment, ShipperReference, Weight
from .texts import Remark

LAST_DAY = timedelta(days=7)
HEAVIEST = {"V01PAK": 31.5, "V53WPAK": 31.5, "V54EPAK": 31.5, "V62KP": 1.0, "V66WPI": 1.0}
STANDARD_CM = (120, 60, 60)
SMALLEST_CM = (15, 11, 1)
SMALL_PARCEL_CM = (35, 25, 8)
BULKY_LENGTH, BULKY_GIRTH = 200, 360
HIGHEST_INSURANCE = 25000
WEEKDAYS_PREFERRED = range(2, 7)
SUNDAY = 6


def check(shipment: Shipment, today: date) -> list[Remark]:
    """Return what DHL's back end has to say about a shipment; an Error means that it is not booked.

    :param today: the day in Germany, past shipping dates are refused
    """
    missing = [
        Remark(name, "missing")
        for name, value in (
            ("product", shipment.product),
            ("billingNumber", shipment.billing_number),
            ("shipper", shipment.shipper),
            ("consignee", shipment.consignee),
            ("details.weight", shipment.details),
        )
        if not value
    ]
    if missing:
        return missing
    remarks = [*_contract(shipment), *_size(shipment), *_dates(shipment, today), *_services(shipment)]
    remarks += [*_abroad(shipment), *_shipper(shipment)]
    return remarks + list(address_remarks("consignee", shipment.consignee))


def _contract(shipment: Shipment) -> Iterator[Remark]:
    product, number = shipment.product, shipment.billing_number
    if product not in contract.PROCEDURES:
        yield Remark("product", "product_unknown")
        return
    allowed = contract.SERVICES.get(number)
    if allowed is None or contract.procedure(number) != contract.PROCEDURES[product]:
        yield Remark("billingNumber", "billing_number")
        return
    for name in sorted(shipment.services.wanted() - allowed):
        yield Remark(f"services.{name}", "billing_number")
    if number == contract.PREMIUM_NEEDED and not shipment.services.premium:
        yield Remark("services.premium", "missing")


def _size(shipment: Shipment) -> Iterator[Remark]:
    product, details = shipment.product, shipment.details
    if details is None or product not in HEAVIEST:
        return
    yield from _weight(details.weight, HEAVIEST[product])
    if details.dim is not None:
        yield from _dimensions(product, details.dim)


def _weight(weight: Weight, heaviest: float) -> Iterator[Remark]:
    if weight.kg > heaviest:
        yield Remark("details.weight", "weight_high")
    elif weight.kg <= 0:
        yield Remark("details.weight", "weight_low")


def _dimensions(product: str, dim: Dimensions) -> Iterator[Remark]:
    edges = dim.cm
    if any(edge < least for edge, least in zip(edges, SMALLEST_CM, strict=True)):
        yield Remark("details.dim", "too_small")
    if product in ("V62KP", "V66WPI"):
        for edge, most, name in zip(edges, SMALL_PARCEL_CM, ("length", "width", "height"), strict=True):
            if edge > most:
                yield Remark(f"details.dim.{name}", name)
    elif edges[0] > BULKY_LENGTH:
        yield Remark("details.dim.length", "length")
    elif edges[0] + 2 * (edges[1] + edges[2]) > BULKY_GIRTH:
        yield Remark("details.dim", "girth")
    elif any(edge > most for edge, most in zip(edges, STANDARD_CM, strict=True)):
        yield Remark("details.dim", "bulky", "Warning")


def _dates(shipment: Shipment, today: date) -> Iterator[Remark]:
    day = shipment.ship_date or today
    if not today <= day <= today + LAST_DAY:
        yield Remark("shipDate", "ship_date")
    preferred = shipment.services.preferred_day
    if preferred is not None and (preferred.weekday() == SUNDAY or _workdays(day, preferred) not in WEEKDAYS_PREFERRED):
        yield Remark("services.preferredDay", "preferred_day")


def _workdays(start: date, end: date) -> int:
    days = (end - start).days
    return sum((start + timedelta(days=number)).weekday() != SUNDAY for number in range(1, days + 1))


def _services(shipment: Shipment) -> Iterator[Remark]:
    services = shipment.services
    if services.additional_insurance and services.additional_insurance.value > HIGHEST_INSURANCE:
        yield Remark("services.additionalInsurance", "insurance")
    if services.parcel_outlet_routing and not is_email(services.parcel_outlet_routing):
        yield Remark("services.parcelOutletRouting", "email")
    if services.closest_drop_point:
        address = shipment.consignee
        if not (getattr(address, "phone", "") or getattr(address, "email", "")):
            yield Remark("services.closestDropPoint", "contact_needed")
    yield from _cash(services)
    if services.dhl_retoure:
        yield from _retoure(shipment, services.dhl_retoure)


def _cash(services: Services) -> Iterator[Remark]:
    cash = services.cash_on_delivery
    if cash is None:
        return
    if cash.amount is None:
        yield Remark("services.cashOnDelivery.amount", "missing")
    elif cash.amount.currency != "EUR":
        yield Remark("services.cashOnDelivery.amount.currency", "cod_currency")
    if not cash.account and not cash.reference:
        yield Remark("services.cashOnDelivery", "cod_account")


def _retoure(shipment: Shipment, retoure: Retoure) -> Iterator[Remark]:
    prefix = "services.dhlRetoure"
    if shipment.product not in contract.RETURN_PRODUCTS:
        yield Remark(prefix, "service_unknown")
        return
    allowed = contract.SERVICES.get(retoure.billing_number)
    if allowed is None or contract.procedure(retoure.billing_number) != contract.RETURN_PROCEDURE:
        yield Remark(f"{prefix}.billingNumber", "service_unknown")
    elif retoure.go_green_plus and "goGreenPlus" not in allowed:
        yield Remark(f"{prefix}.goGreenPlus", "billing_number")
    sender = shipment.shipper
    kept = isinstance(sender, ShipperReference) and sender.reference == contract.SHIPPER_WITH_RETURN
    if retoure.address is None:
        if not kept:
            yield Remark(f"{prefix}.returnAddress", "return_address")
        return
    if retoure.address.country != GERMANY:
        yield Remark(f"{prefix}.returnAddress.country", "product_country")
    yield from address_remarks(f"{prefix}.returnAddress", retoure.address)


def _abroad(shipment: Shipment) -> Iterator[Remark]:
    address, customs = shipment.consignee, shipment.customs
    if address is None:
        return
    if (shipment.product in contract.DOMESTIC) != (address.country == GERMANY):
        yield Remark("consignee.country", "product_country")
        return
    if shipment.product == "V53WPAK" and not shipment.services.endorsement:
        yield Remark("services.endorsement", "endorsement", "Warning")
    if customs is None:
        if address.country not in CUSTOMS_UNION:
            yield Remark("customs", "customs_missing")
        return
    if any(item.value.currency != customs.postal_charges.currency for item in customs.items):
        yield Remark("customs.items", "customs_currency")
    if customs.export_type == "OTHER" and not re.search(r"\S", customs.export_description):
        yield Remark("customs.exportDescription", "export_description")


def _shipper(shipment: Shipment) -> Iterator[Remark]:
    sender = shipment.shipper
    if isinstance(sender, ShipperReference):
        if sender.reference not in contract.SHIPPER_REFERENCES:
            yield Remark("shipper.shipperRef", "shipper_unknown")
    elif sender is not None:
        yield from address_remarks("shipper", sender)
