"""Product delivery information and shipping profiles (facts/otto.md §7.4, §7.5)."""

from urllib.parse import quote

import pytest

PATH = "/v1/availability/product-delivery-information"
PROFILES = "/v1/shipping-profiles"
WORKSHOP = "5b1d6a52-0f0c-4b7e-9a57-0e6a3b1c77aa"


@pytest.fixture
def otto(otto):
    otto.sign_in("availability shipping-profiles")
    return otto


@pytest.fixture
def skus(sandbox):
    return [article["sku"] for article in sandbox.state()["articles"]]


def entry(sku, profile=WORKSHOP, days="7"):
    return {"sku": sku, "shippingProfileId": profile, "processingTime": days}


def test_all_taken(otto, sandbox, skus):
    answer = otto.call("POST", PATH, [entry(skus[0]), entry(skus[1], days="DEFAULT")])
    assert (answer.status_code, answer.json()) == (202, {"message": "OK"})
    held = sandbox.articles()
    assert [held[sku]["processingTime"] for sku in skus[:2]] == ["7", "DEFAULT"]
    assert held[skus[0]]["shippingProfileId"] == WORKSHOP
    assert otto.call("GET", f"{PATH}/{skus[0]}").json() == entry(skus[0])


@pytest.mark.parametrize(
    ("bad", "detail", "logref"),
    [
        (entry("NOPE"), "Error sku: NOPE is unknown", "sku"),
        ({"shippingProfileId": "b35c"}, "Error shippingProfileId: b35c is unknown", "shippingProfileId"),
        ({"processingTime": "0"}, "Error processingTime: 0 is invalid", "processingTime"),
        ({"processingTime": "100"}, "Error processingTime: 100 is invalid", "processingTime"),
        ({"processingTime": "default"}, "Error processingTime: default is invalid", "processingTime"),
    ],
)
def test_partly_taken_is_207_and_nothing_taken_400(otto, sandbox, skus, bad, detail, logref):
    answer = otto.call("POST", PATH, [entry(skus[1]), entry(skus[0]) | bad])
    assert answer.status_code == 207
    [problem] = answer.json()["errors"]
    assert (problem["detail"], problem["logref"], problem["title"]) == (detail, logref, "Validation Failure")
    assert answer.json()["results"] == [entry(skus[1])]
    assert sandbox.articles()[skus[0]]["processingTime"] == "DEFAULT"
    answer = otto.call("POST", PATH, [entry(skus[0]) | bad])
    assert (answer.status_code, answer.json()["errors"][0]["detail"]) == (400, detail)


@pytest.mark.parametrize("body", [[], {}, ["x"], [{"sku": "A"}], [{**entry("A"), "processingTime": 7}]])
def test_what_has_not_the_form(otto, body):
    answer = otto.call("POST", PATH, body)
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (400, PATH)


def test_a_sku_twice_spoils_all(otto, sandbox, skus):
    assert otto.call("POST", PATH, [entry(skus[0]), entry(skus[1]), entry(skus[0])]).status_code == 400
    assert sandbox.articles()[skus[1]]["processingTime"] == "DEFAULT"


def test_batches_hold_200(otto):
    entries = [entry(f"X{number}") for number in range(201)]
    assert otto.call("POST", PATH, entries[:200]).status_code == 400
    assert otto.call("POST", PATH, entries).status_code == 413


def test_the_list_has_one_link(otto, sandbox):
    sandbox.reset(articles=450)
    otto.sign_in("availability")
    found, url = [], PATH
    while url:
        page = otto.call("GET", url).json()
        found.append([row["sku"] for row in page["results"]])
        assert page.get("links", {"rel": "next"})["rel"] == "next"
        url = page.get("links", {}).get("href")
    assert [len(rows) for rows in found] == [200, 200, 50]
    assert sum(found, []) == sorted(sandbox.articles())
    assert otto.call("GET", f"{PATH}?cursor=no!").status_code == 400


def test_one_article(otto, skus):
    odd = next(sku for sku in skus if "/" in sku)
    assert otto.call("GET", f"{PATH}/{quote(odd, safe='')}").json()["sku"] == odd
    answer = otto.call("GET", f"{PATH}/NOPE")
    assert answer.status_code == 404
    assert answer.json() == {
        "path": f"{PATH}/NOPE",
        "title": "Sku not found",
        "code": 404,
        "detail": "Sku not found for NOPE",
        "logref": "sku",
    }


def test_profiles(otto):
    profiles = otto.call("GET", PROFILES).json()["results"]
    assert len(profiles) == 2
    for profile in profiles:
        assert otto.call("GET", f"{PROFILES}/{profile['shippingProfileId']}").json() == profile
        assert profile["defaultProcessingTime"] + profile["transportTime"] <= 72
    assert otto.call("GET", f"{PROFILES}/nope").status_code == 404


@pytest.mark.parametrize(("path", "scope"), [(PATH, "shipping-profiles"), (PROFILES, "availability")])
def test_each_has_a_scope_of_its_own(otto, path, scope):
    otto.sign_in(scope)
    answer = otto.call("GET", path)
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})


@pytest.mark.parametrize("path", [PATH, PROFILES])
def test_faults_know_lists_with_one_link(otto, sandbox, path):
    sandbox.fault("next_loop", path)
    assert otto.call("GET", path).json()["links"] == {"href": path, "rel": "next"}
    sandbox.fault("empty_pages", path)
    page = otto.call("GET", path).json()
    assert page["results"] == []
    assert page["links"]["href"] != path


def test_faults_leave_answers_that_are_no_lists(otto, sandbox, skus):
    sandbox.fault("empty_pages", PATH)
    assert otto.call("POST", PATH, [entry(skus[0]), entry("NOPE")]).json()["results"] == [entry(skus[0])]
    sandbox.fault("empty_pages", "/v1/availability/quantities")
    answer = otto.call("POST", "/v1/availability/quantities", [{"sku": skus[0], "quantity": 1}])
    assert len(answer.json()["results"]) == 1
