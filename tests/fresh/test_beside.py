"""Installed beside what a company may have had before: nothing of it changes, each company hears what it lacks."""

import json

import pytest

from dev import database, postgres
from sandbox.running import running_sandbox

pytestmark = pytest.mark.timeout(1800)
DATABASE = "otto_beside"
# What each company lacks, in the user's words.
LACKING = {
    "SKR04": "ein Lagerhaus",
    "Franken": "ein Lagerhaus",
    "Wien": "ein Lagerhaus",
    "Ohne Konten": "einen Kontenplan",
    "Ohne Lager": "ein Lagerhaus",
}


@pytest.fixture(scope="module")
def found():
    """What is there before the installation, after it, and after channels were asked for."""
    postgres.start()
    database.write_config()
    database.create(DATABASE)
    with running_sandbox(orders=0, articles=20, seed=7, release_seconds=1e6, task_seconds=1e6) as sandbox:
        call = f"beside.run(env, {sandbox.otto_url!r}, {sandbox.dhl_url!r})"
        script = f"import json\nfrom tests.fresh import beside\nprint(json.dumps({call}))"
        yield json.loads(database.shell("beside", DATABASE, script).strip().splitlines()[-1])
    postgres.drop(DATABASE)


def test_what_was_there_stays_as_it_was(found):
    assert found["before"]["free"] == [3.0]
    assert found["after"] == found["before"]
    assert found["again"] == found["before"]


def test_every_page_opens(found):
    assert found["pages"] == []


@pytest.mark.parametrize("company", LACKING)
def test_a_sentence_says_what_a_company_lacks(found, company):
    """None of these has a warehouse yet; one has no accounts either."""
    assert LACKING[company] in found["companies"][company]
    assert company in found["companies"][company]
