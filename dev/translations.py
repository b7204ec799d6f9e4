"""The translation templates (.pot) are current, and every text has its German in de.po.

`make pot` exports the templates from Odoo and merges them into de.po.
"""

import sys
import tempfile
from pathlib import Path

import polib

from dev import database, postgres
from dev.console import run_main, step
from dev.settings import ADDONS, ROOT

LINT_DB = "otto_lint"


def export() -> dict[str, polib.POFile]:
    """Return the template of each add-on as Odoo exports it now."""
    database.write_config()
    database.create(LINT_DB)
    database.run_odoo("lint", "-d", LINT_DB, "-i", ",".join(ADDONS), "--stop-after-init", "--no-http")
    templates = {}
    with tempfile.TemporaryDirectory() as folder:
        for addon in ADDONS:
            path = Path(folder) / f"{addon}.pot"
            database.run_odoo("lint", "i18n", "export", "-d", LINT_DB, addon, "-o", str(path))
            templates[addon] = polib.pofile(str(path))
    postgres.drop(LINT_DB)
    return templates


def check() -> bool:
    """Print what is missing or stale; return whether everything is current."""
    good = True
    for addon, template in export().items():
        folder = ROOT / addon / "i18n"
        stored = _ids(folder / f"{addon}.pot")
        now = {entry.msgid for entry in template}
        for text in sorted(now ^ stored):
            print(f"{addon}.pot is not current: {'missing' if text in now else 'stale'} {text!r}", file=sys.stderr)
            good = False
        german = _ids(folder / "de.po", translated=True)
        for text in sorted(now - german):
            print(f"{addon}/i18n/de.po has no German for {text!r}", file=sys.stderr)
            good = False
    return good


def _ids(path: Path, translated: bool = False) -> set[str]:
    if not path.exists():
        return set()
    return {entry.msgid for entry in polib.pofile(str(path)) if entry.msgstr or not translated}


def update() -> None:
    """Write the templates and merge them into de.po; say how many texts have no German yet."""
    postgres.start()
    with step("Exporting the translation templates"):
        templates = export()
    for addon, template in templates.items():
        folder = ROOT / addon / "i18n"
        folder.mkdir(exist_ok=True)
        template.metadata = {key: value for key, value in template.metadata.items() if "Date" not in key}
        template.save(str(folder / f"{addon}.pot"))
        german = polib.pofile(str(folder / "de.po")) if (folder / "de.po").exists() else polib.POFile()
        german.metadata = {**template.metadata, "Language": "de"}
        german.merge(template)
        for entry in german.obsolete_entries():
            german.remove(entry)
        german.save(str(folder / "de.po"))
        print(f"  {addon}: {len(german.untranslated_entries())} texts without German")


if __name__ == "__main__":
    run_main(update)
