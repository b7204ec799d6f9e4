"""German as docs/glossary.md has it: one word for one thing, fixed texts, and quotations of what is on the screen.

The page's tables are the rules; here is only how they are held against the translations and the German guide.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

from dev.console import complain
from dev.settings import ADDONS, ROOT

GLOSSARY = "docs/glossary.md"
GUIDES = ("docs/anleitung.md",)
WORDS, TEXTS, SHOWN = "| use | not | but |", "| English | German |", "| Odoo shows |"
PLACEHOLDER = re.compile(r"%\(\w+\)s")
QUOTED = re.compile(r"„([^“%]+)“")


def check() -> bool:
    """Print what is not German as the glossary has it; return whether there was nothing."""
    return complain(complaints(ROOT))


def complaints(root: Path) -> list[str]:
    """Return what is wrong below a folder, one line each: file, text, reason."""
    page = (root / GLOSSARY).read_text()
    words = [_word(*row) for row in _rows(page, WORDS)]
    files = {f"{addon}/i18n/de.po": [*polib.pofile(str(root / addon / "i18n" / "de.po"))] for addon in ADDONS}
    entries = [(name, entry) for name, entries in files.items() for entry in entries]
    found = []
    for name, entry in entries:
        found += [f"{name}: {entry.msgid!r}: {problem}" for problem in wrong_words(entry.msgstr, words)]
    for guide in GUIDES:
        for number, line in enumerate((root / guide).read_text().splitlines(), 1):
            found += [f"{guide}:{number}: {problem}" for problem in wrong_words(line, words)]
    found += _wrong_texts(entries, dict(_rows(page, TEXTS)))
    return [*found, *_wrong_quotations(entries, {row[0] for row in _rows(page, SHOWN)})]


def _rows(page: str, head: str) -> list[tuple[str, ...]]:
    """Return the rows of the table with that head.

    :raises ValueError: the page has no such table
    """
    lines = page.splitlines()
    rows = []
    for line in lines[lines.index(head) + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
    return rows


def _word(use: str, refused: str, allowed: str) -> tuple[str, re.Pattern[str], re.Pattern[str] | None]:
    """Return what a row says: the word to use, a pattern of the others, a pattern of what is right all the same."""
    wrong = "|".join(re.escape(word.strip()).replace("…", r"\w*") for word in refused.split(","))
    right = "|".join(re.escape(phrase.strip()) for phrase in allowed.split(";") if phrase.strip())
    return use, re.compile(rf"\b({wrong})\b", re.IGNORECASE), re.compile(right) if right else None


def wrong_words(text: str, words: list[tuple[str, re.Pattern[str], re.Pattern[str] | None]]) -> Iterator[str]:
    """Yield what a German text says in a word that is not used here."""
    text = PLACEHOLDER.sub("", text)
    for use, refused, allowed in words:
        rest = allowed.sub("", text) if allowed else text
        for match in refused.finditer(rest):
            yield f"{match[0]!r} is not used here: {use}"


def _wrong_texts(entries: list[tuple[str, polib.POEntry]], texts: dict[str, str]) -> Iterator[str]:
    for name, entry in entries:
        if entry.msgid in texts and entry.msgstr != texts[entry.msgid]:
            yield f"{name}: {entry.msgid!r} is {entry.msgstr!r}, not {texts[entry.msgid]!r} as in {GLOSSARY}"
    for text in sorted(texts.keys() - {entry.msgid for _name, entry in entries}):
        yield f"{GLOSSARY}: the product has no text {text!r}"


def _wrong_quotations(entries: list[tuple[str, polib.POEntry]], shown: set[str]) -> Iterator[str]:
    ours = {entry.msgstr for _name, entry in entries} | shown
    for name, entry in entries:
        for quoted in QUOTED.findall(entry.msgstr):
            if quoted not in ours:
                yield f"{name}: {entry.msgid!r} quotes „{quoted}“, which nothing on the screen is called"


if __name__ == "__main__":
    sys.exit(0 if check() else 1)
