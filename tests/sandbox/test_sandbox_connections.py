"""Connections as the sandbox sees them, and both clients over them."""

import time

import pytest

from sandbox.running import running_sandbox
from tests.contract import dhl_wire, otto_cassettes

# isort: split
from otto_api import OAuth2Credentials, OttoClient, OttoNotFound
from otto_api.tokens import TokenCache

assert otto_cassettes  # puts `otto_api` on the path


@pytest.fixture(scope="module")
def running():
    """A sandbox for these tests."""
    with running_sandbox(orders=12, articles=5) as sandbox:
        yield sandbox


@pytest.fixture
def client(running):
    """A client with a token of its own."""
    running.close_connections()
    return OttoClient(running.otto_url, OAuth2Credentials("sandbox-client", "sandbox-secret"), token_cache=TokenCache())


def test_eleven_requests_go_over_one_connection(running, client):
    for _ in range(10):
        list(client.orders(limit=256))
    assert running.connections() == 1


def test_r19_who_cancels_over_a_connection_that_was_closed_is_in_no_doubt(running, client):
    waiting = [order.id for order in client.orders(statuses=["PROCESSABLE"])][:3]
    for otto_id in waiting:
        running.close_connections()
        client.cancel(otto_id)
        assert running.connections() == 1
    running.advance(60)
    assert all(client.order(otto_id).items[0].cancelled for otto_id in waiting)


def test_a_slow_handshake_is_paid_once(running, client):
    running.slow_handshake(0.3)
    try:
        started = time.monotonic()
        for _ in range(5):
            with pytest.raises(OttoNotFound):
                client.shipment("DHL", "00340434161094042557")
        assert 0.3 <= time.monotonic() - started < 1.2
    finally:
        running.slow_handshake(0)


def test_dhl_too(running):
    running.close_connections(dhl=True)
    client = dhl_wire.client(running.dhl_url)
    for number in range(4):
        [booked] = client.create([dhl_wire.order(number)])
        assert booked.ok
        assert client.cancel([booked.shipment_no])[booked.shipment_no].ok
    assert running.connections(dhl=True) == 1
