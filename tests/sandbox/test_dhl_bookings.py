"""DHL's side of the sandbox: bookings, documents, cancelling, the daily closing, tokens, refusals."""

import base64
import copy
import io
import re
from datetime import datetime, timezone

import pytest
import requests
from pypdf import PdfReader

from sandbox.running import running_sandbox
from tests.sandbox.conftest import Dhl

PROFILE = "profile=STANDARD_GRUPPENPROFIL"
LATER_DAYS = 4 * 24 * 3600


def booked(answer):
    """Return the only item of an answer."""
    [item] = answer.json()["items"]
    return item


def pages(document):
    """Return the text of each page of a document."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(base64.b64decode(document["b64"]))).pages]


def changed(parcel, **values):
    """Return a copy of a parcel with some values changed; None takes one away."""
    made = copy.deepcopy(parcel) | values
    return {key: value for key, value in made.items() if value is not None}


def test_a_parcel_with_its_return(dhl, parcel, sandbox):
    answer = dhl.book(parcel, query="combine=false")
    item = booked(answer)
    assert answer.status_code == 200
    assert re.fullmatch(r"00340434\d{12}", item["shipmentNo"])
    assert re.fullmatch(r"99999\d{7}", item["returnShipmentNo"])
    assert item["shipmentRefNo"] == "WH/OUT/00042"
    [shipping], [back] = pages(item["label"]), pages(item["returnLabel"])
    for part in ("PAKET", "Łukasz Größmann", "Königstraße 12a", "22179 Hamburg", "WH/OUT/00042", "1.8 kg", "MUSTER"):
        assert part in shipping
    for part in ("RETOURE", "Frankenstraße 298", "45133 Essen", item["returnShipmentNo"][-6:]):
        assert part in back
    [kept] = sandbox.dhl_state()["shipments"]
    assert (kept["state"], kept["request"]) == ("booked", parcel)


def test_combined_labels_are_one_file_of_two_pages(dhl, parcel):
    item = booked(dhl.book(parcel))
    assert len(pages(item["label"])) == 2
    assert "returnLabel" not in item


def test_labels_by_address_need_no_login_and_end_with_the_day(dhl, parcel):
    item = booked(dhl.book(parcel, query="includeDocs=URL&combine=false"))
    url = item["label"]["url"]
    assert requests.get(url, timeout=10).content.startswith(b"%PDF")
    unseen = item["returnLabel"]["url"]
    other = booked(dhl.book(changed(parcel, refNo="WH/OUT/00043"), query="includeDocs=URL"))
    dhl.call("POST", "/manifests", {"profile": "STANDARD_GRUPPENPROFIL", "shipmentNumbers": [other["shipmentNo"]]})
    assert requests.get(other["label"]["url"], timeout=10).status_code == 500
    assert requests.get(unseen, timeout=10).status_code == 200
    assert requests.get(url[:-8], timeout=10).status_code == 404


def test_zebra_labels(dhl, parcel):
    label = booked(dhl.book(parcel, query="docFormat=ZPL2"))["label"]
    assert label["zpl2"].startswith("^XA")
    assert label["zpl2"].count("^XA") == 2


@pytest.mark.parametrize(
    ("name", "width", "height"),
    [("A4", 297, 210), ("910-300-700", 105, 205), ("910-300-400", 103, 150), ("100x70mm", 100, 70)],
)
def test_label_formats_have_their_size(dhl, parcel, name, width, height):
    item = booked(dhl.book(parcel, query=f"printFormat={name}&combine=false"))
    box = PdfReader(io.BytesIO(base64.b64decode(item["label"]["b64"]))).pages[0].mediabox
    assert [round(float(side) / 72 * 25.4) for side in (box.width, box.height)] == [width, height]


def test_several_parcels_are_answered_with_207_one_by_one(dhl, parcel, sandbox):
    heavy = changed(parcel, details={"weight": {"uom": "kg", "value": 35}})
    answer = dhl.book(parcel, heavy)
    assert answer.status_code == 207
    assert answer.json()["status"]["detail"] == "1 of 2 shipments successfully printed."
    good, bad = answer.json()["items"]
    assert (good["sstatus"]["status"], bad["sstatus"]["status"]) == (200, 400)
    assert len(sandbox.dhl_state()["shipments"]) == 1
    assert dhl.book(heavy, heavy).status_code == 207


def test_a_breach_of_the_schema_books_nothing_of_the_request(dhl, parcel, sandbox):
    answer = dhl.book(parcel, changed(parcel, refNo="S00042"))
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "too short" in answer.json()["items"][1]["validationMessages"][0]["validationMessage"]
    assert not sandbox.dhl_state()["shipments"]


STREET = {"name1": "A", "addressStreet": "Weg", "addressHouse": "1", "postalCode": "22179", "city": "Hamburg"}
LONG = {"uom": "cm", "height": 60, "length": 200, "width": 110}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"billingNumber": "33333333336201"}, "billing number is not valid"),
        ({"billingNumber": "99999999990101"}, "billing number is not valid"),
        ({"billingNumber": None}, "mandatory"),
        ({"product": "V62WP"}, "product entered is unknown"),
        ({"shipDate": "2020-01-01"}, "valid shipping date"),
        ({"details": {"weight": {"uom": "kg", "value": 0}}}, "weight is too low"),
        ({"details": {"weight": {"uom": "kg", "value": 1}, "dim": LONG}}, "girth"),
        ({"consignee": changed(STREET, addressHouse=None, country="DEU")}, "house number"),
        ({"consignee": changed(STREET, country="AUT")}, "not available for this country"),
    ],
)
def test_what_dhls_back_end_refuses(dhl, parcel, values, expected):
    answer = dhl.book(changed(parcel, **values))
    assert answer.status_code == 400
    messages = booked(answer)["validationMessages"]
    assert any(expected in entry["validationMessage"] and entry["validationState"] == "Error" for entry in messages)


def test_todays_date_is_the_one_at_which_the_clock_stands(dhl, sandbox, parcel):
    sandbox.stand_at(datetime(2031, 3, 3, 8, tzinfo=timezone.utc))
    assert dhl.book(changed(parcel, shipDate="2031-03-03")).status_code == 200
    assert dhl.book(changed(parcel, shipDate="2031-03-02")).status_code == 400


def test_a_return_needs_a_billing_number_of_its_procedure(dhl, parcel):
    parcel["services"]["dhlRetoure"]["billingNumber"] = "33333333330102"
    assert "service entered is unknown" in booked(dhl.book(parcel))["validationMessages"][0]["validationMessage"]


def test_an_address_that_cannot_be_encoded_is_a_warning_unless_it_must_be(dhl, parcel):
    parcel["consignee"] |= {"postalCode": "12345", "city": "Bonn"}
    item = booked(dhl.book(parcel))
    assert item["sstatus"]["status"] == 200
    assert item["routingCode"].endswith("000000")
    refused = dhl.book(parcel, query="mustEncode=true")
    assert refused.status_code == 400
    assert booked(refused)["validationMessages"][0]["validationState"] == "Warning"


def test_german_words_for_german_readers(dhl, parcel):
    parcel["details"]["weight"]["value"] = 35
    answer = dhl.book(parcel, headers={"Accept-Language": "de-DE"})
    assert booked(answer)["validationMessages"][0]["validationMessage"] == "Die Gewichtsangabe ist zu hoch."


def test_a_check_books_nothing(dhl, parcel, sandbox):
    assert booked(dhl.book(parcel, query="validate=true")) == {
        "requestIndex": 1,
        "sstatus": {"title": "OK", "status": 200, "statusCode": 200},
    }
    assert not sandbox.dhl_state()["shipments"]


def test_cancelling_ends_at_the_daily_closing(dhl, parcel, sandbox):
    first, second = dhl.book(parcel, changed(parcel, refNo="WH/OUT/00043")).json()["items"]
    cancelled = dhl.call("DELETE", f"/orders?{PROFILE}&shipment={first['shipmentNo']}")
    assert (cancelled.status_code, booked(cancelled)["sstatus"]["status"]) == (200, 200)
    again = dhl.call("DELETE", f"/orders?{PROFILE}&shipment={first['shipmentNo']}")
    assert (again.status_code, booked(again)["sstatus"]["title"]) == (400, "UnknownShipmentNumber")
    closing = dhl.call("POST", "/manifests?all=true", {"profile": "STANDARD_GRUPPENPROFIL"})
    assert closing.status_code == 207
    assert [item["shipmentNo"] for item in closing.json()["items"]] == [second["shipmentNo"]]
    late = dhl.call("DELETE", f"/orders?{PROFILE}&shipment={second['shipmentNo']}")
    assert (late.status_code, booked(late)["sstatus"]["status"]) == (400, 400)
    assert [row["state"] for row in sandbox.dhl_state()["shipments"]] == ["canceled", "manifested"]


def test_labels_can_be_fetched_until_three_days_after_the_closing(dhl, parcel, sandbox):
    number = booked(dhl.book(parcel))["shipmentNo"]
    assert booked(dhl.call("GET", f"/orders?shipment={number}"))["label"]["b64"]
    dhl.call("POST", "/manifests", {"profile": "STANDARD_GRUPPENPROFIL", "shipmentNumbers": [number]})
    assert dhl.call("GET", f"/orders?shipment={number}").status_code == 200
    sandbox.advance(LATER_DAYS)
    assert dhl.call("GET", f"/orders?shipment={number}").status_code == 404


def test_the_manifest_lists_the_days_parcels(dhl, parcel):
    number = booked(dhl.book(parcel))["shipmentNo"]
    dhl.call("POST", "/manifests", {"profile": "STANDARD_GRUPPENPROFIL", "shipmentNumbers": [number]})
    sheet = dhl.call("GET", "/manifests").json()
    assert sheet["items"][0]["shipmentNo"] == number
    assert "TAGESABSCHLUSS" in pages(sheet["manifest"][0])[0]
    assert dhl.call("GET", "/manifests?date=2999-01-01").status_code == 400


def test_one_way_to_log_in_never_both(dhl, parcel, sandbox):
    form = {"grant_type": "password", "username": "sandbox-user", "password": "sandbox-password"}
    form |= {"client_id": "sandbox-key", "client_secret": "sandbox-secret"}
    token = requests.post(dhl.token_url, data=form, timeout=10).json()
    assert (token["token_type"], token["expires_in"]) == ("Bearer", 1799)
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    body = {"profile": "STANDARD_GRUPPENPROFIL", "shipments": [parcel]}

    def post(**headers):
        return requests.post(f"{dhl.url}/orders", json=body, headers=headers, timeout=10).status_code

    assert post(**bearer) == 200
    assert post(**bearer, **{"dhl-api-key": "sandbox-key"}) == 401
    assert post(**{"dhl-api-key": "sandbox-key"}) == 401
    sandbox.advance(1800)
    assert post(**bearer) == 401
    for name in form:
        answer = requests.post(dhl.token_url, data={**form, name: ""}, timeout=10)
        assert answer.status_code == 400
    assert requests.post(dhl.token_url, data={**form, "password": "no"}, timeout=10).status_code == 401


def test_a_lost_answer_leaves_the_parcel_booked(dhl, parcel, sandbox):
    sandbox.fault("lost", "/parcel/de/shipping/v2/orders", dhl=True, method="POST")
    with pytest.raises(requests.ConnectionError):
        dhl.book(parcel)
    assert len(sandbox.dhl_state()["shipments"]) == 1


def test_the_page_shows_the_parcels_and_their_labels(dhl, parcel, sandbox):
    number = booked(dhl.book(parcel))["shipmentNo"]
    assert number in requests.get(sandbox.dhl_url, timeout=10).text
    for name in (number, f"{number}-return"):
        assert requests.get(f"{sandbox.dhl_url}/_sandbox/labels/{name}.pdf", timeout=10).content.startswith(b"%PDF")


def test_schema_errors_follow_the_language_where_the_german_is_known(dhl, parcel):
    german = {"Accept-Language": "de-DE"}
    wrong = changed(parcel, shipDate="tomorrow")
    for headers, words in ((german, "gültiges Sendungsdatum"), ({}, "yyyy-mm-dd")):
        answer = dhl.call(
            "POST", "/orders", {"profile": "STANDARD_GRUPPENPROFIL", "shipments": [wrong]}, headers=headers
        )
        assert words in booked(answer)["validationMessages"][0]["validationMessage"]


def test_the_day_is_closed_at_its_time(parcel):
    """DHL closes by itself: what was booked before can no longer be cancelled."""
    with running_sandbox(orders=0, articles=1, dhl_closing="18:00") as running:
        dhl = Dhl(running.dhl_url)
        number = booked(dhl.book(parcel))["shipmentNo"]
        running.advance(24 * 3600)
        answer = dhl.call("DELETE", f"/orders?{PROFILE}&shipment={number}")
        assert answer.status_code == 400
        assert "already manifested" in booked(answer)["sstatus"]["detail"]
        assert running.dhl_state()["shipments"][0]["state"] == "manifested"
        later = booked(dhl.book(changed(parcel, refNo="WH/OUT/00043")))["shipmentNo"]
        assert dhl.call("DELETE", f"/orders?{PROFILE}&shipment={later}").status_code == 200
