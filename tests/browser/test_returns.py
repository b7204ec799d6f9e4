"""R26: a return received by scan in the warehouse, and a partial refund in the office, as people do them."""

import os
import re

SCAN = "action-otto_market_connector.action_otto_return_scan"
RETURNS = "action-otto_market_connector.action_otto_return"
ORDERS = "action-otto_market_connector.action_otto_orders"
GERMAN = os.environ.get("TOUR_LANG") == "de_DE"


def sent_order(site, pieces=2):
    """Return an order that was shipped for this test, as the administrator reads it; OTTO knows that it is sent."""
    client = site.client
    otto_id = site.sandbox.make_orders(count=1, pieces=pieces, fees=[])[0]
    client.run_flow("orders")
    fields = ["name", "picking_ids", "otto_order_number", "otto_position_ids"]
    [order] = client.call("sale.order", "search_read", [[("otto_order_id", "=", otto_id)]], fields=fields)
    client.call("stock.picking", "button_validate", [order["picking_ids"]])
    for flow in ("fulfilment", "orders"):
        client.run_flow(flow)
    return order


def announced(site, order):
    """Let the customer announce all of an order; return the number on its return label."""
    pieces = site.client.call("otto.position.item", "read", [order["otto_position_ids"]], fields=["position_id"])
    site.sandbox.announce_return([piece["position_id"] for piece in pieces])
    site.client.run_flow("returns")
    domain = [("order_id", "=", order["id"]), ("type", "=", "return")]
    return site.client.call("otto.parcel", "search_read", [domain], fields=["tracking_number"])[0]["tracking_number"]


def worker(log_in, site):
    """Return a person of the warehouse, without rights to sales, at the browser."""
    site.log_in("returns", "stock.group_stock_user", "stock.group_stock_multi_locations")
    if GERMAN:
        [user] = site.client.call("res.users", "search", [[("login", "=", "returns")]])
        site.client.call("res.users", "write", [[user], {"lang": "de_DE"}])
    return log_in("returns", "returns")


def choose(page, row, field, value):
    """Choose a value of a selection in a row of the wizard."""
    page.locator(f".modal [name=line_ids] .o_data_row >> nth={row} >> td[name={field}]").click()
    menu = page.locator(f".modal .o_selected_row td[name={field}]")
    menu.locator("input, select").first.click()
    page.locator(".o_select_menu_item, .o-dropdown-item, option", has_text=value).first.click()


def test_a_return_is_received_by_scan(log_in, site):
    order = sent_order(site)
    number = announced(site, order)
    person = worker(log_in, site)
    page = person.page
    person.open(SCAN)
    page.wait_for_selector("div[name=text] input:focus")
    person.picture("returns_scan")
    page.keyboard.type("0815")
    page.keyboard.press("Enter")
    page.wait_for_selector(".alert:has-text('0815')")
    assert page.locator("div[name=text] input").input_value() == ""
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    rows = page.locator(".modal [name=line_ids] .o_data_row")
    rows.nth(1).wait_for()
    assert order["name"] in rows.first.inner_text()
    person.picture("returns_receive")
    page.locator(".modal button[name=action_confirm]").click()
    page.wait_for_selector(f".o_notification:has-text('{number}')")
    person.picture("returns_received")
    # The next one can be scanned at once.
    page.wait_for_selector("div[name=text] input:focus")
    page.keyboard.type(order["otto_order_number"])
    page.keyboard.press("Enter")
    page.wait_for_selector(f".alert:has-text('{order['otto_order_number']}')")
    site.client.run_flow("returns")
    held = {entry["positionItemId"]: entry["status"] for entry in site.sandbox.returns()["returns"]}
    pieces = site.client.call("otto.position.item", "read", [order["otto_position_ids"]], fields=["position_id"])
    assert {held[piece["position_id"]] for piece in pieces} == {"ACCEPTED"}


def test_what_validating_a_transfer_asks_and_what_is_odd_is_said(log_in, site):
    order = sent_order(site)
    announced(site, order)
    [one] = site.client.call(
        "otto.return", "search_read", [[("order_ids", "in", [order["id"]])]], fields=["picking_ids"]
    )
    person = worker(log_in, site)
    page = person.page
    person.open(f"action-stock.action_picking_tree_all/{one['picking_ids'][0]}")
    page.locator("button[name=button_validate]:visible").first.click()
    page.locator(".modal [name=line_ids] .o_data_row").first.wait_for()
    choose(page, 0, "came", re.compile("Not in the Parcel|Nicht im Paket"))
    page.locator(".modal .alert", has_text=order["name"]).wait_for()
    person.picture("returns_missing")
    page.locator(".modal button[name=action_confirm]").click()
    page.wait_for_selector(".modal", state="detached")
    admin = log_in()
    admin.open(f"{RETURNS}/{one['id']}")
    admin.page.locator("[name=line_ids] .o_data_row").first.wait_for()
    admin.picture("returns_form")


def test_lists_of_returns_and_settings(log_in, site):
    person = log_in()
    person.open(RETURNS)
    person.picture("returns_waiting")
    person.remove_filters()
    person.page.locator(".o_data_row").first.wait_for()
    person.picture("returns_list")
    person.open("action-otto_market_connector.action_otto_channel")
    person.page.locator(".o_data_row").first.click()
    person.page.locator(".o_notebook_headers a[name=returns]").click()
    person.page.locator("[name=return_location_ids]").wait_for()
    person.picture("returns_settings")


def test_a_partial_refund(log_in, site):
    order = sent_order(site)
    person = log_in()
    page = person.page
    person.open(f"{ORDERS}/{order['id']}")
    page.locator("button[name=action_otto_reduce_price]:visible").click()
    page.locator(".modal [name=piece_id] input").click()
    person.choices().first.click()
    # OTTO says how much is left.
    page.locator(".modal [name=limit]").wait_for()
    page.locator(".modal [name=amount] input").fill("1")
    person.picture("returns_partial_refund")
    page.locator(".modal button[name=action_ask]").click()
    page.wait_for_selector(".modal", state="detached")
    site.client.run_flow("returns")
    pieces = site.client.call("otto.position.item", "read", [order["otto_position_ids"]], fields=["position_id"])
    [reduced] = site.sandbox.returns()["reductions"]
    assert reduced["positionItemId"] in {piece["position_id"] for piece in pieces}
    person.open("action-otto_market_connector.action_otto_price_reduction")
    page.locator(".o_data_row", has_text=order["name"]).wait_for()
    person.picture("returns_reductions")
