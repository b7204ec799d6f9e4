"""DHL's own OpenAPI document as a judge of requests and answers.

The document is not part of the product: its folder is named by the environment variable DHL_SPEC_DIR, else it is looked
for beside the checkout. Where it is missing, the tests that need it are skipped.
"""

import copy
import io
import json
import os
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import yaml
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4
from urllib3 import HTTPResponse

from tests.contract.dhl_wire import ROOT, SHIPPING

FOLDER = Path(os.environ.get("DHL_SPEC_DIR") or ROOT.parent / "shared" / "spec")
PATTERN = "dhl-parcel-de-shipping-*.yaml"
HERE, STRICT = "urn:dhl", "urn:dhl-strict"


@cache
def document() -> dict:
    """Return DHL's document; skip the test when there is none."""
    found = sorted(FOLDER.glob(PATTERN))
    if not found:
        pytest.skip(f"DHL's OpenAPI document ({PATTERN}) is not in {FOLDER}; set DHL_SPEC_DIR to its folder.")
    return yaml.safe_load(found[-1].read_text())


@cache
def registry() -> Registry:
    """Return the document twice: as it is, and with no unknown property allowed."""
    strict = copy.deepcopy(document())
    for schema in strict["components"]["schemas"].values():
        _close(schema)
    resources = [(name, DRAFT4.create_resource(contents)) for name, contents in ((HERE, document()), (STRICT, strict))]
    return Registry().with_resources(resources)


def _close(schema) -> None:
    if isinstance(schema, list):
        for entry in schema:
            _close(entry)
    elif isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            schema["additionalProperties"] = False
        for key, entry in schema.items():
            if key not in ("example", "enum"):
                _close(entry)


def faults(pointer: str, instance, *, strict: bool = False) -> list[str]:
    """Return where a value breaks the schema that a JSON pointer into the document names."""
    schema = {"$ref": f"{STRICT if strict else HERE}#{pointer}"}
    validator = Draft4Validator(schema, registry=registry())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def listened(answer: requests.Response) -> requests.Response:
    """Return an answer whose body has been read, and let the client, which reads it itself, find it there again."""
    answer.raw = HTTPResponse(io.BytesIO(answer.content), preload_content=False)
    return answer


def exchange_faults(answer: requests.Response) -> list[str]:
    """Return what is wrong with a request of the shipping API and its answer, as sentences."""
    request = answer.request
    path = urlsplit(request.url).path.removeprefix(SHIPPING)
    place = f"/paths/{path.replace('/', '~1')}/{request.method.lower()}"
    operation = document()["paths"][path][request.method.lower()]
    return [
        *_query_faults(operation, request),
        *_body_faults(place, request),
        *_answer_faults(operation, place, answer),
    ]


def _query_faults(operation: dict, request) -> list[str]:
    known = {entry["name"]: entry for entry in operation.get("parameters", ()) if entry["in"] == "query"}
    given = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    wrong = [f"query: {name} is not known" for name, _value in given if name not in known]
    missing = {name for name, entry in known.items() if entry.get("required")} - {name for name, _value in given}
    wrong += [f"query: {name} is missing" for name in missing]
    for name, value in given:
        schema = known.get(name, {}).get("schema", {})
        if "enum" in schema and value not in schema["enum"]:
            wrong.append(f"query: {name} may not be {value}")
        if schema.get("type") == "boolean" and value not in ("true", "false"):
            wrong.append(f"query: {name} is no boolean: {value}")
    return wrong


def _body_faults(place: str, request) -> list[str]:
    if not request.body:
        return []
    return faults(f"{place}/requestBody/content/application~1json/schema", json.loads(request.body), strict=True)


def _answer_faults(operation: dict, place: str, answer: requests.Response) -> list[str]:
    status = str(answer.status_code)
    declared = operation["responses"].get(status)
    if declared is None:
        return [f"answer: status {status} is not declared"]
    pointer = f"{place}/responses/{status}"
    if "$ref" in declared:
        pointer = declared["$ref"].removeprefix("#")
        declared = document()["components"]["responses"][pointer.rsplit("/", 1)[1]]
    kind = answer.headers["Content-Type"].split(";")[0]
    if kind == "application/json" and kind not in declared["content"]:
        # DHL's gateway sends its own refusals like this, whatever the document says.
        kind = "application/problem+json"
    if kind not in declared["content"]:
        return [f"answer: content type {kind} is not declared for {status}"]
    wrong = faults(f"{pointer}/content/{kind.replace('/', '~1')}/schema", answer.json())
    return [f"answer {status} {text}" for text in wrong]
