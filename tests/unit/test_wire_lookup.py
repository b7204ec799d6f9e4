"""R32: A name server that is silent costs no more time than any other silence; what is looked up is tried in order."""

import socket
import threading
import time

import pytest
import requests

import dhl_api.lookup
import otto_api.lookup
from dhl_api import connections as dhl_connections
from dhl_api import failures as dhl_failures
from otto_api import connections as otto_connections
from otto_api import failures as otto_failures

NAME = "api.somewhere.example"
BOTH = [(otto_api.lookup, otto_connections), (dhl_api.lookup, dhl_connections)]


@pytest.fixture
def names(monkeypatch):
    """What names are looked up as; a number is a silence of so many seconds."""
    known, real = {}, socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        found = known.get(host)
        if found is None:
            return real(host, port, *args, **kwargs)
        if isinstance(found, Exception):
            raise found
        if isinstance(found, (int, float)):
            time.sleep(found)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (place, port)) for place in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def server():
    """A server that answers each connection once; its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                client, _address = listening.accept()
            except OSError:
                return
            client.recv(65536)
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            client.close()

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def ask(connections, url, seconds=5.0, connect=0.5):
    session = requests.Session()
    connections.keep_connections(session, url)
    bounds = connections.Bounds(end=time.monotonic() + seconds, most=1000)
    return connections.exchange(session, "GET", url, bounds, auth=lambda r: r, timeout=(connect, connect))


@pytest.mark.parametrize(("lookup", "connections"), BOTH)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("seconds", "connect"), [(5.0, 0.3), (0.3, 5.0)])
def test_a_silent_name_server_ends_in_time(lookup, connections, names, scheme, seconds, connect):
    names[NAME] = 2
    start = time.monotonic()
    with pytest.raises((otto_failures.NoAnswer, dhl_failures.NoAnswer)) as caught:
        ask(connections, f"{scheme}://{NAME}/", seconds, connect)
    assert time.monotonic() - start < 1
    assert (caught.value.key, caught.value.arrived) == ("connect_timeout", False)


@pytest.mark.parametrize(("lookup", "connections"), BOTH)
@pytest.mark.parametrize(
    "error", [socket.gaierror(socket.EAI_NONAME, "Name or service not known"), socket.gaierror(socket.EAI_AGAIN, "x")]
)
def test_an_unknown_name_says_so(lookup, connections, names, error):
    names[NAME] = error
    with pytest.raises((otto_failures.NoAnswer, dhl_failures.NoAnswer)) as caught:
        ask(connections, f"http://{NAME}/")
    assert (caught.value.key, caught.value.arrived) == ("unknown_host", False)


@pytest.mark.parametrize(("lookup", "connections"), BOTH)
def test_addresses_are_tried_one_after_the_other(lookup, connections, names, server):
    names[NAME] = ["127.0.0.9", "127.0.0.1"]
    assert ask(connections, f"http://{NAME}:{server}/").content == b"{}"
    names[NAME] = []
    with pytest.raises((otto_failures.NoAnswer, dhl_failures.NoAnswer)) as caught:
        ask(connections, f"http://{NAME}:{server}/")
    assert caught.value.key == "no_connection"


@pytest.mark.parametrize(("lookup", "connections"), BOTH)
@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "fe80::1%eth0"])
def test_plain_addresses_need_no_look_up(lookup, connections, names, host):
    names[host] = socket.gaierror("asked")
    assert lookup.addresses(host, 443, 1) == [host]


@pytest.mark.parametrize(("lookup", "connections"), BOTH)
def test_the_systems_own_names_are_known(lookup, connections, server):
    assert ask(connections, f"http://localhost:{server}/").content == b"{}"


@pytest.mark.parametrize(("lookup", "connections"), BOTH)
def test_hanging_look_ups_are_few(lookup, connections, names):
    names[NAME] = 1
    for _number in range(lookup.MOST_HANGING):
        with pytest.raises(TimeoutError):
            lookup.addresses(NAME, 443, 0.001)
    start = time.monotonic()
    with pytest.raises(TimeoutError, match="too many"):
        lookup.addresses(NAME, 443, 5)
    assert time.monotonic() - start < 0.5
    time.sleep(1.2)
    names[NAME] = ["127.0.0.1"]
    assert lookup.addresses(NAME, 443, 1) == ["127.0.0.1"]
