"""Articles on OTTO in the browser: looked at, and matched by hand in the list."""

from tests.browser.test_tour import ready_order

ACTION = "action-otto_market_connector.action_otto_listing"


def unmatched(site):
    """Read the articles when one has no product and one has two; return (SKU without, SKU with two, a product)."""
    client = site.client
    ready_order(site)
    rows = client.call("otto.listing", "search_read", [[]], fields=["sku", "product_id"], order="id", limit=8)
    none, twice = rows[6], rows[7]
    for row in (none, twice):
        client.call("product.product", "write", [[row["product_id"][0]], {"default_code": False, "barcode": False}])
        client.call("otto.listing", "write", [[row["id"]], {"product_id": False}])
    for name in ("Erster", "Zweiter"):
        client.call("product.product", "create", [{"name": name, "default_code": twice["sku"]}])
    client.run_flow("products")
    number, name = none["product_id"]
    return none["sku"], twice["sku"], (number, name.partition("] ")[2])


def test_articles_are_matched_by_hand_in_the_list(log_in, site):
    none, twice, product = unmatched(site)
    person = log_in()
    page = person.page
    person.open(ACTION)
    person.picture("listings")
    page.locator(".o_searchview_dropdown_toggler").click()
    page.locator(".o_filter_menu .o_menu_item").first.click()
    page.keyboard.press("Escape")
    page.wait_for_selector(f".o_data_row:has-text('{none}')")
    assert page.locator(".o_data_row").count() == 2
    person.picture("listings_to_match")
    row = page.locator(f".o_data_row:has-text('{none}')")
    row.locator("td[name=product_id]").click()
    row.locator("td[name=product_id] input").fill(product[1])
    page.locator(".o-autocomplete--dropdown-item", has_text=product[1]).first.click()
    page.locator(".o_control_panel .o_list_button_save, .o_list_button_save").first.click()
    page.wait_for_timeout(500)
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
