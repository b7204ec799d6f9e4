"""From a database in which nobody has activated the add-ons to the first order, as a new user does it; counted."""

import time
from pathlib import Path

import pytest

from tests.browser.conftest import PICTURES, Person
from tests.live import empty_site

# What a person may have to do from *Activate* to the first imported order, with the logins at hand.
MOST_CLICKS = 20
MOST_FIELDS = 12
MOST_SECONDS = 600
# Odoo's own time for the add-ons and what they depend on; it is not the person's.
INSTALLING = 600
ARTICLES, ORDERS = 12, 5


@pytest.fixture(scope="module")
def nothing_yet():
    """Odoo without the add-ons."""
    with empty_site("otto_empty", orders=ORDERS, articles=ARTICLES) as running:
        yield running


class Newcomer(Person):
    """Somebody who has never seen it; clicks and entered fields are counted."""

    def __init__(self, *args):
        super().__init__(*args)
        self.page.set_default_timeout(120_000)
        self.clicks = self.fields = 0

    def click(self, selector: str) -> None:
        """Click on what is seen first."""
        self.page.locator(selector).locator("visible=true").first.click()
        self.clicks += 1

    def enter(self, name: str, text: str) -> None:
        """Fill a field."""
        self.page.fill(f".o_field_widget[name={name}] input", text)
        self.fields += 1

    def wait_for_tick(self, step: str, seconds: int = 180) -> None:
        """Wait until a step has its green tick."""
        self.page.wait_for_selector(f"[data-step={step}] .fa-check-circle", timeout=seconds * 1000)


def activate(person):
    page = person.page
    person.open("action-base.open_module_tree")
    page.locator(".o_searchview_facet .o_facet_remove").first.click()
    page.locator(".o_searchview_input").fill("OTTO")
    page.keyboard.press("Enter")
    person.click(".o_kanban_record:has-text('OTTO Market Connector') button[name=button_immediate_install]")
    # Odoo itself opens the overview when everything is installed.
    page.wait_for_selector("text=Sell on OTTO with Odoo", timeout=INSTALLING * 1000)


def connect(person):
    site, page = person.site, person.page
    page.locator(".o_field_widget[name=environment] input, .o_field_widget[name=environment] select").first.click()
    person.clicks += 1
    page.locator(".o_select_menu_item:has-text('Own Address')").click()
    person.clicks += 1
    person.enter("base_url", site.otto_url)
    person.enter("client_id", "sandbox-client")
    person.enter("client_secret", "sandbox-secret")
    person.click("button[name=action_test_account]")
    person.wait_for_tick("account")
    person.picture("start_account")
    person.click("button[name=action_next]")
    person.wait_for_tick("company")
    page.wait_for_selector("h2:visible:has-text('Where your parcels leave')")
    person.click("button[name=action_next]")


def set_up_dhl(person):
    person.page.wait_for_selector(".o_field_widget[name=dhl_user] input")
    login = {
        "dhl_user": "sandbox-user",
        "dhl_password": "sandbox-password",
        "dhl_api_key": "sandbox-key",
        "dhl_api_secret": "sandbox-secret",
        "dhl_billing_number": "33333333330102",
        "dhl_return_billing_number": "33333333330701",
        "dhl_api_url": f"http://localhost:{person.site.sandbox.dhl_url.rsplit(':', 1)[1]}",
    }
    for name, text in login.items():
        person.enter(name, text)
    person.click("button[name=action_test_label]")
    person.wait_for_tick("dhl")
    person.picture("start_dhl")
    person.click("button[name=action_next]")


def match_articles(person):
    person.page.wait_for_selector("button[name=action_make_products]:visible", timeout=180_000)
    person.picture("start_articles")
    person.click("button[name=action_make_products]")
    person.click(".modal .btn-primary")
    person.wait_for_tick("articles", 300)
    person.click("button[name=action_next]")


def take_over_stock(person):
    person.page.wait_for_selector("button[name=action_take_over]:visible")
    person.picture("start_stock")
    person.click("button[name=action_take_over]")
    person.click(".modal .btn-primary")
    person.wait_for_tick("stock")
    person.click("button[name=action_next]")


def import_orders(person):
    person.page.wait_for_selector(".o_field_widget[name=open_count]:visible")
    person.picture("start_orders")
    person.click("button[name=action_import_orders]")
    person.wait_for_tick("orders")


def test_from_an_empty_database_to_the_first_order(browser, nothing_yet):
    person = Newcomer(browser, nothing_yet, "admin", "admin")
    try:
        walk(person, nothing_yet)
    finally:
        person.picture("start_last")
        person.page.close()
    assert not person.errors


def walk(person, site):
    """Go from *Activate* to live, and count what it takes to the first order."""
    activate(person)
    begun = time.monotonic()
    person.clicks = 1  # Activate
    person.picture("start_empty")
    person.click("text=Begin the Guided Start")
    connect(person)
    set_up_dhl(person)
    match_articles(person)
    take_over_stock(person)
    import_orders(person)
    seconds = time.monotonic() - begun
    orders = site.client.call("sale.order", "search_count", [[("otto_channel_id", "!=", False)]])
    assert orders == ORDERS
    assert not site.client.call("otto.issue", "search_count", [[("state", "=", "open")]])
    if PICTURES:
        counted = f"{person.clicks} clicks, {person.fields} fields, {seconds:.0f} seconds"
        (Path(PICTURES) / "start.txt").write_text(counted)
    assert person.clicks <= MOST_CLICKS
    assert person.fields <= MOST_FIELDS
    assert seconds < MOST_SECONDS
    go_live(person, site)


def go_live(person, site):
    held = site.sandbox.state()["quantities"]
    person.click("button[name=action_next]")
    person.click("button[name=action_go_live]")
    person.page.wait_for_selector(".modal button[name=action_go_live]")
    person.picture("start_live")
    assert site.sandbox.state()["quantities"] == held
    person.click(".modal button[name=action_go_live]")
    person.wait_for_tick("live")
    person.click("button[name=action_finish]")
    person.page.wait_for_selector(".o_otto_overview [name=state]:has-text('All is well')")
    person.picture("start_done")
