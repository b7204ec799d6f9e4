"""R31: a person imports OTTO's account statement: unknown columns are told and mapped once, open lines say why."""

import os

import pytest

RECEIPTS = "action-otto_market_connector.action_otto_receipt"
LINES = "action-otto_market_connector.action_otto_statement_line"
GERMAN = os.environ.get("TOUR_LANG") == "de_DE"
COLUMNS = {"column_date": "Tag", "column_type": "Was", "column_amount": "Wieviel", "column_order": "Wofür"}


@pytest.fixture
def accountant(log_in, site):
    """An accountant without any right in sales."""
    client = site.log_in("statement", "account.group_account_invoice")
    if GERMAN:
        site.client.call("res.users", "write", [[client.uid], {"lang": "de_DE"}])
    return log_in("statement", "statement")


@pytest.fixture
def billed(site):
    """The number of an order whose receipt is in Odoo and is not booked, with its total."""
    channels = site.client.call("otto.channel", "search", [[]], order="id", limit=1)
    site.client.call("otto.channel", "write", [channels, {"book_receipts": False}])
    [otto_id] = site.sandbox.make_orders(count=1, pieces=1)
    site.sandbox.act(otto_id, "send")
    site.client.run_flow("orders")
    site.sandbox.advance(10)
    site.client.run_flow("receipts")
    [order] = site.client.call(
        "sale.order", "search_read", [[("otto_order_id", "=", otto_id)]], fields=["otto_order_number", "amount_total"]
    )
    return order["otto_order_number"], order["amount_total"]


def start_import(person, text):
    """Open the import by its menu, and choose a file with this text."""
    page = person.page
    person.open(RECEIPTS)
    page.locator("[data-menu-xmlid='account.menu_finance_receivables']").click()
    page.locator("[data-menu-xmlid='otto_market_connector.menu_otto_statement_import']").click()
    page.wait_for_selector(".modal div[name=channel_id]")
    channel = page.locator(".modal div[name=channel_id] input")
    if not channel.input_value():
        channel.fill("OTTO Market")
        page.locator(".o-autocomplete--dropdown-item:has-text('OTTO Market')").first.click()
    file = {"name": "Kontoauszug.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator(".modal div[name=file] input[type=file]").set_input_files([file])
    page.wait_for_selector(".modal div[name=file]:has-text('Kontoauszug.csv'), .modal div[name=file] input.o_input")


def test_a_statement_is_imported_by_hand_and_matched_by_itself(accountant, site, billed):
    page = accountant.page
    number, amount = billed
    rows = [
        f"31.03.2026;PAY_IN;{number};{amount:.2f}",
        f"31.03.2026;COMMISSION;{number};-1.19",
        "31.03.2026;PAYMENTFEE;;-0.50",
        "31.03.2026;SOMETHING_NEW;;-5.00",
    ]
    start_import(accountant, "\n".join([";".join(("Tag", "Was", "Wofür", "Wieviel")), *rows]))
    accountant.picture("statement_import")
    page.click(".modal button[name=action_import]")
    page.wait_for_selector(".o_error_dialog")
    accountant.picture("statement_columns_unknown")
    assert "Tag, Was, Wofür, Wieviel" in page.locator(".o_error_dialog").inner_text()
    page.locator(".o_error_dialog .modal-footer .btn-primary").click()
    page.wait_for_selector(".o_error_dialog", state="detached")

    page.locator(".modal div[name=mapping_id] input").fill("Own columns")
    page.locator(".o_m2o_dropdown_option_create_edit").click()
    page.wait_for_selector(".modal div[name=column_date]")
    for name, header in COLUMNS.items():
        page.locator(f".modal div[name={name}] input").fill(header)
    accountant.picture("statement_columns")
    page.locator(".modal .o_form_button_save:visible").last.click()
    page.wait_for_selector(".modal div[name=column_date]", state="detached")
    page.click(".modal button[name=action_import]")

    page.wait_for_selector(".o_data_row td[name=otto_state]")
    accountant.picture("statement_unmatched")
    shown = page.locator(".o_list_view").inner_text()
    assert page.locator(".o_data_row").count() == 2
    assert "SOMETHING_NEW" in shown
    assert number in shown
    page.locator(".o_facet_remove").first.click()
    page.wait_for_function("document.querySelectorAll('.o_data_row').length == 4")
    accountant.picture("statement_all")

    channels = site.client.call("otto.channel", "search", [[]], order="id", limit=1)
    site.client.call("otto.channel", "write", [channels, {"book_receipts": True}])
    site.client.run_flow("receipts")
    accountant.open(LINES)
    matched = f".o_data_row:has-text('{number}'):has(td[name=otto_state] .text-bg-success)"
    page.wait_for_selector(matched)
    assert page.locator(matched).count() == 2
    assert page.locator(".o_data_row:has-text('SOMETHING_NEW') td[name=otto_state] .text-bg-warning").count() == 1
    accountant.picture("statement_matched")
