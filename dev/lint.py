"""`make lint`: ruff, pylint-odoo, XML formatting, current translation templates."""

import subprocess
import sys

from dev import postgres, translations, xml_format
from dev.console import run_main
from dev.settings import ADDONS, ROOT, VENV

FOLDERS = [*ADDONS, "dev", "sandbox", "tests", "bench"]


def main() -> int:
    """Run every linter; return 1 when one complains."""
    folders = [name for name in FOLDERS if (ROOT / name).exists()]
    results = {
        "ruff check": _run("ruff", "check", *folders),
        "ruff format": _run("ruff", "format", "--check", *folders),
        "pylint-odoo": _run("pylint", "--score=n", *ADDONS),
        "XML formatting": xml_format.check(),
    }
    postgres.start()
    results["translations"] = translations.check()
    for name, good in results.items():
        print(f"  {name:<16} {'ok' if good else 'FAILED'}")
    return 0 if all(results.values()) else 1


def _run(tool: str, *args: str) -> bool:
    return subprocess.run([VENV / "bin" / tool, *args], cwd=ROOT, stdout=sys.stderr).returncode == 0


if __name__ == "__main__":
    run_main(main)
