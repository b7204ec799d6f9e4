"""Hostile answers on demand: each is what its name says, ends by itself or with the client, and stops nobody else."""

import gzip
import json
import time
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from sandbox.hostile import BOMB, HUGE, bomb

ORDERS = "/v4/orders"
MEGABYTE = 1 << 20


@pytest.fixture
def faulty(otto, sandbox):
    """A function that switches a fault on for the orders and asks for their list."""

    def ask(kind, path=f"{ORDERS}?limit=3", **options):
        sandbox.fault(kind, "/v4", **options)
        return otto.call("GET", path, stream=True, allow_redirects=False)

    return ask


def is_answered(otto):
    start = time.monotonic()
    assert otto.call("GET", f"{ORDERS}?limit=3").status_code == 200
    return time.monotonic() - start < 3


def test_a_huge_body_is_a_right_answer(faulty, otto):
    answer = faulty("huge_body")
    assert int(answer.headers["Content-Length"]) > HUGE == 100 * MEGABYTE
    assert is_answered(otto)
    length = sum(len(chunk) for chunk in answer.iter_content(MEGABYTE))
    assert length == int(answer.headers["Content-Length"])
    assert faulty("huge_body", size=5000).json()["resources"]


def test_a_bomb_unpacks_to_a_right_answer(faulty, otto):
    small = faulty("gzip_bomb", size=3 * MEGABYTE + 17)
    assert small.headers["Content-Encoding"] == "gzip"
    assert len(small.content) > 3 * MEGABYTE
    assert small.json()["resources"]
    answer = faulty("gzip_bomb")
    packed = answer.raw.read(decode_content=False)
    assert len(packed) < 4 * MEGABYTE
    assert is_answered(otto)
    unpacker, length = zlib.decompressobj(wbits=31), 0
    for start in range(0, len(packed), 65536):
        length += len(unpacker.decompress(packed[start : start + 65536]))
    assert unpacker.eof
    assert length > BOMB == 2048 * MEGABYTE


def test_the_packed_checksum_is_right():
    assert gzip.decompress(b"".join(bomb(MEGABYTE + 5, b"[1]"))) == b" " * (MEGABYTE + 5) + b"[1]"


def test_an_endless_answer_stops_nobody_and_ends_with_the_client(faulty, otto):
    answer = faulty("endless")
    with answer:
        chunks = answer.iter_content(1)
        assert b"".join(next(chunks) for _number in range(20)).startswith(b"{ ")
        assert is_answered(otto)
    assert is_answered(otto)


def test_many_endless_answers_at_once(faulty, otto, sandbox):
    sandbox.fault("endless", "/v4/orders", times=20)
    held = [
        requests.get(f"{sandbox.otto_url}{ORDERS}", headers=otto.session.headers, stream=True, timeout=10)
        for _number in range(20)
    ]
    assert is_answered(otto)
    for answer in held:
        answer.close()


def test_a_drip_sends_a_byte_at_a_time(faulty, otto):
    answer = faulty("drip", f"{ORDERS}?fromDate=2100-01-01T00:00:00Z", seconds=0.002)
    assert answer.json()["resources"] == []
    slow = faulty("drip")
    start = time.monotonic()
    assert len(slow.raw.read(2)) == 2
    assert time.monotonic() - start > 0.8
    slow.close()
    assert is_answered(otto)


@pytest.mark.parametrize("literal", [None, "1e400", "-1e2000000", "9" * 5000, "NaN", "Infinity"])
def test_numbers_few_can_read(faulty, literal):
    text = faulty("odd_number", **({"literal": literal} if literal else {})).text
    assert f'"amount":{literal or "1e2000000"},' in text


def test_a_token_that_never_ends(otto, sandbox):
    sandbox.fault("odd_number", "/v1/token", keys=["expires_in"], literal="1e400")
    assert '"expires_in":1e400,' in otto.token().text


@pytest.mark.parametrize("literal", ["x", "1e", "", "1,2", '1"'])
def test_a_literal_is_a_number(sandbox, literal):
    with pytest.raises(requests.HTTPError):
        sandbox.fault("odd_number", literal=literal)


def test_lists_inside_of_lists(faulty):
    answer = faulty("deep_json", status=200)
    assert answer.text.count("[") == 100_000
    assert faulty("deep_json", size=3).json() == {"errors": [[[]]]}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_to_another_host(faulty, status):
    answer = faulty("redirect", status=status, location="http://127.0.0.1:9/x")
    assert (answer.status_code, answer.headers["Location"]) == (status, "http://127.0.0.1:9/x")
    assert ".invalid" in faulty("redirect").headers["Location"]


def next_link(answer):
    [link] = [link for link in answer.json()["links"] if link["rel"] == "next"]
    return link["href"]


def test_links_to_elsewhere_and_to_nowhere(faulty):
    assert ".invalid" in next_link(faulty("next_elsewhere"))
    assert next_link(faulty("next_elsewhere", location="http://127.0.0.1:9/x")) == "http://127.0.0.1:9/x"
    assert next_link(faulty("bad_link")) == "http://[::1"


def test_only_the_last_page_names_itself(otto, sandbox):
    sandbox.fault("last_loop", ORDERS, times=None)
    url, pages = f"{ORDERS}?limit=10", []
    while url not in pages:
        pages.append(url)
        url = next_link(otto.call("GET", url))
    assert len(pages) == 3
    assert url == pages[-1]


def test_a_wait_of_400_digits(faulty):
    answer = faulty("rate_limit_digits")
    assert (answer.status_code, len(answer.headers["Retry-After"])) == (429, 400)


def test_what_is_no_error_and_no_token(faulty, otto, sandbox):
    assert faulty("errors_number", status=400).json()["errors"] == 5
    sandbox.fault("list_answer", "/v1/token")
    assert (otto.token().status_code, sandbox.fault("list_answer", "/v1/token") and otto.token().json()) == (200, [])
    assert faulty("raw", status=418, text='{"errors": "\x00"}').text == '{"errors": "\x00"}'


@pytest.mark.parametrize("dialect", [None, "shipments", "gateway", "no_body", "login"])
def test_an_error_that_repeats_the_request(otto, sandbox, dialect):
    sandbox.fault("echo", "/v1/shipments", status=400, dialect=dialect)
    answer = otto.call("POST", "/v1/shipments", {"secret": "Erika"})
    assert answer.status_code == 400
    told = json.dumps(answer.json())
    assert otto.session.headers["Authorization"] in told
    assert "Erika" in told
    sandbox.fault("echo", "/v1/token", status=401)
    assert "sandbox-secret" in otto.token().text


def test_dhl_repeats_the_request_too(dhl, sandbox, parcel):
    sandbox.fault("echo", "/parcel", dhl=True, status=500)
    answer = dhl.book(parcel)
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = answer.json()["detail"]
    assert "Basic " in told
    assert "dhl-api-key: sandbox-key" in told
    assert "Musterladen" in told


def test_dhl_is_hostile_as_well(dhl, sandbox, parcel):
    for kind in ("huge_body", "gzip_bomb", "endless", "drip"):
        sandbox.fault(kind, "/parcel", dhl=True, seconds=0.001, size=100)
        with dhl.call("GET", "/orders?shipment=1", stream=True) as answer:
            assert answer.raw.read(1, decode_content=True) or kind == "gzip_bomb"
    assert dhl.book(parcel).status_code == 200


def test_slow_and_hostile_answers_do_not_wait_for_each_other(otto, sandbox):
    sandbox.fault("drip", "/v4/orders", times=8, seconds=3600)
    headers = dict(otto.session.headers)
    url = sandbox.otto_url + ORDERS
    with ThreadPoolExecutor(8) as pool:
        held = list(pool.map(lambda _n: requests.get(url, headers=headers, stream=True, timeout=10), range(8)))
    assert is_answered(otto)
    for answer in held:
        answer.close()
