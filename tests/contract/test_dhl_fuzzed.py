"""DHL's two documents against the sandbox, by cases that are made from them: right ones, and ones that break a type.

The sandbox must never fail itself, must answer as the document says, and must refuse what the document does not allow.
"""

import json

import pytest
import requests
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings

from sandbox.running import running_sandbox
from tests.contract.dhl_spec import FOLDER
from tests.contract.dhl_wire import RETURNS_API, SHIPPING

schemathesis = pytest.importorskip("schemathesis")

DOCUMENTS = {SHIPPING: "dhl-parcel-de-shipping-*.yaml", RETURNS_API: "dhl-parcel-de-returns-*.yaml"}
OPERATIONS = [
    (SHIPPING, "/orders", "POST"),
    (SHIPPING, "/orders", "GET"),
    (SHIPPING, "/orders", "DELETE"),
    (SHIPPING, "/manifests", "POST"),
    (SHIPPING, "/manifests", "GET"),
    (RETURNS_API, "/orders", "POST"),
    (RETURNS_API, "/locations", "GET"),
]
# Making a case of DHL's largest schema takes a second.
EXAMPLES = 8
LOGIN = {"auth": ("sandbox-user", "sandbox-password"), "headers": {"dhl-api-key": "sandbox-key"}}
# What DHL's own collections send although its document does not know it (see `sandbox.dhl.schema`).
TOLERATED = {"phone", "economy", "lockerID", "retailID", "poBoxID"}


def operation(base, path, method):
    """Return an operation of a document; skip the test when there is none."""
    found = sorted(FOLDER.glob(DOCUMENTS[base]))
    if not found:
        pytest.skip(f"DHL's OpenAPI document ({DOCUMENTS[base]}) is not in {FOLDER}; set DHL_SPEC_DIR to its folder.")
    return schemathesis.openapi.from_dict(yaml.safe_load(found[-1].read_text()))[path][method]


@pytest.fixture(scope="module")
def running():
    with running_sandbox(orders=0, articles=1) as sandbox:
        yield sandbox


def send(sandbox, base, case):
    """Send a case and return the answer; None when it cannot be put on the wire."""
    url = sandbox.dhl_url + base + case.path
    # The address is the case's own, the login is ours: what matters here is parameters and bodies.
    body = {} if isinstance(case.body, schemathesis.core.NotSet) else {"data": _text(case.body)}
    headers = LOGIN["headers"] | ({"Content-Type": "application/json"} if body else {})
    query = {name: _written(value) for name, value in dict(case.query or {}).items()}
    try:
        return requests.request(case.method, url, params=query, headers=headers, auth=LOGIN["auth"], timeout=10, **body)
    except (UnicodeError, ValueError):
        return None


def _text(body):
    return body if isinstance(body, bytes) else json.dumps(body)


def _written(value):
    if isinstance(value, bool):
        return str(value).lower()
    return [_written(entry) for entry in value] if isinstance(value, list) else value


def wrong_answers(chosen, base, sandbox, mode, judge):
    """Send cases of a mode and return what is wrong with the answers, one sentence each."""
    wrong = []

    @seed(7)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=chosen.as_strategy(generation_mode=mode))
    def play(case):
        answer = send(sandbox, base, case)
        if answer is not None and (said := judge(chosen, case, answer)):
            wrong.append(f"{said}: {case.method} {answer.request.url} {answer.request.body} -> {answer.text[:300]}")

    play()
    return wrong


def conforms(chosen, _case, answer):
    """Return what is wrong with an answer by the document, None if nothing is."""
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if not chosen.is_valid_response(schemathesis.Response.from_any(answer)):
        return "the answer is not as the document says"
    return None


def refuses(_chosen, case, answer):
    """Return that a case of which the body breaks the document was accepted, None if it was refused."""
    accepted = answer.status_code < 400
    if accepted and answer.status_code == 207:
        accepted = any((item.get("sstatus") or {}).get("status", 200) < 300 for item in answer.json().get("items", ()))
    return "was accepted" if accepted and not _is_tolerated(case) else None


def _is_tolerated(case):
    return any(f'"{name}"' in str(_text(case.body)) for name in TOLERATED)


@pytest.mark.parametrize(("base", "path", "method"), OPERATIONS)
def test_what_is_right_is_answered_as_the_document_says(running, base, path, method):
    chosen = operation(base, path, method)
    assert wrong_answers(chosen, base, running, schemathesis.GenerationMode.POSITIVE, conforms) == []


@pytest.mark.parametrize(("base", "path", "method"), OPERATIONS)
def test_what_breaks_the_document_is_refused_as_the_document_says(running, base, path, method):
    chosen = operation(base, path, method)

    def judge(*exchange):
        # Parameters are text on the wire, so that only a body can be told to break a type.
        return conforms(*exchange) or (refuses(*exchange) if method == "POST" else None)

    assert wrong_answers(chosen, base, running, schemathesis.GenerationMode.NEGATIVE, judge) == []
