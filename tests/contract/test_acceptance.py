"""`make acceptance`, the list for OTTO and DHL themselves: it passes at the sandbox, and fails where one differs."""

import pytest

from dev import acceptance
from sandbox.running import running_sandbox

DHL = {
    "DHL_API_KEY": "sandbox-key",
    "DHL_USER": "sandbox-user",
    "DHL_PASSWORD": "sandbox-password",
    "DHL_BILLING_NUMBER": "33333333330102",
}
OTTO = {"OTTO_CLIENT_ID": "sandbox-client", "OTTO_CLIENT_SECRET": "sandbox-secret"}


@pytest.fixture(scope="module")
def sandbox():
    """A sandbox with more orders than a small page holds."""
    with running_sandbox(orders=20, articles=20, mixed=True) as running:
        yield running


@pytest.fixture
def checks(sandbox):
    """All checks by name, at the sandbox."""
    otto = acceptance.otto_checks({**OTTO, "OTTO_URL": sandbox.otto_url})
    dhl = acceptance.dhl_checks({**DHL, "DHL_URL": sandbox.dhl_url})
    yield {check.__name__: check for check in [*otto, *dhl]}
    sandbox.clear_faults()


def test_all_pass_at_the_sandbox(checks):
    outcomes = {name: acceptance.outcome(check) for name, check in checks.items()}
    assert {name: outcome for name, outcome in outcomes.items() if outcome[0] != "ok"} == {}
    assert outcomes["pages"][1].startswith("2")


def test_nothing_is_changed(checks, sandbox):
    sandbox.clear_requests()
    before, labels = sandbox.state(), sandbox.dhl_state()
    for check in checks.values():
        acceptance.outcome(check)
    assert (sandbox.state(), sandbox.dhl_state()) == (before, labels)
    written = {row["path"] for row in sandbox.requests() if row["method"] != "GET"}
    assert written <= {"/v1/token", "/oauth2/token"}


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("same_twice", {"kind": "missing_fields", "path": "/v4/orders", "keys": ["salesOrderId"], "times": 1}),
        ("unknown_order", {"kind": "html", "path": "/v4/orders", "status": 403, "times": 5}),
        ("articles", {"kind": "missing_fields", "path": "/v5/products", "keys": ["sku"], "times": 1}),
        ("scopes", {"kind": "status", "path": "/v1/token", "status": 400, "times": 5}),
    ],
)
def test_what_differs_fails(checks, sandbox, name, fault):
    sandbox.fault(**fault)
    assert acceptance.outcome(checks[name])[0] == "FAILED"


def test_without_credentials_nothing_is_asked():
    assert acceptance.otto_checks({}) == acceptance.dhl_checks({}) == []
