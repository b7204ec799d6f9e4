"""The overview in a browser: each counter opens the list that it counts; an issue from seeing to repaired; phones."""

import re
import time

import pytest

from tests.browser.test_tour import ready_order

PHONE = (390, 844)
OVERVIEW = "action-otto_market_connector.action_otto_overview"


@pytest.fixture
def troubled(site):
    """A shop in which something is in most of the lists."""
    ready_order(site)
    return site


def open_overview(person):
    person.page.goto(f"{person.site.url}/odoo/{OVERVIEW}")
    person.page.wait_for_selector("[data-counter]")


def test_each_counter_opens_the_list_that_it_counts(log_in, troubled):
    person = log_in()
    page = person.page
    open_overview(person)
    person.picture("overview")
    keys = page.locator("[data-counter]").evaluate_all("all => all.map(one => one.dataset.counter)")
    assert len(keys) >= 12
    for key in keys:
        open_overview(person)
        counter = page.locator(f"[data-counter={key}]")
        number = int(counter.locator(".badge").inner_text())
        counter.click()
        page.wait_for_selector(".o_breadcrumb .o_back_button, .breadcrumb-item")
        page.wait_for_selector(".o_list_view")
        if number:
            page.wait_for_selector(".o_data_row")
            total = page.locator(".o_pager_limit").inner_text()
            assert int(re.sub(r"\D", "", total)) == number, key
        else:
            page.wait_for_selector(".o_view_nocontent")
        person.picture(f"counter_{key}")


def test_the_card_shows_charts_figures_and_flows(log_in, troubled):
    person = log_in()
    page = person.page
    open_overview(person)
    page.wait_for_selector(".o_dashboard_graph canvas")
    assert page.locator(".o_dashboard_graph canvas").count() == 2
    page.locator("[data-figure=in_time] summary").click()
    page.wait_for_selector("text=OTTO itself counts DHL's first delivery attempt")
    assert page.locator("[data-flow]").count() >= 6
    assert "Aufträge" in page.inner_text(".o_otto_overview") or "Orders" in page.inner_text(".o_otto_overview")


def test_a_flow_that_is_switched_off_is_red(log_in, troubled):
    client = troubled.client
    [row] = client.call("otto.sync", "search_read", [[("flow", "=", "prices")]], fields=["cron_id"])
    client.call("ir.cron", "write", [[row["cron_id"][0]], {"active": False}])
    person = log_in()
    open_overview(person)
    person.page.wait_for_selector("[data-flow=prices].text-danger")
    assert "Not running" in person.page.inner_text(".o_otto_overview [name=state]")
    person.picture("overview_not_running")
    client.call("ir.cron", "write", [[row["cron_id"][0]], {"active": True}])


def test_an_issue_from_seeing_to_repaired(log_in, troubled):
    """An order of an article without product: seen on the overview, repaired by choosing the product in the issue."""
    client, sandbox = troubled.client, troubled.sandbox
    product = client.call("product.product", "search_read", [[("default_code", "!=", False), ("barcode", "!=", False)]],
                          fields=["default_code", "barcode", "name"], limit=1)[0]  # fmt: skip
    sku = product["default_code"]
    client.call("product.product", "write", [[product["id"]], {"default_code": False, "barcode": False}])
    listings = client.call("otto.listing", "search", [[("sku", "=", sku)]])
    client.call("otto.listing", "write", [listings, {"product_id": False}])
    [otto_id] = sandbox.make_orders(count=1, pieces=1, skus=[sku])
    order = [("otto_order_id", "=", otto_id)]
    issue = [("kind", "=", "article"), ("external_id", "=", sku), ("state", "=", "open")]
    client.run_flow("orders")
    assert client.call("sale.order", "search_read", [order], fields=["state"])[0]["state"] == "draft"
    assert client.call("otto.issue", "search_count", [issue]) == 1
    person = log_in()
    page = person.page
    open_overview(person)
    assert int(page.locator("[data-counter=issues] .badge").inner_text()) >= 1
    page.click("[data-counter=issues]")
    page.locator(f".o_data_row:has-text('{sku}') td[name=name]").first.click()
    page.wait_for_selector("button[name=action_choose_product]:visible")
    person.picture("issue_seen")
    # *Retry* answers at once, and says by itself, without a reload, that it is over; that may be soon.
    page.click("button[name=action_retry]")
    page.wait_for_selector(".o_notification")
    page.wait_for_selector(".alert:visible:has-text('being tried again')", state="detached", timeout=180_000)
    page.click("button[name=action_choose_product]")
    page.locator(".modal .o_field_widget[name=product_id] input").fill(product["name"])
    page.locator(f".o-autocomplete--dropdown-item:has-text('{product['name']}')").first.click()
    person.picture("issue_product")
    page.locator(".modal footer .btn-primary").first.click()
    page.wait_for_selector(".modal", state="detached")
    # The choice has the order read again by its scheduled action.
    wait_until(lambda: client.call("sale.order", "search_read", [order], fields=["state"])[0]["state"] == "sale")
    wait_until(lambda: not client.call("otto.issue", "search_count", [issue]))
    client.call("product.product", "write", [[product["id"]], {"default_code": sku, "barcode": product["barcode"]}])


def wait_until(done, seconds=180):
    """Wait for a state of the server; a busy machine takes its time."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "It is not repaired"
        time.sleep(1)


@pytest.mark.parametrize("path", [OVERVIEW, "otto-start", "action-otto_market_connector.action_otto_orders_due"])
def test_on_a_phone_nothing_is_cut(log_in, troubled, path):
    person = log_in(size=PHONE)
    page = person.page
    page.goto(f"{troubled.url}/odoo/{path}")
    page.wait_for_selector("[data-counter], [data-step], .o_kanban_record")
    person.picture(f"phone_{path.rsplit('_', 1)[-1]}")
    if "orders" in path:
        # OTTO's number and status, not Odoo's alone.
        number = troubled.client.call("sale.order", "search_read", [[("otto_status", "=", "processable")]],
                                      fields=["otto_order_number"])  # fmt: skip
        cards = page.inner_text(".o_kanban_renderer")
        assert any(order["otto_order_number"] in cards for order in number)
        assert "Processable" in cards or "Versandbereit" in cards
    assert page.evaluate("document.querySelector('.o_content').scrollWidth") <= PHONE[0]


def test_the_menu_follows_the_rights(log_in, troubled):
    troubled.log_in("seller", "sales_team.group_sale_salesman")
    troubled.log_in("packer", "stock.group_stock_user")
    seen = {}
    for login in ("admin", "seller", "packer"):
        person = log_in(login, login)
        action = "action_otto_deliveries" if login == "packer" else "action_otto_overview"
        person.page.goto(f"{troubled.url}/odoo/action-otto_market_connector.{action}")
        person.page.wait_for_selector(".o_menu_brand:has-text('OTTO Market')")
        seen[login] = set(person.page.locator(".o_menu_sections > *").all_inner_texts())
    assert {"Overview", "Orders", "Articles", "Issues", "Reporting", "Configuration"} <= seen["admin"]
    assert "Configuration" not in seen["seller"]
    assert {"Overview", "Orders", "Articles", "Issues", "Reporting"} <= seen["seller"]
    assert not {"Overview", "Orders", "Configuration", "Issues"} & seen["packer"]
