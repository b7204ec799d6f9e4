"""DHL: the shape of a 400, bodies of wrong types, and what an unknown parcel is called at its cancellation."""

import pytest

PROFILE = "STANDARD_GRUPPENPROFIL"
RETURNS = "/parcel/de/shipping/returns/v1/orders"
RETURN = {
    "receiverId": "deu",
    "shipper": {
        "name1": "Maria Musterfrau",
        "addressStreet": "Kurt-Schumacher-Str.",
        "addressHouse": "20",
        "postalCode": "53113",
        "city": "Bonn",
    },
}


def is_nested(answer):
    status = answer.json()["status"]
    return status["title"] == "Bad Request" and status["status"] == status["statusCode"] == answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/orders?profile=X&shipment=1", None),
        ("DELETE", f"/orders?profile={PROFILE}", None),
        ("GET", "/orders", None),
        ("GET", "/orders?shipment=1&docFormat=GIF", None),
        ("POST", "/orders", [1]),
        ("POST", "/orders?validate=perhaps", {"profile": PROFILE, "shipments": []}),
        ("POST", "/manifests", {}),
        ("POST", "/manifests?all=perhaps", {"profile": PROFILE}),
        ("GET", "/manifests?date=tomorrow", None),
        ("GET", "/manifests?date=2999-01-01", None),
        ("GET", "/manifests?includeDocs=perhaps", None),
    ],
)
def test_a_400_has_its_status_inside(dhl, method, path, body):
    assert is_nested(dhl.call(method, path, body))


def test_a_body_that_is_no_json_and_an_injected_400(dhl, sandbox):
    url, headers = f"{dhl.url}/orders", {"Content-Type": "application/json"}
    assert is_nested(dhl.session.post(url, data=b"{", headers=headers, timeout=5))
    sandbox.fault("status", "/parcel", dhl=True, status=400)
    assert is_nested(dhl.call("GET", "/orders?shipment=1"))


@pytest.mark.parametrize(
    "change",
    [
        {"shipmentNumbers": [1]},
        {"shipmentNumbers": [None]},
        {"shipmentNumbers": [["1"]]},
        {"shipmentNumbers": "1"},
        {"shipmentNumbers": []},
        {"shipmentNumbers": ["1"] * 31},
        {"shipmentNumbers": None},
        {"billingNumber": 33333333330102},
        {"billingNumber": ["33333333330102"]},
        {"profile": 1},
        {"profile": None},
        {"colour": "red"},
    ],
)
@pytest.mark.parametrize("query", ["", "?all=true"])
def test_manifests_of_wrong_types(dhl, parcel, change, query):
    number = dhl.book(parcel).json()["items"][0]["shipmentNo"]
    body = {"profile": PROFILE, "shipmentNumbers": [number]} | change
    assert is_nested(dhl.call("POST", f"/manifests{query}", body))
    [item] = dhl.call("DELETE", f"/orders?profile={PROFILE}&shipment={number}").json()["items"]
    assert item["sstatus"]["status"] == 200


@pytest.mark.parametrize(
    "change",
    [
        {"receiverId": 1},
        {"receiverId": None},
        {"customerReference": 5},
        {"shipmentReference": None},
        {"shipper": None},
        {"shipper": RETURN["shipper"] | {"name2": 5}},
        {"shipper": RETURN["shipper"] | {"email": None}},
        {"shipper": RETURN["shipper"] | {"phone": None}},
        {"shipper": RETURN["shipper"] | {"state": False}},
        {"itemWeight": None},
        {"itemWeight": {"uom": "kg", "value": "1"}},
        {"itemWeight": {"uom": "kg", "value": True}},
        {"itemValue": {"currency": "USD", "value": 1}},
        {"itemValue": None},
        {"customsDetails": None},
        {"customsDetails": {"items": []}},
        {"services": None},
        {"services": {"goGreenPlus": "yes"}},
        {"colour": "red"},
    ],
)
def test_returns_of_wrong_types(dhl, sandbox, change):
    url = sandbox.dhl_url + RETURNS
    assert dhl.session.post(url, json=RETURN, timeout=5).status_code == 201
    answer = dhl.session.post(url, json=RETURN | change, timeout=5)
    assert (answer.status_code, answer.json()["status"]) == (400, 400)
    assert len(sandbox.dhl_state()["returns"]) == 1


def test_an_unknown_parcel_as_it_was_seen_and_as_the_document_says(dhl, sandbox):
    path = f"/orders?profile={PROFILE}&shipment=1"
    seen = dhl.call("DELETE", path)
    assert (seen.status_code, seen.json()["items"][0]["sstatus"]["status"]) == (400, 204)
    sandbox.fault("unknown_as_document", "/parcel", dhl=True, times=None)
    for numbers in ("", "&shipment=2"):
        said = dhl.call("DELETE", path + numbers)
        assert said.status_code == (207 if numbers else 400)
        for item in said.json()["items"]:
            assert (item["sstatus"]["status"], item["sstatus"]["statusCode"]) == (400, 400)
            assert item["sstatus"]["detail"] == "Unknown shipment number."
