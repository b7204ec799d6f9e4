"""From the Apps list to a validated delivery with both labels, as people do it."""

import re

import pytest

from dev import environment


def ready_order(site, index=0):
    """Return (id, name, transfer id) of an order that can be shipped; the orders are imported once."""
    client = site.client
    if not client.call("sale.order", "search_count", [[("otto_channel_id", "!=", False)]]):
        client.run_flow("catalogue")
        client.run_flow("orders")
    domain = [("otto_status", "=", "processable"), ("state", "=", "sale"), ("otto_report_state", "=", "none")]
    rows = client.call("sale.order", "search_read", [domain], fields=["name", "picking_ids"], order="id")
    return rows[index]["id"], rows[index]["name"], rows[index]["picking_ids"][0]


def test_from_apps_to_both_labels(log_in, site):
    person = log_in()
    page = person.page
    person.open("action-base.open_module_tree")
    page.locator(".o_searchview_facet .o_facet_remove").first.click()
    page.locator(".o_searchview_input").fill("OTTO")
    page.keyboard.press("Enter")
    page.wait_for_selector(".o_kanban_record:has-text('OTTO Market Connector')")
    person.picture("apps")

    person.open("action-otto_market_connector.action_otto_channel")
    page.locator(".o_data_row:has-text('OTTO Market')").first.click()
    page.click("button[name=action_test_connection]")
    page.wait_for_selector(".o_notification:has-text('Connected')")
    person.picture("channel")

    order_id, name, picking_id = ready_order(site)
    person.open(f"action-otto_market_connector.action_otto_orders/{order_id}")
    page.wait_for_selector("text=OTTO writes the invoice")
    assert not page.locator("button:visible:has-text('Create Invoice')").count()
    person.picture("order")
    page.click("button[name=action_view_delivery]")
    page.wait_for_selector(".o_form_view .o_field_widget[name=picking_type_id]")
    page.locator("button[name=button_validate]:visible").first.click()
    page.wait_for_selector(".o-mail-Message:has-text('DHL parcel')")
    person.picture("delivery")
    assert page.locator(".o-mail-AttachmentContainer, .o-mail-AttachmentCard").count() >= 2

    person.open(f"action-otto_market_connector.action_otto_orders/{order_id}")
    page.click(".o_notebook_headers a:has-text('Shipping')")
    rows = page.locator("div[name=otto_parcel_ids] .o_data_row")
    rows.nth(1).wait_for()
    person.picture("shipping_tab")
    assert {rows.nth(i).locator("td[name=type]").inner_text() for i in range(2)} == {"Shipment", "Return"}

    site.client.run_flow("fulfilment")
    number = site.client.call("stock.picking", "read", [[picking_id]], fields=["carrier_tracking_ref"])[0]
    held = environment.sandbox_state(site.otto_url)["shipments"]
    assert number["carrier_tracking_ref"] in {row["trackingKey"]["trackingNumber"] for row in held}, name


def test_a_refusal_names_order_and_remedy(log_in, site):
    _order_id, name, picking_id = ready_order(site)
    client = site.client
    product = client.call("delivery.carrier", "search_read", [[]], fields=["product_id"], limit=1)[0]["product_id"][0]
    courier = client.call("delivery.carrier", "create", [{"name": "Courier", "product_id": product}])
    before = client.call("stock.picking", "read", [[picking_id]], fields=["carrier_id"])[0]["carrier_id"][0]
    client.call("stock.picking", "write", [[picking_id], {"carrier_id": courier}])
    person = log_in()
    person.open(f"action-stock.action_picking_tree_all/{picking_id}")
    person.page.locator("button[name=button_validate]:visible").first.click()
    words = person.dialog_text()
    person.picture("refusal")
    assert name in words
    assert re.search("Courier.*return label.*Choose DHL", words, re.DOTALL)
    client.call("stock.picking", "write", [[picking_id], {"carrier_id": before}])


def test_warehouse_user_without_sales_rights_validates(log_in, site):
    _order_id, _name, picking_id = ready_order(site)
    client = site.client
    group = client.call("ir.model.data", "search_read", [[("name", "=", "group_stock_user")]], fields=["res_id"])
    client.call(
        "res.users",
        "create",
        [{"name": "Warehouse", "login": "warehouse", "password": "warehouse", "group_ids": [(4, group[0]["res_id"])]}],
    )
    person = log_in("warehouse", "warehouse")
    person.open(f"action-stock.action_picking_tree_all/{picking_id}")
    person.page.locator("button[name=button_validate]:visible").first.click()
    person.page.wait_for_selector(".o-mail-Message:has-text('DHL parcel')")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("action-otto_market_connector.action_otto_channel", "channels"),
        ("action-otto_market_connector.action_otto_orders", "orders"),
        ("action-otto_market_connector.action_otto_issue", "issues"),
        ("action-otto_market_connector.action_otto_listing", "articles"),
        ("action-delivery_dhl_de.action_dhl_booking", "bookings"),
        ("action-delivery.action_delivery_carrier_form", "carriers"),
    ],
)
def test_every_list_opens(log_in, site, path, name):
    ready_order(site)
    person = log_in()
    person.open(path)
    person.picture(name)
    assert person.page.locator(".o_list_view, .o_kanban_view").count()


def test_settings_and_carrier_form(log_in, site):
    person = log_in()
    person.page.goto(f"{site.url}/odoo/settings#sale_management")
    person.page.wait_for_selector("#otto_channels")
    person.page.locator("#otto_channels").scroll_into_view_if_needed()
    person.picture("settings")
    carrier = site.client.call("delivery.carrier", "search", [[("delivery_type", "=", "dhl_de")]])[0]
    person.open(f"action-delivery.action_delivery_carrier_form/{carrier}")
    person.page.click(".o_notebook_headers a:has-text('DHL')")
    person.picture("carrier")
    assert person.page.locator("div[name=dhl_de_product]").count()
