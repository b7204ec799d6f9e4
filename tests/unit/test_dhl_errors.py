"""Broken connections: may DHL have booked? And: no secret in any text, whatever happens."""

import logging
import traceback

import pytest
import requests
import urllib3

from dhl_api import (
    BasicCredentials,
    DhlAuthError,
    DhlClient,
    DhlError,
    DhlRateLimited,
    DhlUnavailable,
    OAuthCredentials,
)
from dhl_api.auth import Token
from tests.unit.test_dhl_answers import NOW, Session, order, response

SECRETS = ("the-key", "the-secret", "the-password", "the-token", "dGhlLXVzZXI6dGhlLXBhc3N3b3Jk")
BASIC = BasicCredentials("the-key", "the-user", "the-password")
OAUTH = OAuthCredentials("the-key", "the-secret", "the-user", "the-password")
TOKEN = response(200, {"access_token": "the-token", "expires_in": 1799})
POOL = urllib3.HTTPSConnectionPool("dhl")


def client(*answers, credentials=BASIC, **options) -> DhlClient:
    """Return a client whose session answers or fails like this."""
    session = Session(*answers)
    return DhlClient(
        "https://dhl/shipping", "https://dhl/auth", credentials, session=session, clock=lambda: NOW, **options
    )


def broken(reason) -> requests.ConnectionError:
    """Return the error that `requests` makes of an error of urllib3."""
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(POOL, "/orders", reason))


@pytest.mark.parametrize(
    ("error", "maybe"),
    [
        (requests.ReadTimeout("read timed out"), True),
        (
            requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", ConnectionResetError())),
            True,
        ),
        (requests.exceptions.ChunkedEncodingError("incomplete"), True),
        (requests.ConnectTimeout("connect timed out"), False),
        (broken(urllib3.exceptions.NewConnectionError(POOL, "refused")), False),
        (broken(urllib3.exceptions.NameResolutionError("dhl", POOL, OSError())), False),
        (requests.exceptions.ProxyError("proxy"), False),
        (requests.exceptions.InvalidURL("no host"), False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_only_what_cannot_have_reached_dhl_is_certainly_not_booked(error, maybe):
    with pytest.raises(DhlUnavailable) as caught:
        client(error).create([order()])
    assert caught.value.maybe_done is maybe


def test_a_failure_while_fetching_the_token_leaves_no_doubt():
    for failure in (requests.ReadTimeout("slow"), response(500, text=""), response(200, text="<html>")):
        with pytest.raises(DhlUnavailable) as caught:
            client(failure, credentials=OAUTH).create([order()])
        assert not caught.value.maybe_done
    with pytest.raises(DhlRateLimited):
        client(response(429, text=""), credentials=OAUTH).create([order()])
    for status in (400, 401, 403):
        with pytest.raises(DhlAuthError):
            client(response(status, {"detail": "no"}), credentials=OAUTH).create([order()])


def test_a_booking_is_never_sent_twice():
    for failure in (requests.ReadTimeout("slow"), response(500, text=""), response(503, text="")):
        session = Session(failure, response(200, {}))
        made = DhlClient("https://dhl/s", "https://dhl/a", BASIC, session=session, clock=lambda: NOW)
        with pytest.raises(DhlError):
            made.create([order()])
        assert len(session.asked) == 1


@pytest.mark.parametrize("credentials", [BASIC, OAUTH])
@pytest.mark.parametrize(
    "failure",
    [
        requests.ReadTimeout("POST https://dhl/auth/token password=the-password client_secret=the-secret"),
        requests.ConnectionError("the-password the-token dGhlLXVzZXI6dGhlLXBhc3N3b3Jk"),
        requests.exceptions.InvalidHeader("the-key"),
        response(401, {"detail": "Unauthorized"}),
        response(500, text="<html>"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_no_secret_in_an_error_or_its_traceback(credentials, failure, caplog):
    caplog.set_level(logging.DEBUG)
    answers = [failure] if credentials is BASIC else [TOKEN, failure, TOKEN, failure]
    with pytest.raises(DhlError) as caught:
        client(*answers, credentials=credentials).create([order()])
    error = caught.value
    assert error.__context__ is None
    assert error.__cause__ is None
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error)) + caplog.text
    assert not [secret for secret in SECRETS if secret in shown]


def test_a_login_that_no_header_can_carry_is_a_wrong_login():
    odd = BasicCredentials("sandbox\u200b-key", "sandbox-user", "sandbox-password")
    made = DhlClient("http://127.0.0.1:9", "http://127.0.0.1:9", odd)
    with pytest.raises(DhlAuthError) as caught:
        made.create([order()])
    assert (caught.value.key, caught.value.maybe_done) == ("odd_login", False)


def test_the_log_gets_a_request_whose_answer_is_lost():
    lines = []
    made = client(requests.ReadTimeout("the-password"), credentials=BASIC, log=lambda *texts: lines.append(texts))
    with pytest.raises(DhlUnavailable):
        made.create([order()])
    [(request, answer)] = lines
    assert "POST /orders" in request
    assert answer == "(no answer in time)"


def test_no_secret_in_a_representation():
    made = [BASIC, OAUTH, Token("the-token", NOW), client(), client(credentials=OAUTH)]
    assert not [secret for secret in SECRETS if secret in repr(made)]
    assert OAUTH.cache_key("https://dhl") != OAUTH.cache_key("https://other")
    assert not [secret for secret in SECRETS if secret in OAUTH.cache_key("https://dhl")]


def test_the_log_gets_the_exchange_without_headers_tokens_and_documents():
    lines = []
    label = "JVBERi0xLjQK" * 50
    booked = {"items": [{"sstatus": {"status": 200}, "shipmentNo": "0034", "label": {"b64": label}}]}
    made = client(TOKEN, response(200, booked), credentials=OAUTH, log=lambda *texts: lines.extend(texts))
    made.create([order()])
    text = "\n".join(lines)
    assert "POST /orders" in text
    assert "0034" in text
    assert "(600 characters)" in text
    assert label not in text
    assert not [secret for secret in SECRETS if secret in text]
