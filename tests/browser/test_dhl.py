"""What people see of DHL: the shipping method, a doubt and its ways out, a run that waits, a cancellation in part."""

from tests.browser.test_many import deliveries

ORDERS = "/parcel/de/shipping/v2/orders"
TRANSFERS = "action-stock.action_picking_tree_all"


def test_the_shipping_method(log_in, site):
    carrier_id = site.client.call("delivery.carrier", "search", [[("delivery_type", "=", "dhl_de")]])[0]
    person = log_in()
    page = person.page
    person.open(f"action-delivery.action_delivery_carrier_form/{carrier_id}")
    page.locator("a[name=dhl_de]").click()
    page.locator("button[name=action_dhl_de_test_connection]").click()
    page.wait_for_selector(".o_notification:has-text('accepts the login')")
    person.picture("dhl_carrier")
    page.locator("div[name=dhl_de_product] input").click()
    page.locator(".o_select_menu_item, .o-dropdown-item", has_text="International").click()
    page.locator("div[name=dhl_de_return_billing_number]").wait_for(state="hidden")
    person.picture("dhl_carrier_international")


def test_a_doubt_is_shown_and_left_at_dhl(log_in, site):
    [picking_id] = deliveries(site, 1)
    site.sandbox.fault("lost", ORDERS, dhl=True, method="POST")
    person = log_in()
    page = person.page
    person.open(f"{TRANSFERS}/{picking_id}")
    page.locator("button[name=button_validate]:visible").first.click()
    assert "possibly booked" in person.dialog_text()
    person.picture("dhl_doubt_dialog")
    page.keyboard.press("Escape")
    person.open(f"{TRANSFERS}/{picking_id}")
    page.wait_for_selector(".alert:has-text('An inventory administrator decides')")
    person.picture("dhl_doubt_banner")
    page.locator(".alert button[name=action_dhl_bookings]").click()
    page.locator(".o_data_row td[name=ref_no]").first.click()
    page.locator("button[name=action_not_booked]:visible").wait_for()
    assert not page.locator("button[name=action_leave]:visible").count()
    person.picture("dhl_doubt_booking")
    page.locator("button[name=action_enter_numbers]").click()
    page.wait_for_selector(".modal input")
    person.picture("dhl_doubt_number")


def test_a_run_waits_while_dhl_is_away(log_in, site):
    picking_ids = deliveries(site, 12)
    site.sandbox.fault("rate_limit", ORDERS, dhl=True, method="POST", seconds=900)
    action = site.client.call("stock.picking", "action_validate_and_print", [picking_ids])
    person = log_in()
    page = person.page
    person.open(f"action-delivery_dhl_de.action_dhl_label_run/{action['res_id']}")
    page.wait_for_selector(".alert:has-text('no more requests')", timeout=60_000)
    person.picture("dhl_run_waits")
    page.locator("button[name=action_stop]").click()
    page.locator(".modal-footer .btn-primary").click()
    page.wait_for_selector(".o_arrow_button_current:has-text('Done')")
    person.picture("dhl_run_stopped")
    site.sandbox.clear_faults()
