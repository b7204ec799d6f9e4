"""Shipments: what is accepted, what is refused and how (facts/otto.md §5)."""

import copy

import pytest


def refusal(otto, body):
    answer = otto.call("POST", "/v1/shipments", body)
    errors = answer.json()["errors"]
    assert all(error["path"] == "/shipments" for error in errors)
    return answer.status_code, errors[0]["title"], [error.get("jsonPath") for error in errors]


def test_a_shipment_makes_its_pieces_sent(otto, sandbox, shipment):
    before = otto.order(shipment["positionItems"][0]["salesOrderId"])
    sandbox.advance(5)
    answer = otto.call("POST", "/v1/shipments", shipment)
    assert answer.status_code == 201
    after = otto.order(before["salesOrderId"])
    for item in after["positionItems"]:
        assert item["fulfillmentStatus"] == "SENT"
        assert item["trackingInfo"] == shipment["trackingKey"]
        assert item["sentDate"] > before["lastModifiedDate"]
    assert after["lastModifiedDate"] > before["lastModifiedDate"]

    by_id = otto.call("GET", f"/v1/shipments/{answer.json()['shipmentId']}").json()
    by_key = otto.call("GET", "/v1/shipments/carriers/DHL/trackingnumbers/00340434161094042557").json()
    assert by_id == by_key
    assert by_id["positionItems"] == shipment["positionItems"]
    assert by_id["states"][0]["state"] == "SENT"


@pytest.mark.parametrize(
    ("path", "json_path"),
    [
        (["trackingKey"], "trackingKey"),
        (["trackingKey", "trackingNumber"], "trackingKey.trackingNumber"),
        (["shipDate"], "shipDate"),
        (["shipFromAddress", "zipCode"], "shipFromAddress.zipCode"),
        (["positionItems"], "positionItems"),
        (["positionItems", 1, "salesOrderId"], "positionItems[1].salesOrderId"),
        (["positionItems", 0, "returnTrackingKey"], "positionItems[0].returnTrackingKey"),
        (
            ["positionItems", 2, "returnTrackingKey", "trackingNumber"],
            "positionItems[2].returnTrackingKey.trackingNumber",
        ),
    ],
)
def test_mandatory_properties(otto, shipment, path, json_path):
    holder = shipment
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = None
    assert refusal(otto, shipment) == (400, "PROPERTY_IS_MANDATORY", [json_path])


def test_return_carriers_are_three(otto, shipment):
    shipment["positionItems"][0]["returnTrackingKey"]["carrier"] = "UPS"
    assert refusal(otto, shipment)[0] == 400


@pytest.mark.parametrize("value", ["2026-04-17", "2026-04-17T14:05:00", "today"])
def test_the_ship_date_needs_time_and_zone(otto, shipment, value):
    shipment["shipDate"] = value
    assert refusal(otto, shipment)[2] == ["shipDate"]


def test_a_forwarder_needs_no_numbers(otto, shipment):
    shipment["trackingKey"] = {"carrier": "OTHER_FORWARDER"}
    for item in shipment["positionItems"]:
        del item["returnTrackingKey"]
    assert otto.call("POST", "/v1/shipments", shipment).status_code == 201


def test_a_repeated_request_is_a_duplicate(otto, shipment):
    assert otto.call("POST", "/v1/shipments", shipment).status_code == 201
    assert refusal(otto, shipment)[:2] == (409, "DUPLICATE_TRACKING_KEY")
    shipment["trackingKey"]["trackingNumber"] += "1"
    assert refusal(otto, shipment)[:2] == (409, "POSITION_ITEM_INCLUDED_IN_OTHER_SHIPMENT")


def test_foreign_pieces_are_not_permitted(otto, shipment):
    shipment["positionItems"][1]["positionItemId"] = "00000000-0000-4000-8000-000000000000"
    assert refusal(otto, shipment) == (400, "INSUFFICIENT_PERMISSION", ["positionItems[1].positionItemId"])


def test_only_processable_pieces_are_sent_and_a_refusal_changes_nothing(otto, sandbox, shipment):
    order_id, last = shipment["positionItems"][2]["salesOrderId"], shipment["positionItems"][2]["positionItemId"]
    sandbox.act(order_id, "cancel", [last])
    assert refusal(otto, shipment)[:2] == (400, "POSITION_ITEM_CAN_NOT_BE_SENT")
    found = [item["fulfillmentStatus"] for item in otto.order(order_id)["positionItems"]]
    assert found == ["PROCESSABLE", "PROCESSABLE", "CANCELLED_BY_MARKETPLACE"]
    del shipment["positionItems"][2]
    assert otto.call("POST", "/v1/shipments", shipment).status_code == 201


def test_a_cancellation_under_way_bars_the_shipment(otto, shipment):
    order_id = shipment["positionItems"][0]["salesOrderId"]
    assert otto.call("POST", f"/v4/orders/{order_id}/cancellation").status_code == 202
    assert refusal(otto, shipment)[:2] == (400, "POSITION_ITEM_CAN_NOT_BE_SENT")


def test_a_return_number_rests_for_42_days(otto, sandbox, shipment):
    assert otto.call("POST", "/v1/shipments", shipment).status_code == 201
    other = copy.deepcopy(shipment)
    other["trackingKey"]["trackingNumber"] = "00340434161094038253"
    order = otto.order(sandbox.make_orders(1, pieces=1)[0])
    other["positionItems"] = [
        shipment["positionItems"][0]
        | {"positionItemId": order["positionItems"][0]["positionItemId"], "salesOrderId": order["salesOrderId"]}
    ]
    assert refusal(otto, other)[:2] == (400, "RETURN_TRACKING_KEY_ALREADY_USED")
    sandbox.advance(42 * 24 * 3600)
    otto.sign_in()
    assert otto.call("POST", "/v1/shipments", other).status_code == 201


def test_unknown_shipments(otto):
    answer = otto.call("GET", "/v1/shipments/carriers/DHL/trackingnumbers/1")
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["title"]) == (404, "RESOURCE_NOT_FOUND")
    assert error["detail"] == "Found no shipment with carrier DHL and tracking number 1"


def test_the_list_pages_by_a_link_that_repeats_the_filter(otto, sandbox):
    sandbox.make_orders(5, "SENT")
    pages = list(otto.pages("/v1/shipments?datefrom=2020-01-01&limit=2"))
    assert [len(page["resources"]) for page in pages] == [2, 2, 1]
    assert pages[0]["links"][0]["href"].endswith("&limit=2&datefrom=2020-01-01")
    assert otto.call("GET", "/v1/shipments").status_code == 400


def test_without_a_token_there_is_no_body(otto):
    answer = otto.call("GET", "/v1/shipments/1", headers={"Authorization": "Bearer old"})
    assert (answer.status_code, answer.content) == (401, b"")
