"""Scripts of the add-ons: what runs again and again ends with the page that it is for."""

import re

import pytest

from dev.settings import ADDONS, ROOT

SCRIPTS = [path for addon in ADDONS for path in sorted((ROOT / addon / "static" / "src").rglob("*.js"))]
CLOCK = re.compile(r"setInterval\(")
# Set up is not shown yet: what is destroyed before that is never unmounted, and its clock would go on for ever, with an
# error in front of the person each time.
WHEN_SHOWN = re.compile(r"onMounted\(\(\) => \(this\.timer = setInterval\(")


def test_there_are_scripts():
    assert len(SCRIPTS) >= 4


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_clock_begins_when_the_page_is_shown_and_ends_with_it(path):
    text = path.read_text()
    clocks = len(CLOCK.findall(text))
    assert len(WHEN_SHOWN.findall(text)) == clocks
    assert text.count("onWillUnmount(() => clearInterval(this.timer))") == clocks
