"""OTTO's shapes of errors: those of a path, and those a fault names (facts/otto.md §2.1)."""

import pytest

from sandbox.otto.dialects import DIALECTS


@pytest.fixture
def refused(otto, sandbox):
    """A function that lets a path be refused and returns the answer."""

    def ask(path, status, dialect=None):
        sandbox.fault("status", path, status=status, dialect=dialect)
        return otto.call("GET", path)

    return ask


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/v4/orders", {"path", "title", "detail"}),
        ("/v1/shipments", {"path", "title", "detail"}),
        ("/v1/return-shipments", {"path", "title", "detail"}),
        ("/v3/returns", {"path", "title", "detail", "logref", "code"}),
        ("/v1/availability/quantities", {"path", "title", "detail", "logref", "code"}),
        ("/v1/price-reductions", {"path", "title", "detail", "code"}),
    ],
)
def test_the_envelope_differs_by_interface(refused, path, keys):
    answer = refused(path, 400)
    assert answer.headers["Content-Type"] == "application/json"
    assert set(answer.json()["errors"][0]) == keys


def test_shipments_write_their_path_without_a_version_and_titles_as_codes(refused):
    error = refused("/v1/shipments/1", 404).json()["errors"][0]
    assert (error["path"], error["title"]) == ("/shipments/1", "RESOURCE_NOT_FOUND")
    assert refused("/v1/shipments", 500).json() == {
        "errors": [{"title": "INTERNAL_SERVER_ERROR", "path": "/shipments"}],
    }


@pytest.mark.parametrize("path", ["/v1/availability/quantities", "/v1/shipping-profiles"])
def test_the_gateway_judges_tokens_before_the_interface(refused, path):
    assert refused(path, 403).json() == {"message": "Forbidden"}


def test_the_gateway_speaks_for_unknown_quantities_of_nobody(refused):
    assert refused("/v1/availability/quantities", 404).json() == {"message": "Not Found"}


@pytest.mark.parametrize(
    ("path", "status"),
    [("/v1/shipments", 401), ("/v5/products", 401), ("/v5/products", 403), ("/v3/receipts", 404)],
)
def test_some_refusals_have_no_body(refused, path, status):
    answer = refused(path, status)
    assert (answer.status_code, answer.content) == (status, b"")


def test_shipping_profiles_name_their_faults_otherwise(refused):
    answer = refused("/v1/shipping-profiles", 400).json()
    assert (answer["type"], answer["title"], answer["status"]) == ("/v1/shipping-profiles", "Validation Failure", 400)
    assert set(answer["validationErrors"][0]) == {"detail", "logref"}


def test_the_returns_warehouse_suggests_addresses(refused):
    answer = refused("/v2/returns-warehouse/addresses", 400).json()
    assert set(answer["errors"][0]) == {"message", "jsonPath"}
    assert {"city", "zipCode", "countryCode"} <= set(answer["suggestedAddresses"][0])


def test_the_shape_of_advertising_for_a_bad_token_of_quantities(refused):
    answer = refused("/v1/availability/quantities", 401, "ads").json()
    assert answer["errors"] == [{"message": "Unauthorized"}]
    assert answer["timestamp"]
    assert refused("/v1/ads", 400, "ads").json()["errors"][0]["field"]


def test_the_misspelt_key_and_numbers_as_text(refused):
    error = refused("/v1/availability/quantities", 413, "logreg").json()["errors"][0]
    assert (error["code"], error["logreg"]) == ("413", "")
    assert "logref" not in error


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_errors_without_detail(refused, status):
    answer = refused("/v4/orders", status, "no_detail")
    assert answer.status_code == status
    assert set(answer.json()["errors"][0]) == {"path", "title"}


def test_other_shapes_by_name(refused):
    assert refused("/v4/orders", 404, "no_route").json() == {"message": "no Route matched with those values"}
    assert refused("/v4/orders", 403, "no_body").content == b""
    assert refused("/v4/orders", 401, "login").json()["error"] == "invalid_token"
    assert set(refused("/v4/orders", 500, "last_year").json()["errors"][0]) == {"logref", "message", "path"}
    assert refused("/v4/orders", 500, "framework").json()["error"] == "Internal Server Error"


@pytest.mark.parametrize("name", DIALECTS)
@pytest.mark.parametrize("status", [401, 599])
def test_every_dialect_has_words_for_every_status(refused, name, status):
    answer = refused("/v4/orders", status, name)
    assert answer.status_code == status
    assert name == "no_body" or isinstance(answer.json(), dict)
