"""A real browser on a real Odoo server with a real sandbox behind it."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.live import running_site

# Where a person wants to look at what the tour saw.
PICTURES = os.environ.get("SCREENSHOTS")


@pytest.fixture(scope="session")
def site():
    """Odoo with both add-ons, a channel, a carrier and articles."""
    with running_site("otto_browser", orders=8, articles=12) as running:
        yield running


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, without a screen."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield running
        running.close()


class Person:
    """A logged-in user with a browser window. What goes wrong in the page fails the test at its end."""

    def __init__(self, browser, site, login, password, size=(1400, 1000)):
        self.site = site
        self.page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        # A busy machine answers late, and a test that passes waits for nothing.
        self.page.set_default_timeout(60_000)
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{site.url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.press("input[name=password]", "Enter")
        # The first page of a new server waits until Odoo has built its scripts and styles.
        self.page.wait_for_selector(".o_main_navbar", timeout=120_000)

    def open(self, path: str) -> None:
        """Open an address of Odoo. A form that this person has seen before may show first what it was then."""
        self.page.goto(f"{self.site.url}/odoo/{path}")
        self.page.wait_for_selector(".o_action_manager .o_view_controller, .o_action_manager .o_form_view")

    def picture(self, name: str) -> None:
        """Keep what the page looks like, if someone wants to look."""
        if PICTURES:
            self.page.wait_for_timeout(700)
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=f"{PICTURES}/{name}.png")

    def remove_filters(self):
        """Take all filters out of the search, one after the other."""
        facets = self.page.locator(".o_searchview_facet")
        while left := facets.count():
            facets.locator(".o_facet_remove").first.click()
            expect(facets).not_to_have_count(left)

    def choices(self):
        """Return what Odoo offers under the field that is being filled; "Loading..." is none of it."""
        return self.page.locator(".o-autocomplete--dropdown-item:not(:has(.o_loading))")

    def dialog_text(self) -> str:
        """Return the words of the dialog that opens."""
        return self.page.locator(".modal .modal-body").first.inner_text()


@pytest.fixture
def log_in(browser, site):
    """A function that logs a user in; default: the administrator."""
    people = []

    def start(login="admin", password="admin", size=(1400, 1000)):
        people.append(Person(browser, site, login, password, size))
        return people[-1]

    yield start
    for number, person in enumerate(people):
        person.picture(f"last_{number}")
        person.page.close()
        assert not person.errors
