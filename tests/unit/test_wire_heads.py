"""Heads of answers that Python's, urllib3's or requests' own readers stumble over: whoever acted does not know what
became of it, nobody's own mistakes are suspected, and nothing of a head is written into a log."""

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from dhl_api import DhlError, DhlUnavailable
from otto_api import OttoError, OttoUnavailable
from tests.unit.hostile import ACTING, API_KEY, READING, SECRET, TOKEN, whole

OWN = (OttoError, DhlError)
LOST = (OttoUnavailable, DhlUnavailable)
CALLS = {**READING, **ACTING}


def head(*lines, status="HTTP/1.1 200 OK"):
    return "\r\n".join((status, *lines)).encode("latin-1") + b"\r\n\r\n{}"


LENGTH = "Content-Length: 2"
PARTS = "Content-Type: multipart/mixed; "
ODD = {
    "two lengths": head(LENGTH, "Content-Length: 7"),
    "a list of lengths": head("Content-Length: 2, 3"),
    "a length of letters": head("Content-Length: two"),
    "a length in a charset": head("Content-Length*=utf-8''2"),
    "parts that are named twice": head(LENGTH, f"{PARTS}boundary*=a; boundary*0*=b"),
    "parts in a wrong order": head(LENGTH, f"{PARTS}boundary*1*=a; boundary*0=b; boundary*x=c"),
    "a part of 5,000 digits": head(LENGTH, f"{PARTS}boundary*{'9' * 5000}*=b"),
    "a charset that is none": head(LENGTH, f"{PARTS}boundary*=idna'x'%2e%2e"),
    "punycode that is none": head(LENGTH, f"{PARTS}boundary*=punycode'x'%ff%ff%ff"),
    "NUL in a charset": head(LENGTH, f"{PARTS}boundary*=a\x00b'x'c"),
    "a charset without a value": head(LENGTH, "Content-Type: application/json;charset"),
    "a charset nobody knows": head(LENGTH, "Content-Type: application/json; charset=martian"),
    "an announcement that cannot be read": head(
        f"{PARTS}boundary*=a; boundary*0*=b", "", "HTTP/1.1 200 OK", LENGTH, status="HTTP/1.1 103 Early Hints"
    ),
    "a status of 5,000 digits": head(LENGTH, status=f"HTTP/1.1 {'2' * 5000} OK"),
    "another protocol": head(LENGTH, status="HTTP/9.9 200 OK"),
    "a line that is no header": head("What is this", LENGTH),
    "a header without a name": head(": x", LENGTH),
    "where to look instead": head(LENGTH, "Location: http://[::1", status="HTTP/1.1 302 X"),
    "how long to wait": head(LENGTH, "Retry-After: \xb2", status="HTTP/1.1 429 X"),
    "a cookie": head(LENGTH, "Set-Cookie: a=b; expires=\x01; domain=[; path=\\", "Set-Cookie: ="),
}


def ends(call, server):
    """Return the own error that a call ends with, None when it was answered."""
    try:
        call(server, timeout=(0.5, 0.5))
    except OWN as error:
        return error
    return None


def each(calls, serve, answer):
    """Let all calls meet an answer at once, each at a server of its own; return how each ended."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return dict(zip(calls, pool.map(lambda name: ends(calls[name], serve(answer)), calls), strict=True))


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
def test_an_odd_head_ends_in_an_answer_or_an_own_error(serve, answer):
    keys = {name: getattr(error, "key", "") for name, error in each(CALLS, serve, answer).items()}
    assert not {name for name, key in keys.items() if key in ("odd_login", "wrong_address")}


@pytest.mark.parametrize("name", [name for name in ODD if name not in ("where to look instead", "how long to wait")])
def test_r19_who_acts_and_cannot_read_the_head_does_not_know(serve, name):
    errors = {call: error for call, error in each(ACTING, serve, ODD[name]).items() if error}
    assert {call: repr(error) for call, error in errors.items() if not isinstance(error, LOST)} == {}
    assert {call for call, error in errors.items() if not error.maybe_done} == set()


def echoed(request):
    """What a server that echoes may put into a head: all of the request in one line."""
    return " ".join(request.split())[:6000]


ECHOES = {
    "as a line that is no header": lambda text: head(f"you sent {text}", LENGTH),
    "behind a blank line of blanks": lambda text: head(" ", f"you sent {text}", LENGTH),
    "as a header": lambda text: head(f"X-Request: {text}", LENGTH),
    "as a folded header": lambda text: head("X-Request: you sent", f" {text}", LENGTH),
    "as the reason": lambda text: head(LENGTH, status=f"HTTP/1.1 400 {text}"),
    "as the status line": lambda text: head(LENGTH, status=f"ERR {text}"),
    "as the status": lambda text: head(LENGTH, status=f"HTTP/1.1 {text}"),
    "as the version": lambda text: head(LENGTH, status=f"HTTP/{text} 200 OK"),
    "as the length": lambda text: head(f"Content-Length: {text}"),
    "as two lengths": lambda text: head(LENGTH, f"Content-Length: {text}"),
    "as the type": lambda text: head(f"Content-Type: {text}", LENGTH),
    "as the packing": lambda text: head(f"Content-Encoding: {text}", LENGTH),
    "as the parts": lambda text: head(f"Content-Type: multipart/mixed; boundary*0*=b; boundary*={text}", LENGTH),
    "as a cookie": lambda text: head(f"Set-Cookie: a={text}", LENGTH),
    "as the place": lambda text: head(f"Location: {text}", LENGTH, status="HTTP/1.1 302 X"),
    "as the wait": lambda text: head(f"Retry-After: {text}", LENGTH, status="HTTP/1.1 429 X"),
    "in chunks": lambda text: head("Transfer-Encoding: chunked") + text.encode("latin-1") + b"\r\n",
    "as an announcement": lambda text: head(
        f"Link: {text}", text, "", "HTTP/1.1 200 OK", LENGTH, status="HTTP/1.1 103 X"
    ),
}
TELLING = (SECRET, SECRET[:15], TOKEN, API_KEY, "client_secret=m", "Max Muster", "max@muster", "Hauptstra")


@pytest.mark.parametrize("shape", ECHOES.values(), ids=ECHOES)
def test_r1_what_a_head_echoes_is_in_no_log(serve, shape, caplog):
    caplog.set_level(logging.DEBUG)

    def answer(connection, request):
        connection.sendall(shape(echoed(request)))
        return False

    login = serve(whole(200, {"resources": []}))
    login.token_answer = answer
    errors = each({name: CALLS[name] for name in ("orders", "ship", "book")}, serve, answer)
    errors["login"] = ends(CALLS["orders"], login)
    shown = caplog.text + "".join(f"{error!r} {error.words} {vars(error)}" for error in errors.values() if error)
    assert not [part for part in TELLING if part in shown]
