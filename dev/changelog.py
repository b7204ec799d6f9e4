"""`make changelog VERSION=19.0.1.3.0`: folds what lies in `changelog.d/` into CHANGELOG.md; `make lint` checks both.

Whoever changes what users notice adds a file `changelog.d/<subject>.md` (any name but README.md) with the sections of
Keep a Changelog that it needs (`### Added`, `### Fixed` …), each with entries that begin with `- `. So changes that are
made side by side never meet in one file.
"""

import datetime
import os
import re
from pathlib import Path

from dev.console import complain, run_main
from dev.package import version
from dev.settings import ROOT, Problem

SECTIONS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
README = "README.md"
VERSION = re.compile(r"19\.0(\.\d+){3}")
VERSION_HEAD = re.compile(r"^## (\S+)(?: - (\S+))?[ ]*$", re.MULTILINE)
SECTION_HEAD = re.compile(r"### (\w+)")

Entries = dict[str, list[str]]


def read(text: str) -> Entries:
    """Return the entries of a fragment, or of one version in CHANGELOG.md, by section.

    :raises Problem: a line belongs to no section or no entry
    """
    found: Entries = {}
    entries: list[str] | None = None
    for line in text.splitlines():
        head = SECTION_HEAD.fullmatch(line.rstrip())
        if head and head[1] not in SECTIONS:
            raise Problem(f"'{line}' is no section of a changelog; these are: {', '.join(SECTIONS)}.")
        if head:
            entries = found.setdefault(head[1], [])
        elif line.startswith("- ") and entries is not None:
            entries.append(line.rstrip())
        elif line.startswith("  ") and line.strip() and entries:
            entries[-1] += f"\n{line.rstrip()}"
        elif line.strip():
            raise Problem(f"'{line}' belongs to no entry: entries begin with '- ' below a head such as '### Added'.")
    return found


def fold(changelog: str, fragments: list[str], name: str, day: datetime.date) -> str:
    """Return the changelog with the fragments' entries in the section of a version, which gets its day.

    The version's own section goes on where there is one; a new one comes before all others.
    """
    begin, end = _place(changelog, name)
    here = changelog[begin:end]
    entries = read(here.partition("\n")[2])
    for fragment in fragments:
        for section, lines in read(fragment).items():
            kept = entries.setdefault(section, [])
            kept += [line for line in lines if line not in kept]
    chapters = ["\n".join((f"### {section}", *entries[section])) for section in SECTIONS if entries.get(section)]
    text = "\n\n".join((f"## {name} - {day.isoformat()}", *chapters))
    return f"{changelog[:begin]}{text}\n\n{changelog[end:]}".rstrip() + "\n"


def _place(changelog: str, name: str) -> tuple[int, int]:
    heads = list(VERSION_HEAD.finditer(changelog))
    ends = [*(head.start() for head in heads), len(changelog)]
    for place, head in enumerate(heads):
        if head[1] == name:
            return head.start(), ends[place + 1]
    return ends[0], ends[0]


def fragments(root: Path = ROOT) -> list[Path]:
    """Return the files that wait for the next release."""
    return sorted(path for path in (root / "changelog.d").glob("*") if path.name != README)


def complaints(root: Path, present: str) -> list[str]:
    """Return what is wrong with the changelog and its fragments.

    :param present: the version that the manifests name
    """
    changelog = (root / "CHANGELOG.md").read_text()
    found = []
    for path in fragments(root):
        name = path.relative_to(root)
        try:
            if path.suffix != ".md" or not any(read(path.read_text()).values()):
                found.append(f"{name}: a fragment is a .md file with at least one entry.")
        except Problem as problem:
            found.append(f"{name}: {problem}")
    heads = [head[1] for head in VERSION_HEAD.finditer(changelog)]
    if present not in heads:
        found.append(f"CHANGELOG.md: the manifests' version {present} has no section.")
    found += [f"CHANGELOG.md: the version {head} has two sections." for head in set(heads) if heads.count(head) > 1]
    return found


def check() -> bool:
    """Print what is wrong with the changelog; return whether nothing is."""
    return complain(complaints(ROOT, version()))


def main() -> None:
    """Fold all fragments into CHANGELOG.md and delete them.

    :raises Problem: no version, or a fragment that cannot be read; nothing is changed then
    """
    name = os.environ.get("VERSION", "")
    if not VERSION.fullmatch(name):
        raise Problem("Please name the version: make changelog VERSION=19.0.1.3.0")
    paths, target = fragments(), ROOT / "CHANGELOG.md"
    # The day of a release is the same wherever it is made.
    today = datetime.datetime.now(datetime.timezone.utc).date()
    target.write_text(fold(target.read_text(), [path.read_text() for path in paths], name, today))
    for path in paths:
        path.unlink()
    print(f"CHANGELOG.md: {len(paths)} fragments are in {name}.")


if __name__ == "__main__":
    run_main(main)
