"""Every fault that can be switched on, as a client sees it, and that it ends (facts/otto.md §2.1 to §2.3, §14)."""

import json
import time
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

import pytest
import requests

from sandbox.faults import KINDS

LIST = "/v4/orders?limit=3"


@pytest.fixture
def faulty(otto, sandbox):
    """A function that switches a fault on for the list of orders and asks for the list."""

    def ask(kind, **options):
        sandbox.fault(kind, "/v4/orders", **options)
        return otto.call("GET", LIST)

    return ask


# In place of the API


@pytest.mark.parametrize("status", [400, 403, 404, 500, 502, 503, 504])
def test_errors_in_the_words_of_the_interface(faulty, status):
    answer = faulty("status", status=status)
    assert answer.status_code == status
    assert {"path", "title", "detail"} <= set(answer.json()["errors"][0])


def test_errors_of_the_gateway(faulty):
    assert faulty("gateway", status=403).json() == {"message": "Forbidden"}
    assert faulty("gateway", status=404).json() == {"message": "Not Found"}


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_errors_without_a_body(faulty, status):
    answer = faulty("bare", status=status)
    assert (answer.status_code, answer.content) == (status, b"")


@pytest.mark.parametrize(("kind", "status"), [("html", 500), ("forbidden_waf", 403), ("rate_limit", 429)])
def test_pages_instead_of_data(faulty, kind, status):
    answer = faulty(kind)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "text/html"
    assert "<html>" in answer.text


def test_a_token_that_is_good_no_more(faulty):
    answer = faulty("unauthorized")
    assert (answer.status_code, answer.json()["errors"][0]["title"]) == (401, "Unauthorized")


def test_rate_limits_name_seconds_a_date_or_nothing(faulty):
    answer = faulty("rate_limit", seconds=7)
    assert (answer.headers["Retry-After"], answer.headers["X-RateLimit-Remaining-Minute"]) == ("7", "0")
    date = parsedate_to_datetime(faulty("rate_limit_date", seconds=60).headers["Retry-After"])
    assert timedelta(seconds=50) < date - datetime.now(timezone.utc) < timedelta(seconds=61)
    bare = faulty("rate_limit_bare")
    assert bare.status_code == 429
    assert "Retry-After" not in bare.headers


def test_rate_limits_as_data(faulty):
    answer = faulty("rate_limit_json", seconds=7)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["errors"][0]["title"] == "Too Many Requests"
    assert faulty("rate_limit_json", dialect="gateway").json() == {"message": "API rate limit exceeded"}
    reset = faulty("rate_limit_reset", seconds=9)
    assert (reset.status_code, reset.headers["RateLimit-Reset"]) == (429, "9")
    assert "Retry-After" not in reset.headers
    plain = faulty("status", status=429)
    assert plain.json()["errors"]
    assert "Retry-After" not in plain.headers


@pytest.mark.parametrize("kind", ["status", "unauthorized", "gateway", "bare", "html", "forbidden_waf", "rate_limit"])
def test_a_blocker_lets_no_work_be_done(otto, sandbox, kind):
    order_id = sandbox.make_orders()[0]
    sandbox.fault(kind, f"/v4/orders/{order_id}/cancellation")
    assert otto.call("POST", f"/v4/orders/{order_id}/cancellation").status_code >= 400
    sandbox.advance(61)
    assert {i["fulfillmentStatus"] for i in otto.order(order_id)["positionItems"]} == {"PROCESSABLE"}


def test_a_connection_may_be_cut_before_the_work_as_well(otto, sandbox):
    order_id = sandbox.make_orders()[0]
    for kind in ("status", "lost"):
        sandbox.fault(kind, f"/v4/orders/{order_id}/cancellation")
    with pytest.raises(requests.ConnectionError):
        otto.call("POST", f"/v4/orders/{order_id}/cancellation")
    sandbox.advance(61)
    assert {i["fulfillmentStatus"] for i in otto.order(order_id)["positionItems"]} == {"PROCESSABLE"}


# After the work was done


def test_answers_that_are_no_data(faulty):
    answer = faulty("broken")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(ValueError, match="."):
        answer.json()
    empty = faulty("empty")
    assert (empty.status_code, empty.content) == (200, b"")
    page = faulty("html_ok")
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html")
    assert "<html>" in page.text
    with pytest.raises(requests.ConnectionError):
        faulty("lost")


def test_slow_answers(faulty):
    start = time.monotonic()
    assert faulty("slow", seconds=0.4).json()["resources"]
    assert time.monotonic() - start >= 0.4


def test_a_version_that_is_about_to_end_says_so(faulty):
    answer = faulty("deprecated")
    assert answer.json()["resources"]
    assert all(name in answer.headers for name in ("Deprecation", "Sunset", "Warning"))
    assert 'rel="successor-version"' in answer.headers["Link"]


def test_shapes_of_other_years(faulty):
    order = faulty("unknown_fields").json()["resources"][0]
    assert order["addedLater"]
    order = faulty("unknown_enum").json()["resources"][0]
    assert order["positionItems"][0]["fulfillmentStatus"] == "SOMETHING_NEW"
    order = faulty("unknown_enum", keys=["paymentMethod"]).json()["resources"][0]
    assert order["payment"]["paymentMethod"] == "SOMETHING_NEW"
    assert order["positionItems"][0]["fulfillmentStatus"] != "SOMETHING_NEW"
    order = faulty("missing_fields", keys=["orderNumber", "ean"]).json()["resources"][0]
    assert "orderNumber" not in order
    assert "ean" not in order["positionItems"][0]["product"]


def test_numbers_as_text(faulty):
    item = faulty("numbers_as_text").json()["resources"][0]["positionItems"][0]
    assert isinstance(item["itemValueGrossPrice"]["amount"], str)
    assert isinstance(item["product"]["vatRate"], str)
    item = faulty("numbers_as_text", keys=["vatRate"]).json()["resources"][0]["positionItems"][0]
    assert isinstance(item["itemValueGrossPrice"]["amount"], float)
    assert isinstance(item["product"]["vatRate"], str)


def test_texts_no_database_likes(faulty):
    order = faulty("odd_text").json()["resources"][0]
    assert "\x00<script>" in order["positionItems"][0]["product"]["productTitle"]


def test_nul_and_html_in_names(otto, sandbox):
    order_id = sandbox.make_orders(1, address="person", fees=["5.95"])[0]
    path = f"/v4/orders/{order_id}"
    good = otto.order(order_id)
    sandbox.fault("nul_in_text", path)
    answer = otto.call("GET", path)
    assert b"\\u0000" in answer.content
    order = answer.json()
    for key in ("firstName", "lastName", "street"):
        text = order["deliveryAddress"][key]
        assert text.startswith("<b>")
        assert "\x00" in text
        assert text[3:-4].replace("\x00", "") == good["deliveryAddress"][key]
    assert "\x00" in order["positionItems"][0]["product"]["productTitle"]
    # What is called a name but is a word for a key stays.
    assert order["initialDeliveryFees"][0]["name"] == "DELIVERY_FEE_STANDARD"
    sandbox.fault("nul_in_text", path, keys=["sku"])
    order = otto.order(order_id)
    assert "\x00" in order["positionItems"][0]["product"]["sku"]
    assert order["deliveryAddress"] == good["deliveryAddress"]


def test_a_next_link_that_points_to_its_own_page(faulty):
    links = faulty("next_loop").json()["links"]
    assert links[-1] == {"rel": "next", "href": LIST}


@pytest.mark.parametrize(
    ("path", "empty"),
    [
        ("/v4/orders", []),
        ("/v1/shipments?datefrom=2020-01-01", []),
        ("/v1/availability/quantities", {"variations": []}),
    ],
)
def test_empty_pages_that_never_end(otto, sandbox, path, empty):
    sandbox.fault("empty_pages", "/v", times=None)
    first = otto.call("GET", path).json()
    assert first["resources"] == empty
    href = first["links"][-1]["href"]
    second = otto.call("GET", href).json()
    assert second["resources"] == empty
    assert second["links"][-1]["href"] not in (path, href)


def test_codes_of_quantities_as_in_ottos_examples(otto, sandbox):
    sku = sandbox.state()["articles"][0]["sku"]
    entries = [{"sku": sku, "quantity": 5}, {"sku": "NOPE", "quantity": 5}]
    for kind in ("logreg", "numbers_as_text"):
        sandbox.fault(kind, "/v1/availability")
    answer = otto.call("POST", "/v1/availability/quantities", entries)
    assert answer.status_code == 207
    assert answer.json()["results"][0]["quantity"] == "5"
    problem = answer.json()["errors"][0]
    assert (problem["code"], problem["logreg"]) == ("207", "sku")
    assert "logref" not in problem


@pytest.mark.parametrize("kind", ["lost", "broken", "html_ok", "empty"])
def test_the_work_is_done_although_the_answer_is_lost(otto, sandbox, kind):
    order_id = sandbox.make_orders()[0]
    sandbox.fault(kind, f"/v4/orders/{order_id}/cancellation")
    if kind == "lost":
        with pytest.raises(requests.ConnectionError):
            otto.call("POST", f"/v4/orders/{order_id}/cancellation")
    else:
        otto.call("POST", f"/v4/orders/{order_id}/cancellation")
    sandbox.advance(60)
    assert {i["fulfillmentStatus"] for i in otto.order(order_id)["positionItems"]} == {"CANCELLED_BY_PARTNER"}


def test_a_shipment_whose_answer_is_lost_is_a_duplicate_the_second_time(otto, sandbox, shipment):
    sandbox.fault("lost", "/v1/shipments", method="post")
    with pytest.raises(requests.ConnectionError):
        otto.call("POST", "/v1/shipments", shipment)
    again = otto.call("POST", "/v1/shipments", shipment)
    assert (again.status_code, again.json()["errors"][0]["title"]) == (409, "DUPLICATE_TRACKING_KEY")


# How faults are switched on and off


def test_a_fault_ends_after_its_times(faulty, otto, sandbox):
    faulty("status", times=2)
    assert otto.call("GET", LIST).status_code == 500
    assert otto.call("GET", LIST).status_code == 200
    assert sandbox.faults()[0]["hits"] == 2


def test_a_share_of_the_requests_is_the_same_by_seed(otto, sandbox):
    def hits():
        sandbox.reset(seed=5, orders=1)
        otto.sign_in()
        sandbox.fault("bare", "/v4/orders", share=0.5)
        return [otto.call("GET", LIST).status_code for _request in range(20)]

    first = hits()
    assert set(first) == {200, 500}
    assert hits() == first


def test_a_method_and_a_path_limit_a_fault(otto, sandbox):
    sandbox.fault("status", "/v4/orders", method="POST")
    sandbox.fault("status", "/v1/shipments")
    assert otto.call("GET", LIST).status_code == 200


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "meteorite"},
        {"kind": "status", "colour": "red"},
        {"kind": "status", "status": "500"},
        {"kind": "status", "status": 99},
        {"kind": "status", "dialect": "klingon"},
        {"kind": "slow", "seconds": -1},
        {"kind": "status", "share": 2},
        {"kind": "status", "times": -1},
        {"kind": "status", "path": 5},
        {"kind": "missing_fields"},
        {"kind": "missing_fields", "keys": "ean"},
    ],
)
def test_wishes_that_make_no_sense_are_refused(sandbox, wish):
    answer = requests.post(f"{sandbox.otto_url}/_sandbox/faults", data=json.dumps(wish), timeout=10)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert sandbox.faults() == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_switched_on_at_both_servers_and_off_again(otto, dhl, sandbox, kind):
    """No fault may break the sandbox itself: the request after it is answered as ever."""
    options = {"seconds": 0.01, "keys": ["title"]}
    for client, path, at_dhl in ((otto, "/v4/orders", False), (dhl, "/orders?shipment=1", True)):
        good = client.call("GET", path)
        sandbox.fault(kind, "/v4" if client is otto else "/parcel", dhl=at_dhl, **options)
        if kind == "lost":
            with pytest.raises(requests.ConnectionError):
                client.call("GET", path)
        else:
            with client.call("GET", path, stream=True, allow_redirects=False) as answer:
                assert answer.status_code < 600
        assert sandbox.faults(dhl=at_dhl)[0]["hits"] == 1
        assert client.call("GET", path).status_code == good.status_code


# At DHL


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 502, 503, 504])
def test_dhls_errors_are_problems_by_their_content_type(dhl, sandbox, parcel, status):
    sandbox.fault("status", "/", dhl=True, status=status)
    answer = dhl.book(parcel)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    # Only the shipping API's 400 has its status inside, as its answers have (DHL's document).
    told = answer.json()["status"] if status == 400 else answer.json()
    assert told["statusCode"] == status
    assert not sandbox.dhl_state()["shipments"]


@pytest.mark.parametrize("kind", ["unauthorized", "gateway", "rate_limit_json", "rate_limit_reset"])
def test_dhl_does_not_speak_as_otto(dhl, sandbox, parcel, kind):
    sandbox.fault(kind, "/", dhl=True)
    answer = dhl.book(parcel)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {"title", "status", "statusCode"} <= set(answer.json())


def test_dhl_has_only_its_own_dialect(sandbox):
    with pytest.raises(requests.HTTPError, match="400"):
        sandbox.fault("status", "/", dhl=True, dialect="ads")


def test_dhls_old_answers_name_the_status_once(dhl, sandbox, parcel):
    sandbox.fault("status_code_only", "/", dhl=True)
    status = dhl.book(parcel).json()["status"]
    assert "statusCode" in status
    assert "status" not in status


def test_a_parcel_is_booked_although_dhls_answer_is_lost(dhl, sandbox, parcel):
    sandbox.fault("lost", "/", dhl=True)
    with pytest.raises(requests.ConnectionError):
        dhl.book(parcel)
    assert len(sandbox.dhl_state()["shipments"]) == 1
