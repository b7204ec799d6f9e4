"""What the client makes of whatever comes over the wire, from a real HTTP server on localhost."""

import json
import logging
import threading
import time
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from otto_api import (
    OAuth2Credentials,
    OttoAuthError,
    OttoClient,
    OttoError,
    OttoForbidden,
    OttoRateLimited,
    OttoUnavailable,
    PasswordCredentials,
)
from otto_api.tokens import TokenCache

SECRET, TOKEN = "my-very-own-secret", "a-token-nobody-may-see"
NOW = datetime(2026, 9, 21, 8, tzinfo=timezone.utc)


class Otto:
    """A server that answers what a test puts on its list; the last answer is repeated. It counts what it is asked."""

    def __init__(self):
        otto = self
        self.answers, self.asked, self.tokens, self.token_answer = [], [], 0, None

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                otto.reply(self)

            do_GET = do_POST = handle_any  # noqa: N815 the library's names

            def log_message(self, *_args):
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def reply(self, handler):
        if handler.path == "/v1/token":
            self.tokens += 1
            body = {"access_token": f"{TOKEN}-{self.tokens}", "token_type": "Bearer", "expires_in": 1800}
            return self.send(handler, 200, self.token_answer or json.dumps(body))
        self.asked.append(handler.path)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer(handler) if callable(answer) else self.send(handler, *answer)

    def send(self, handler, status, body, headers=()):
        content = body.encode()
        handler.send_response(status)
        for name, value in (("Content-Type", "application/json"), *headers):
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


@pytest.fixture
def otto():
    """A server for one test."""
    server = Otto()
    yield server
    server.server.shutdown()
    server.server.server_close()


def client(otto, credentials=None, **options):
    """A client that shares no token with other tests."""
    return OttoClient(
        otto.url, credentials or OAuth2Credentials("me", SECRET), token_cache=TokenCache(), clock=lambda: NOW, **options
    )


def cut(handler):
    """Close the connection without an answer."""
    handler.close_connection = True
    handler.connection.close()


EMPTY = (200, '{"resources": []}')


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ((500, "{}"), OttoUnavailable),
        ((503, "<html>maintenance</html>"), OttoUnavailable),
        ((200, "<html>login</html>"), OttoUnavailable),
        ((200, '{"resources": [{"salesOrder'), OttoUnavailable),
        ((200, '{"resources": 7}'), OttoUnavailable),
        ((302, "", (("Location", "https://elsewhere.example/"),)), OttoError),
        ((403, '{"errors": [{"title": "Forbidden", "detail": "No permission"}]}'), OttoAuthError),
        ((429, "{}", (("Retry-After", "120"),)), OttoRateLimited),
        (cut, OttoUnavailable),
    ],
)
def test_every_answer_is_an_error_of_ours(otto, answer, kind):
    otto.answers = [answer]
    with pytest.raises(kind):
        list(client(otto).orders())


def test_a_short_failure_of_a_reading_call_is_repeated_unnoticed(otto):
    otto.answers = [(503, "{}"), EMPTY]
    assert list(client(otto).orders()) == []
    assert len(otto.asked) == 2


def test_r19_a_call_that_acts_is_never_repeated(otto):
    otto.answers = [(500, "{}"), (202, "")]
    with pytest.raises(OttoUnavailable) as caught:
        client(otto).cancel("8bd8a7cb")
    assert caught.value.maybe_done
    assert len(otto.asked) == 1


def test_no_server_is_not_maybe_done(otto):
    gone = client(otto)
    otto.server.shutdown()
    otto.server.server_close()
    with pytest.raises(OttoUnavailable) as caught:
        gone.cancel("8bd8a7cb")
    assert not caught.value.maybe_done


def test_too_slow(otto):
    otto.answers = [lambda handler: time.sleep(1)]
    started = time.monotonic()
    with pytest.raises(OttoUnavailable):
        client(otto).order("x", within=0.2)
    assert time.monotonic() - started < 0.9


def test_r2_all_of_it_within_a_time_the_token_too(otto):
    """A warehouse waits for this answer: neither a slow token nor a second try may stretch it."""
    otto.answers, asking = [(503, "{}")], client(otto)
    reply = otto.reply
    otto.reply = lambda handler: (time.sleep(0.3) if handler.path == "/v1/token" else None, reply(handler))
    started = time.monotonic()
    with pytest.raises(OttoUnavailable):
        asking.order("x", within=0.2)
    assert time.monotonic() - started < 0.5
    with pytest.raises(OttoUnavailable):
        asking.order("x", within=2)
    assert len(otto.asked) == 1


def test_r2_who_has_no_time_does_not_wait_for_a_token_that_another_fetches(otto):
    otto.answers, asking = [EMPTY], client(otto)
    reply = otto.reply
    otto.reply = lambda handler: (time.sleep(1) if handler.path == "/v1/token" else None, reply(handler))
    other = threading.Thread(target=lambda: list(asking.orders()))
    other.start()
    time.sleep(0.1)
    started = time.monotonic()
    with pytest.raises(OttoUnavailable):
        asking.order("x", within=0.2)
    assert time.monotonic() - started < 0.6
    other.join()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Mon, 21 Sep 2026 08:02:00 GMT", 120),
        ("9" * 400, 3600),
        ("9" * 5000, 3600),
        ("0", 1),
        ("-5", 60),
        ("later", 60),
        ("", 60),
        ("Mon, 21 Sep 1970 08:02:00 GMT", 1),
        ("Mon, 21 Sep 9999 23:59:59 -2300", 3600),
        ("Mon, 21 Sep 99999 08:02:00 GMT", 60),
    ],
)
def test_rate_limit_says_until_when(otto, header, seconds):
    otto.answers = [(429, "{}", (("Retry-After", header),))]
    with pytest.raises(OttoRateLimited) as caught:
        list(client(otto).orders())
    assert (caught.value.until - NOW).total_seconds() == pytest.approx(seconds, abs=1)
    assert len(otto.asked) == 1


def linked(href, records=1):
    """An answer with a page of orders that nobody can read, and a link to the next page."""
    return 200, json.dumps({"resources": [{}] * records, "links": [{"rel": "next", "href": href}]})


def test_a_page_that_is_not_full_and_names_itself_is_the_last_one(otto):
    otto.answers = [linked("/v4/orders?nextcursor=a")]
    assert len(list(client(otto).order_pages())) == 2
    otto.answers = [linked("/v4/orders?nextcursor=a"), linked("/v4/orders?limit=128&nextcursor=b")]
    assert len(list(client(otto).order_pages())) == 3


def test_a_full_page_that_names_itself_ends_with_an_error(otto):
    """Nobody knows what would have come after it."""
    otto.answers = [linked("/v4/orders?nextcursor=a", records=2)]
    pages = client(otto).order_pages(limit=2)
    with pytest.raises(OttoUnavailable, match="read already"):
        list(pages)
    assert len(otto.asked) == 2


def test_pages_in_a_circle_end_with_an_error(otto):
    otto.answers = [
        linked("/v4/orders?nextcursor=a"),
        linked("/v4/orders?nextcursor=b"),
        linked("/v4/orders?nextcursor=a"),
    ]
    with pytest.raises(OttoUnavailable, match="read already"):
        list(client(otto).order_pages())
    assert len(otto.asked) == 3


def test_pages_without_end_end(otto, monkeypatch):
    monkeypatch.setattr("otto_api.client.MOST_PAGES", 20)
    numbers = iter(range(1000))
    otto.answers = [lambda handler: otto.send(handler, *linked(f"/v4/orders?nextcursor={next(numbers)}"))]
    with pytest.raises(OttoUnavailable, match="does not end"):
        list(client(otto).order_pages())
    assert len(otto.asked) == 20


@pytest.mark.parametrize(
    "href", ["http://[::1", "//evil.example/v4/orders?a=1", "https://x@evil.example?a=1", "?a=" + "x" * 5000]
)
def test_a_link_that_cannot_be_followed_ends_with_an_error_after_its_page(otto, href):
    otto.answers, pages = [linked(href)], []
    with pytest.raises(OttoUnavailable, match="next page"):
        pages += client(otto).order_pages()
    pages = iter(client(otto).order_pages())
    assert next(pages).broken
    assert len(otto.asked) == 2


@pytest.mark.parametrize("links", [5, "x", [5, None], {"rel": "next", "href": 5}, {"rel": "next", "href": {}}, {}])
def test_links_that_are_none_end_the_list(otto, links):
    otto.answers = [(200, json.dumps({"resources": [{}], "links": links}))]
    assert len(list(client(otto).order_pages())) == 1


def test_a_next_page_elsewhere_is_not_followed(otto):
    otto.answers = [
        (200, '{"resources": [{}], "links": [{"rel": "next", "href": "https://evil.example/v4/orders?a=1"}]}')
    ]
    with pytest.raises(OttoUnavailable):
        list(client(otto).order_pages())


def test_after_one_401_the_token_is_renewed_once(otto):
    otto.answers = [(401, "{}"), EMPTY]
    assert list(client(otto).orders()) == []
    assert otto.tokens == 2
    otto.answers = [(401, "{}")]
    with pytest.raises(OttoAuthError):
        list(client(otto).orders())
    assert otto.tokens <= 4


GATEWAY = (403, '{"message": "Forbidden"}')


def test_a_bad_token_in_the_words_of_the_gateway_is_renewed_once_too(otto):
    otto.answers = [GATEWAY, EMPTY]
    assert list(client(otto).orders()) == []
    assert otto.tokens == 2
    otto.answers, otto.asked = [GATEWAY], []
    with pytest.raises(OttoForbidden):
        list(client(otto).orders())
    assert len(otto.asked) == 2


@pytest.mark.parametrize(
    "refusal",
    [
        '{"errors": [{"title": "Forbidden"}]}',
        '{"message": "INSUFFICIENT_PERMISSION"}',
        "<html>Forbidden</html>",
        "",
        "[]",
    ],
)
def test_another_403_is_no_bad_token(otto, refusal):
    otto.answers = [(403, refusal)]
    with pytest.raises(OttoForbidden):
        list(client(otto).orders())
    assert len(otto.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "[]",
        "5",
        '"text"',
        "null",
        "{}",
        '{"access_token": "x"}',
        '{"access_token": "x", "expires_in": 1e400}',
        '{"access_token": "x", "expires_in": NaN}',
        '{"access_token": "x", "expires_in": -1}',
        '{"access_token": "x", "expires_in": [60]}',
        '{"access_token": "x\\r\\nHost: evil", "expires_in": 60}',
        '{"access_token": "\\ud83d", "expires_in": 60}',
        '{"access_token": ["x"], "expires_in": 60}',
        "[" * 100_000,
        "9" * 10_000,
    ],
)
def test_a_token_answer_that_makes_no_sense_is_an_error_of_ours(otto, answer):
    otto.answers = [EMPTY]
    otto.token_answer = answer
    with pytest.raises(OttoUnavailable, match="token answer cannot be read"):
        list(client(otto).orders())
    report = client(otto).check(["orders"])
    assert not report.ok


@pytest.mark.parametrize(
    "extra", ['"expires_in": "1800"', '"expires_in": 1e9, "scope": ["a"], "refresh_expires_in": 1e400']
)
def test_a_token_whose_life_is_readable_is_taken(otto, extra):
    otto.answers = [EMPTY]
    otto.token_answer = f'{{"access_token": "x", {extra}}}'
    assert list(client(otto).orders()) == []


def test_many_threads_fetch_one_token(otto):
    otto.answers = [EMPTY]
    shared = client(otto)
    threads = [threading.Thread(target=lambda: list(shared.orders())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert otto.tokens == 1


@pytest.mark.parametrize("answer", [(500, "{}"), (401, "{}"), (200, "<html>"), cut])
def test_r1_no_secret_and_no_token_in_errors_or_logs(otto, answer, caplog):
    caplog.set_level(logging.DEBUG)
    otto.answers = [answer]
    credentials = (OAuth2Credentials("me", SECRET), PasswordCredentials("me", SECRET))
    for each in credentials:
        asking = client(otto, each)
        with pytest.raises(OttoError) as caught:
            list(asking.orders())
        error, texts = caught.value, [caplog.text, repr(each), repr(asking)]
        while error:
            texts += [repr(error), str(error), repr(error.args)]
            error = error.__cause__ or error.__context__
        for text in texts:
            assert SECRET not in text
            assert TOKEN not in text


def test_an_empty_page_ends_the_list_whatever_next_page_it_names(otto):
    numbers = iter(range(1, 1000))

    def endless(handler):
        body = {"resources": [], "links": [{"rel": "next", "href": f"/v4/orders?nextcursor={next(numbers)}"}]}
        otto.send(handler, 200, json.dumps(body))

    otto.answers = [endless]
    assert not list(client(otto).orders())
    assert next(numbers) == 2


@pytest.mark.parametrize(("content_type", "blocked"), [("text/html", True), ("application/json", False), ("", False)])
def test_only_a_page_before_ottos_interface_counts_as_blocked(otto, content_type, blocked):
    """Some of OTTO's interfaces refuse without any body (facts/otto.md §2.1); that is a missing permission."""

    def refuse(handler):
        handler.send_response(403)
        if content_type:
            handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    otto.answers = [refuse]
    with pytest.raises(OttoForbidden) as caught:
        list(client(otto).orders())
    assert caught.value.blocked is blocked
