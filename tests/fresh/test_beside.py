"""Installed beside what a company may have had before: nothing of it changes, and each company can sell on OTTO.

A company hears in a sentence what it lacks; when that is done its first order is imported, confirmed, sent and right.
"""

import json
import re
from contextlib import ExitStack
from decimal import ROUND_HALF_UP, Decimal

import pytest

from dev import database, postgres
from sandbox.running import running_sandbox

pytestmark = pytest.mark.timeout(1800)
DATABASE = "otto_beside"
# As `beside.COMPANIES`; each has an account of its own, and so other orders.
COMPANIES = {"SKR04": 7, "Franken": 8, "Linz": 9}
CALM = {"orders": 0, "articles": 4, "release_seconds": 1e6, "task_seconds": 1e6}


@pytest.fixture(scope="module")
def found():
    """What is there before the installation, after it, and after the first orders of the companies."""
    postgres.start()
    database.write_config()
    database.create(DATABASE)
    with ExitStack() as stack:
        sandboxes = [stack.enter_context(running_sandbox(seed=seed, **CALM)) for seed in COMPANIES.values()]
        addresses = [(sandbox.otto_url, sandbox.dhl_url) for sandbox in sandboxes]
        script = f"import json\nfrom tests.fresh import beside\nprint(json.dumps(beside.run(env, {addresses!r})))"
        yield json.loads(database.shell("beside", DATABASE, script).strip().splitlines()[-1])
    postgres.drop(DATABASE)


def test_what_was_there_stays_as_it_was(found):
    assert found["before"]["free"] == [3.0]
    assert found["after"] == found["before"]
    assert found["again"] == found["before"]


def test_every_page_opens(found):
    assert found["pages"] == []


@pytest.mark.parametrize("company", COMPANIES)
def test_a_sentence_says_what_a_company_lacks(found, company):
    """Linz has no chart of accounts either, and hears both at once."""
    said = found["companies"][company]["channel"]
    assert company in said
    assert "ein Lagerhaus (Lager, Konfiguration, Lagerhäuser)" in said
    assert ("einen Kontenplan (Einstellungen, Rechnungsstellung" in said) == (company == "Linz")


def test_a_company_with_another_currency_hears_that_it_has_no_rate(found):
    """R16: nothing is converted one to one; with a rate the order comes."""
    [said] = found["companies"]["Franken"]["order"]
    assert re.search("keinen Kurs der Währung EUR im Unternehmen Franken.*tragen Sie einen ein", said)
    assert found["companies"]["Franken"]["solved"] == ["solved"]


def test_an_austrian_company_with_austrian_taxes_hears_what_it_needs(found):
    """R18: of 20 % none is made into 19 %; with the taxes of its German VAT number the order comes."""
    [said] = found["companies"]["Linz"]["order"]
    assert re.search("Linz hat keine deutsche Verkaufssteuer von 19 %.*Fernabsatz.*deutsche USt-IdNr", said)
    assert found["companies"]["Linz"]["solved"] == ["solved"]


def test_skr04_lacks_nothing_more(found):
    assert found["companies"]["SKR04"]["order"] == []


@pytest.mark.parametrize("company", COMPANIES)
def test_the_first_order_of_each_company_is_confirmed_and_sent(found, company):
    life = found["companies"][company]
    assert (life["confirmed"], life["transfers"], life["report"]) == ("sale", ["done"], "sent")
    # A label and a return label; OTTO hears of each piece once.
    assert life["numbers"] == 2
    assert life["sent_once"]


@pytest.mark.parametrize("company", COMPANIES)
def test_the_sums_of_the_first_order_are_ottos(found, company):
    """R18: three pieces and the delivery fee, with German VAT, in euros, whatever the company has."""
    life = found["companies"][company]
    assert {rate for _amount, rate in life["at_otto"]} == {19.0}
    assert len(life["at_otto"]) == 4
    total = sum(Decimal(str(amount)) for amount, _rate in life["at_otto"])
    tax = (total * 19 / 119).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert life["total"] == [float(total), float(tax), "EUR", False]
    assert life["taxes"] == [["DE", company, True]]


def test_taxes_and_receipts_are_in_the_accounts_of_the_chart(found):
    """R31: in SKR04 the receivable, the revenue at 19 % and its VAT; in SKR03 its own VAT."""
    life = found["companies"]["SKR04"]
    total, tax = life["total"][:2]
    assert life["books"] == [["posted", {"1205": total, "4400": round(tax - total, 2), "3806": -tax}]]
    assert life["tax_accounts"] == ["3806"]
    assert found["companies"]["Franken"]["tax_accounts"] == ["1776"]
