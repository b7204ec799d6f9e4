"""A secret in whatever form it comes back, and a request that is echoed: neither is left in a sentence or in data."""

import base64
import codecs
import html
import json
import quopri
import re
import textwrap
import time
import unicodedata
from urllib.parse import quote, quote_plus, unquote_plus, urlencode

import pytest

from dhl_api import BasicCredentials, OAuthCredentials
from otto_api import OAuth2Credentials, PasswordCredentials
from otto_api.foreign import MASK, Secrets

SECRETS = (
    "my-very-own-secret/with+signs=&\"quotes'",
    "9f8Kx2LmQ0pZ7vB4",
    "Pässwörter sind schön",
    "back\\slash%41and%2520percent",
    "<tag attr='1'>&amp;",
    "p@ss:w0rd~!*()$",
    "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
)


def every(form):
    return lambda secret: "".join(form.format(ord(sign)) for sign in secret)


def some(form, chosen):
    return lambda secret: "".join(form.format(ord(sign)) if sign in chosen else sign for sign in secret)


def _percent(secret):
    return "".join(f"%{byte:02x}" for byte in secret.encode())


def _base64(text, encoding="utf-8"):
    return base64.b64encode(text.encode(encoding)).decode()


WAYS = {
    "as it is": str,
    "in capitals": str.upper,
    "in small letters": str.lower,
    "cases mixed": str.swapcase,
    "for an address": lambda secret: quote(secret, safe=""),
    "for a path": quote,
    "for a form": quote_plus,
    "as JavaScript does": lambda secret: quote(secret, safe="!'()*~-_."),
    "for a whole address": lambda secret: quote(secret, safe=";,/?:@&=+$#!'()*~"),
    "for an address, in small letters": lambda secret: quote(secret, safe="").lower(),
    "for an address, twice": lambda secret: quote(quote(secret, safe=""), safe=""),
    "for a form, three times": lambda secret: quote_plus(quote_plus(quote_plus(secret))),
    "each sign for an address": _percent,
    "for JSON": lambda secret: json.dumps(secret)[1:-1],
    "for JSON, umlauts stay": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "JSON in JSON": lambda secret: json.dumps(json.dumps(secret))[1:-1],
    "JSON in JSON in JSON": lambda secret: json.dumps(json.dumps(json.dumps(secret)))[1:-1],
    "as Gson does": lambda secret: some("\\u{:04x}", "=&<>'")(json.dumps(secret)[1:-1]),
    "as PHP does": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "each sign for JSON": every("\\u{:04x}"),
    "each sign for JSON, in capitals": every("\\u{:04X}"),
    "for JavaScript": some("\\x{:02x}", "=&<>'\"/+ "),
    "for HTML": html.escape,
    "for HTML, twice": lambda secret: html.escape(html.escape(secret)),
    "for XML": lambda secret: html.escape(secret).replace("&#x27;", "&apos;"),
    "each sign for HTML": every("&#{};"),
    "each sign for HTML, hexadecimal": every("&#x{:X};"),
    "some signs for HTML": some("&#{};", "=&<>'\"/+ "),
    "HTML of JSON": lambda secret: html.escape(json.dumps(secret)),
    "address of JSON": lambda secret: quote(json.dumps(secret), safe=""),
    "as Python": lambda secret: repr({"a": secret}),
    "as Python's bytes": lambda secret: repr(secret.encode()),
    "in Base64": _base64,
    "in Base64, for addresses": lambda secret: base64.urlsafe_b64encode(f"x{secret}".encode()).decode(),
    "in Base64, after others": lambda secret: _base64(f"ab:{secret}:x"),
    "in Base64, in lines": lambda secret: "\r\n ".join(textwrap.wrap(_base64(f"user:{secret}" * 3), 19)),
    "in Base64, for an address": lambda secret: quote(_base64(secret), safe=""),
    "in Base64, in Latin letters": lambda secret: base64.b64encode(secret.encode("latin-1", "replace")).decode(),
    "a form in Base64": lambda secret: _base64(urlencode({"client_secret": secret})),
    "in hexadecimal digits": lambda secret: secret.encode().hex(),
    "in hexadecimal digits, in capitals": lambda secret: secret.encode().hex().upper(),
    "in a wrong coding": lambda secret: secret.encode().decode("latin-1"),
    "without its umlauts": lambda secret: secret.encode("ascii", "replace").decode(),
    "quoted-printable": lambda secret: quopri.encodestring(secret.encode(), quotetabs=True).decode(),
    "broken into lines": lambda secret: "\n".join(textwrap.wrap(secret, 9, drop_whitespace=False)),
    "blanks between": " ".join,
    "folded as a header": lambda secret: f"{secret[:7]}\r\n\t{secret[7:]}",
    "with NUL between": "\x00".join,
    "with signs between that nobody sees": "\u200b".join,
    "with soft hyphens": "\xad".join,
    "with places to break": "<wbr>".join,
    "marked up": lambda secret: f"<b>{secret[:4]}</b><i class='x'>{secret[4:]}</i>",
    "full width": lambda secret: "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in secret),
    "each sign as old JavaScript does": every("%u{:04x}"),
    "each sign in octal digits": lambda secret: "".join(
        f"\\{byte:03o}" for byte in secret.encode("latin-1", "replace")
    ),
    "in pairs of hexadecimal digits": lambda secret: secret.encode().hex(":"),
    "in pairs with blanks, in capitals": lambda secret: secret.encode().hex(" ").upper(),
    "cut off": lambda secret: secret[: max(12, len(secret) * 2 // 3)] if len(secret) >= 24 else secret,
}


def plain(text):
    """A text without what hides a secret from the eye only, in every way of writing that is undone here."""
    looks = {text}
    for _layer in range(6):
        for undo in (html.unescape, _unquoted, _unescaped, _folded, _without_tags):
            looks |= {undo(look) for look in set(looks)}
    return {"".join(look.split()).lower() for look in looks}


def _unquoted(text):
    return unquote_plus(re.sub("%u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text))


def _folded(text):
    return re.sub("[\u200b\xad]", "", unicodedata.normalize("NFKC", text))


def _without_tags(text):
    return re.sub("<[^>]*>|:", "", text)


def _unescaped(text):
    try:
        return codecs.decode(text.encode("latin-1", "backslashreplace"), "unicode_escape")
    except UnicodeDecodeError:
        return text


def told(text, secret):
    """Whether a text tells a secret: half of it, as it is or packed."""
    half = "".join(secret[: len(secret) // 2].split()).lower()
    packed = [_base64(secret).lower()[:12], secret.encode().hex()[:16]]
    return any(part in look for look in plain(text) for part in (half, *packed))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("secret", SECRETS)
def test_r1_no_form_of_a_secret_is_left(secret, way):
    form = WAYS[way](secret)
    secrets = Secrets([secret, "another-one"])
    for text in (form, f"Invalid value: {form}", f"a={form}&b=2", f"100%{form}", f"x\\{form}.", f"«{form}»"):
        words = secrets.words(text)
        assert not told(words, secret), words
        [found] = secrets.read_json(json.dumps([text]).encode())
        assert not told(found, secret), found
        [key] = secrets.read_json(json.dumps({text: 1}).encode())
        assert not told(key, secret), key


def test_other_texts_stay_as_they_are():
    secrets = Secrets(SECRETS)
    texts = [
        "Größe 42 & mehr, 100 % Baumwolle", "a%20b", "&lt;b&gt;", "C:\\new\\table", "{}", "SGFsbG8gV2VsdA==", "=3D",
        "https://www.otto.de/p/x?a=b&c=%2F", "x" * 10_000, "my very own", "4006381333931", "", "\\u00e4", "pass",
    ]  # fmt: skip
    assert secrets.read_json(json.dumps(texts).encode()) == texts


def test_an_escape_around_a_secret_does_not_take_the_rest_of_the_sentence():
    secrets = Secrets(["9f8Kx2LmQ0pZ7vB4"])
    assert secrets.words("The key 9f8Kx2LmQ0pZ7vB4 is not known.") == f"The key {MASK} is not known."
    assert secrets.words("The key &#57;f8Kx2LmQ0pZ7vB4 is not known.") == f"The key {MASK} is not known."


def test_every_credential_is_a_secret():
    for credentials, parts in (
        (OAuth2Credentials("the-client-id", "the-secret"), {"the-client-id", "the-secret"}),
        (PasswordCredentials("the-user-name", "the-password"), {"the-user-name", "the-password"}),
        (BasicCredentials(api_key="the-key", user="the-user", password="the-password"),
         {"the-key", "the-user", "the-password"}),
        (OAuthCredentials(api_key="the-key", api_secret="the-secret", user="the-user", password="the-password"),
         {"the-key", "the-secret", "the-user", "the-password"}),
    ):  # fmt: skip
        assert parts <= set(credentials.secrets())


PERSON = {"firstName": "Erika", "lastName": "Geheimrath", "street": "Verstecktweg", "email": "erika@geheim.example"}
BODY = json.dumps({"shipments": [{"consignee": PERSON}]}, indent=1)
ECHOES = {
    "as it is": BODY,
    "in one line": json.dumps(PERSON),
    "a list": json.dumps([PERSON]),
    "for JSON": json.dumps(BODY),
    "JSON in JSON in JSON": json.dumps(json.dumps(BODY)),
    "for HTML": html.escape(BODY),
    "for HTML, twice": html.escape(html.escape(json.dumps(PERSON))),
    "for an address": quote(json.dumps(PERSON), safe=""),
    "for a form": quote_plus(BODY),
    "for a form, twice": quote_plus(quote_plus(BODY)),
    "as Python": repr(PERSON),
    "as Gson does": json.dumps(PERSON).replace('"', "\\u0022").replace("{", "\\u007b"),
    "in Base64": _base64(json.dumps(PERSON)),
    "in Base64, with lines": _base64(BODY),
    "in Base64, a list": _base64(json.dumps([PERSON])),
    "in Base64, for addresses": base64.urlsafe_b64encode(BODY.encode()).decode(),
    "cut off": BODY[:-20],
    "its end missing": f"{html.escape(BODY)[:-30]}",
}


@pytest.mark.parametrize("way", ECHOES)
def test_a_request_that_comes_back_in_a_sentence_is_left_out(way):
    words = Secrets().words(f"Cannot read this request: {ECHOES[way]}")
    assert words.startswith("Cannot read this request: ")
    # In whatever form: nothing but the beginning is left.
    assert len(words) < 60, words


LONG = "q7Zt3Kx9LmW2pRv8Yc4NbD6sHf1JgT5aQwE0"
PIECES = {
    "without its first sign": LONG[1:],
    "from the middle on": f"…{LONG[8:]}",
    "a hole in it": f"{LONG[:4]}****{LONG[8:]}",
    "a bar in it": f"{LONG[:11]} | {LONG[11:]}",
    "two sentences": f"{LONG[:18]}: {LONG[18:]}",
    "two fields": f'{LONG[:18]}", "detail": "{LONG[18:]}',
    "in other words": f"abc{LONG[5:30]}xyz",
    "escaped": quote_plus(f"<{LONG[3:]}>"),
    "blanks between": " ".join(LONG[3:]),
}


@pytest.mark.parametrize("way", PIECES)
def test_r1_no_long_piece_of_a_long_secret_is_left(way):
    secrets = Secrets([LONG])
    for text in (PIECES[way], f"Invalid key {PIECES[way]} given"):
        for shown in (secrets.words(text), *secrets.read_json(json.dumps([text]).encode())):
            look = "".join(unquote_plus(shown).split())
            assert not [start for start in range(len(LONG) - 17) if LONG[start : start + 18] in look], shown


def test_the_words_of_a_passphrase_are_no_secret_by_themselves():
    secrets = Secrets(["Muster Handels GmbH in Hamburg an der Elbe"])
    assert secrets.words("No GmbH in Hamburg an der Alster") == "No GmbH in Hamburg an der Alster"


ATOMS = (
    "\\", "\\n", "\\u", "\\u{", "\\x7b", "{", "[", "{\\", "[\\", "[{", "&", "&amp;", "amp;", "&#", "&lt;", "%", "%25",
    "%2", "%u", "%40", "@", "a@", "a.", "+", " ", "=", "=3D", "eyJ", "eyJ+", "bearer ", "password=", '"', "<", "<wbr>",
    "ä", "\u200b", "1f:", "1f ", "12", "/", "-", "_",
)  # fmt: skip


@pytest.mark.parametrize("atom", ATOMS)
def test_no_text_takes_long_to_be_looked_at(atom):
    secrets, started = Secrets(SECRETS), time.process_time()
    for other in ATOMS:
        secrets.words((atom + other) * 100_000)
    assert time.process_time() - started < 0.1 * len(ATOMS)
