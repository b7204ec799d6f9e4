"""What stands on a label: a booking turned into lines of text and barcodes, whatever the document's format is."""

from dataclasses import dataclass

from .schema import ContactAddress, Locker, POBox, PostOffice, Shipper, ShipperReference
from .state import BERLIN, Booking, CustomerReturn

TITLES = {
    "V01PAK": "DHL PAKET",
    "V53WPAK": "DHL PAKET INTERNATIONAL",
    "V54EPAK": "DHL EUROPAKET",
    "V62KP": "DHL KLEINPAKET",
    "V66WPI": "WARENPOST INTERNATIONAL",
}
RETURN_TITLE = "DHL RETOURE"
COUNTRY_NAMES = {"DEU": "GERMANY", "AUT": "AUSTRIA", "CHE": "SWITZERLAND", "FRA": "FRANCE", "GBR": "UNITED KINGDOM"}
KEPT_SHIPPER = ("Musterversand GmbH", "Sträßchensweg 10", "53113 Bonn", "GERMANY")


@dataclass(frozen=True, slots=True)
class LabelData:
    """A label's content; `barcodes` are (caption, human readable text, encoded text)."""

    title: str
    sender: tuple[str, ...]
    addressee: tuple[str, ...]
    contact: str
    facts: tuple[tuple[str, str], ...]
    services: str
    barcodes: tuple[tuple[str, str, str], ...]


def parcel_label(booking: Booking) -> LabelData:
    """Return what stands on the parcel's label."""
    shipment = booking.shipment
    weight = f"{shipment.details.weight.kg:g} kg" if shipment.details else ""
    return LabelData(
        title=TITLES.get(shipment.product or "", "DHL"),
        sender=lines(shipment.shipper),
        addressee=lines(shipment.consignee),
        contact=_contact(shipment.shipper),
        facts=_facts(shipment.billing_number, shipment.ref_no, weight, shipment.cost_center, booking),
        services=", ".join(sorted(shipment.services.wanted() - {"dhlRetoure"})),
        barcodes=_barcodes(booking.routing_code, booking.shipment_no),
    )


def return_label(booking: Booking) -> LabelData:
    """Return what stands on the return label: the addresses change places, the weight is left open.

    :raises ValueError: the booking has no return
    """
    retoure = booking.retoure
    if retoure is None or booking.return_no is None:
        raise ValueError("The shipment has no return.")
    return LabelData(
        title=RETURN_TITLE,
        sender=lines(booking.shipment.consignee),
        addressee=lines(retoure.address) if retoure.address else KEPT_SHIPPER,
        contact="",
        facts=_facts(retoure.billing_number, retoure.ref_no, "", "", None),
        services="",
        barcodes=_barcodes(booking.return_routing_code or "", booking.return_no),
    )


def return_on_demand(booked: CustomerReturn) -> LabelData:
    """Return what stands on the label of a return that was booked on demand; it goes where the account says."""
    request = booked.request
    shipper, weight = request["shipper"], request.get("itemWeight")
    sender = [shipper.get(name, "") for name in ("name1", "name2", "name3")]
    sender += [f"{shipper['addressStreet']} {shipper['addressHouse']}", f"{shipper['postalCode']} {shipper['city']}"]
    kilograms = weight["value"] / (1 if weight["uom"] == "kg" else 1000) if weight else 0
    return LabelData(
        title=RETURN_TITLE,
        sender=tuple(filter(None, sender)),
        addressee=KEPT_SHIPPER,
        contact="",
        facts=(
            ("Empfänger-ID", booked.receiver),
            ("Referenznr.", request.get("customerReference", "")[:30]),
            ("Gewicht", f"{kilograms:g} kg" if kilograms else ""),
        ),
        services="",
        barcodes=_barcodes(booked.routing_code, booked.number),
    )


def _facts(
    billing: str, ref_no: str, weight: str, cost_center: str, booking: Booking | None
) -> tuple[tuple[str, str], ...]:
    facts = [("Abrechnungsnr.", billing), ("Referenznr.", ref_no), ("Gewicht", weight)]
    if cost_center:
        facts.append(("Kostenstelle", cost_center))
    if booking:
        day = booking.shipment.ship_date or booking.created.astimezone(BERLIN).date()
        facts += [("Sendungsdatum", f"{day:%d.%m.%Y}"), ("Sendungsnr.", booking.shipment_no)]
    return tuple(facts)


def _barcodes(routing: str, number: str) -> tuple[tuple[str, str, str], ...]:
    shown_number = f"(00){number[2:]}" if number.startswith("00") else number
    shown_routing = f"(403){routing[3:]}"
    return (("Leitcode/Routingcode", shown_routing, routing), ("Sendungsnummer", shown_number, number))


def _contact(shipper: Shipper | ShipperReference | None) -> str:
    if not isinstance(shipper, Shipper):
        return ""
    return ", ".join(filter(None, (shipper.contact, shipper.email)))


def lines(address: Shipper | ShipperReference | Locker | PostOffice | POBox | None) -> tuple[str, ...]:
    """Return an address as the lines of a label."""
    if address is None or isinstance(address, ShipperReference):
        return KEPT_SHIPPER
    if isinstance(address, Locker):
        place = [address.name, address.post_number, f"Packstation {address.number}"]
    elif isinstance(address, PostOffice):
        place = [address.name, address.post_number, f"Postfiliale {address.number}"]
    elif isinstance(address, POBox):
        place = [address.name1, address.name2, address.name3, f"Postfach {address.number}"]
    else:
        place = [address.name1, address.name2, address.name3]
        if isinstance(address, ContactAddress):
            place.append(address.additional1)
        place.append(f"{address.street} {address.house}".strip())
    place += [f"{address.postal_code} {address.city}".strip(), COUNTRY_NAMES.get(address.country, address.country)]
    return tuple(filter(None, place))
