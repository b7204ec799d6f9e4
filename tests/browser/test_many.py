"""Thirty deliveries at once, cancelling, and opening again, as people do it in the browser."""

import base64
import io
import re

from pypdf import PdfReader

LIST = "action-stock.action_picking_tree_all"


def deliveries(site, count):
    """Return the ids of so many deliveries that can be shipped, made for this test."""
    ids = site.sandbox.make_orders(count=count, pieces=1)
    site.client.run_flow("orders")
    domain = [("sale_id.otto_order_id", "in", ids), ("state", "=", "assigned")]
    return site.client.call("stock.picking", "search", [domain])


def test_thirty_deliveries_validated_in_the_background(log_in, site):
    picking_ids = deliveries(site, 30)
    assert len(picking_ids) == 30
    client = site.client
    client.call("stock.picking", "write", [picking_ids[4:5], {"carrier_id": False}])
    # Narrows the list to what this test made.
    client.call("stock.picking", "write", [picking_ids, {"priority": "1"}])
    person = log_in()
    page = person.page
    person.open(LIST)
    person.remove_filters()
    page.locator(".o_searchview_dropdown_toggler").click()
    page.locator(".o_filter_menu .o_menu_item", has_text="Starred").click()
    page.keyboard.press("Escape")
    page.wait_for_selector(".o_pager_limit:has-text('30')")
    page.locator("thead .o_list_record_selector input").check()
    page.locator(
        ".o_cp_action_menus button:has-text('Actions'), .o_control_panel_actions .dropdown-toggle"
    ).last.click()
    person.picture("thirty_chosen")
    page.locator(".o-dropdown-item, .o_menu_item", has_text="Validate and Print Labels").click()
    page.wait_for_selector("div[name=line_ids] .o_data_row")
    person.picture("thirty_running")
    page.wait_for_selector("button[name=action_print]", timeout=120_000)
    page.wait_for_selector(".o_notification:has-text('29 of 30')")
    person.picture("thirty_done")
    reasons = page.locator("div[name=line_ids] .o_data_row.text-danger td[name=reason]")
    assert reasons.count() == 1
    assert re.search("OTTO order S.*carrier", reasons.first.inner_text())
    labels = client.call("dhl.label.run", "search_read", [[]], fields=["labels"], order="id desc", limit=1)[0]["labels"]
    assert len(PdfReader(io.BytesIO(base64.b64decode(labels))).pages) == 58
    client.call("stock.picking", "write", [picking_ids, {"priority": "0"}])


def test_the_cancel_dialog_says_what_happens_at_otto_and_reopen_takes_it_back(log_in, site):
    picking_id = deliveries(site, 1)[0]
    order_id = site.client.call("stock.picking", "read", [[picking_id]], fields=["sale_id"])[0]["sale_id"][0]
    channels = site.client.call("otto.channel", "search", [[]])
    # "in" stays until the order is open again, so that OTTO is not told meanwhile.
    try:
        for direction, words in (("both", "OTTO is told"), ("in", "OTTO is not told")):
            site.client.call("otto.channel", "write", [channels, {"sync_direction": direction}])
            # Whoever has seen the order before sees for a moment what it was then.
            person = log_in()
            page = person.page
            person.open(f"action-otto_market_connector.action_otto_orders/{order_id}")
            page.locator("button[name=action_cancel]:visible").click()
            assert words in person.dialog_text()
            person.picture(f"cancel_dialog_{direction}")
        page.locator(".modal-footer .btn-primary").click()
        page.locator("button[name=action_otto_reopen]:visible").wait_for()
        assert not page.locator("button[name=action_draft]:visible").count()
        page.locator("button[name=action_otto_reopen]:visible").click()
        page.wait_for_selector(".o-mail-Message:has-text('opened again')")
        person.picture("reopened")
    finally:
        site.client.call("otto.channel", "write", [channels, {"sync_direction": "both"}])
