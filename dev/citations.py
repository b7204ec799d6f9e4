"""What text cites is there: rules, facts, linked files, and the modules, methods and tests that docs/rules.md names.

The forms: a rule is `R9`; a fact is the file below `docs/` and the section, with a § before every number:
facts/otto.md §5.6, or facts/otto.md §2.1 to §2.3, §14. Within docs/facts the file is left out where it is its own.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from dev.console import complain
from dev.settings import ADDONS, ROOT

FOLDERS = (*ADDONS, "bench", "dev", "docs", "sandbox", "tests", ".ci", ".github")
SUFFIXES = {".py", ".md", ".xml", ".js", ".sh", ".sql", ".toml", ".yml", ".html"}
FIRST_ADDON = "otto_market_connector"
# Holds wrong citations on purpose.
OWN_TEST = "tests/dev/test_citations.py"

RULE = re.compile(r"\bR(\d{1,2})\b")
RULE_IN_TEST = re.compile(r"\bdef test_((?:r\d{1,2}_)+)")
RULE_HEAD = re.compile(r"^## R(\d+) ", re.MULTILINE)
# A citation may go on in the next line, behind the sign of a comment.
GAP = r"(?:[ ]|\n[ ]*(?:#[ ]*)?)"
SECTIONS = rf"§[\d.]*\d(?:(?:,|{GAP}(?:to|and)){GAP}§[\d.]*\d)*"
FACT = re.compile(rf"\bfacts/(\w+\.md),?{GAP}({SECTIONS})")
OWN_FACT = re.compile(SECTIONS)
BARE = re.compile(r"§\d[\d.]*|\bfacts on\b|\(facts[:]")
NUMBER_ALONE = re.compile(rf"§\d[\d.]*\d?(?:,| to| and|-){GAP}?\d")
NUMBER = re.compile(r"§([\d.]*\d)")
SECTION_HEAD = re.compile(r"^#{2,4} (\d+(?:\.\d+)*)\.? ", re.MULTILINE)
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`([\w.*-]+(?:/[\w.*-]+)+\.(?:py|md|xml|toml|sh|yml|sql|js))`")
WHERE = re.compile(r"^- `([^`]+)`(?:: (.*))?$", re.MULTILINE)
TEST_PATH = re.compile(r"`(tests/[^`]+)`")


def check() -> bool:
    """Print every citation that leads nowhere; return whether there was none."""
    return complain(complaints(ROOT))


def complaints(root: Path) -> list[str]:
    """Return what is wrong below a folder, one line each: file, line, reason."""
    rules = _rules(root)
    sections = {path.name: _sections(path) for path in sorted((root / "docs" / "facts").glob("*.md"))}
    found = list(_repeated(root))
    for path in _files(root):
        text = path.read_text()
        name = path.relative_to(root).as_posix()
        if name == OWN_TEST:
            continue
        problems = [*_wrong_rules(text, rules), *_wrong_facts(path, text, sections)]
        if path.suffix == ".md":
            problems += [*_wrong_links(path, text), *_wrong_paths(root, path, text)]
        if name == "docs/rules.md":
            problems += _wrong_places(root, text)
        found += [f"{name}:{text.count(chr(10), 0, at) + 1}: {problem}" for at, problem in sorted(problems)]
    return found


def _files(root: Path) -> Iterator[Path]:
    yield from sorted(path for path in root.glob("*") if path.is_file() and path.suffix in SUFFIXES)
    for folder in FOLDERS:
        yield from sorted(path for path in (root / folder).rglob("*") if path.is_file() and path.suffix in SUFFIXES)


def _rules(root: Path) -> list[int]:
    page = root / "docs" / "rules.md"
    return [int(number) for number in RULE_HEAD.findall(page.read_text())] if page.exists() else []


def _sections(path: Path) -> list[str]:
    return SECTION_HEAD.findall(path.read_text())


def _repeated(root: Path) -> Iterator[str]:
    """Numbers that are given twice, and rules that are not counted one by one."""
    rules = _rules(root)
    if rules != list(range(1, len(rules) + 1)):
        yield "docs/rules.md: the rules are not R1, R2, … one by one"
    for path in sorted((root / "docs" / "facts").glob("*.md")):
        sections = _sections(path)
        for number in sorted({number for number in sections if sections.count(number) > 1}):
            yield f"docs/facts/{path.name}: §{number} stands there more than once"


def _wrong_rules(text: str, rules: list[int]) -> Iterator[tuple[int, str]]:
    cited = [(match.start(), int(match[1])) for match in RULE.finditer(text)]
    for match in RULE_IN_TEST.finditer(text):
        cited += [(match.start(), int(number)) for number in re.findall(r"\d+", match[1])]
    for at, number in cited:
        if number not in rules:
            yield at, f"there is no rule R{number} in docs/rules.md"


def _wrong_facts(path: Path, text: str, sections: dict[str, list[str]]) -> Iterator[tuple[int, str]]:
    cited = [(match.span(), match[1], match[2]) for match in FACT.finditer(text)]
    if path.parent.name == "facts" and path.name in sections:
        named = [span for span, _name, _numbers in cited]
        own = [match for match in OWN_FACT.finditer(text) if not _within(match.start(), named)]
        cited += [(match.span(), path.name, match[0]) for match in own]
    for (at, _end), name, numbers in cited:
        for number in NUMBER.findall(numbers):
            if number not in sections.get(name, ()):
                yield at, f"there is no §{number} in docs/facts/{name}"
    spans = [span for span, _name, _numbers in cited]
    for match in BARE.finditer(text):
        if not _within(match.start(), spans):
            yield match.start(), f"'{match[0]}' names no file: write facts/<file>.md §<number>"
    for match in NUMBER_ALONE.finditer(text):
        yield match.start(), f"'{match[0]}': write § before every number"


def _within(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _wrong_links(path: Path, text: str) -> Iterator[tuple[int, str]]:
    for match in LINK.finditer(text):
        target, _hash, anchor = match[1].partition("#")
        if re.match(r"[a-z]+:", match[1]):
            continue
        file = path.parent / target if target else path
        if not file.exists():
            yield match.start(), f"the link {match[1]} leads to no file"
        elif anchor and file.suffix == ".md" and anchor not in _anchors(file.read_text()):
            yield match.start(), f"the link {match[1]} leads to no heading"


def _anchors(text: str) -> set[str]:
    """Return the anchors that forges make of a page's headings."""
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def _wrong_paths(root: Path, path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Files that a page names in its text: from the top, from the first add-on or from the page's own folder."""
    for match in PATH.finditer(text):
        if match[1].startswith(".runtime/"):
            continue
        if not any(any(base.glob(match[1])) for base in (root, root / FIRST_ADDON, path.parent)):
            yield match.start(), f"there is no file {match[1]}"


def _wrong_places(root: Path, text: str) -> Iterator[tuple[int, str]]:
    """Rules without a place or a test, methods that are not where the page says, tests that do not name their rule."""
    heads = [*RULE_HEAD.finditer(text)]
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        start, end = head.start(), following.start() if following else len(text)
        places = [*WHERE.finditer(text, start, end)]
        tests = [*TEST_PATH.finditer(text, start, end)]
        if not places or not tests:
            yield start, f"R{head[1]} names no {'test' if places else 'place'}"
        for place in places:
            yield from ((place.start(), problem) for problem in _wrong_names(root, place[1], place[2] or ""))
        for test in tests:
            file = root / test[1]
            if file.is_file() and int(head[1]) not in _rules_of_test(file.read_text()):
                yield test.start(), f"{test[1]} does not name R{head[1]}"


def _wrong_names(root: Path, path: str, names: str) -> Iterator[str]:
    file = next((base / path for base in (root, root / FIRST_ADDON) if (base / path).is_file()), None)
    if file is None:
        return  # already told: no such file
    tree = ast.parse(file.read_text())
    defined = {getattr(node, "name", None) for node in ast.walk(tree)}
    defined |= {target.id for node in tree.body if isinstance(node, ast.Assign) for target in _names(node.targets)}
    for name in re.findall(r"`(\w+)`", names):
        if name not in defined:
            yield f"{path} defines no {name}"


def _names(targets: list[ast.expr]) -> list[ast.Name]:
    return [target for target in targets if isinstance(target, ast.Name)]


def _rules_of_test(text: str) -> set[int]:
    in_names = [number for names in RULE_IN_TEST.findall(text) for number in re.findall(r"\d+", names)]
    return {int(number) for number in [*RULE.findall(text), *in_names]}


if __name__ == "__main__":
    sys.exit(0 if check() else 1)
