"""One sandbox for all tests of this folder, started again before each of them; real HTTP."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

# The wire of the add-on is imported as `otto_api`, without Odoo.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "otto_market_connector"))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sandbox.running import RunningSandbox, running_sandbox

SCOPES = "orders shipments availability"
DHL = "/parcel/de/shipping/v2"
CLIENT_SECRET = "sandbox-secret"
DHL_USER = ("sandbox-user", "sandbox-password")


class Otto:
    """A minimal client that checks nothing, so that tests see what the server really says."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()

    def token(self, scope: str = SCOPES, secret: str = CLIENT_SECRET) -> requests.Response:
        form = {"grant_type": "client_credentials", "client_id": "sandbox-client", "client_secret": secret}
        return self.session.post(f"{self.url}/v1/token", data=form | {"scope": scope})

    def sign_in(self, scope: str = SCOPES) -> None:
        self.session.headers["Authorization"] = f"Bearer {self.token(scope).json()['access_token']}"

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.session.request(method, self.url + path, json=body, timeout=10, **options)

    def orders(self, query: str = "") -> list[dict]:
        return self.call("GET", f"/v4/orders?{query}").json()["resources"]

    def order(self, order_id: str) -> dict:
        return self.call("GET", f"/v4/orders/{order_id}").json()

    def pages(self, url: str) -> Iterator[dict]:
        while url:
            page = self.call("GET", url).json()
            yield page
            url = next((link["href"] for link in page["links"] if link["rel"] == "next"), "")


class Dhl:
    """The same for DHL."""

    def __init__(self, url: str) -> None:
        self.url = url + DHL
        self.token_url = f"{url}/parcel/de/account/auth/ropc/v1/token"
        self.session = requests.Session()
        self.session.auth = DHL_USER
        self.session.headers["dhl-api-key"] = "sandbox-key"

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.session.request(method, self.url + path, json=body, timeout=10, **options)

    def book(self, *shipments: dict, query: str = "", **options: Any) -> requests.Response:
        body = {"profile": "STANDARD_GRUPPENPROFIL", "shipments": list(shipments)}
        return self.call("POST", f"/orders?{query}", body, **options)


@pytest.fixture(scope="session")
def process() -> Iterator[RunningSandbox]:
    with running_sandbox(orders=25, articles=50, cancel_delay=60) as running:
        yield running


@pytest.fixture
def sandbox(process: RunningSandbox) -> RunningSandbox:
    process.reset()
    return process


@pytest.fixture
def otto(sandbox: RunningSandbox) -> Otto:
    client = Otto(sandbox.otto_url)
    client.sign_in()
    return client


@pytest.fixture
def dhl(sandbox: RunningSandbox) -> Dhl:
    return Dhl(sandbox.dhl_url)


@pytest.fixture
def parcel() -> dict:
    """A domestic parcel with an enclosed return."""
    return {
        "product": "V01PAK",
        "billingNumber": "33333333330102",
        "refNo": "WH/OUT/00042",
        "shipper": {
            "name1": "Musterladen GmbH",
            "addressStreet": "Sträßchensweg 10",
            "postalCode": "53113",
            "city": "Bonn",
            "country": "DEU",
        },
        "consignee": {
            "name1": "Łukasz Größmann",
            "addressStreet": "Königstraße",
            "addressHouse": "12a",
            "postalCode": "22179",
            "city": "Hamburg",
            "country": "DEU",
        },
        "details": {"weight": {"uom": "kg", "value": 1.8}},
        "services": {
            "dhlRetoure": {
                "billingNumber": "33333333330701",
                "refNo": "RET-00042",
                "returnAddress": {
                    "name1": "Musterladen GmbH",
                    "addressStreet": "Frankenstraße 298",
                    "postalCode": "45133",
                    "city": "Essen",
                    "country": "DEU",
                },
            }
        },
    }


@pytest.fixture
def shipment(otto: Otto, sandbox: RunningSandbox) -> dict:
    """A shipment of a whole new order of three pieces, ready to be posted."""
    order = otto.order(sandbox.make_orders(1, pieces=3)[0])
    return {
        "trackingKey": {"carrier": "DHL", "trackingNumber": "00340434161094042557"},
        "shipDate": sandbox.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "shipFromAddress": {"city": "Hamburg", "zipCode": "22179", "countryCode": "DEU"},
        "positionItems": [
            {
                "positionItemId": item["positionItemId"],
                "salesOrderId": order["salesOrderId"],
                "returnTrackingKey": {"carrier": "DHL", "trackingNumber": "577546565072"},
            }
            for item in order["positionItems"]
        ],
    }
