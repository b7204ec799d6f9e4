"""What OTTO refuses or writes otherwise than a lenient double would: dates, states, caches, prices, errors."""

from datetime import datetime, timedelta

import pytest

BRANDS = "/v5/products/brands"
DELIVERY = "/v1/availability/product-delivery-information"


def moment(value):
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.mark.parametrize("days", [-365 * 25, -3, 2, 365 * 73])
def test_a_parcel_is_handed_over_between_the_order_and_today(otto, sandbox, shipment, days):
    shipment["shipDate"] = moment(sandbox.now() + timedelta(days=days))
    answer = otto.call("POST", "/v1/shipments", shipment)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["jsonPath"] == "shipDate"
    assert sandbox.state()["shipments"] == []


@pytest.mark.parametrize("text", ["2001-01-01T00:00:00Z", "2099-12-31T23:59:59Z", "9999-12-31T23:59:59.999-12:00"])
def test_dates_of_other_centuries(otto, shipment, text):
    assert otto.call("POST", "/v1/shipments", shipment | {"shipDate": text}).status_code == 400


def test_todays_date_is_good_although_the_clock_was_moved(otto, sandbox, shipment):
    sandbox.advance(40 * 24 * 3600)
    otto.sign_in()
    assert otto.call("POST", "/v1/shipments", shipment).status_code == 201


def test_a_parcel_goes_on_after_it_was_sent(otto, sandbox, shipment):
    number = otto.call("POST", "/v1/shipments", shipment).json()["shipmentId"]

    def states():
        otto.sign_in()
        row = otto.call("GET", f"/v1/shipments/{number}").json()
        [short] = otto.call("GET", "/v1/shipments?datefrom=2020-01-01").json()["resources"]
        assert short["states"] == row["states"]
        return [entry["state"] for entry in row["states"]]

    assert states() == ["SENT"]
    sandbox.advance(7 * 3600)
    assert states() == ["SENT", "ON_THE_WAY"]
    sandbox.advance(24 * 3600)
    assert states() == ["SENT", "ON_THE_WAY", "DELIVERED"]
    sandbox.move_shipment(number, "DELIVERY_ATTEMPT_FAILED")
    sandbox.move_shipment(number, "DELIVERED_FOR_PICKUP")
    assert states() == ["SENT", "DELIVERY_ATTEMPT_FAILED", "DELIVERED_FOR_PICKUP"]


def test_brands_that_are_known_already(otto):
    otto.sign_in("products")
    first = otto.call("GET", BRANDS)
    mark, changed = first.headers["ETag"], first.headers["Last-Modified"]
    for headers, status in (
        ({"If-None-Match": mark}, 304),
        ({"If-None-Match": f'"x", W/{mark}'}, 304),
        ({"If-None-Match": "*"}, 304),
        ({"If-None-Match": '"x"'}, 200),
        ({"If-Modified-Since": changed}, 304),
        ({"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200),
        ({"If-Modified-Since": "yesterday"}, 200),
        ({"If-None-Match": '"x"', "If-Modified-Since": changed}, 200),
    ):
        answer = otto.call("GET", BRANDS, headers=headers)
        assert (answer.status_code, bool(answer.content)) == (status, status == 200), headers
        assert answer.headers["ETag"] == mark
    assert otto.call("GET", f"{BRANDS}?page=1").headers["ETag"] != mark


def sale(sandbox, start, end=timedelta(days=5)):
    now = sandbox.now()
    return {
        "salePrice": {"amount": 1, "currency": "EUR"}, "startDate": moment(now + start), "endDate": moment(now + end),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "code"),
    [(timedelta(seconds=-5), "400007"), (timedelta(days=-9), "400007"), (timedelta(minutes=15), None)],
)
def test_a_sale_that_has_begun_is_refused(otto, sandbox, start, code):
    otto.sign_in("products")
    sku = next(iter(sandbox.articles()))
    entry = {"sku": sku, "standardPrice": {"amount": 9, "currency": "EUR"}, "sale": sale(sandbox, start)}
    task = otto.call("POST", "/v5/products/prices", [entry]).json()["links"][0]["href"]
    sandbox.advance(2)
    failed = otto.call("GET", f"{task}/failed").json()["results"]
    assert [row["errors"][0]["code"] for row in failed] == ([code] if code else [])


def test_a_profile_nobody_knows(otto):
    otto.sign_in("shipping-profiles")
    answer = otto.call("GET", "/v1/shipping-profiles/38427776-7383-4d65-82c9-dbe949d0573a")
    assert answer.status_code == 404
    assert answer.json().keys() == {"type", "title", "status", "validationErrors"}
    assert answer.json()["validationErrors"][0].keys() == {"detail", "logref"}


def test_errors_are_one_object_or_a_list(otto, sandbox, shipment):
    otto.sign_in("shipments orders availability")
    good, bad = next(iter(sandbox.articles())), "NOPE"
    profile = otto.call("GET", f"{DELIVERY}/{good}").json()["shippingProfileId"]
    entries = [{"sku": sku, "shippingProfileId": profile, "processingTime": "3"} for sku in (good, bad)]
    wrong = shipment | {"trackingKey": None}

    def shapes():
        answers = [
            otto.call("POST", DELIVERY, entries),
            otto.call("POST", "/v1/shipments", wrong),
            otto.call("GET", "/v4/orders/x"),
            otto.call("GET", "/v1/availability/quantities/NOPE"),
        ]
        assert [answer.status_code for answer in answers] == [207, 400, 404, 404]
        return [answer.json()["errors"] for answer in answers]

    lists = shapes()
    sandbox.fault("errors_as_object", times=None)
    assert [[error.get("detail")] for error in shapes()] == [[error.get("detail") for error in part] for part in lists]
    sandbox.clear_faults()
    sandbox.fault("errors_as_list", DELIVERY, times=None)
    [error] = otto.call("GET", f"{DELIVERY}/NOPE").json()["errors"]
    assert error["detail"] == "Sku not found for NOPE"


def test_what_is_sent_can_only_come_back(otto, sandbox):
    [order_id] = sandbox.make_orders(1, "SENT", pieces=1)
    assert otto.call("POST", f"/v4/orders/{order_id}/cancellation").status_code == 409
    [item] = sandbox.act(order_id, "return")["positionItems"]
    assert item["fulfillmentStatus"] == "RETURNED"
    assert datetime.fromisoformat(item["returnedDate"])
    path = f"/v4/orders/{order_id}/positionItems/{item['positionItemId']}/cancellation"
    assert otto.call("POST", path).status_code == 409
