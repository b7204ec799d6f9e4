"""Quantities: batches that are partly refused, list, one (facts/otto.md §7)."""

from urllib.parse import quote

import pytest

PATH = "/v1/availability/quantities"


@pytest.fixture
def skus(sandbox):
    return sorted(sandbox.state()["quantities"])


def test_all_taken(otto, sandbox, skus):
    answer = otto.call("POST", PATH, [{"sku": skus[0], "quantity": 123}, {"sku": skus[1], "quantity": 0}])
    assert answer.status_code == 200
    held = sandbox.state()["quantities"]
    assert (held[skus[0]], held[skus[1]]) == (123, 0)


def test_partly_taken_is_207(otto, sandbox, skus):
    answer = otto.call("POST", PATH, [{"sku": skus[0], "quantity": 5}, {"sku": "NOPE", "quantity": 5}])
    assert answer.status_code == 207
    body = answer.json()
    assert body["results"][0]["sku"] == skus[0]
    assert body["errors"][0]["detail"] == "Error: SKU is unknown for SKU: NOPE"
    assert body["errors"][0]["logref"] == "sku"


@pytest.mark.parametrize("quantity", [-1, 1_000_000_000, 1.5, "5", True, None])
def test_quantities_are_whole_numbers(otto, sandbox, skus, quantity):
    before = sandbox.state()["quantities"]
    answer = otto.call("POST", PATH, [{"sku": skus[0], "quantity": quantity}])
    assert answer.status_code == 422
    assert "absolute number" in answer.json()["errors"][0]["detail"]
    assert sandbox.state()["quantities"] == before


@pytest.mark.parametrize("entry", [{"quantity": 5}, {"sku": "", "quantity": 5}, "5"])
def test_an_empty_sku(otto, entry):
    assert (
        otto.call("POST", PATH, [entry]).json()["errors"][0]["detail"] == "Error: [sku must not be empty] for SKU: null"
    )


def test_a_sku_may_occur_once(otto, sandbox, skus):
    answer = otto.call("POST", PATH, [{"sku": skus[0], "quantity": 5}, {"sku": skus[0], "quantity": 6}])
    assert answer.status_code == 207
    assert sandbox.state()["quantities"][skus[0]] == 5


def test_batches_hold_200(otto, skus):
    entries = [{"sku": f"X{number}", "quantity": 1} for number in range(201)]
    assert otto.call("POST", PATH, entries[:200]).status_code == 422
    answer = otto.call("POST", PATH, entries)
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (413, "Payload too large")


@pytest.mark.parametrize("body", [[], {"sku": "A", "quantity": 1}])
def test_only_arrays(otto, body):
    assert otto.call("POST", PATH, body).status_code == 400


def test_the_list_is_sorted_and_paged(otto, sandbox):
    sandbox.reset(articles=450)
    otto.sign_in()
    pages = list(otto.pages(PATH))
    assert [len(page["resources"]["variations"]) for page in pages] == [200, 200, 50]
    found = [entry["sku"] for page in pages for entry in page["resources"]["variations"]]
    assert found == sorted(sandbox.state()["quantities"])
    assert otto.call("GET", f"{PATH}?limit=few").status_code == 400


def test_one_sku_may_need_escaping(otto, skus):
    odd = next(sku for sku in skus if "/" in sku)
    assert otto.call("GET", f"{PATH}/{quote(odd, safe='')}").json()["sku"] == odd
    answer = otto.call("GET", f"{PATH}/NOPE")
    assert (answer.status_code, answer.json()["errors"][0]["title"]) == (404, "NOT FOUND")


def test_an_article_that_is_gone_takes_no_quantity(otto, sandbox):
    sku = sandbox.state()["articles"][0]["sku"]
    sandbox.change_article(sku, gone=True)
    answer = otto.call("POST", "/v1/availability/quantities", [{"sku": sku, "quantity": 1}])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["detail"] == f"Error: SKU is unknown for SKU: {sku}"
