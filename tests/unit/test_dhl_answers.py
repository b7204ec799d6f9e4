"""DHL's answers in all four shapes: nested, nested of older servers, flat, not JSON."""

import base64
import json
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
import requests

from dhl_api import (
    BasicCredentials,
    ContactAddress,
    DhlAuthError,
    DhlClient,
    DhlInvalid,
    DhlNotFound,
    DhlRateLimited,
    DhlUnavailable,
    EnclosedReturn,
    LabelOptions,
    OAuthCredentials,
    ShipmentOrder,
)
from dhl_api.answers import cancel_result

NOW = datetime(2026, 9, 21, 12, 0, tzinfo=timezone.utc)
OK = {"title": "OK", "status": 200, "statusCode": 200}
BAD = {"title": "Bad Request", "status": 400, "statusCode": 400}
PDF = base64.b64encode(b"%PDF-1.4").decode()
SENDER = ContactAddress("Musterladen GmbH", "Sträßchensweg", "53113", "Bonn", "DEU", house="10")


def order(ref_no="WH/OUT/00042", **values) -> ShipmentOrder:
    """Return a parcel to be booked."""
    plain = {
        "product": "V01PAK",
        "billing_number": "33333333330102",
        "ref_no": ref_no,
        "shipper": SENDER,
        "consignee": SENDER,
        "weight": Decimal("1.8"),
    }
    return ShipmentOrder(**(plain | values))


def response(status, body=None, text=None, **headers) -> requests.Response:
    """Return an answer as `requests` gives it."""
    made = requests.Response()
    made.status_code = status
    made._content = (json.dumps(body) if text is None else text).encode()
    made.headers.update(headers)
    return made


class Session:
    """Answers with what it was given, in turn, and keeps what travels; an exception is raised."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def request(self, method, url, **options):
        sent = requests.Request(method, url, headers=options["headers"], auth=options["auth"]).prepare()
        self.asked.append((method, url, options | {"headers": sent.headers}))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def client(*answers, credentials=None, **options) -> DhlClient:
    """Return a client whose session gives these answers."""
    credentials = credentials or BasicCredentials("the-key", "the-user", "the-password")
    session = Session(*answers)
    made = DhlClient(
        "https://dhl/shipping", "https://dhl/auth", credentials, session=session, clock=lambda: NOW, **options
    )
    made.asked = session.asked
    return made


def item(**values) -> dict:
    """Return a booked parcel's item."""
    return {
        "shipmentNo": "0034",
        "returnShipmentNo": "9999",
        "sstatus": OK,
        "shipmentRefNo": "WH/OUT/00042",
        "label": {"b64": PDF, "fileFormat": "PDF"},
        "returnLabel": {"b64": PDF, "fileFormat": "PDF"},
    } | values


def message(text, prop="consignee", state="Error") -> dict:
    """Return one of DHL's validation messages."""
    return {"property": prop, "validationMessage": text, "validationState": state}


def test_a_booked_parcel():
    [result] = client(response(200, {"status": OK, "items": [item()]})).create([order()])
    assert result.ok
    assert (result.shipment_no, result.return_shipment_no) == ("0034", "9999")
    assert (result.label, result.return_label) == (b"%PDF-1.4", b"%PDF-1.4")


def test_older_servers_send_status_code_only():
    old = {"title": "OK", "statusCode": 200}
    [result] = client(response(200, {"status": old, "items": [item(sstatus=old)]})).create([order()])
    assert result.ok


def test_warnings_do_not_stop_a_booking():
    body = {"status": OK, "items": [item(validationMessages=[message("Odd street.", state="Warning")])]}
    [result] = client(response(200, body)).create([order()])
    assert result.ok
    assert [str(entry) for entry in result.messages] == ["Odd street. (consignee)"]


def test_the_items_own_status_decides_even_with_warnings_only():
    """With mustEncode the reasons of a refusal still come as warnings."""
    body = {"status": BAD, "items": [{"sstatus": BAD, "validationMessages": [message("No.", state="Warning")]}]}
    [result] = client(response(400, body)).create([order()])
    assert not result.ok
    assert result.words == "No. (consignee)"


def test_a_failed_parcel_may_have_a_number():
    status = {"title": "GeneralShipmentError", "statusCode": 206, "detail": "General Shipment Backend Error"}
    [result] = client(response(200, {"status": OK, "items": [item(sstatus=status)]})).create([order()])
    assert not result.ok
    assert result.shipment_no == "0034"
    assert result.words == "General Shipment Backend Error"


def test_several_parcels_are_judged_one_by_one():
    body = {"status": {"title": "Multi-Status", "status": 207}, "items": [item(), {"sstatus": BAD}]}
    good, bad = client(response(207, body)).create([order(), order("WH/OUT/00043")])
    assert good.ok
    assert not bad.ok


def test_a_parcel_that_the_answer_leaves_out_is_not_known():
    body = {"status": OK, "items": [item(shipmentRefNo="WH/OUT/00043")]}
    assert [
        result and result.ref_no for result in client(response(207, body)).create([order(), order("WH/OUT/00043")])
    ] == [None, "WH/OUT/00043"]


def test_refusal_by_an_older_api_layer():
    body = {
        "status": {"title": "Bad Request", "statusCode": 400, "detail": "Your request contained technical errors."},
        "items": [{"propertyPath": "shipments[0].shipper.country", "message": "Parameter country must be valid."}],
    }
    with pytest.raises(DhlInvalid) as caught:
        client(response(400, body)).create([order()])
    assert caught.value.words == "Parameter country must be valid. (shipments[0].shipper.country)"
    assert not caught.value.maybe_done


@pytest.mark.parametrize(
    ("answer", "kind", "maybe"),
    [
        (response(401, {"title": "Unauthorized", "status": 401, "detail": "Unauthorized."}), DhlAuthError, False),
        (response(403, text="<html>Forbidden</html>"), DhlAuthError, False),
        (response(404, {"title": "Not Found", "status": 404, "detail": "Not found."}), DhlNotFound, False),
        (response(429, text="<html>Too many</html>"), DhlRateLimited, False),
        (response(415, {"title": "Unsupported Media Type", "status": 415}), DhlInvalid, False),
        (response(301, text=""), DhlUnavailable, False),
        (response(503, text="<html>down</html>"), DhlUnavailable, True),
        (response(408, text=""), DhlUnavailable, True),
        (response(500, {"title": "Internal Server Error", "status": 500}), DhlUnavailable, True),
        (response(502, text="<html>Bad Gateway</html>"), DhlUnavailable, True),
        (response(504, text="<html>Time-out</html>"), DhlUnavailable, True),
        (response(200, text="<html>Maintenance</html>"), DhlUnavailable, True),
        (response(200, text="[]"), DhlUnavailable, True),
        (response(200, {"status": OK, "items": []}), DhlUnavailable, True),
        (response(200, {"status": OK, "items": 5}), DhlUnavailable, True),
        (response(200, {"status": 5, "items": {"a": 1}}), DhlUnavailable, True),
        (response(200, {"status": OK, "items": [{"shipmentNo": "0034"}]}), DhlUnavailable, True),
    ],
    ids=lambda value: str(getattr(value, "status_code", getattr(value, "__name__", value))),
)
def test_answers_that_do_not_speak_of_parcels(answer, kind, maybe):
    with pytest.raises(kind) as caught:
        client(answer).create([order()])
    assert type(caught.value) is kind
    assert caught.value.maybe_done is maybe
    assert caught.value.words
    assert caught.value.request == "POST /orders"


def test_a_check_books_nothing_so_nothing_is_in_doubt():
    with pytest.raises(DhlUnavailable) as caught:
        client(response(500, text="")).create([order()], validate=True)
    assert not caught.value.maybe_done


@pytest.mark.parametrize(
    ("header", "until"),
    [
        ({"Retry-After": "90"}, NOW + timedelta(seconds=90)),
        ({"Retry-After": "Mon, 21 Sep 2026 13:00:00 GMT"}, NOW + timedelta(hours=1)),
        ({"Retry-After": "later"}, None),
        ({"Retry-After": "9" * 400}, NOW + timedelta(hours=1)),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "Mon, 21 Sep 1970 13:00:00 GMT"}, NOW + timedelta(seconds=1)),
        ({"Retry-After": "Mon, 21 Sep 99999 13:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_when_to_ask_again(header, until):
    with pytest.raises(DhlRateLimited) as caught:
        client(response(429, text="", **header)).labels(["0034"])
    assert caught.value.until == until


def test_cancelling_is_judged_by_the_items_status():
    unknown = {"title": "UnknownShipmentNumber", "statusCode": 204, "detail": "Unknown shipment number."}
    body = {
        "status": {"title": "Multi-Status", "status": 207},
        "items": [{"shipmentNo": "1", "sstatus": OK}, {"shipmentNo": "2", "sstatus": unknown}],
    }
    results = client(response(207, body)).cancel(["1", "2"])
    assert (results["1"].ok, results["1"].unknown) == (True, False)
    assert (results["2"].ok, results["2"].unknown) == (False, True)
    assert results["2"].words == "Unknown shipment number."


@pytest.mark.parametrize(
    ("status", "unknown"),
    [
        ({"title": "UnknownShipmentNumber", "status": 400}, True),
        ({"title": "UnknownShipmentNumber", "status": 204}, True),
        ({"statusCode": "204"}, True),
        ({"title": "Bad Request", "status": 400, "detail": "Unknown shipment number."}, True),
        ({"title": "Bad Request", "status": 400, "detail": "Die Sendungsnummer ist nicht bekannt."}, True),
        ({"title": "Bad Request", "status": 400, "detail": "The shipment does not exist or is already deleted."}, True),
        ({"title": "Bad Request", "status": 400}, True),
        ({"title": "Bad Request", "status": 400, "detail": "The shipment is already closed."}, False),
        ({"title": "Bad Request", "status": 400, "detail": "Die Sendung wurde bereits abgeschlossen."}, False),
        ({"title": "Internal Server Error", "status": 500}, False),
        (OK, False),
    ],
)
def test_a_parcel_that_dhl_does_not_have_is_named_in_two_ways(status, unknown):
    answer = response(400, {"items": [{"shipmentNo": "2", "sstatus": status}]})
    assert client(answer).cancel(["2"])["2"].unknown is unknown


def test_the_daily_closing_is_judged_by_the_items_status():
    body = {
        "status": {"status": 207},
        "items": [{"shipmentNo": "1", "sstatus": OK}, {"shipmentNo": "2", "sstatus": BAD}],
    }
    asked = client(response(207, body))
    results = asked.close(["1", "2"])
    assert (results["1"].ok, results["2"].ok, results["2"].words) == (True, False, "Bad Request")
    [(method, url, options)] = asked.asked
    assert (method, url) == ("POST", "https://dhl/shipping/manifests")
    assert options["json"] == {"profile": "STANDARD_GRUPPENPROFIL", "shipmentNumbers": ["1", "2"]}
    with pytest.raises(ValueError, match="1 to 30"):
        asked.close([])


def test_a_label_with_line_breaks_in_its_base64_is_read():
    document = {"b64": PDF[:4] + "\r\n" + PDF[4:] + "\n"}
    [result] = client(response(200, {"status": OK, "items": [item(label=document)]})).create([order()])
    assert result.label == b"%PDF-1.4"


@pytest.mark.parametrize(
    "document",
    [
        None,
        {},
        {"b64": ""},
        {"b64": 5},
        {"b64": "JVBE!Ri0="},
        {"url": "https://dhl"},
        "text",
        {"b64": base64.b64encode(b"<html>no label</html>").decode()},
        {"b64": base64.b64encode(b"\x89PNG\r\n").decode()},
    ],
)
def test_a_label_that_cannot_be_read_is_none(document):
    [result] = client(response(200, {"status": OK, "items": [item(label=document)]})).create([order()])
    assert result.label is None


def test_one_to_thirty_parcels_in_a_request():
    for number in (0, 31):
        with pytest.raises(ValueError, match="1 to 30"):
            client().create([order()] * number)


def test_what_is_sent_has_nothing_empty_and_labels_apart():
    asked = client(response(200, {"status": OK, "items": [item()]}))
    enclosed = EnclosedReturn("33333333330701", "WH/OUT/00042", SENDER)
    asked.create([order(enclosed_return=enclosed, ship_date=date(2026, 9, 21))], LabelOptions("A4", "910-300-700"))
    [(_method, url, options)] = asked.asked
    assert url == "https://dhl/shipping/orders"
    assert options["params"] == {
        "includeDocs": "include",
        "docFormat": "PDF",
        "combine": "false",
        "printFormat": "A4",
        "retourePrintFormat": "910-300-700",
        "mustEncode": "false",
    }
    assert options["timeout"]
    [shipment] = options["json"]["shipments"]
    assert shipment["shipDate"] == "2026-09-21"
    assert shipment["services"]["dhlRetoure"]["returnAddress"]["addressHouse"] == "10"
    assert '""' not in json.dumps(options["json"])
    assert "null" not in json.dumps(options["json"])


def test_a_token_is_kept_until_it_is_about_to_end_and_renewed_after_a_401():
    def token(value):
        return response(200, {"access_token": value, "expires_in": 240})

    now = [NOW]
    fine = response(200, {"status": OK, "items": [{"shipmentNo": "1", "sstatus": OK}]})
    session = Session(token("a"), fine, fine, token("b"), fine, response(401, {"status": 401}), token("c"), fine)
    credentials = OAuthCredentials("key", "secret", "user", "password")
    made = DhlClient("https://dhl/s", "https://dhl/a", credentials, session=session, clock=lambda: now[0])
    made.cancel(["1"])
    made.cancel(["1"])
    now[0] += timedelta(seconds=180)
    made.cancel(["1"])
    made.cancel(["1"])
    bearers = [options["headers"].get("Authorization") for _method, _url, options in session.asked]
    assert bearers == [None, "Bearer a", "Bearer a", None, "Bearer b", "Bearer b", None, "Bearer c"]
    assert not any("dhl-api-key" in options["headers"] for _method, _url, options in session.asked)


@pytest.mark.parametrize(
    ("status", "title", "detail", "unknown"),
    [
        (204, "UnknownShipmentNumber", "Unknown shipment number.", True),
        (204, "", "", True),
        (400, "UnknownShipmentNumber", "Unknown shipment number.", True),
        (400, "Bad Request", "Unknown shipment number.", True),
        (400, "Bad Request", "The shipment does not exist or was already deleted.", True),
        (400, "Bad Request", "The shipment was already manifested.", False),
        (400, "Bad Request", "Die Sendung wurde bereits abgeschlossen.", False),
        (400, "Bad Request", "Der Tagesabschluss ist erfolgt.", False),
        (500, "Error", "Internal error", False),
    ],
)
def test_dhl_says_in_two_ways_that_there_is_no_such_parcel(status, title, detail, unknown):
    item = {"shipmentNo": "1", "sstatus": {"title": title, "status": status, "detail": detail}}
    result = cancel_result(item)
    assert (result.ok, result.unknown) == (False, unknown)
