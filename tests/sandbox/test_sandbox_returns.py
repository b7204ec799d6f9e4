"""Returns: lists, what customers and OTTO do, acceptance and rejection with all their answers (facts/otto.md §10)."""

import pytest
import requests

ACCEPT, REJECT = "/v3/returns/acceptance", "/v3/returns/rejection"
DAY = 24 * 3600
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def otto(otto):
    otto.sign_in("orders shipments returns")
    return otto


@pytest.fixture
def sent(sandbox):
    """A function that makes orders whose pieces were sent; returns (order id, piece id) of each piece."""

    def make(pieces=1, orders=1, status="SENT"):
        ids = sandbox.make_orders(orders, status, pieces=pieces)
        found = {order["salesOrderId"]: order for order in sandbox.state()["orders"]}
        return [(order_id, item["positionItemId"]) for order_id in ids for item in found[order_id]["positionItems"]]

    return make


def entry(piece, reason=None, condition="A"):
    found = {"positionItemId": piece[1], "salesOrderId": piece[0], "condition": condition, "reason": reason}
    return {key: value for key, value in found.items() if value is not None}


def decide(otto, path, *entries):
    return otto.call("POST", path, {"positionItems": list(entries)})


def listed(otto, status):
    pages = otto.pages(f"/v3/returns?status={status}&limit=50")
    return [row for page in pages for row in page["positionItems"]]


def piece_of(otto, piece):
    return next(row for row in otto.order(piece[0])["positionItems"] if row["positionItemId"] == piece[1])


def test_an_announcement_is_listed_with_the_number_of_our_label(otto, sandbox, sent):
    first, second = sent(2)
    sandbox.announce_return([first[1]])
    [row] = listed(otto, "announced")
    [parcel] = sandbox.returns()["parcels"]
    assert (row["positionItemId"], row["salesOrderId"], row["status"]) == (first[1], first[0], "ANNOUNCED")
    key = row["details"]["returnTrackingKey"]
    assert key == {"carrier": "DHL", "trackingNumbers": [parcel["trackingKey"]["trackingNumber"]]}
    assert row["occurredTime"].endswith("Z")
    assert len(row["occurredTime"].rpartition(".")[2]) == 3
    shipped = [item for shipment in sandbox.state()["shipments"] for item in shipment["positionItems"]]
    label = next(item["returnTrackingKey"] for item in shipped if item["positionItemId"] == first[1])
    assert parcel["trackingKey"] == label
    assert piece_of(otto, first)["fulfillmentStatus"] == piece_of(otto, second)["fulfillmentStatus"] == "SENT"


def test_one_parcel_for_two_orders(otto, sandbox, sent):
    pieces = sent(orders=2)
    [parcel_id] = sandbox.announce_return([piece[1] for piece in pieces])
    parcel = otto.call("GET", f"/v1/return-shipments/{parcel_id}").json()
    held = [(row["salesOrderId"], row["salesOrderPositionItemId"]) for row in parcel["returnPositionItems"]]
    assert held == pieces
    numbers = {tuple(row["details"]["returnTrackingKey"]["trackingNumbers"]) for row in listed(otto, "ANNOUNCED")}
    assert numbers == {(parcel["trackingKey"]["trackingNumber"],)}


def test_one_return_in_two_parcels(otto, sandbox, sent):
    [piece] = sent()
    assert len(sandbox.announce_return([piece[1]], carrier="GLS", trackingNumbers=["11", "22"])) == 2
    [row] = listed(otto, "ANNOUNCED")
    assert row["details"]["returnTrackingKey"] == {"carrier": "GLS", "trackingNumbers": ["11", "22"]}


def test_a_return_without_any_number(otto, sandbox, sent):
    [piece] = sent()
    assert sandbox.announce_return([piece[1]], trackingNumbers=[]) == []
    assert listed(otto, "ANNOUNCED")[0]["details"] == {}


def test_a_withdrawn_announcement_is_gone_everywhere(otto, sandbox, sent):
    first, second = sent(2)
    [parcel_id] = sandbox.announce_return([first[1], second[1]])
    sandbox.withdraw_return([first[1]])
    assert [row["positionItemId"] for row in listed(otto, "ANNOUNCED")] == [second[1]]
    parcel = otto.call("GET", f"/v1/return-shipments/{parcel_id}").json()
    assert [row["salesOrderPositionItemId"] for row in parcel["returnPositionItems"]] == [second[1]]
    sandbox.withdraw_return([second[1]])
    assert listed(otto, "ANNOUNCED") == []
    answer = otto.call("GET", f"/v1/return-shipments/{parcel_id}")
    assert (answer.status_code, answer.json()["errors"][0]["title"]) == (404, "RESOURCE_NOT_FOUND")
    sandbox.advance(10 * DAY)
    otto.sign_in("orders shipments returns")
    assert piece_of(otto, first)["fulfillmentStatus"] == "SENT"


def test_a_misdirected_piece_lies_in_ottos_warehouse(otto, sandbox, sent):
    [piece] = sent()
    sandbox.misdirect_return([piece[1]])
    [row] = listed(otto, "MISDIRECTED")
    assert set(row["details"]) == {"orderNumber", "ottoWarehouseID"}
    assert row["details"]["orderNumber"] == otto.order(piece[0])["orderNumber"]
    assert decide(otto, ACCEPT, entry(piece)).status_code == 200


def test_otto_decides_what_is_overdue(otto, sandbox, sent):
    slow, quick, rejected = sent(3)
    sandbox.return_rules(overdue_after=7 * DAY)
    sandbox.announce_return([slow[1], quick[1], rejected[1]])
    assert decide(otto, ACCEPT, entry(quick)).status_code == 200
    assert decide(otto, REJECT, entry(rejected, "WRONG_ITEM")).status_code == 200
    sandbox.advance(7 * DAY - 5)
    otto.sign_in("orders shipments returns")
    assert [row["positionItemId"] for row in listed(otto, "ANNOUNCED")] == [slow[1]]
    sandbox.advance(10)
    rows = {row["positionItemId"]: row["details"] for row in listed(otto, "ACCEPTED")}
    assert rows[slow[1]] == {"reason": "OVERDUE_CREDIT"}
    found = piece_of(otto, slow)
    assert (found["fulfillmentStatus"], found["returnAcceptedByMarketplace"]) == ("RETURNED", True)
    assert piece_of(otto, quick)["returnAcceptedByMarketplace"] is False
    assert piece_of(otto, rejected)["fulfillmentStatus"] == "SENT"


@pytest.mark.parametrize("fast", [True, False])
def test_a_fast_refund_comes_with_the_first_scan(otto, sandbox, sent, fast):
    [piece] = sent()
    [parcel_id] = sandbox.announce_return([piece[1]], scans={}, fast_refund=fast)
    assert len(listed(otto, "ANNOUNCED")) == 1
    sandbox.scan_return(parcel_id, "ON_THE_WAY")
    found = piece_of(otto, piece)
    assert found["fulfillmentStatus"] == ("RETURNED" if fast else "SENT")
    assert [row["details"] for row in listed(otto, "ACCEPTED")] == ([{"reason": "FAST_REFUND"}] if fast else [])


def test_otto_may_decide_for_every_reason_of_its_own(otto, sandbox, sent):
    reasons = ("OVERDUE_CREDIT", "FAST_REFUND", "CUSTOMER_CLARIFICATION", "LACK_OF_COOPERATION")
    for piece, reason in zip(sent(4), reasons, strict=True):
        sandbox.decide_return([piece[1]], reason)
    assert [row["details"]["reason"] for row in listed(otto, "ACCEPTED")] == list(reversed(reasons))


def test_the_lists_go_by_the_last_change_and_page(otto, sandbox, sent):
    pieces = [piece[1] for piece in sent(5)]
    for piece in pieces:
        sandbox.announce_return([piece])
    pages = list(otto.pages("/v3/returns?status=Announced&limit=2"))
    assert [len(page["positionItems"]) for page in pages] == [2, 2, 1]
    assert [row["positionItemId"] for page in pages for row in page["positionItems"]] == pieces[::-1]
    assert pages[0]["links"] == [{"rel": "next", "href": "/v3/returns?status=ANNOUNCED&limit=2&page=2"}]
    assert len(otto.call("GET", "/v3/returns").json()["positionItems"]) == 5


@pytest.mark.parametrize("query", ["status=LOST", "limit=51", "limit=0", "page=0", "page=x", "limit=-1", "limit=²"])
def test_parameters_that_make_no_sense(otto, query):
    answer = otto.call("GET", f"/v3/returns?{query}")
    assert (answer.status_code, set(answer.json()["errors"][0])) == (400, {"path", "title", "detail", "logref"})


def test_an_acceptance_is_final_and_needs_no_announcement(otto, sandbox, sent):
    first, second = sent(2)
    sandbox.announce_return([first[1]])
    answer = decide(otto, ACCEPT, entry(first, "RETURN_RECEIVED"), entry(second, "SHIPMENT_LOST"))
    assert (answer.status_code, answer.json()) == (200, {})
    for piece, reason in ((first, "RETURN_RECEIVED"), (second, "SHIPMENT_LOST")):
        found = piece_of(otto, piece)
        assert (found["fulfillmentStatus"], found["returnAcceptedByMarketplace"]) == ("RETURNED", False)
        assert found["returnedDate"]
        row = next(row for row in listed(otto, "ACCEPTED") if row["positionItemId"] == piece[1])
        assert row["details"] == {"condition": "A", "reason": reason}
    assert listed(otto, "ANNOUNCED") == []
    answer = decide(otto, REJECT, entry(first, "WRONG_ITEM"))
    assert answer.status_code == 422
    assert "Already Accepted" in answer.json()["errors"][0]["detail"]


def test_a_rejection_can_become_an_acceptance(otto, sandbox, sent):
    [piece] = sent()
    sandbox.announce_return([piece[1]])
    assert decide(otto, REJECT, entry(piece, "ITEM_DAMAGED", "D")).json() == {}
    assert listed(otto, "REJECTED")[0]["details"] == {"condition": "D", "reason": "ITEM_DAMAGED"}
    assert decide(otto, REJECT, entry(piece, "WRONG_ITEM")).status_code == 422
    assert decide(otto, ACCEPT, entry(piece)).status_code == 200
    assert listed(otto, "REJECTED") == []


def test_a_rejection_stays_when_a_later_announcement_is_withdrawn(otto, sandbox, sent):
    [piece] = sent()
    [before] = sandbox.announce_return([piece[1]], trackingNumbers=["11"])
    decide(otto, REJECT, entry(piece, "ITEM_DAMAGED", "D"))
    [parcel_id] = sandbox.announce_return([piece[1]], trackingNumbers=["22"])
    assert listed(otto, "REJECTED") == []
    sandbox.withdraw_return([piece[1]])
    assert listed(otto, "ANNOUNCED") == []
    assert listed(otto, "REJECTED")[0]["details"] == {"condition": "D", "reason": "ITEM_DAMAGED"}
    codes = [otto.call("GET", f"/v1/return-shipments/{number}").status_code for number in (before, parcel_id)]
    assert codes == [200, 404]


def test_a_part_is_207_and_the_error_names_its_piece(otto, sandbox, sent):
    good, [other] = sent(2), sent()
    [unsent] = sent(status="PROCESSABLE")
    decide(otto, ACCEPT, entry(good[1]))
    entries = [entry(good[0], "COMPLAINT", "B"), entry(good[1]), entry(unsent), entry((good[0][0], other[1]))]
    answer = decide(otto, ACCEPT, *entries)
    assert answer.status_code == 207
    assert answer.json()["results"] == [entries[0]]
    errors = answer.json()["errors"]
    assert [error["logref"] for error in errors] == [good[1][1], unsent[1], other[1]]
    assert [error["detail"] for error in errors] == [
        f"Product Is Already Accepted By The Partner for positionItemId: {good[1][1]}",
        f"Error: Product Not Sent By The Partner for positionItemId: {unsent[1]}",
        f"Error: Product Does Not Belong To Sales Order Id for positionItemId: {other[1]}",
    ]
    assert errors[1]["title"] == f"Error while processing request: {unsent[1]}"
    assert errors[1]["path"] == ACCEPT
    assert piece_of(otto, other)["fulfillmentStatus"] == "SENT"


def test_none_is_422(otto, sent):
    answer = decide(otto, ACCEPT, entry((NOBODY, NOBODY)))
    assert answer.status_code == 422
    assert "results" not in answer.json()


def test_the_forms_in_which_a_refusal_names_its_piece(otto, sandbox, sent):
    [piece] = sent()
    decide(otto, ACCEPT, entry(piece))
    sandbox.return_rules(literal_logref=True)
    [error] = decide(otto, ACCEPT, entry(piece)).json()["errors"]
    assert (error["logref"], error["detail"].endswith(piece[1])) == ("positionItemId", True)
    sandbox.return_rules(literal_logref=False, short_words=True)
    [error] = decide(otto, ACCEPT, entry(piece)).json()["errors"]
    assert (error["logref"], error["detail"]) == (piece[1], "The return has already been accepted")


def test_any_piece_can_be_refused_on_demand(otto, sandbox, sent):
    first, second = sent(2)
    sandbox.return_rules(refuse={first[1]: "Something New"})
    answer = decide(otto, ACCEPT, entry(first), entry(second))
    assert answer.status_code == 207
    assert answer.json()["errors"][0]["detail"] == f"Error: Something New for positionItemId: {first[1]}"
    sandbox.return_rules(refuse={})
    assert decide(otto, ACCEPT, entry(first)).status_code == 200


def test_a_calls_limit_is_200_pieces(otto, sent):
    pieces = [entry(piece) for piece in sent(201)]
    answer = decide(otto, ACCEPT, *pieces)
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (413, "Payload too large")
    assert listed(otto, "ACCEPTED") == []
    assert decide(otto, ACCEPT, *pieces[:200]).json() == {}


@pytest.mark.parametrize("path", [ACCEPT, REJECT])
@pytest.mark.parametrize(
    "change",
    [
        {"condition": "F"}, {"condition": 1}, {"reason": "OVERDUE_CREDIT"}, {"reason": "BECAUSE"}, {"reason": 7},
        {"positionItemId": None}, {"salesOrderId": " "}, {"positionItemId": 5},
    ],
)  # fmt: skip
def test_one_malformed_piece_spoils_the_whole_request(otto, sent, path, change):
    good, bad = sent(2)
    reason = "COMPLAINT" if path == ACCEPT else "EXCHANGE"
    answer = decide(otto, path, entry(good, reason), entry(bad, reason) | change)
    assert answer.status_code == 400
    assert "positionItems[1]" in answer.json()["errors"][0]["detail"]
    assert listed(otto, "ACCEPTED") == listed(otto, "REJECTED") == []


@pytest.mark.parametrize("body", [None, [], {}, {"positionItems": []}, {"positionItems": {}}, {"positionItems": ["x"]}])
@pytest.mark.parametrize("path", [ACCEPT, REJECT])
def test_bodies_that_hold_no_pieces(otto, path, body):
    answer = otto.call("POST", path, body)
    assert answer.status_code == (415 if body is None else 400)


def test_reasons_a_rejection_needs_and_an_acceptance_does_not(otto, sent):
    first, second = sent(2)
    assert decide(otto, REJECT, entry(first)).status_code == 400
    assert decide(otto, REJECT, entry(first, "RETURN_RECEIVED")).status_code == 400
    assert decide(otto, ACCEPT, entry(second, "WRONG_ITEM")).status_code == 400
    assert decide(otto, ACCEPT, entry(second, condition=None)).status_code == 200


@pytest.mark.parametrize(("path", "reason"), [(ACCEPT, "COMPLAINT"), (REJECT, "EXCHANGE")])
def test_the_condition_may_be_mandatory(otto, sandbox, sent, path, reason):
    [piece] = sent()
    sandbox.return_rules(condition_mandatory=True)
    answer = decide(otto, path, entry(piece, reason, condition=None))
    assert (answer.status_code, "condition" in answer.json()["errors"][0]["detail"]) == (400, True)
    assert decide(otto, path, entry(piece, reason)).status_code == 200


def test_an_acceptance_may_be_seen_later_and_holds_at_once(otto, sandbox, sent):
    [piece] = sent()
    sandbox.return_rules(accept_seconds=60, overdue_after=30)
    sandbox.announce_return([piece[1]])
    assert decide(otto, ACCEPT, entry(piece, "COMPLAINT")).status_code == 200
    sandbox.advance(40)
    assert piece_of(otto, piece)["fulfillmentStatus"] == "SENT"
    assert "Already Accepted" in decide(otto, ACCEPT, entry(piece)).json()["errors"][0]["detail"]
    sandbox.advance(30)
    found = piece_of(otto, piece)
    assert (found["fulfillmentStatus"], found["returnAcceptedByMarketplace"]) == ("RETURNED", False)


def test_what_comes_back_past_the_interface_is_accepted_too(otto, sandbox, sent):
    [piece] = sent()
    sandbox.act(piece[0], "return")
    assert [row["positionItemId"] for row in listed(otto, "ACCEPTED")] == [piece[1]]


def test_the_scope_is_its_own(otto, sandbox, sent):
    otto.sign_in("orders")
    assert otto.call("GET", "/v3/returns").status_code == 403
    assert otto.call("GET", "/v3/returns", headers={"Authorization": "Bearer old"}).status_code == 401


def test_faults_hit_returns_as_everything_else(otto, sandbox, sent):
    first, second = sent(2)
    sandbox.fault("lost", "/v3/returns/acceptance")
    with pytest.raises(requests.ConnectionError):
        decide(otto, ACCEPT, entry(first))
    assert piece_of(otto, first)["fulfillmentStatus"] == "RETURNED"
    sandbox.fault("status", "/v3/returns", status=500)
    assert set(decide(otto, ACCEPT, entry(second)).json()["errors"][0]) >= {"path", "title", "detail", "logref"}
    assert piece_of(otto, second)["fulfillmentStatus"] == "SENT"
    sandbox.fault("empty_pages", "/v3/returns")
    page = otto.call("GET", "/v3/returns").json()
    assert (page["positionItems"], len(page["links"])) == ([], 1)
    sandbox.fault("errors_as_object", "/v3/returns")
    assert isinstance(decide(otto, ACCEPT, entry(first)).json()["errors"], dict)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("returns", {"positionItemIds": []}, 400),
        ("returns", {"positionItemIds": [NOBODY]}, 404),
        ("returns", {"pieces": []}, 400),
        ("returns/withdraw", {"positionItemIds": [NOBODY]}, 404),
        ("returns/rules", {"fast_refund": 1}, 400),
        ("returns/rules", {"overdue_after": -1}, 400),
        ("returns/rules", {"reduction_outcome": "MAYBE"}, 400),
        ("returns/rules", {"unknown": True}, 400),
        ("returns/parcels/none", {"state": "DELIVERED"}, 404),
    ],
)
def test_wishes_that_cannot_be_met(otto, path, body, status):
    assert otto.call("POST", f"/_sandbox/{path}", body).status_code == status


def test_only_what_was_sent_can_come_back(otto, sandbox, sent):
    [piece] = sent(status="PROCESSABLE")
    body = {"positionItemIds": [piece[1]]}
    assert otto.call("POST", "/_sandbox/returns", body).status_code == 409
    [other] = sent()
    body = {"positionItemIds": [other[1]]}
    assert otto.call("POST", "/_sandbox/returns/withdraw", body).status_code == 409
    assert otto.call("POST", "/_sandbox/returns/vanish", body).status_code == 404
    assert otto.call("POST", "/_sandbox/returns/decide", body | {"reason": "WHIM"}).status_code == 400
    assert otto.call("POST", "/_sandbox/returns", body | {"scans": {"LOST": 1}}).status_code == 400


def test_a_reset_forgets_returns_and_rules(otto, sandbox, sent):
    [piece] = sent()
    sandbox.return_rules(condition_mandatory=True)
    sandbox.announce_return([piece[1]])
    sandbox.reset()
    assert sandbox.returns() == {"returns": [], "parcels": [], "reductions": []}
    assert sandbox.return_rules()["condition_mandatory"] is False
