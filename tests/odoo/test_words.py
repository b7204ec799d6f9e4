"""What OTTO says is quoted as OTTO's; what the wire says about an answer is said in the user's language."""

import re
from datetime import datetime, timezone
from pathlib import Path

from odoo.addons.otto_market_connector import otto_api
from odoo.addons.otto_market_connector.otto_api import (
    OttoAuthError,
    OttoConflict,
    OttoForbidden,
    OttoInvalid,
    OttoNotFound,
    OttoRateLimited,
    OttoUnavailable,
)
from odoo.addons.otto_market_connector.otto_api.failures import WORDS
from odoo.addons.otto_market_connector.otto_api.transport import UNREADABLE

from tests.harness import OttoCase

# What the wire raises about fields, as it stands in its source.
RAISED = re.compile(r"raise Unreadable\(\s*f?\"(.+?)\"\s*\)")
WHOLE = re.compile(r"(?:OttoUnavailable|OddLinkError)\(\s*\"(.+?)\"")
SOURCES = tuple(Path(otto_api.__file__).parent.glob("*.py"))
ENGLISH = re.compile(r"\b(?:is|has|the|missing|answer|list|currency|another)\b")


def field_texts():
    """Return every text that the wire has for a field that cannot be read, with a path in it."""
    texts = [text for source in SOURCES for text in RAISED.findall(source.read_text())]
    return [re.sub(r"\{[^}]*(?:cut|text)\([^}]*\}", "Quatsch", text) for text in texts]


class TestWords(OttoCase):
    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("de_DE")
        self.env["ir.module.module"].search([("name", "=", "otto_market_connector")])._update_translations(["de_DE"])
        self.german = self.channel.with_context(lang="de_DE")

    def test_r20_what_is_wrong_with_a_field_is_said_in_german(self):
        texts = field_texts()
        self.assertGreaterEqual(len(texts), 20)
        for text in texts:
            text = re.sub(r"\{[^}]*\}", "positionItems[0].price", text)
            for told in (text, f"OTTO's answer cannot be read: {text}"):
                with self.subTest(told):
                    words = self.german._field_words(told)
                    self.assertIn("Das Feld", words)
                    self.assertFalse(ENGLISH.search(words), words)

    def test_r20_what_a_person_wrote_stays(self):
        for text in ("Der Betrag is missing here", "the tax is 19 %", "Steuer fehlt", ""):
            self.assertEqual(self.german._field_words(text), text)

    def test_r20_no_answer_is_said_in_german(self):
        for key in WORDS:
            with self.subTest(key):
                error = OttoUnavailable(f"{WORDS[key]} (api.otto.market)", key=key, host="api.otto.market")
                words = self.german._otto_error_text(error)
                self.assertNotIn(WORDS[key], words)
                self.assertFalse(ENGLISH.search(words), words)

    def test_r20_an_answer_that_cannot_be_used_is_said_in_german(self):
        whole = {text for source in SOURCES for text in WHOLE.findall(source.read_text())} | {UNREADABLE}
        self.assertGreaterEqual(len(whole), 7)
        for text in [*whole, "OTTO's answer cannot be read: resources is missing"]:
            for status in (None, 200):
                with self.subTest(text, status=status):
                    words = self.german._otto_error_text(OttoUnavailable(text, status=status))
                    self.assertFalse(ENGLISH.search(words), words)

    def test_r20_what_otto_says_is_quoted(self):
        said = "The thing is bad"
        errors = [
            OttoAuthError(said, status=401),
            OttoForbidden(said, status=403),
            OttoForbidden(said, status=403, blocked=True),
            OttoUnavailable(said, status=503),
            OttoConflict(said, status=409),
            OttoNotFound(said, status=404),
            OttoInvalid(said, status=400),
            OttoInvalid(said, status=422),
        ]
        for error in errors:
            with self.subTest(repr(error)):
                words = self.german._otto_error_text(error)
                self.assertIn(f"OTTO schreibt: „{said}.“", words)
                self.assertFalse(ENGLISH.search(words.replace(said, "")), words)

    def test_r20_who_has_to_wait_is_told_until_when(self):
        """Whoever says so, OTTO or the connector's own limit (R32), the sentence is ours."""
        words = self.german._otto_error_text(OttoRateLimited("Slow down", until=datetime.now(timezone.utc), status=429))
        self.assertIn("OTTO nimmt von diesem Konto vor", words)
        self.assertNotIn("Slow down", words)

    def test_r20_an_order_that_cannot_be_read_is_reported_in_german(self):
        self.channel.responsible_id = self.env.ref("base.user_admin")
        self.channel.responsible_id.lang = "de_DE"
        [otto_id] = self.sandbox.make_orders(count=1)
        self.sandbox.edit_order(otto_id, {"positionItems": [{"positionItemId": None}]})
        self.run_flow("orders")
        self.assertIn("Das Feld positionItems[0].positionItemId von OTTO fehlt", self.open_issues("order").name)
