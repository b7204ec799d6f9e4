"""Credentials of both servers (facts/otto.md §3, facts/dhl.md §1.2)."""

import pytest
import requests


def test_a_token_permits_the_scopes_it_was_asked_for(otto):
    otto.sign_in("orders")
    assert otto.call("GET", "/v4/orders?limit=1").status_code == 200
    refused = otto.call("GET", "/v1/availability/quantities")
    assert (refused.status_code, refused.json()) == (403, {"message": "Forbidden"})


def test_orders_refuse_in_their_own_dialect(otto):
    otto.sign_in("shipments")
    error = otto.call("GET", "/v4/orders").json()["errors"][0]
    assert (error["path"], error["title"]) == ("/v4/orders", "Forbidden")


def test_an_unknown_scope_is_refused_by_name(otto):
    answer = otto.token("orders quantities")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")


def test_a_wrong_secret_is_refused(otto):
    assert otto.token(secret="guess").status_code == 401


def test_basic_at_the_other_endpoint(otto):
    form = {"grant_type": "client_credentials", "scope": "orders"}
    url = f"{otto.url}/oauth2/token"
    assert requests.post(url, data=form, auth=("sandbox-client", "sandbox-secret"), timeout=10).status_code == 200
    assert requests.post(url, data=form, auth=("sandbox-client", "guess"), timeout=10).status_code == 401


def test_the_api_user_gets_a_refresh_token_that_works_once(otto):
    user = {"username": "sandbox-user", "password": "sandbox-password", "client_id": "token-otto-api"}
    first = requests.post(f"{otto.url}/v1/token", data=user | {"grant_type": "password"}, timeout=10).json()
    assert (first["token_type"], first["expires_in"]) == ("bearer", 1800)
    form = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"], "client_id": "token-otto-api"}
    assert requests.post(f"{otto.url}/v1/token", data=form, timeout=10).status_code == 200
    assert requests.post(f"{otto.url}/v1/token", data=form, timeout=10).status_code == 400


def test_tokens_end_by_the_sandbox_clock(otto, sandbox):
    sandbox.advance(1799)
    assert otto.call("GET", "/v4/orders?limit=1").status_code == 200
    sandbox.advance(2)
    assert otto.call("GET", "/v4/orders?limit=1").status_code == 401


def test_forgotten_tokens_are_refused_and_new_ones_are_given_out(otto, sandbox):
    assert otto.call("GET", "/v4/orders?limit=1").status_code == 200
    sandbox.forget_tokens()
    assert otto.call("GET", "/v4/orders?limit=1").status_code == 401
    otto.sign_in("orders")
    assert otto.call("GET", "/v4/orders?limit=1").status_code == 200
    sandbox.forget_tokens(dhl=True)


def test_a_token_request_must_be_a_form(otto):
    assert otto.call("POST", "/v1/token", {"grant_type": "client_credentials"}).status_code == 400


def dhl_token(dhl, **changes):
    form = {
        "grant_type": "password",
        "username": "sandbox-user",
        "password": "sandbox-password",
        "client_id": "sandbox-key",
        "client_secret": "sandbox-secret",
    }
    return requests.post(dhl.token_url, data=form | changes, timeout=10)


def test_dhl_takes_a_bearer_token_or_key_and_basic_but_not_both(dhl):
    bearer = {"Authorization": f"Bearer {dhl_token(dhl).json()['access_token']}"}
    url = f"{dhl.url}/orders?shipment=1"
    assert requests.get(url, headers=bearer, timeout=10).status_code == 404
    assert dhl.call("GET", "/orders?shipment=1").status_code == 404
    both = requests.get(url, headers=bearer | {"dhl-api-key": "sandbox-key"}, timeout=10)
    assert both.status_code == 401
    words = "Invalid combination of credentials: Use EITHER Bearer Token or (Apikey and Basic Auth)."
    assert both.json()["detail"] == words


@pytest.mark.parametrize(
    ("field", "value", "status"), [("username", "", 400), ("client_secret", "", 400), ("password", "guess", 401)]
)
def test_dhl_tokens_need_all_five_fields(dhl, field, value, status):
    answer = dhl_token(dhl, **{field: value})
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_dhl_without_credentials_shows_its_version_only(dhl):
    assert requests.get(f"{dhl.url}/", timeout=10).json()["amp"]["env"] == "sandbox"
    refused = requests.get(f"{dhl.url}/orders?shipment=1", timeout=10)
    assert (refused.status_code, refused.json()["detail"]) == (401, "Unauthorized for given resource.")
