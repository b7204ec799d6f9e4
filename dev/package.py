"""`make zip`: both add-ons in one file that a person unpacks into a folder of Odoo's `addons_path`."""

import ast
import zipfile
from pathlib import Path

from dev.console import run_main
from dev.settings import ADDONS, ROOT

# The same date for every file: the same sources give the same bytes.
DATE = (2026, 1, 1, 0, 0, 0)
SKIPPED = {"__pycache__"}


def version() -> str:
    """Return the version that the connector's manifest names."""
    return ast.literal_eval((ROOT / "otto_market_connector" / "__manifest__.py").read_text())["version"]


def build(folder: Path) -> Path:
    """Write the zip file into a folder; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"otto_market_connector-{version()}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for addon in ADDONS:
            for path in sorted((ROOT / addon).rglob("*")):
                if path.is_file() and not SKIPPED & set(path.parts):
                    _add(archive, path, str(path.relative_to(ROOT)))
            _add(archive, ROOT / "LICENSE", f"{addon}/LICENSE")
    return target


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    archive.writestr(zipfile.ZipInfo(name, DATE), path.read_bytes(), zipfile.ZIP_DEFLATED)


def main() -> None:
    """Write `dist/…zip` and say where."""
    target = build(ROOT / "dist")
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    run_main(main)
