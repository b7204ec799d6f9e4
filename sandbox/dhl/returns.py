"""The Returns API: return labels on demand and where they go (facts/dhl.md §4). Its errors are flat."""

import base64
import io
import json
import re
from typing import Annotated, Any, Literal

import qrcode
from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field, StringConstraints, ValidationError

from ..messages import WireJSON
from .errors import DhlRefusal
from .label_data import return_on_demand
from .labels import draw
from .schema import Model
from .state import CustomerReturn, Depot
from .tokens import TokenDesk

BASE = "/parcel/de/shipping/returns/v1"
# Countries of the sandbox's receivers, under their lower-case ISO code; Germany has two more.
COUNTRIES = (
    *("bel", "bgr", "dnk", "est", "fin", "fra", "grc", "gbr", "irl", "ita", "hrv", "lva", "ltu", "lux", "mlt", "nld"),
    *("nor", "aut", "pol", "prt", "rou", "swe", "che", "svk", "svn", "esp", "cze", "hun", "cyp", "deu"),
)
RECEIVERS = {country: country for country in COUNTRIES} | {"deu_ggp": "deu", "deu_ggp_default": "deu"}
OUTSIDE_CUSTOMS = ("che", "gbr", "nor")
FORMAT = "910-300-710"
LABEL_TYPES = ("SHIPMENT_LABEL", "QR_LABEL", "BOTH")


def _text(least: int, most: int, pattern: str | None = None) -> Any:
    return Annotated[str, StringConstraints(min_length=least, max_length=most, pattern=pattern)]


class Weight(Model):
    """`Weight` of DHL's document."""

    uom: Literal["g", "kg"]
    value: float = Field(ge=0.001, le=31500)


class Value(Model):
    """`Value` of DHL's document."""

    currency: Literal["EUR", "GBP", "CHF"]
    value: float = Field(ge=0, le=100000)


class Shipper(Model):
    """`ContactAddress` of DHL's document: no country, the house number apart."""

    name1: _text(1, 50)
    name2: _text(0, 50) = ""
    name3: _text(0, 50) = ""
    address_street: _text(1, 50)
    address_house: _text(0, 10) = ""
    postal_code: _text(3, 10, r"^[0-9A-Za-z]+([ -]?[0-9A-Za-z]+)*$")
    city: _text(1, 40)
    email: _text(3, 70, r"^[^@\s]+@[^@\s]+$") | None = None
    phone: _text(1, 20) | None = None
    state: _text(0, 20) = ""


class Commodity(Model):
    """`Commodity` of DHL's document."""

    item_description: _text(1, 50)
    packaged_quantity: int
    item_weight: Weight
    item_value: Value
    country_of_origin: _text(3, 3) | None = None
    hs_code: _text(6, 11) | None = None


class Customs(Model):
    """`CustomsDetails` of DHL's document."""

    items: list[Commodity] = Field(min_length=1, max_length=20)


class Services(Model):
    """`VAS` of DHL's document."""

    go_green_plus: bool = False


class ReturnOrder(Model):
    """`ReturnOrder` of DHL's document."""

    receiver_id: _text(1, 50)
    customer_reference: _text(0, 50) = ""
    shipment_reference: _text(0, 50) = ""
    creation_software: _text(0, 35) = ""
    shipper: Shipper
    item_weight: Weight | None = None
    item_value: Value | None = None
    customs_details: Customs | None = None
    services: Services | None = None


def return_version() -> APIRouter:
    """Return the one route that needs no credentials: the version."""
    router = APIRouter(prefix=BASE)

    @router.get("")
    @router.get("/")
    async def version() -> Any:
        return {"amp": {"name": "pp-parcel-returns", "version": "v1.0.9", "rev": "1", "env": "sandbox"}}

    return router


def return_routes(depot: Depot, desk: TokenDesk) -> APIRouter:
    """Return the routes of the Returns API."""
    router = APIRouter(prefix=BASE, dependencies=[Depends(desk.check)])

    @router.post("/orders")
    async def create(request: Request) -> Response:
        label_type = request.query_params.get("labelType", "BOTH")
        if label_type not in LABEL_TYPES:
            raise _refusal(400, "The query parameter labelType is not valid.")
        source = _read(await request.body())
        _judge(source)
        booked = depot.book_return(source, label_type)
        return WireJSON(_confirmation(booked, label_type), status_code=201)

    @router.get("/locations")
    async def locations(request: Request) -> Response:
        country = request.query_params.get("countryCode")
        wanted = request.query_params.get("receiverId")
        if not country:
            raise _refusal(400, "The query parameter countryCode is missing.")
        found = [_receiver(name) for name, at in RECEIVERS.items() if at == country and wanted in (None, name)]
        return WireJSON(found)

    return router


def _refusal(status: int, detail: str) -> DhlRefusal:
    titles = {400: "Bad Request", 422: "Unprocessable Entity"}
    return DhlRefusal(status, {"title": titles[status], "status": status, "detail": detail})


def _read(body: bytes) -> dict:
    try:
        source = json.loads(body)
        ReturnOrder.model_validate(source)
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(str(part) for part in problem["loc"])
        raise _refusal(400, f"{place}: {problem['msg']}") from None
    except ValueError:
        raise _refusal(400, "The body is not JSON.") from None
    return source


def _judge(order: dict) -> None:
    country, shipper = RECEIVERS.get(order["receiverId"]), order["shipper"]
    if country is None:
        raise _refusal(400, "Receiver ID is not known for this account.")
    if not shipper.get("addressHouse"):
        raise _refusal(400, "Please add your data in the field 'Number'.")
    if country == "deu" and not re.fullmatch(r"\d{5}", shipper["postalCode"]):
        raise _refusal(400, "Postal code is invalid. Please use 99999 format.")
    if country in OUTSIDE_CUSTOMS and not order.get("customsDetails"):
        raise _refusal(422, "Customs details are needed for returns from this country.")


def _confirmation(booked: CustomerReturn, label_type: str) -> dict:
    answer = {
        "sstatus": {"title": "Created", "status": 201, "detail": "Created"},
        "shipmentNo": booked.number,
        "routingCode": booked.routing_code,
    }
    if label_type != "QR_LABEL":
        answer["label"] = {"b64": _encoded(draw([return_on_demand(booked)], FORMAT))}
    if label_type != "SHIPMENT_LABEL":
        link = f"https://www.dhl.de/retoure/qr/{booked.number}"
        answer |= {"qrLabel": {"b64": _encoded(_qr(link))}, "qrLink": link}
    return answer


def _qr(text: str) -> bytes:
    file = io.BytesIO()
    qrcode.make(text).save(file, format="PNG")
    return file.getvalue()


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _receiver(name: str) -> dict:
    home = {"addressStreet": "Frankenstraße", "addressHouse": "298", "postalCode": "45133", "city": "Essen"}
    return {
        "receiverId": name,
        "shipperCountry": RECEIVERS[name],
        "ekp": "2222222222",
        "billingNumber": "22222222220701",
        "companyName": "Musterversand GmbH",
        "numberRange": "99999XXXXXXC",
        "receiverAddress": {"name1": "Musterversand GmbH", **home},
        "companyAddress": {"name1": "Musterversand GmbH", **home},
    }
