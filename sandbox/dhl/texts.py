"""What DHL's validation says, in its two languages (facts/dhl.md §6.2); lines marked own are the sandbox's wording."""

from dataclasses import dataclass
from typing import Literal

State = Literal["Error", "Warning"]

# key: (English, German)
TEXTS = {
    "city_unknown": (
        "The city entered does not match the postcode. The shipment is not codeable.",
        "Der Ort ist zu dieser PLZ nicht bekannt. Die Sendung ist nicht leitcodierbar.",
    ),
    "street_unknown": (
        "The street entered could not be found.",
        "Die angegebene Straße kann nicht gefunden werden.",
    ),
    "house_missing": ("Please enter a house number.", "Bitte geben Sie eine Hausnummer an."),
    "postcode_form": (
        "The postcode is invalid. Please use the format 99999. You may, however, still print a shipping label.",
        "Die Postleitzahl ist ungültig. Bitte verwenden Sie das Format 99999. Ein Versandschein ist trotzdem möglich.",
    ),
    "postcode_missing": ("Please enter a postcode.", "Bitte geben Sie eine Postleitzahl an."),  # own
    "weight_high": ("The weight is too high", "Die Gewichtsangabe ist zu hoch."),
    "weight_low": ("The weight is too low", "Die Gewichtsangabe ist zu gering."),
    "girth": ("The girth is too large.", "Das angegebene Gurtmaß ist zu groß."),
    "length": ("The length is too large.", "Die angegebene Länge ist zu groß."),
    "width": ("The width is too large.", "Die angegebene Breite ist zu groß."),
    "height": ("The height is too large.", "Die angegebene Höhe ist zu groß."),
    "too_small": ("The parcel is too small.", "Die angegebenen Maße sind zu klein."),  # own
    "bulky": (
        "The parcel exceeds the standard size and is carried as bulky goods.",
        "Die Sendung überschreitet die Standardmaße und wird als Sperrgut befördert.",
    ),  # own
    "billing_number": (
        "The billing number is not valid or a service you chose is not active for it.",
        "Die ausgewählte Abrechnungsnummer ist nicht gültig oder ein von Ihnen ausgewählter Service ist für Ihre "
        "Abrechnungsnummer nicht aktiviert.",
    ),
    "service_unknown": ("The service entered is unknown.", "Der angegebene Service ist nicht bekannt."),
    "product_unknown": ("The product entered is unknown.", "Das angegebene Produkt ist nicht bekannt."),
    "product_country": (
        "The product entered is not available for this country.",
        "Das angegebene Produkt ist für das Land nicht verfügbar.",
    ),
    "ship_date": ("Please enter a valid shipping date.", "Bitte geben Sie ein gültiges Sendungsdatum an."),
    "missing": ("The entry is mandatory.", "Die Angabe ist erforderlich."),  # own
    "locker_number": (
        "Packstation numbers are between 101 and 999.",
        "Packstationsnummern liegen zwischen 101 und 999.",
    ),
    "retail_number": (
        "Post office numbers are between 401 and 999.",
        "Filialnummern liegen zwischen 401 und 999.",
    ),  # own
    "post_number": (
        "The customer number (Postnummer) is not valid.",
        "Die verwendete Postnummer ist nicht gültig.",
    ),
    "post_number_or_email": (
        "Either the customer number (Postnummer) or an e-mail address is needed.",
        "Es wird entweder die Postnummer oder eine E-Mail-Adresse benötigt.",
    ),  # own
    "endorsement": (
        "Please note that an endorsement is mandatory for DHL Paket International.",
        "Bitte beachten Sie, dass der Service Vorausverfügung für Sendungen mit DHL Paket International "
        "verpflichtend ist.",
    ),
    "customs_missing": (
        "Customs details are mandatory for this country.",
        "Für dieses Land sind Zollangaben erforderlich.",
    ),  # own
    "customs_currency": (
        "The currency of the goods must be that of the postal charges.",
        "Die Währung der Waren muss die der Portokosten sein.",
    ),  # own
    "export_description": (
        "A description is mandatory for this kind of export.",
        "Für diese Sendungsart ist eine Beschreibung erforderlich.",
    ),  # own
    "insurance": ("The amount insured is too high.", "Der Versicherungsbetrag ist zu hoch."),  # own
    "cod_currency": ("The currency must be EUR.", "Die Währung muss EUR sein."),  # own
    "cod_account": ("Bank account or account reference is needed.", "Es wird eine Bankverbindung benötigt."),  # own
    "email": ("The e-mail address is not valid.", "Die E-Mail-Adresse ist nicht gültig."),  # own
    "preferred_day": ("The preferred day is not possible.", "Der Wunschtag ist nicht möglich."),  # own
    "contact_needed": (
        "Phone number or e-mail address is needed for this service.",
        "Für diesen Service wird eine Telefonnummer oder E-Mail-Adresse benötigt.",
    ),  # own
    "shipper_unknown": ("The shipper reference is unknown.", "Die Absenderreferenz ist nicht bekannt."),  # own
    "return_address": ("A return address is needed.", "Es wird eine Retourenadresse benötigt."),  # own
    "profile": ("The group profile is unknown.", "Das Gruppenprofil ist nicht bekannt."),  # own
    "closed": ("The shipment was already manifested.", "Die Sendung wurde bereits abgeschlossen."),  # own
    "unknown_shipment": ("Unknown shipment number.", "Unknown shipment number."),
}
COUNTED = {
    "printed": ("{ok} of {all} {noun} successfully printed.", "{ok} von {all} {noun} erfolgreich gedruckt."),
    "validated": (
        "{ok} of {all} {noun} validated OK. Details included.",
        "{ok} von {all} {noun} erfolgreich geprüft. Details anbei.",
    ),
    "canceled": ("{ok} of {all} {noun} successfully canceled.", "{ok} von {all} {noun} erfolgreich storniert."),
    "found": ("{ok} of {all} {noun} found.", "{ok} von {all} {noun} gefunden."),
    "manifested": ("{ok} of {all} {noun} manifested.", "{ok} von {all} {noun} abgeschlossen."),
}
WEAK = "Within the shipment there was at least one weak validation error."


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding about a shipment: the property it is about and the text's key."""

    prop: str
    key: str
    state: State = "Error"
    uncodeable: bool = False

    def as_dict(self, german: bool) -> dict:
        """Return the finding as DHL sends it."""
        return {
            "property": self.prop,
            "validationMessage": TEXTS[self.key][german],
            "validationState": self.state,
        }


def is_german(accept_language: str | None) -> bool:
    """Tell the language of messages: German if asked for, else English."""
    return (accept_language or "").strip().lower().startswith("de")


def counted(what: str, done: int, total: int, german: bool) -> str:
    """Return the sentence that counts what was done."""
    noun = (("shipment", "shipments"), ("Sendung", "Sendungen"))[german][total != 1]
    return COUNTED[what][german].format(ok=done, all=total, noun=noun)
