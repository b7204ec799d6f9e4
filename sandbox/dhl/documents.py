"""Puts a booking's documents into an answer, as the caller asked for them (facts/dhl.md §2.1, §2.3)."""

import base64
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from starlette.datastructures import QueryParams

from .errors import request_status
from .label_data import LabelData, parcel_label, return_label
from .labels import ANSWER_NAMES, draw, zpl
from .state import Booking, Depot

PrintFormat = Literal[
    "A4",
    "910-300-600",
    "910-300-610",
    "910-300-700",
    "910-300-700-oz",
    "910-300-710",
    "910-300-300",
    "910-300-300-oz",
    "910-300-400",
    "910-300-410",
    "100x70mm",
]


class Options(BaseModel):
    """The query of a call that may answer with documents; unknown parameters are ignored.

    The print formats' defaults are settings of the customer's account; these are those of DHL's own sandbox account.
    """

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel)

    validate_only: bool = Field(False, alias="validate")
    must_encode: bool = False
    include_docs: Literal["include", "URL"] = "include"
    doc_format: Literal["PDF", "ZPL2"] = "PDF"
    print_format: PrintFormat = "A4"
    retoure_print_format: PrintFormat = "910-300-710"
    combine: bool = True


def read_options(query: QueryParams) -> Options | str:
    """Return the options of a query, or the name of the parameter that cannot be understood."""
    try:
        return Options.model_validate(dict(query))
    except ValidationError as error:
        return str(error.errors()[0]["loc"][0])


@dataclass(slots=True)
class Clerk:
    """Makes the documents of one call."""

    depot: Depot
    options: Options
    base_url: str

    def documents(self, booking: Booking) -> dict:
        """Return the document fields of a booking's item in the answer."""
        labels = [parcel_label(booking)]
        back = [return_label(booking)] if booking.retoure else []
        shown = {}
        if self.options.combine:
            shown["label"] = self._document(booking, labels + back, self.options.print_format)
        else:
            shown["label"] = self._document(booking, labels, self.options.print_format)
            if back:
                shown["returnLabel"] = self._document(booking, back, self.options.retoure_print_format)
        if booking.shipment.customs and booking.shipment.product != "V66WPI":
            shown["customsDoc"] = self._document(booking, [_titled(labels[0], "CN23")], "A4")
        if booking.shipment.services.cash_on_delivery:
            shown["codLabel"] = self._document(booking, [_titled(labels[0], "NACHNAHME")], "A4")
        return shown

    def _document(self, booking: Booking, labels: list[LabelData], print_format: str) -> dict:
        shown = {"fileFormat": self.options.doc_format, "printFormat": ANSWER_NAMES.get(print_format, print_format)}
        if self.options.doc_format == "ZPL2":
            return {"zpl2": zpl(labels)} | shown
        encoded = base64.b64encode(draw(labels, print_format)).decode()
        if self.options.include_docs == "include":
            return {"b64": encoded} | shown
        token = self.depot.keep_document(booking, encoded)
        return {"url": f"{self.base_url}/labels?token={quote(token, safe='')}"} | shown


def _titled(label: LabelData, title: str) -> LabelData:
    return LabelData(title, label.sender, label.addressee, label.contact, label.facts, label.services, label.barcodes)


def booking_item(booking: Booking) -> dict:
    """Return a booking's item in the answer, without documents."""
    shown = {
        "shipmentNo": booking.shipment_no,
        "returnShipmentNo": booking.return_no,
        "sstatus": request_status(200),
        "shipmentRefNo": booking.shipment.ref_no or None,
        "routingCode": booking.routing_code,
        "returnRoutingCode": booking.return_routing_code,
    }
    return {key: value for key, value in shown.items() if value is not None}
