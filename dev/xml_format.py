"""XML files are well formed, indented by four spaces and end with one line feed."""

import sys
from pathlib import Path

from lxml import etree

from dev.settings import ADDONS, ROOT

HEAD = '<?xml version="1.0" encoding="utf-8"?>'


def _files():
    for addon in ADDONS:
        yield from sorted((ROOT / addon).rglob("*.xml"))


def complaints(path: Path) -> list[str]:
    """Return what is wrong with a file, one line each."""
    text = path.read_text()
    found = []
    try:
        etree.fromstring(text.encode())
    except etree.XMLSyntaxError as error:
        found.append(f"not well formed: {error}")
    if not text.startswith(HEAD):
        found.append(f"does not start with {HEAD}")
    if not text.endswith("\n") or text.endswith("\n\n"):
        found.append("does not end with one line feed")
    for number, line in enumerate(text.splitlines(), 1):
        if "\t" in line or line != line.rstrip():
            found.append(f"line {number}: tab or trailing blank")
        indent = len(line) - len(line.lstrip())
        if line.strip().startswith("<") and indent % 4:
            found.append(f"line {number}: indented by {indent} spaces")
    return found


def check() -> bool:
    """Print every complaint; return whether there was none."""
    good = True
    for path in _files():
        for complaint in complaints(path):
            print(f"{path.relative_to(ROOT)}: {complaint}", file=sys.stderr)
            good = False
    return good


if __name__ == "__main__":
    sys.exit(0 if check() else 1)
