"""Fragments of the changelog are folded whole, each entry once, and what would be lost is refused."""

import datetime

import pytest

from dev import changelog
from dev.settings import ROOT, Problem

DAY = datetime.date(2026, 12, 1)
BEFORE = """# Changelog

Words about it.

## 19.0.1.2.0 - unreleased

### Added
- One thing
  over two lines.

### Fixed
- A hole.

## 19.0.1.1.0

### Added
- The beginning.
"""
FRAGMENT = "### Security\n- A wall.\n\n### Added\n- Another thing,\n  which is long.\n"


def test_a_version_that_is_there_goes_on():
    after = changelog.fold(BEFORE, [FRAGMENT, "### Fixed\n- One more hole.\n"], "19.0.1.2.0", DAY)
    assert after == BEFORE.replace("unreleased", "2026-12-01").replace(
        "lines.\n", "lines.\n- Another thing,\n  which is long.\n"
    ).replace("- A hole.\n", "- A hole.\n- One more hole.\n\n### Security\n- A wall.\n")


def test_a_new_version_comes_first():
    after = changelog.fold(BEFORE, [FRAGMENT], "19.0.1.3.0", DAY)
    new = "## 19.0.1.3.0 - 2026-12-01\n\n### Added\n- Another thing,\n  which is long.\n\n### Security\n- A wall.\n\n"
    assert after == BEFORE.replace("## 19.0.1.2.0", f"{new}## 19.0.1.2.0")


def test_a_second_time_changes_nothing():
    once = changelog.fold(BEFORE, [FRAGMENT], "19.0.1.2.0", DAY)
    assert changelog.fold(once, [FRAGMENT], "19.0.1.2.0", DAY) == once
    assert changelog.fold(once, [], "19.0.1.2.0", DAY) == once


def test_the_oldest_version_and_an_empty_changelog():
    after = changelog.fold(BEFORE, ["### Fixed\n- Old.\n"], "19.0.1.1.0", DAY)
    assert after.endswith("## 19.0.1.1.0 - 2026-12-01\n\n### Added\n- The beginning.\n\n### Fixed\n- Old.\n")
    assert changelog.fold("# Changelog\n\n", [FRAGMENT], "19.0.1.0.0", DAY).startswith("# Changelog\n\n## 19.0.1.0.0")


@pytest.mark.parametrize(
    "fragment",
    [
        "### Addded\n- x\n",
        "- no section\n",
        "### Added\nno entry\n",
        "### Added\n  goes on from nothing\n",
        "### Added\n* another sign\n",
        "# Title\n\n### Added\n- x\n",
    ],
)
def test_what_would_be_lost_is_refused(fragment):
    with pytest.raises(Problem):
        changelog.read(fragment)


def complaints(folder, fragments=(), version="19.0.1.2.0", text=BEFORE):
    (folder / "changelog.d").mkdir()
    (folder / "changelog.d" / "README.md").write_text("# Not a fragment\n")
    (folder / "CHANGELOG.md").write_text(text)
    for name, content in dict(fragments).items():
        (folder / "changelog.d" / name).write_text(content)
    return changelog.complaints(folder, version)


def test_lint_is_content_with_good_fragments(tmp_path):
    assert complaints(tmp_path, {"a.md": FRAGMENT}) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"fragments": {"a.md": "Words.\n"}},
        {"fragments": {"a.md": "### Added\n\n"}},
        {"fragments": {"a.md": ""}},
        {"fragments": {"a.txt": FRAGMENT}},
        {"version": "19.0.1.9.0"},
        {"text": f"{BEFORE}\n## 19.0.1.2.0\n"},
    ],
)
def test_lint_sees_what_is_wrong(tmp_path, wrong):
    assert len(complaints(tmp_path, **wrong)) == 1


def test_the_changelog_of_this_repository_can_be_folded():
    text = (ROOT / "CHANGELOG.md").read_text()
    for head in changelog.VERSION_HEAD.finditer(text):
        after = changelog.fold(text, [], head[1], DAY)
        assert after.replace(f"{head[1]} - {DAY}", head[0][3:].rstrip()) == text
    assert changelog.check()


@pytest.mark.parametrize("version", [None, "", "1.2", "19.0.1.2", "18.0.1.2.0", "v19.0.1.2.0"])
def test_folding_needs_a_version(monkeypatch, version):
    monkeypatch.delenv("VERSION", raising=False)
    if version is not None:
        monkeypatch.setenv("VERSION", version)
    with pytest.raises(Problem, match="make changelog VERSION="):
        changelog.main()
