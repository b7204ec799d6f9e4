"""`DhlClient` against recorded exchanges: every call, its refusals and its failures; no network, no secret."""

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
import yaml

from tests.contract.dhl_cassettes import DHL, FOLDER, story
from tests.contract.dhl_wire import (
    BASIC,
    CONSIGNEES,
    OAUTH,
    RETURNS_API,
    BasicCredentials,
    OAuthCredentials,
    order,
    return_order,
)

# isort: split
from dhl_api import (  # after dhl_wire, which puts it on the path
    DhlAuthError,
    DhlInvalid,
    DhlNotFound,
    DhlRateLimited,
    DhlUnavailable,
    LabelOptions,
)

HEAVY = Decimal("40")


def test_create():
    with story("create") as stage:
        [result] = stage.client(BASIC).create([order()], LabelOptions("A4", "910-300-700"))
    assert result.ok
    assert re.fullmatch(r"00340434\d{12}", result.shipment_no)
    assert re.fullmatch(r"99999\d{7}", result.return_shipment_no)
    assert result.label.startswith(b"%PDF")
    assert result.return_label.startswith(b"%PDF")
    assert result.ref_no == "WH/OUT/00042"


def test_create_to_drop_points():
    with story("create_drop_points") as stage:
        orders = [order(number, consignee=CONSIGNEES[kind]) for number, kind in enumerate(sorted(CONSIGNEES), 1)]
        results = stage.client(BASIC).create(orders)
    assert [result.ok for result in results] == [True] * 4


def test_create_of_several_partly_refused():
    with story("create_partly_refused") as stage:
        good, bad = stage.client(BASIC).create([order(1), order(2, weight=HEAVY)])
    assert good.ok
    assert (bad.ok, bad.shipment_no) == (False, "")
    assert "weight is too high" in bad.words


def test_create_refused():
    with story("create_refused") as stage:
        [result] = stage.client(BASIC).create([order(weight=HEAVY, enclosed=False)])
    assert (result.ok, result.status) == (False, 400)
    assert result.messages[0].property == "details.weight"


def test_return_on_demand():
    with story("return_on_demand") as stage:
        answer = stage.returns_client(BASIC).create(return_order(shipment_ref="WH/IN/00017"), "BOTH")
    assert re.fullmatch(r"99999\d{7}", answer.shipment_no)
    assert answer.label.startswith(b"%PDF")
    assert answer.qr_label.startswith(b"\x89PNG")


def test_return_refused():
    with story("return_refused") as stage, pytest.raises(DhlInvalid, match="Receiver ID") as caught:
        stage.returns_client(OAUTH).create(return_order(receiver_id="mars"))
    assert not caught.value.maybe_done


def test_return_that_is_possibly_booked():
    with story("return_bad_gateway") as stage:
        stage.fault("html", api=RETURNS_API, status=502)
        with pytest.raises(DhlUnavailable) as caught:
            stage.returns_client(BASIC).create(return_order())
    assert caught.value.maybe_done


def test_check_without_booking():
    with story("validate") as stage:
        dhl = stage.client(BASIC)
        assert dhl.create([order()], validate=True)[0].ok
        assert not dhl.create([order(weight=HEAVY)], validate=True)[0].ok


def test_labels_again():
    with story("labels") as stage:
        dhl = stage.client(BASIC)
        numbers = [result.shipment_no for result in dhl.create([order(1), order(2)])]
        one = dhl.labels(numbers[:1])
        assert one[numbers[0]].return_label
        assert set(dhl.labels(numbers)) == set(numbers)


def test_labels_of_an_unknown_number():
    with story("labels_unknown") as stage, pytest.raises(DhlNotFound):
        stage.client(BASIC).labels(["00340434000000000000"])


def test_cancel():
    with story("cancel") as stage:
        dhl = stage.client(BASIC)
        first, second, third = (result.shipment_no for result in dhl.create([order(1), order(2), order(3)]))
        assert dhl.cancel([first])[first].ok
        again = dhl.cancel([first])[first]
        assert (again.ok, again.unknown) == (False, True)
        both = dhl.cancel([first, second])
        assert (both[first].unknown, both[second].ok) == (True, True)
        assert dhl.close([third])[third].ok
        closed = dhl.cancel([third])[third]
        assert (closed.ok, closed.unknown) == (False, False)
        assert "manifested" in closed.words


def ask(dhl):
    """Ask for a parcel that does not exist: DHL has let us in then."""
    with pytest.raises(DhlNotFound):
        dhl._call("GET", "/orders", [("shipment", "00340434000000000000")])


def test_token():
    now = [datetime(2026, 9, 21, tzinfo=timezone.utc)]
    with story("token") as stage:
        dhl = stage.client(OAUTH, clock=lambda: now[0])
        [result] = dhl.create([order()])
        assert dhl.cancel([result.shipment_no])[result.shipment_no].ok
        now[0] += timedelta(seconds=1799)
        ask(dhl)


def test_token_refused():
    with story("token_refused") as stage:
        wrong = OAuthCredentials("sandbox-key", "sandbox-secret", "sandbox-user", "wrong")
        with pytest.raises(DhlAuthError, match="User not found or password invalid"):
            ask(stage.client(wrong))


def test_a_token_that_dhl_forgot_is_renewed_once():
    with story("token_forgotten") as stage:
        dhl = stage.client(OAUTH)
        stage.fault("unauthorized")
        ask(dhl)


def test_wrong_password():
    with story("wrong_password") as stage, pytest.raises(DhlAuthError, match="password invalid"):
        stage.client(BasicCredentials("sandbox-key", "sandbox-user", "wrong")).create([order()])


@pytest.mark.parametrize(
    ("name", "fault", "kind", "maybe"),
    [
        ("rate_limited", {"kind": "rate_limit"}, DhlRateLimited, False),
        ("server_error", {"kind": "status", "status": 500}, DhlUnavailable, True),
        ("bad_gateway", {"kind": "html", "status": 502}, DhlUnavailable, True),
        ("not_available", {"kind": "html", "status": 503}, DhlUnavailable, True),
        ("forbidden", {"kind": "forbidden_waf"}, DhlAuthError, False),
    ],
)
def test_failures(name, fault, kind, maybe):
    with story(name) as stage:
        stage.fault(**fault)
        with pytest.raises(kind) as caught:
            stage.client(BASIC).create([order()])
    assert caught.value.maybe_done is maybe


def test_schema_refusal():
    with story("schema_refusal") as stage:
        [result] = stage.client(BASIC).create([order(ref_no="S00042", enclosed=False)])
    assert "too short" in result.words
    with story("not_json") as stage, pytest.raises(DhlInvalid):
        stage.client(BASIC)._call("POST", "/orders", {"printFormat": "A5"}, {"profile": "x", "shipments": []})


def test_cassettes_hold_no_secret_and_no_local_address():
    """Any key, password, token or address of a machine fails the test, those of the sandbox too."""
    files = sorted(FOLDER.glob("*.yaml"))
    assert len(files) >= 15
    for file in files:
        text = file.read_text()
        for secret in ("sandbox-key", "sandbox-secret", "sandbox-user", "sandbox-password", "wrong", "127.0.0.1"):
            assert secret not in text, f"{secret} in {file.name}"
        assert "localhost" not in text
        assert not re.search(r"[0-9a-f]{32}", text), file.name
        for exchange in yaml.safe_load(text)["interactions"]:
            assert exchange["request"]["uri"].startswith(DHL)
            for name, values in exchange["request"]["headers"].items():
                if name.lower() in ("authorization", "dhl-api-key"):
                    assert all(value.split(" ")[-1] == "hidden" for value in values), file.name
