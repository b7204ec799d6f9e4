"""The client of DHL's Parcel DE Returns API v1: return labels on demand (facts/dhl.md §4)."""

from dataclasses import dataclass
from decimal import Decimal

from . import answers
from .connection import DhlConnection
from .errors import DhlAddressError, DhlUnavailable
from .types import ContactAddress

LABEL_TYPES = ("SHIPMENT_LABEL", "QR_LABEL", "BOTH")
EMAIL_LENGTH = 70
# DHL prints the first 30 characters of the customer's reference.
REFERENCE_LENGTH = 30


@dataclass(frozen=True, slots=True)
class ReturnOrder:
    """A parcel that a customer sends back. Where it goes is kept at DHL under the receiver id.

    :ivar receiver_id: as in DHL's business customer portal, one for each country that is sent from
    :ivar shipper: the customer; DHL wants the house number apart
    :ivar weight: kg
    :ivar ref_no: printed on the label, at most 30 characters
    :ivar shipment_ref: for DHL's invoice, at most 50 characters
    """

    receiver_id: str
    shipper: ContactAddress
    weight: Decimal
    ref_no: str
    shipment_ref: str = ""

    def __post_init__(self):
        if not self.shipper.house:
            raise DhlAddressError("house", self.shipper.street)

    def payload(self) -> dict:
        """Return the JSON object of DHL's ReturnOrder; its address has no country."""
        shipper = self.shipper.payload()
        for unknown in ("country", "additionalAddressInformation1"):
            shipper.pop(unknown, None)
        if len(shipper.get("email", "")) > EMAIL_LENGTH:
            del shipper["email"]
        payload = {
            "receiverId": self.receiver_id,
            "customerReference": self.ref_no[:REFERENCE_LENGTH],
            "shipper": shipper,
            "itemWeight": {"uom": "kg", "value": float(self.weight)},
        }
        return {**payload, "shipmentReference": self.shipment_ref[:50]} if self.shipment_ref else payload


@dataclass(frozen=True, slots=True)
class ReturnConfirmation:
    """What DHL booked; `label` is a PDF, `qr_label` a PNG, each None unless it was asked for."""

    shipment_no: str
    label: bytes | None
    qr_label: bytes | None


class DhlReturnsClient(DhlConnection):
    """Books return labels; there is neither a way to cancel one nor to fetch it again.

    See `DhlConnection` for how it is made; `base_url` e.g. ``https://api-eu.dhl.com/parcel/de/shipping/returns/v1``.
    """

    def create(  # pylint: disable=method-required-super
        self, order: ReturnOrder, label_type: str = "SHIPMENT_LABEL"
    ) -> ReturnConfirmation:
        """Book a return; sent exactly once.

        :param label_type: one of LABEL_TYPES
        :raises ValueError: another label type
        :raises DhlError: `maybe_done` tells whether the return may be booked
        """
        if label_type not in LABEL_TYPES:
            raise ValueError(f"No label type of DHL: {label_type}")
        request = "POST /orders"
        answer = self._exchange("POST", "/orders", {"labelType": label_type}, order.payload())
        body = self._body(answer)
        if answer.status_code not in (200, 201):
            raise answers.error_of(answer, request, now=self._clock(), may_be_done=True, secrets=self._secrets)
        number = answers.number((body or {}).get("shipmentNo"))
        confirmation = ReturnConfirmation(
            shipment_no=number,
            label=answers.document((body or {}).get("label")),
            qr_label=answers.document((body or {}).get("qrLabel"), answers.PICTURE),
        )
        if not number or not (confirmation.label or confirmation.qr_label):
            words, key = (f"number {number} without a label", "no_label") if number else ("no answer", "unreadable")
            raise DhlUnavailable(words, request=request, status=answer.status_code, maybe_done=True, key=key)
        return confirmation
