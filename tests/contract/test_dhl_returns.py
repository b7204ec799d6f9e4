"""Returns on demand: what we send and what the sandbox answers, judged by DHL's own document of the Returns API."""

import json
from decimal import Decimal
from functools import cache

import pytest
import requests
import yaml
from jsonschema import Draft4Validator
from referencing import Registry
from referencing.jsonschema import DRAFT4

from sandbox.running import running_sandbox
from tests.contract.dhl_spec import FOLDER, listened
from tests.contract.dhl_wire import BASIC, OAUTH, BasicCredentials, returns_client
from tests.contract.dhl_wire import RETURNS_API as RETURNS
from tests.contract.dhl_wire import return_order as order

# isort: split
from dhl_api import DhlAuthError, DhlInvalid, DhlRateLimited, DhlUnavailable

PATTERN = "dhl-parcel-de-returns-*.yaml"


@cache
def document():
    """Return DHL's document; skip the test when there is none."""
    found = sorted(FOLDER.glob(PATTERN))
    if not found:
        pytest.skip(f"DHL's OpenAPI document ({PATTERN}) is not in {FOLDER}; set DHL_SPEC_DIR to its folder.")
    return yaml.safe_load(found[-1].read_text())


def faults(schema, instance):
    """Return where a value breaks a schema of the document."""
    registry = Registry().with_resources([("urn:returns", DRAFT4.create_resource(document()))])
    validator = Draft4Validator({"$ref": f"urn:returns#/components/schemas/{schema}"}, registry=registry)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


@pytest.fixture(scope="module")
def running():
    with running_sandbox(orders=0, articles=1) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.reset()
    running.clear_faults()
    return running


@pytest.fixture(params=[BASIC, OAUTH], ids=["basic", "oauth"])
def client(request, sandbox):
    return connect(sandbox, request.param)


def connect(sandbox, credentials=BASIC, **options):
    return returns_client(sandbox.dhl_url, credentials, **options)


@pytest.mark.parametrize(
    ("label_type", "label", "qr"),
    [("SHIPMENT_LABEL", True, False), ("QR_LABEL", False, True), ("BOTH", True, True)],
)
def test_documents_by_label_type(client, label_type, label, qr):
    answer = client.create(order(), label_type)
    assert answer.shipment_no.startswith("99999")
    assert (bool(answer.label), bool(answer.qr_label)) == (label, qr)
    assert not label or answer.label.startswith(b"%PDF")
    assert not qr or answer.qr_label.startswith(b"\x89PNG")


def test_request_and_answer_are_as_dhls_document_says(sandbox):
    seen = []
    session = requests.Session()
    session.hooks["response"].append(lambda answer, **_options: seen.append(listened(answer)))
    connect(sandbox, session=session).create(order(shipment_ref="WH/IN/00017"), "BOTH")
    [answer] = seen
    assert answer.status_code == 201
    assert faults("ReturnOrder", json.loads(answer.request.body)) == []
    assert faults("ReturnOrderConfirmation", answer.json()) == []
    known = set(document()["components"]["schemas"]["ContactAddress"]["properties"])
    assert set(json.loads(answer.request.body)["shipper"]) <= known


def test_the_house_number_must_stand_apart(sandbox):
    wire = {**order().payload(), "shipper": {**order().payload()["shipper"], "addressHouse": ""}}
    answer = requests.post(
        f"{sandbox.dhl_url}{RETURNS}/orders",
        json=wire,
        headers={"dhl-api-key": "sandbox-key"},
        auth=("sandbox-user", "sandbox-password"),
        timeout=10,
    )
    assert (answer.status_code, answer.json()["detail"]) == (400, "Please add your data in the field 'Number'.")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"receiver_id": "mars"}, "Receiver ID"),
        ({"receiver_id": "che"}, "Customs"),
        ({"weight": Decimal("99999")}, "itemWeight"),
    ],
)
def test_what_dhl_refuses(client, values, words):
    with pytest.raises(DhlInvalid, match=words) as caught:
        client.create(order(**values))
    assert caught.value.maybe_done is False


def test_the_version_needs_no_login_and_the_page_shows_what_is_booked(sandbox):
    root = requests.get(sandbox.dhl_url + RETURNS, timeout=10)
    assert root.json()["amp"]["version"].startswith("v1")
    number = connect(sandbox).create(order()).shipment_no
    page = requests.get(sandbox.dhl_url, timeout=10).text
    assert number in page
    assert "Łukasz Größmann" in page
    label = requests.get(f"{sandbox.dhl_url}/_sandbox/labels/{number}.pdf", timeout=10)
    assert label.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("field", "value"), [("email", "x"), ("email", ""), ("postalCode", "!!!!!"), ("country", "DEU")]
)
def test_the_address_is_read_as_strictly_as_dhls_document_says(sandbox, field, value):
    wire = order().payload()
    wire["shipper"][field] = value
    answer = requests.post(
        f"{sandbox.dhl_url}{RETURNS}/orders",
        json=wire,
        headers={"dhl-api-key": "sandbox-key"},
        auth=("sandbox-user", "sandbox-password"),
        timeout=10,
    )
    assert answer.status_code == 400
    assert field in answer.json()["detail"].replace("_c", "C")


def test_a_wrong_login(sandbox):
    with pytest.raises(DhlAuthError):
        connect(sandbox, BasicCredentials("sandbox-key", "sandbox-user", "wrong")).create(order())


@pytest.mark.parametrize(
    ("kind", "options", "error", "maybe_done", "booked"),
    [
        ("lost", {}, DhlUnavailable, True, 1),
        ("html_ok", {}, DhlUnavailable, True, 1),
        ("broken", {}, DhlUnavailable, True, 1),
        ("status", {"status": 500}, DhlUnavailable, True, 0),
        ("status", {"status": 503}, DhlUnavailable, True, 0),
        ("html", {"status": 502}, DhlUnavailable, True, 0),
        ("rate_limit", {"seconds": 5}, DhlRateLimited, False, 0),
    ],
)
def test_faults(sandbox, kind, options, error, maybe_done, booked):
    sandbox.fault(kind, RETURNS, dhl=True, **options)
    with pytest.raises(error) as caught:
        connect(sandbox).create(order())
    assert caught.value.maybe_done is maybe_done
    assert len(sandbox.dhl_state()["returns"]) == booked


def test_where_returns_go(sandbox):
    answer = requests.get(
        f"{sandbox.dhl_url}{RETURNS}/locations?countryCode=deu",
        headers={"dhl-api-key": "sandbox-key"},
        auth=("sandbox-user", "sandbox-password"),
        timeout=10,
    )
    assert [row["receiverId"] for row in answer.json()] == ["deu", "deu_ggp", "deu_ggp_default"]
    for row in answer.json():
        assert faults("Receiver", row) == []
