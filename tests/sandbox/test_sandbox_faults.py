"""Every fault that can be switched on, as a client sees it, and that it ends (facts §2.1 to 2.3, 14)."""

from email.utils import parsedate_to_datetime

import pytest
import requests

LIST = "/v4/orders?limit=3"


@pytest.fixture
def faulty(otto, sandbox):
    """A function that switches a fault on for the list of orders and asks for the list."""

    def ask(kind, **options):
        sandbox.fault(kind, "/v4/orders", **options)
        return otto.call("GET", LIST)

    return ask


@pytest.mark.parametrize("status", [400, 403, 404, 500, 502, 503])
def test_errors_in_the_words_of_the_interface(faulty, status):
    answer = faulty("status", status=status)
    assert answer.status_code == status
    assert {"path", "title", "detail"} <= set(answer.json()["errors"][0])


def test_errors_of_the_gateway(faulty):
    assert faulty("gateway", status=403).json() == {"message": "Forbidden"}
    assert faulty("gateway", status=404).json() == {"message": "Not Found"}


def test_errors_without_a_body(faulty):
    answer = faulty("bare", status=401)
    assert (answer.status_code, answer.content) == (401, b"")


@pytest.mark.parametrize(("kind", "status"), [("html", 500), ("forbidden_waf", 403), ("rate_limit", 429)])
def test_pages_instead_of_data(faulty, kind, status):
    answer = faulty(kind)
    assert answer.status_code == status
    assert "<html>" in answer.text


def test_rate_limits_name_seconds_a_date_or_nothing(faulty):
    assert faulty("rate_limit", seconds=7).headers["Retry-After"] == "7"
    assert parsedate_to_datetime(faulty("rate_limit_date", seconds=60).headers["Retry-After"])
    assert "Retry-After" not in faulty("rate_limit_bare").headers


def test_answers_that_are_no_data(faulty):
    answer = faulty("broken")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match="."):
        answer.json()
    assert faulty("empty").content == b""
    assert "<html>" in faulty("html_ok").text
    with pytest.raises(requests.ConnectionError):
        faulty("lost")


def test_a_version_that_is_about_to_end_says_so(faulty):
    answer = faulty("deprecated")
    assert answer.json()["resources"]
    assert all(name in answer.headers for name in ("Deprecation", "Sunset", "Warning", "Link"))


def test_shapes_of_other_years(faulty):
    order = faulty("unknown_fields").json()["resources"][0]
    assert order["addedLater"]
    order = faulty("numbers_as_text").json()["resources"][0]
    assert isinstance(order["positionItems"][0]["itemValueGrossPrice"]["amount"], str)
    order = faulty("unknown_enum").json()["resources"][0]
    assert order["positionItems"][0]["fulfillmentStatus"] == "SOMETHING_NEW"
    order = faulty("missing_fields", keys=["orderNumber", "ean"]).json()["resources"][0]
    assert "orderNumber" not in order
    assert "ean" not in order["positionItems"][0]["product"]
    order = faulty("odd_text").json()["resources"][0]
    assert "\x00<script>" in order["positionItems"][0]["product"]["productTitle"]


def test_a_next_link_that_points_to_its_own_page(faulty):
    links = faulty("next_loop").json()["links"]
    assert links[-1] == {"rel": "next", "href": LIST}


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


def test_a_fault_ends_after_its_times(faulty, otto):
    faulty("status", times=2)
    assert otto.call("GET", LIST).status_code == 500
    assert otto.call("GET", LIST).status_code == 200


def test_dhls_errors_are_problems_by_their_content_type(dhl, sandbox, parcel):
    sandbox.fault("status", "/", dhl=True, status=500)
    assert dhl.book(parcel).headers["Content-Type"] == "application/problem+json"
