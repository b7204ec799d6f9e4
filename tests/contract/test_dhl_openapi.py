"""What we send and what the sandbox answers, judged by DHL's own OpenAPI document."""

from decimal import Decimal

import pytest
import requests

from sandbox.running import running_sandbox
from tests.contract import dhl_spec
from tests.contract.dhl_wire import BASIC, CONSIGNEES, OAUTH, SHIPPING, BasicCredentials, client, order, order_abroad

# isort: split
from dhl_api import DhlError, LabelOptions  # after dhl_wire, which puts it on the path


@pytest.fixture(scope="module")
def sandbox():
    dhl_spec.document()
    with running_sandbox(orders=0, articles=1) as running:
        yield running


class Listener(requests.Session):
    """A session that has each exchange with the shipping API judged."""

    def __init__(self):
        super().__init__()
        self.trust_env = False
        self.statuses = []
        self.wrong = []
        self.hooks["response"].append(self._judge)

    def _judge(self, answer, **_options):
        if SHIPPING in answer.url:
            self.statuses.append(answer.status_code)
            self.wrong += dhl_spec.exchange_faults(dhl_spec.listened(answer))


@pytest.fixture
def heard(sandbox):
    sandbox.reset()
    listener = Listener()
    yield listener
    assert listener.wrong == []


@pytest.fixture(params=[BASIC, OAUTH], ids=["basic", "oauth"])
def dhl(request, sandbox, heard):
    return client(sandbox.dhl_url, request.param, session=heard)


@pytest.mark.parametrize("kind", CONSIGNEES)
@pytest.mark.parametrize("enclosed", [True, False], ids=["return", "no-return"])
def test_booking_to_each_kind_of_address(dhl, heard, kind, enclosed):
    [result] = dhl.create([order(consignee=CONSIGNEES[kind], enclosed=enclosed, dimensions=(30, 20, 10))])
    assert result.ok
    assert bool(result.return_label) is enclosed
    assert heard.statuses == [200]


def test_booking_abroad(dhl, heard):
    [result] = dhl.create([order_abroad()])
    assert result.ok
    assert not result.messages
    assert heard.statuses == [200]


@pytest.mark.parametrize("options", [LabelOptions(), LabelOptions("A4", "910-300-700", must_encode=True)])
def test_booking_several_fetching_and_cancelling_them(dhl, heard, options):
    results = dhl.create([order(1), order(2, enclosed=False), order(3, weight=Decimal("40"))], options)
    numbers = [result.shipment_no for result in results if result.ok]
    assert len(numbers) == 2
    assert all(result.label for result in dhl.labels(numbers, options).values())
    assert all(result.ok for result in dhl.cancel(numbers).values())
    assert all(result.unknown for result in dhl.cancel(numbers).values())
    assert heard.statuses == [207, 207, 207, 207]


def test_single_parcels_are_answered_with_200_or_400(dhl, heard):
    [result] = dhl.create([order()])
    dhl.labels([result.shipment_no])
    assert dhl.cancel([result.shipment_no])[result.shipment_no].ok
    assert dhl.cancel([result.shipment_no])[result.shipment_no].unknown
    assert not dhl.create([order(weight=Decimal("40"))])[0].ok
    assert heard.statuses == [200, 200, 200, 400, 400]


def test_the_daily_closing(dhl, heard):
    [result] = dhl.create([order()])
    number = result.shipment_no
    closing = dhl.close([number, "00340434000000000000"])
    assert [entry.ok for entry in closing.values()] == [True, False]
    assert dhl.close([number])[number].ok
    assert not dhl.cancel([number])[number].ok
    assert heard.statuses == [200, 207, 207, 400]


def test_a_check_without_booking(dhl, heard, sandbox):
    assert dhl.create([order()], validate=True)[0].ok
    assert not dhl.create([order(weight=Decimal("40"))], validate=True)[0].ok
    assert [entry.ok for entry in dhl.create([order(1), order(2)], validate=True)] == [True, True]
    assert heard.statuses == [200, 400, 207]
    assert not sandbox.dhl_state()["shipments"]


def test_unknown_numbers_wrong_logins_and_limits(sandbox, heard):
    with pytest.raises(DhlError):
        client(sandbox.dhl_url, session=heard).labels(["00340434000000000000"])
    with pytest.raises(DhlError):
        client(sandbox.dhl_url, BasicCredentials("sandbox-key", "sandbox-user", "no"), session=heard).create([order()])
    for status in (429, 500):
        sandbox.fault("status", SHIPPING, dhl=True, status=status)
        with pytest.raises(DhlError):
            client(sandbox.dhl_url, session=heard).create([order()])
    assert heard.statuses == [404, 401, 429, 500]


def test_a_reference_that_is_too_short_is_refused_by_the_document_and_by_the_sandbox(sandbox):
    short = order(ref_no="S00042", enclosed=False)
    sent = {"profile": "STANDARD_GRUPPENPROFIL", "shipments": [short.payload()]}
    assert dhl_spec.faults("/components/schemas/ShipmentOrderRequest", sent, strict=True)
    answer = client(sandbox.dhl_url).create([short])
    assert "too short" in answer[0].words


def test_the_judge_sees_what_is_wrong():
    """The document is read as it is meant: an unknown property and a value that is too long are faults."""
    good = {"profile": "STANDARD_GRUPPENPROFIL", "shipments": [order().payload()]}
    assert not dhl_spec.faults("/components/schemas/ShipmentOrderRequest", good, strict=True)
    for path, value in (("colour", "red"), ("refNo", "x" * 36), ("product", "V00")):
        bad = {**good, "shipments": [{**good["shipments"][0], path: value}]}
        assert dhl_spec.faults("/components/schemas/ShipmentOrderRequest", bad, strict=True), path
