"""Rate limits, accounts, and how a bad token is refused (facts/otto.md §2.1, §2.3)."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from sandbox.running import running_sandbox

PLACES = ("/v1/availability/quantities", "/v1/availability/product-delivery-information", "/v1/shipping-profiles")
SCOPES = "orders availability shipping-profiles products"


def ask(otto, path="/v4/orders/x"):
    return otto.call("GET", path)


def test_the_limit_is_ottos_own_and_stands_in_every_answer(otto):
    first = ask(otto)
    assert first.headers["X-RateLimit-Limit-Minute"] == "1200"
    assert first.headers["RateLimit-Limit"] == "1200"
    second = ask(otto)
    assert int(second.headers["X-RateLimit-Remaining-Minute"]) == int(first.headers["RateLimit-Remaining"]) - 1
    assert 55 <= int(second.headers["RateLimit-Reset"]) <= 60


def test_1300_calls_in_a_row_are_too_many(sandbox, otto):
    headers = dict(otto.session.headers)

    def calls(number):
        session = requests.Session()
        return [session.get(f"{otto.url}/v4/orders/x", headers=headers, timeout=30) for _call in range(number)]

    with ThreadPoolExecutor(4) as pool:
        answers = [answer for part in pool.map(calls, [325] * 4) for answer in part]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 100
    for answer in refused:
        assert answer.json() == {"message": "API rate limit exceeded"}
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert answer.headers["X-RateLimit-Remaining-Minute"] == "0"
    wait = int(ask(otto).headers["Retry-After"])
    sandbox.advance(wait)
    assert ask(otto).status_code == 404


def test_what_is_refused_does_not_count_and_a_window_slides(sandbox, otto):
    sandbox.rate_limit(3)
    assert [ask(otto).status_code for _call in range(5)] == [404, 404, 404, 429, 429]
    sandbox.advance(61)
    assert ask(otto).status_code == 404
    sandbox.advance(30)
    assert [ask(otto).status_code for _call in range(3)] == [404, 404, 429]
    sandbox.advance(31)
    assert [ask(otto).status_code for _call in range(2)] == [404, 429]


def test_the_limit_can_be_switched_off_until_the_next_reset(sandbox, otto):
    sandbox.rate_limit(0)
    assert "RateLimit-Limit" not in ask(otto).headers
    sandbox.reset()
    otto.sign_in()
    assert ask(otto).headers["RateLimit-Limit"] == "1200"
    with running_sandbox(orders=0, articles=1, rate_limit=2) as small:
        codes = [requests.get(f"{small.otto_url}/v4/orders", timeout=5).status_code for _call in range(3)]
    assert codes == [401, 401, 429]


@pytest.mark.parametrize("value", [-1, None, "5", True, 1.5])
def test_a_limit_is_a_number(sandbox, value):
    with pytest.raises(requests.HTTPError):
        sandbox.rate_limit(value)


def test_control_requests_do_not_count(sandbox, otto):
    sandbox.rate_limit(1)
    for _call in range(5):
        sandbox.now()
    assert ask(otto).status_code == 404


def test_ten_tokens_a_second(sandbox, otto):
    sandbox.advance(1)
    start = time.monotonic()
    answers = [otto.token() for _call in range(12)]
    if time.monotonic() - start < 1:
        assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
        assert answers[-1].headers["Retry-After"] == "1"
    sandbox.advance(1)
    assert otto.token().status_code == 200


def signed_in(otto, client, secret):
    form = {"grant_type": "client_credentials", "client_id": client, "client_secret": secret, "scope": SCOPES}
    token = requests.post(f"{otto.url}/v1/token", data=form, timeout=5).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def orders(otto, headers):
    answer = requests.get(f"{otto.url}/v4/orders?limit=256", headers=headers, timeout=5)
    return {row["salesOrderId"] for row in answer.json()["resources"]}


def test_two_accounts_share_nothing(sandbox, otto):
    second = signed_in(otto, "sandbox-client-2", "sandbox-secret-2")
    mine, theirs = set(sandbox_ids(sandbox)), orders(otto, second)
    assert len(mine) == len(theirs) == 25
    assert not mine & theirs
    [made] = sandbox.account(2).make_orders(1)
    assert made in orders(otto, second)
    assert made not in {row["salesOrderId"] for row in otto.orders()}
    answer = requests.get(f"{otto.url}/v4/orders/{next(iter(mine))}", headers=second, timeout=5)
    assert answer.status_code == 404


def sandbox_ids(sandbox):
    return [row["salesOrderId"] for row in sandbox.state()["orders"]]


def test_two_apps_of_one_account_see_the_same(sandbox, otto):
    other = signed_in(otto, "sandbox-client-b", "sandbox-secret-b")
    assert orders(otto, other) == set(sandbox_ids(sandbox))


def test_a_secret_belongs_to_its_client(otto):
    form = {"grant_type": "client_credentials", "client_id": "sandbox-client-2", "client_secret": "sandbox-secret"}
    assert requests.post(f"{otto.url}/v1/token", data=form, timeout=5).status_code == 401
    assert requests.post(f"{otto.url}/v1/token", data=form | {"client_id": ""}, timeout=5).status_code == 401


def test_the_limit_is_one_for_all_apps_of_an_account_and_another_for_the_next(sandbox, otto):
    other = signed_in(otto, "sandbox-client-b", "sandbox-secret-b")
    second = signed_in(otto, "sandbox-client-2", "sandbox-secret-2")
    sandbox.rate_limit(1)
    codes = [
        requests.get(f"{otto.url}/v4/orders/x", headers=headers, timeout=5).status_code
        for headers in (dict(otto.session.headers), other, second)
    ]
    assert codes == [404, 429, 404]


def test_a_reset_forgets_the_second_account(sandbox, otto):
    [made] = sandbox.account(2).make_orders(1)
    assert made in sandbox_ids(sandbox.account(2))
    sandbox.reset()
    assert made not in sandbox_ids(sandbox.account(2))


def test_pictures_of_the_second_account(sandbox, otto):
    second = signed_in(otto, "sandbox-client-2", "sandbox-secret-2")
    rows = requests.get(f"{otto.url}/v5/products", headers=second, timeout=5).json()["productVariations"]
    assert requests.get(rows[0]["mediaAssets"][0]["location"], timeout=5).status_code == 200


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("token", ["Bearer old", "Basic eDp5", "", None])
def test_the_gateway_refuses_a_bad_token_with_403(otto, path, token):
    headers = {} if token is None else {"Authorization": token}
    answer = requests.get(otto.url + path, headers=headers, timeout=5)
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})


@pytest.mark.parametrize("path", PLACES)
def test_a_token_that_has_ended_is_a_bad_one(sandbox, otto, path):
    otto.sign_in(SCOPES)
    assert ask(otto, path).status_code == 200
    sandbox.advance(1801)
    assert (ask(otto, path).status_code, ask(otto, "/v4/orders").status_code) == (403, 401)
