"""Reads the body of `POST /orders`: the schema check of DHL's API layer (facts/dhl.md §2.2, §6.1)."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from . import contract
from .errors import DhlRefusal, nested_refusal, request_status
from .schema import Shipment, ShipmentOrderRequest
from .texts import TEXTS, counted

CHOICES = ("consignee", "shipper")
OLD_DETAIL = "Your request contained technical errors as listed below."
COUNTRY_TEXT = (
    "Parameter country must be a valid country code consisting of three characters according to ISO 3166-1 alpha-3."
)
# Where DHL's German words are known, by the name of the field, or by what is wrong with it.
GERMAN = {
    "missing": "missing",
    "addressHouse": "house_missing",
    "billingNumber": "billing_number",
    "email": "email",
    "postNumber": "post_number",
    "product": "product_unknown",
    "shipDate": "ship_date",
}
POSTCODE_TEXT = "Parameter postalCode must be a valid postal code format after UPU."


@dataclass(frozen=True, slots=True)
class Finding:
    """A breach of the schema: place in the shipment and words."""

    prop: str
    words: str


def read_orders(body: bytes, *, german: bool, old_style: bool) -> list[tuple[Shipment, dict]]:
    """Return the shipments of a request, each with the JSON it was read from.

    :param old_style: answer schema errors as older servers do (shape 2 of facts/dhl.md §6.1)
    :raises DhlRefusal: 400, nothing of the request is booked
    """
    try:
        payload = json.loads(body)
    except ValueError:
        raise nested_refusal(400, "The body is not JSON.") from None
    try:
        request = ShipmentOrderRequest.model_validate(payload)
    except ValidationError as error:
        raise _refusal([[_finding(problem, german) for problem in error.errors()]], german, old_style) from None
    if request.profile != contract.PROFILE:
        finding = Finding("profile", TEXTS["profile"][german])
        raise _refusal([[finding]] * len(request.shipments), german, old_style)
    shipments, findings = [], []
    for source in request.shipments:
        try:
            shipments.append((Shipment.model_validate(source), source))
            findings.append([])
        except ValidationError as error:
            findings.append([_finding(problem, german) for problem in error.errors()])
    if any(findings):
        raise _refusal(findings, german, old_style)
    return shipments


def _refusal(findings: list[list[Finding]], german: bool, old_style: bool) -> DhlRefusal:
    if old_style:
        items = [
            {"propertyPath": f"shipments[{place}].{finding.prop}", "message": finding.words}
            for place, group in enumerate(findings)
            for finding in group
        ]
        status = {"title": "Bad Request", "statusCode": 400, "detail": OLD_DETAIL}
        return DhlRefusal(400, {"status": status, "items": items})
    items = [
        {"sstatus": request_status(400), "validationMessages": [_message(entry) for entry in group]}
        for group in findings
    ]
    status = request_status(400, counted("printed", 0, len(findings), german))
    return DhlRefusal(400, {"status": status, "items": items})


def _message(finding: Finding) -> dict:
    return {"property": finding.prop, "validationMessage": finding.words, "validationState": "Error"}


def _finding(problem: ErrorDetails, german: bool) -> Finding:
    path = list(problem["loc"])
    # pydantic puts the kind of address it has chosen into the path; it is no property.
    if len(path) > 1 and path[0] in CHOICES:
        del path[1]
    prop = ""
    for part in path:
        prop += f"[{part}]" if isinstance(part, int) else f".{part}"
    prop = prop.removeprefix(".")
    name = str(path[-1]) if path else "body"
    key = GERMAN.get("missing" if problem["type"] == "missing" else name) if german else None
    return Finding(prop, TEXTS[key][1] if key else _words(problem, name))


def _words(problem: ErrorDetails, name: str) -> str:
    context: dict[str, Any] = problem.get("ctx", {})
    kind = problem["type"]
    if name == "country" and kind != "missing":
        return COUNTRY_TEXT
    if name == "postalCode" and kind == "value_error":
        return POSTCODE_TEXT
    texts = {
        "missing": f"Parameter {name} is required.",
        "extra_forbidden": f"Parameter {name} is not known.",
        "string_too_short": f"{name} must be at least {context.get('min_length')} characters long (too short).",
        "string_too_long": f"{name} must be at most {context.get('max_length')} characters long (too long).",
        "string_pattern_mismatch": f"{name} must match {context.get('pattern')}.",
    }
    return texts.get(kind, f"{name}: {problem['msg']}.")
