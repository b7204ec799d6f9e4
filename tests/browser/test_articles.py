"""Articles on OTTO in the browser: looked at, and matched by hand in the list."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_tour import ready_order

ACTION = "action-otto_market_connector.action_otto_listing"


@pytest.fixture
def unmatched(site):
    """One article without a product and one with two: (SKU without, SKU with two, (id, name) of the first's product).

    Afterwards both have their product again; other tests sell them.
    """
    client = site.client
    ready_order(site)
    rows = client.call("otto.listing", "search_read", [[]], fields=["sku", "product_id"], order="id", limit=8)[6:]
    products = [row["product_id"][0] for row in rows]
    codes = client.call("product.product", "read", [products], fields=["default_code", "barcode"])
    client.call("product.product", "write", [products, {"default_code": False, "barcode": False}])
    client.call("otto.listing", "write", [[row["id"] for row in rows], {"product_id": False}])
    none, twice = rows
    others = [
        client.call("product.product", "create", [{"name": name, "default_code": twice["sku"]}])
        for name in ("Erster", "Zweiter")
    ]
    client.run_flow("catalogue")
    number, name = none["product_id"]
    yield none["sku"], twice["sku"], (number, name.partition("] ")[2])
    client.call("product.product", "write", [others, {"default_code": False, "active": False}])
    for code in codes:
        client.call("product.product", "write", [code.pop("id"), code])
    for row in rows:
        client.call("otto.listing", "write", [[row["id"]], {"product_id": row["product_id"][0]}])


def test_articles_are_matched_by_hand_in_the_list(log_in, site, unmatched):
    none, twice, product = unmatched
    person = log_in()
    page = person.page
    person.open(ACTION)
    person.picture("listings")
    page.locator(".o_searchview_dropdown_toggler").click()
    page.locator(".o_filter_menu .o_menu_item").first.click()
    page.keyboard.press("Escape")
    expect(page.locator(".o_data_row")).to_have_count(2, timeout=20_000)
    page.wait_for_selector(f".o_data_row:has-text('{none}')")
    person.picture("listings_to_match")
    row = page.locator(f".o_data_row:has-text('{none}')")
    row.locator("td[name=product_id]").click()
    row.locator("td[name=product_id] input").fill(product[1])
    page.locator(".o-autocomplete--dropdown-item", has_text=product[1]).first.click()
    page.locator(".o_control_panel .o_list_button_save, .o_list_button_save").first.click()
    # Odoo ends the editing of a row when it is saved.
    page.locator(".o_selected_row").wait_for(state="detached")
    match = site.client.call("otto.listing", "search_read", [[("sku", "=", none)]], fields=["match", "product_id"])[0]
    assert (match["match"], match["product_id"][0]) == ("manual", product[0])
    [listing] = site.client.call("otto.listing", "search", [[("sku", "=", twice)]])
    person.open(f"{ACTION}/{listing}")
    page.wait_for_selector(".alert-warning:visible")
    person.picture("listing")
    rejected = site.client.call("otto.listing", "search", [[("status", "=", "RESTRICTED")]])[0]
    person.open(f"{ACTION}/{rejected}")
    page.wait_for_selector(".alert-danger:visible")
    person.picture("listing_restricted")
