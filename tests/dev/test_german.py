"""`make lint` refuses German that the glossary does not have; the repository's own is held by it."""

import polib
import pytest

from dev import german

GLOSSARY = """# Glossary

| use | not | but |
|---|---|---|
| Rücksendung | Retoure… | DHL Retoure; Retoure ausführen |
| Etikett | Label, Labels | |
| Sie | du, dein… | |

| English | German |
|---|---|
| Flow | Vorgang |

| Odoo shows |
|---|
| Retoure ausführen |
"""


@pytest.fixture
def complaints(tmp_path):
    """A function that puts one more text with its German into a repository, and returns what is wrong then."""

    def write(english, text, guide="Die Rücksendung.\n"):
        for addon, texts in (("otto_market_connector", {"Flow": "Vorgang", english: text}), ("delivery_dhl_de", {})):
            po = polib.POFile()
            po.extend(polib.POEntry(msgid=msgid, msgstr=msgstr) for msgid, msgstr in texts.items())
            (tmp_path / addon / "i18n").mkdir(parents=True, exist_ok=True)
            po.save(str(tmp_path / addon / "i18n" / "de.po"))
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / "glossary.md").write_text(GLOSSARY)
        (tmp_path / "docs" / "anleitung.md").write_text(guide)
        return german.complaints(tmp_path)

    return write


GOOD = [
    ("Return", "Rücksendung"),
    ("Product", "DHL Retoure"),
    ("Retoure of %(retoure)s", "Rücksendung von %(retoure)s"),
    ("Press Return.", "Drücken Sie „Retoure ausführen“."),
    ("Look at Flow.", "Sehen Sie sich „Vorgang“ an."),
    ("“%(value)s” is wrong", "„%(value)s“ ist falsch"),
    ("Label File", "Etikettdatei"),
]
WRONG = [
    ("Return", "Retoure", "'Retoure' is not used here: Rücksendung"),
    ("Return Number", "Retourennummer", "'Retourennummer'"),
    ("Returns", "DHL Retoure und RETOUREN", "'RETOUREN'"),
    ("Labels", "Die Labels", "'Labels'"),
    ("Your label", "Gib dein Etikett ein", "'dein'"),
    ("Flow", "Ablauf", "is 'Ablauf', not 'Vorgang'"),
    ("Press Solved.", "Drücken Sie „Als erledigt markieren“.", "„Als erledigt markieren“"),
]


@pytest.mark.parametrize(("english", "text"), GOOD)
def test_german_of_the_glossary(complaints, english, text):
    assert complaints(english, text) == []


@pytest.mark.parametrize(("english", "text", "problem"), WRONG)
def test_another_word_is_refused(complaints, english, text, problem):
    (complaint,) = complaints(english, text)
    assert complaint.startswith("otto_market_connector/i18n/de.po: ")
    assert problem in complaint


def test_the_guide_is_german_too(complaints):
    (complaint,) = complaints("Return", "Rücksendung", guide="Die Lieferung.\n\nDie Retoure.\n")
    assert complaint.startswith("docs/anleitung.md:3: 'Retoure'")


def test_a_row_that_no_text_has_is_told(complaints, monkeypatch):
    monkeypatch.setitem(globals(), "GLOSSARY", GLOSSARY.replace("| Flow | Vorgang |", "| Flaw | Vorgang |"))
    assert complaints("Return", "Rücksendung") == ["docs/glossary.md: the product has no text 'Flaw'"]


def test_the_product():
    assert german.check()
