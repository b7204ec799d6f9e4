"""Citations that lead nowhere are found, whatever they cite; the repository's own are checked by `make lint`."""

import pytest

from dev import citations

RULES = """# The rules

## R1 Channel

*Where.*
- `models/core/channel.py`: `Channel`, `takes_changes`
- `otto_market_connector/models/core/channel.py`

*Tests.* `tests/odoo/test_channel.py`

## R2 Changes

*Where.*
- `models/core/channel.py`: `SOON`

*Tests.* `tests/odoo/test_channel.py`
"""
FACTS = "# OTTO\n\n## 2. All\n\n### 2.1 Errors\n\nAs §2 says, see facts/dhl.md §6.1.\n\n#### 2.1.3 HTML\n"
CHANNEL = "SOON = 60\n\n\nclass Channel:\n    def takes_changes(self):\n        pass\n"
TEST = 'def test_r1_channel():\n    """R2 too."""\n'


@pytest.fixture
def complaints(tmp_path):
    """A function that writes a file into a repository whose citations are right, and returns what is wrong then."""

    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return citations.complaints(tmp_path)

    write("docs/facts/otto.md", FACTS)
    write("docs/facts/dhl.md", "# DHL\n\n## 6. Refusals\n\n### 6.1 Shapes\n")
    write("otto_market_connector/models/core/channel.py", CHANNEL)
    write("tests/odoo/test_channel.py", TEST)
    assert write("docs/rules.md", RULES) == []
    return write


GOOD = [
    ("sandbox/app.py", '"""Refuses (R1, R2; facts/otto.md §2.1)."""'),
    ("sandbox/app.py", "# As facts/otto.md §2 to §2.1, §2.1.3 and facts/dhl.md §6 say.\n"),
    ("sandbox/app.py", "# The sentence that ends in its line: facts/otto.md\n    # §2.1,\n"),
    ("sandbox/app.py", "law = 'the tax base falls (§ 17 UStG)'\n"),
    ("sandbox/app.py", "serial = 'R2D2, R-DE-1, R8180, PR77'\n"),
    ("docs/page.md", "[a rule](rules.md#r1-channel), [facts](facts/otto.md), [outside](https://example.com/x.md)\n"),
    ("docs/page.md", "`models/core/channel.py`, `tests/odoo/test_*.py`, `docs/facts/dhl.md`, `.runtime/logs/x.md`\n"),
]


@pytest.mark.parametrize(("name", "text"), GOOD)
def test_what_leads_somewhere(complaints, name, text):
    assert complaints(name, text) == []


BAD = [
    ("sandbox/app.py", "# See R3.\n", "1: there is no rule R3"),
    ("otto_market_connector/views/x.xml", "<!-- R0 -->\n", "1: there is no rule R0"),
    ("tests/odoo/test_x.py", "\n\ndef test_r2_r7_is_right():\n", "3: there is no rule R7"),
    ("README.md", "By R44 it is so.\n", "1: there is no rule R44"),
    ("sandbox/app.py", "# facts/otto.md §2.2\n", "1: there is no §2.2 in docs/facts/otto.md"),
    ("sandbox/app.py", "# facts/otto.md §2.1, §9\n", "1: there is no §9 in docs/facts/otto.md"),
    ("sandbox/app.py", "# facts/otto.md §2.1 to §2.7\n", "1: there is no §2.7"),
    ("sandbox/app.py", "# facts/otto.md\n# §3\n", "1: there is no §3"),
    ("sandbox/app.py", "# facts/ups.md §2.1\n", "1: there is no §2.1 in docs/facts/ups.md"),
    (
        "docs/facts/dhl.md",
        "## 6. Refusals\n\n### 6.1 Shapes\n\nSee §6.2.\n",
        "5: there is no §6.2 in docs/facts/dhl.md",
    ),
    ("docs/facts/dhl.md", "## 6. Refusals\n\n### 6.1 Shapes\n\n### 6.1 Words\n", "§6.1 stands there more than once"),
    ("sandbox/app.py", "# OTTO refuses (facts §2.1)\n", "1: '§2.1' names no file"),
    ("sandbox/app.py", "# As DHL §2.1 says\n", "1: '§2.1' names no file"),
    ("sandbox/app.py", "# (facts on orders, fields)\n", "1: 'facts on' names no file"),
    ("sandbox/app.py", "# facts/otto.md §2, 2.1\n", "write § before every number"),
    ("sandbox/app.py", "# facts/otto.md §2 to 2.1\n", "write § before every number"),
    ("docs/page.md", "x\n[gone](gone.md)\n", "2: the link gone.md leads to no file"),
    ("docs/page.md", "![gone](images/gone.png)\n", "1: the link images/gone.png leads to no file"),
    ("docs/page.md", "[gone](rules.md#r9-gone)\n", "1: the link rules.md#r9-gone leads to no heading"),
    ("docs/page.md", "`models/core/gone.py`\n", "1: there is no file models/core/gone.py"),
    ("docs/page.md", "`sandbox/otto/gone_*.py`\n", "1: there is no file sandbox/otto/gone_*.py"),
]


@pytest.mark.parametrize(("name", "text", "complaint"), BAD)
def test_what_leads_nowhere(complaints, name, text, complaint):
    found = complaints(name, text)
    assert [line for line in found if line.startswith(name) and complaint in line], found


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("`takes_changes`", "`takes`", "models/core/channel.py defines no takes"),
        ("- `models/core/channel.py`: `SOON`", "- `models/core/gone.py`: `SOON`", "no file models/core/gone.py"),
        ("- `models/core/channel.py`: `SOON`", "", "R2 names no place"),
        ("*Tests.* `tests/odoo/test_channel.py`\n\n", "", "R1 names no test"),
        (
            "*Tests.* `tests/odoo/test_channel.py`\n\n",
            "*Tests.* `tests/odoo/test_x.py`\n\n",
            "no file tests/odoo/test_x.py",
        ),
        ("## R2", "## R3", "not R1, R2"),
    ],
)
def test_what_the_rules_name(complaints, old, new, complaint):
    found = complaints("docs/rules.md", RULES.replace(old, new))
    assert [line for line in found if line.startswith("docs/rules.md") and complaint in line], found


def test_a_test_that_does_not_name_its_rule(complaints):
    found = complaints("tests/odoo/test_channel.py", "def test_r1_channel():\n    pass\n")
    assert [line for line in found if "tests/odoo/test_channel.py does not name R2" in line], found
