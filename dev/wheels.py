"""`make wheels`: each add-on as a wheel `odoo_addon_<add-on>`, as OCA publishes its own; for `pip install`."""

import os
import subprocess
from pathlib import Path

from dev.console import run_main, step
from dev.package import version
from dev.settings import ADDONS, ROOT, VENV_PYTHON, Problem

# The manifest's version is the wheel's: it does not depend on how many commits came after it.
AS_IN_MANIFEST = {"WHOOL_POST_VERSION_STRATEGY_OVERRIDE": "none"}


def build(folder: Path) -> list[Path]:
    """Build the wheel of each add-on into a folder; return their paths.

    :raises Problem: names the add-on that cannot be built, with the builder's words
    """
    folder.mkdir(parents=True, exist_ok=True)
    for addon in ADDONS:
        options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
        command = [str(VENV_PYTHON), "-m", "pip", "wheel", *options, str(ROOT / addon)]
        result = subprocess.run(command, env={**os.environ, **AS_IN_MANIFEST}, capture_output=True, text=True)
        if result.returncode:
            raise Problem(f"The wheel of {addon} cannot be built: {result.stderr.strip()}")
    return [folder / f"odoo_addon_{addon}-{version()}-py3-none-any.whl" for addon in ADDONS]


def main() -> None:
    """Write `dist/*.whl` and say where."""
    with step("Wheels"):
        wheels = build(ROOT / "dist")
    for wheel in wheels:
        print(f"{wheel.relative_to(ROOT)}: {wheel.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    run_main(main)
