"""`make lint`: ruff, pylint-odoo, XML formatting, citations, German, changelog, current translation templates.

Also what later versions of Odoo lack, and the forms of the hosted CI's file and of the compose file.
"""

import subprocess
import sys

from dev import ahead, changelog, citations, german, postgres, translations, xml_format
from dev.console import run_main
from dev.settings import ADDONS, ROOT, VENV

# Here: one flow a file, README.md at the top, not of the OCA. On the command line, because `enable` in the project file
# would switch them on again.
NOT_ODOOLINT = "--disable=consider-merging-classes-inherited,missing-readme,manifest-required-author"
FOLDERS = [*ADDONS, "dev", "sandbox", "soak", "tests", "bench"]
# Files of other tools, by the schema that they publish.
SCHEMAS = {"vendor.github-workflows": ".github/workflows/ci.yml", "vendor.compose-spec": "compose.yaml"}


def main() -> int:
    """Run every linter; return 1 when one complains."""
    folders = [name for name in FOLDERS if (ROOT / name).exists()]
    results = {
        "ruff check": _run("ruff", "check", *folders),
        "ruff format": _run("ruff", "format", "--check", *folders),
        "pylint-odoo": _run("pylint", "--score=n", NOT_ODOOLINT, *ADDONS),
        "XML formatting": xml_format.check(),
        "later Odoo": ahead.check(),
        "citations": citations.check(),
        "German": german.check(),
        "changelog": changelog.check(),
        "CI and compose": _schemas_fit(),
    }
    postgres.start()
    results["translations"] = translations.check()
    for name, good in results.items():
        print(f"  {name:<16} {'ok' if good else 'FAILED'}")
    return 0 if all(results.values()) else 1


def _schemas_fit() -> bool:
    results = [_run("check-jsonschema", "--builtin-schema", schema, name) for schema, name in SCHEMAS.items()]
    return all(results)


def _run(tool: str, *args: str) -> bool:
    return subprocess.run([VENV / "bin" / tool, *args], cwd=ROOT, stdout=sys.stderr).returncode == 0


if __name__ == "__main__":
    run_main(main)
