"""Whatever the other side says may echo what was sent: no secret and no body of ours comes back in any text."""

import base64
import contextlib
import html
import json
import logging
import traceback
from urllib.parse import quote, quote_plus

import pytest

from dhl_api import DhlError
from otto_api import DeliveryInformation, OAuth2Credentials, OttoError, PasswordCredentials, Quantity
from otto_api.foreign import MASK, Secrets
from tests.unit.hostile import ACTING, API_KEY, READING, SECRET, TOKEN, dhl, otto, whole

PAIR = base64.b64encode(f"the-user:{SECRET}".encode()).decode()
# Parts that tell enough of a secret; whatever is shown must hold none of them.
TELLING = (SECRET, TOKEN, API_KEY, PAIR, "the-api-secret", "my-very-own-sec", "nobody-may-see", PAIR[:20], "max@muster")
CALLS = {**READING, **ACTING}
WAYS = {
    "as it is": lambda text: text,
    "for an address": lambda text: quote(text, safe=""),
    "for a form": quote_plus,
    "in small letters": lambda text: quote(text, safe="").lower(),
    "for JSON": lambda text: json.dumps(text)[1:-1],
    "for HTML": html.escape,
    "as Python": lambda text: repr({"request": text}),
    "in Base64": lambda text: base64.b64encode(text.encode()).decode(),
    "in Base64 for addresses": lambda text: base64.urlsafe_b64encode(f"xy{text}".encode()).decode(),
}
SHAPES = {
    "errors": lambda text: {"errors": [{"title": text, "detail": text}]},
    "one error": lambda text: {"errors": {"title": "X_Y", "detail": text}},
    "message": lambda text: {"message": text},
    "error": lambda text: {"error": text, "error_description": text},
    "key": lambda text: {"errors": [{text: text}]},
    "nested": lambda text: {"errors": [{"detail": {"request": {"headers": [text]}}}]},
    "DHL's detail": lambda text: {"status": {"title": text, "detail": text, "status": 400}},
    "DHL's message": lambda text: {"items": [{"message": text, "propertyPath": text}]},
    "DHL's item": lambda text: {
        "items": [{"shipmentNo": "1", "sstatus": {"status": 400, "detail": text}, "validationMessages": [
            {"property": text, "validationMessage": text, "validationState": "Error"}]}]
    },
    "page": lambda text: f"<html><title>{text}</title>{text}</html>".encode(),
    "text": lambda text: text.encode(),
}  # fmt: skip


def echo(shape, way, status):
    """An answer that repeats the whole request, and what could have been made of it."""

    def answer(connection, request):
        if "/dhl/" not in request:
            used = (SECRET, TOKEN)
        else:
            used = (SECRET, API_KEY, *((PAIR,) if "basic" in request.lower() else (TOKEN, "the-api-secret")))
        known = "\n".join(map(way, used))
        text = f"Unknown: {way(request)}\n{known}"
        body = SHAPES[shape](text[-4000:])
        connection.sendall(whole(status, body))

    return answer


def everything(error):
    """All that can be shown of an error and of what it came from."""
    return "".join(traceback.format_exception(error)) + repr(error) + repr(error.args) + repr(vars(error))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("shape", SHAPES)
def test_r1_no_echo_brings_a_secret_back(serve, shape, way, caplog):
    caplog.set_level(logging.DEBUG)
    lines = []
    for status in (400, 200):
        server = serve(echo(shape, way, status))
        for name in ("orders", "ship", "book", "book with OAuth"):
            call = CALLS[name]
            options = {"log": lambda *texts: lines.append(texts[1])} if "book" in name else {}
            shown = ""
            try:
                shown = repr(call(server, **options))
            except (OttoError, DhlError) as error:
                shown = everything(error)
                words = error.words
                assert len(words) <= 700
            shown += caplog.text
            assert not [part for part in TELLING if part.lower() in shown.lower()], (name, status)
    # The debug log is there to show what was sent; secrets are not in it either.
    assert not [part for part in TELLING[:-1] if part.lower() in repr(lines).lower()]


def test_r1_records_hold_no_secret(serve):
    text = f"Not found: Bearer {TOKEN} {SECRET}"
    server = serve(whole(207, {"results": [], "errors": {"title": "X", "detail": text}}))
    client = otto(server)
    results = [
        client.set_quantities([Quantity("A", 1)]),
        client.set_delivery_information([DeliveryInformation("A", "p")]),
    ]
    assert not [part for part in TELLING if part in repr(results)]
    assert MASK in repr(results)


@pytest.mark.parametrize(
    "credentials", [OAuth2Credentials("me-the-client", SECRET), PasswordCredentials("me-the-user", SECRET)]
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 200])
def test_r1_a_token_request_that_is_echoed_tells_nothing(serve, credentials, status):
    refusal = {"error": "invalid_client", "error_description": f"client_secret={quote_plus(SECRET)} {SECRET}"}
    server = serve(b"")
    server.token_answer = whole(status, refusal)
    with pytest.raises(OttoError) as caught:
        list(otto(server, credentials, timeout=(1, 1)).orders())
    assert not [part for part in TELLING if part in everything(caught.value)]


def test_words_are_bounded_and_hold_no_request():
    secrets = Secrets([SECRET, None, "", "abc"])
    assert secrets.words(f"No: {SECRET}.") == f"No: {MASK}."
    assert (
        secrets.words('Cannot read {"email": "max@muster.example", "name": "Max"} at line 1')
        == "Cannot read {…} at line 1"
    )
    assert secrets.words("max.muster@post.example is no address") == "…@post.example is no address"
    assert (
        secrets.words("Authorization: Basic dXNlcjpwYXNzd29yZA== is wrong") == f"Authorization: Basic {MASK} is wrong"
    )
    assert len(secrets.words("x" * 10_000_000)) == 500
    assert secrets.words("a\x00b\ud83dc\x1b[0m") == "ab\ufffdc[0m"
    assert secrets.words("The abc of bearer tokens") == "The abc of bearer tokens"
    assert SECRET not in repr(secrets)


def test_short_secrets_change_no_data():
    assert Secrets(["demo"]).read_json(b'{"sku": "demo-1"}') == {"sku": "demo-1"}
    assert Secrets(["demo"]).words("Wrong: demo") == f"Wrong: {MASK}"


# A login of ~/.netrc

NETRC = {
    "default": "default login intruder password intrusion\n",
    "machine": "machine 127.0.0.1 login intruder password intrusion\n",
}


@pytest.mark.parametrize("netrc", NETRC.values(), ids=NETRC)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_login_in_netrc_is_never_sent(serve, call, netrc, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text(netrc)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    server = serve(whole(401, {}), whole(200, {}))
    with contextlib.suppress(OttoError, DhlError):
        call(server)
    intruder = base64.b64encode(b"intruder:intrusion").decode()
    assert server.heads
    for head in server.heads:
        own = "/token" in head.split("\r\n")[0] or f"Bearer {TOKEN}" in head or f"Basic {PAIR}" in head
        assert own
        assert intruder not in head
        assert "/token" not in head.split("\r\n")[0] or "authorization" not in head.lower()


def test_proxies_of_the_environment_are_used(serve, monkeypatch):
    """Logins of the environment are kept away, not its proxies."""
    proxy = serve(whole(200, {"resources": []}))

    class Otto:
        """A server that only the proxy reaches."""

        url = "http://otto.invalid"

    monkeypatch.setenv("http_proxy", proxy.url)
    assert list(otto(Otto).orders()) == []
    with pytest.raises(DhlError):
        dhl(Otto).labels(["1"])
    assert len(proxy.asked) == 2
