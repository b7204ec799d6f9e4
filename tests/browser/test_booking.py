"""R31: a person has receipts booked, sees the entry, and has it reversed and booked again on another account."""

import contextlib

from playwright.sync_api import TimeoutError


def channel_page(person):
    person.open("action-otto_market_connector.action_otto_channel")
    person.page.locator(".o_data_row:has-text('OTTO Market')").first.click()
    person.page.click(".o_notebook_headers a:has-text('Booking')")
    person.page.wait_for_selector("div[name=booking_account_ids]")


def test_r31_receipts_are_booked_and_booked_again(log_in, site):
    [otto_id] = site.sandbox.make_orders(count=1, pieces=2, fees=[4.95])
    site.sandbox.act(otto_id, "send")
    site.client.run_flow("orders")
    site.sandbox.advance(10)
    person = log_in()
    page = person.page
    channel_page(person)
    person.picture("booking_off")
    page.locator("div[name=book_receipts] input").set_checked(True)
    page.wait_for_selector("div[name=booking_account_ids] .o_data_row:has-text('Revenue')")
    person.picture("booking_on")

    for _count in range(2):
        site.client.run_flow("receipts")
    [receipt] = site.client.call(
        "otto.receipt", "search_read", [[("otto_order_id", "=", otto_id)]], fields=["number", "move_id"]
    )
    receipts = "action-otto_market_connector.action_otto_receipt"
    person.open(f"{receipts}/{receipt['id']}")
    page.wait_for_selector("div[name=booking_state] :text-is('Booked')")
    person.picture("receipt_booked")
    for _ in range(3):
        page.locator("button[name=action_book_again]:visible").click()
        page.locator(".modal-footer .btn-primary").click()
        # While the scheduled action is at the receipts, a person tries again.
        again = page.locator(f"div[name=move_id]:has-text('{receipt['number']}/OTTO')")
        with contextlib.suppress(TimeoutError):
            again.wait_for(timeout=20_000)
            break
        person.open(f"{receipts}/{receipt['id']}")
    again.wait_for()
    person.picture("receipt_booked_again")
    person.open(f"action-account.action_move_journal_line/{receipt['move_id'][0]}")
    page.wait_for_selector(f"h1:has-text('{receipt['number']}'), .o_form_view:has-text('{receipt['number']}')")
    page.wait_for_selector(".alert:has-text('cannot be changed by hand')")
    assert not page.locator("button[name=button_draft]:visible").count()
    person.picture("entry")
