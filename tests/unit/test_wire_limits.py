"""What hostile or broken servers do to either wire: time, size, redirects, connections; each ends in an own error."""

import filecmp
import gzip
import resource
import time
import zlib
from pathlib import Path

import pytest
import requests

import dhl_api
import otto_api
from dhl_api import DhlError, DhlUnavailable
from otto_api import OttoError, OttoUnavailable
from tests.unit.hostile import ACTING, READING, SHIPMENT, dhl, otto, whole

OWN = (OttoError, DhlError)
LOST = (OttoUnavailable, DhlUnavailable)
CALLS = {**READING, **ACTING}
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
acting_calls = pytest.mark.parametrize("call", ACTING.values(), ids=ACTING)


def drip(start, piece=b" ", pause=0.1):
    """Send the start of an answer, then a little again and again, for ever."""

    def answer(connection, _request):
        connection.sendall(start)
        while True:
            time.sleep(pause)
            connection.sendall(piece)

    return answer


def flood(start, piece):
    """Send the start of an answer, then as much as goes through, for ever."""
    return drip(start, piece, 0)


def test_both_packages_have_the_same_connections_and_texts():
    for name in ("connections.py", "failures.py", "foreign.py", "lookup.py", "masks.py"):
        files = [Path(package.__file__).with_name(name) for package in (otto_api, dhl_api)]
        assert filecmp.cmp(*files, shallow=False), f"{name} of both packages must be alike"


SLOW = {
    "status line": drip(b"HTTP/1.1 2", b"0"),
    "headers": drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "one header": drip(b"HTTP/1.1 200 OK\r\nX: ", b"y"),
    "body": drip(HEAD + b"Content-Length: 100000\r\n\r\n"),
    "chunks": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "half a chunk": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\n"),
    "without a length": drip(HEAD + b"\r\n"),
    "100 Continue": drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "trailers": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n", b"X: y\r\n"),
    "nothing": drip(b"", b""),
}


@pytest.mark.parametrize("call", [READING["orders"], ACTING["ship"], ACTING["book"]], ids=["orders", "ship", "book"])
@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW)
def test_what_comes_byte_by_byte_ends_in_time(serve, call, answer):
    server, started = serve(answer), time.monotonic()
    with pytest.raises(LOST) as caught:
        call(server, timeout=(0.2, 0.3))
    assert time.monotonic() - started < 2.5
    assert caught.value.key in ("timeout", "cut")
    if call is not READING["orders"]:
        assert caught.value.maybe_done
        assert len(server.asked) == 1


def test_the_time_of_a_call_is_that_of_all_its_tries(serve):
    server, started = serve(lambda *_: time.sleep(0.6)), time.monotonic()
    with pytest.raises(OttoUnavailable):
        list(otto(server, timeout=(0.5, 0.5)).orders())
    assert time.monotonic() - started < 3


def packed(times):
    """A gzip body that grows to many times 10 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b" " * 10_000_000) for _ in range(times)) + packer.flush()


BOMB = packed(30)
LONG = {
    "length": flood(HEAD + b"Content-Length: 2000000000\r\n\r\n", b" " * 100_000),
    "chunks": flood(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "no length": flood(HEAD + b"\r\n", b" " * 100_000),
    "gzip": whole(200, BOMB, "Content-Encoding: gzip"),
    "gzip of a redirect": whole(302, BOMB, "Content-Encoding: gzip", "Location: /elsewhere"),
    "gzip of a server error": whole(503, BOMB, "Content-Encoding: gzip"),
    "gzip of a refusal": whole(409, BOMB, "Content-Encoding: gzip"),
    "endless server error": flood(b"HTTP/1.1 503 X\r\n\r\n", b" " * 100_000),
    "endless refusal": flood(b"HTTP/1.1 400 X\r\n\r\n", b" " * 100_000),
    "endless header": flood(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 10_000),
    "endless headers": flood(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000),
}


@pytest.mark.parametrize("call", [READING["orders"], ACTING["ship"], ACTING["book"]], ids=["orders", "ship", "book"])
@pytest.mark.parametrize("answer", LONG.values(), ids=LONG)
def test_what_is_too_long_ends_in_an_own_error_and_in_little_memory(serve, call, answer, monkeypatch):
    monkeypatch.setattr("otto_api.transport.MOST_BYTES", 2_000_000)
    monkeypatch.setattr("dhl_api.transport.MOST_BYTES", 2_000_000)
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(OWN):
        call(serve(answer), timeout=(1, 1))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80_000
    assert time.monotonic() - started < 10


@acting_calls
@pytest.mark.parametrize(
    "answer",
    [
        LONG["length"],
        LONG["gzip"],
        whole(200, b"{}").replace(b"Length: 2", b"Length: 9")[:-1],
        whole(200, b"\x1f", "Content-Encoding: gzip"),
    ],
    ids=["endless", "bomb", "cut off", "no gzip"],
)
def test_r19_who_acts_and_cannot_read_the_answer_does_not_know(serve, call, answer, monkeypatch):
    monkeypatch.setattr("otto_api.transport.MOST_BYTES", 2_000_000)
    monkeypatch.setattr("dhl_api.transport.MOST_BYTES", 2_000_000)
    cut_off = answer if callable(answer) else lambda connection, _request: connection.sendall(answer) or False
    with pytest.raises(LOST) as caught:
        call(serve(cut_off), timeout=(2, 2))
    assert caught.value.maybe_done


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_packed_answers_are_read(serve, encoding):
    content = gzip.compress(b'{"resources": []}') if encoding == "gzip" else zlib.compress(b'{"resources": []}')
    assert READING["orders"](serve(whole(200, content, f"Content-Encoding: {encoding}"))) == []


@every_call
@pytest.mark.parametrize(
    ("status", "there"), [(301, "{url}/there"), (302, "http://[::1"), (307, "{url}"), (308, "\u00ff")]
)
def test_redirects_are_not_followed(serve, call, status, there):
    elsewhere = serve(whole(200, {"resources": []}))
    server = serve(whole(status, {}, "Location: " + there.format(url=elsewhere.url)))
    with pytest.raises(OWN):
        call(server)
    assert not elsewhere.heads
    assert len(server.asked) == 1


# Connections


def test_connections_are_kept(serve):
    server = serve(whole(200, {"resources": []}))
    client = otto(server)
    for _ in range(10):
        list(client.orders())
    assert (len(server.heads), server.connections) == (11, 1)
    parcels = dhl(server)
    for _ in range(5):
        with pytest.raises(DhlError):
            parcels.labels(["1"])
    assert server.connections == 2


def test_who_acts_uses_a_connection_that_was_just_used(serve):
    server = serve(whole(202, {"shipmentId": "7"}))
    client = otto(server)
    for _ in range(5):
        assert client.ship(SHIPMENT) == "7"
    assert server.connections == 1


@acting_calls
def test_r19_a_kept_connection_that_was_closed_meanwhile_is_no_doubt(serve, call):
    server = serve(whole(200, {"shipmentId": "7", "items": [{"shipmentNo": "1", "sstatus": {"status": 200}}]}))
    session = requests.Session()
    for _ in range(3):
        call(server, session=session)
        server.close_connections()
    assert len(server.asked) == 3


def test_r19_a_connection_that_was_idle_is_not_used_by_who_acts(serve, monkeypatch):
    """It may be closed at the very moment it is used: here it is, as soon as a second request comes."""
    monkeypatch.setattr("otto_api.connections.FRESH_SECONDS", 0.2)
    answered = []

    def one_a_connection(connection, _request):
        if connection in answered:
            return False
        answered.append(connection)
        connection.sendall(whole(202, {"shipmentId": "7"}))
        return None

    server = serve(one_a_connection)
    client = otto(server)
    client.token = client._transport.token()
    for _ in range(3):
        assert client.ship(SHIPMENT) == "7"
        time.sleep(0.3)
    assert server.connections >= 3
    client.ship(SHIPMENT)
    with pytest.raises(OttoUnavailable) as caught:
        client.ship(SHIPMENT)
    assert caught.value.maybe_done, "what went out over an open connection may have arrived"


# What there is no answer from


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://127.0.0.1:9", "no_connection"),
        ("http://no-such-host.invalid", "unknown_host"),
        ("http://[::1", "wrong_address"),
        ("htp://otto.example", "wrong_address"),
        ("otto.example", "wrong_address"),
        ("http://", "wrong_address"),
        ("http://me:pass-word@127.0.0.1:9", "no_connection"),
    ],
)
def test_r19_who_is_not_there_is_named_and_got_nothing(url, key):
    class Nowhere:
        """No server."""

    Nowhere.url = url
    # The token of OTTO is asked for before, and may be again: one that acts at once is enough of them.
    for call in (ACTING["ship"], ACTING["book"], ACTING["book with OAuth"]):
        with pytest.raises(LOST) as caught:
            call(Nowhere, timeout=(5, 5))
        error = caught.value
        assert (error.key, error.maybe_done) == (key, False)
        assert error.host in url
        assert "pass-word" not in f"{error} {vars(error)}"
