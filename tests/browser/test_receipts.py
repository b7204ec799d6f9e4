"""R29: receipts as accountants see them: list, document, turnover, margin, and a month for the tax adviser."""

import io
import os
import re
import zipfile

import pytest

RECEIPTS = "action-otto_market_connector.action_otto_receipt"
GERMAN = os.environ.get("TOUR_LANG") == "de_DE"
DAYS = ("01.01.2020", "31.12.2099") if GERMAN else ("01/01/2020", "12/31/2099")


@pytest.fixture
def receipts(site):
    """The receipts of two orders, one with a credit note; returns their numbers and the id of the first order."""
    ids = site.sandbox.make_orders(count=2, pieces=2, fees=[4.95])
    for otto_id in ids:
        site.sandbox.act(otto_id, "send")
    site.client.run_flow("orders")
    site.sandbox.advance(10)
    pieces = site.client.call(
        "otto.position.item", "search_read", [[("order_id.otto_order_id", "=", ids[0])]], fields=["position_id"]
    )
    site.sandbox.act(ids[0], "return", [pieces[0]["position_id"]])
    site.sandbox.advance(10)
    site.client.run_flow("orders")
    channel = site.client.call("otto.channel", "search", [[]], limit=1)
    if not site.client.call("otto.commission", "search_count", [[]]):
        site.client.call("otto.commission", "create", [{"channel_id": channel[0], "percent": 16}])
    site.client.run_flow("receipts")
    rows = site.client.call(
        "otto.receipt",
        "search_read",
        [[("otto_order_id", "in", ids)]],
        fields=["number", "kind", "order_id"],
        order="id",
    )
    assert sorted(row["kind"] for row in rows) == ["purchase", "purchase", "refund"]
    return rows


@pytest.fixture
def accountant(log_in, site):
    """An accountant without any right in sales."""
    client = site.log_in("accountant", "account.group_account_invoice")
    if GERMAN:
        site.client.call("res.users", "write", [[client.uid], {"lang": "de_DE"}])
    return log_in("accountant", "accountant")


def test_an_accountant_without_sales_rights_finds_a_receipt_and_its_document(accountant, receipts):
    page = accountant.page
    accountant.open(RECEIPTS)
    page.wait_for_selector(".o_data_row")
    accountant.picture("receipts")
    refund = next(row for row in receipts if row["kind"] == "refund")
    page.locator(".o_searchview_input").fill(refund["number"])
    # Odoo offers what to search for after a moment, over the list.
    page.wait_for_selector(f".o_searchview_autocomplete b:has-text('{refund['number']}')")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".o_searchview_facet:has-text('{refund['number']}')")
    page.wait_for_selector(f".o_data_row:has-text('{refund['number']}')")
    page.locator(f".o_data_row:has(td[name=number]:has-text('{refund['number']}'))").first.click()
    page.wait_for_selector("div[name=line_ids] .o_data_row")
    accountant.picture("receipt")
    page.click(".o_notebook_headers a[name=document]")
    page.wait_for_selector("div[name=pdf_file] iframe")
    page.wait_for_timeout(1500)
    accountant.picture("receipt_document")
    assert page.locator("div[name=json_url] a").get_attribute("href")
    assert not page.locator(".o_form_button_save:visible, .o_form_button_create:visible").count()


def test_turnover_and_margin(accountant, receipts):
    page = accountant.page
    accountant.open("action-otto_market_connector.action_otto_turnover_report")
    page.wait_for_selector(".o_pivot table")
    accountant.picture("turnover")
    page.click(".o_switch_view.o_graph")
    page.wait_for_selector(".o_graph_canvas_container canvas")
    accountant.picture("turnover_graph")
    accountant.open("action-otto_market_connector.action_otto_margin_report")
    page.wait_for_selector(".o_pivot table")
    accountant.picture("margin")
    assert ("Marge (Schätzung)" if GERMAN else "Margin (Estimate)") in page.locator(".o_pivot table").first.inner_text()


def test_a_month_goes_out_as_zip_and_as_csv(accountant, receipts):
    page = accountant.page
    accountant.open(RECEIPTS)
    page.click("button[data-menu-xmlid='account.menu_finance_reports']")
    page.locator("[data-menu-xmlid='otto_market_connector.menu_otto_account_export']").click()
    page.wait_for_selector(".modal [name=receipt_count]")
    for name, day in zip(("date_from", "date_to"), DAYS, strict=True):
        page.locator(f".modal div[name={name}] :is(button, input)").first.click()
        page.locator(f".modal div[name={name}] input").fill(day)
        page.keyboard.press("Tab")
    page.wait_for_function("parseInt(document.querySelector('.modal div[name=receipt_count]').innerText) > 2")
    accountant.picture("export")
    for button, ending in (("action_documents", ".zip"), ("action_turnover", ".csv")):
        with page.expect_download() as download:
            page.locator(f".modal button[name={button}]").click()
        assert download.value.suggested_filename.endswith(ending)
        content = download.value.path().read_bytes()
        if ending == ".zip":
            names = zipfile.ZipFile(io.BytesIO(content)).namelist()
            assert {f"pdf/{row['number']}.pdf" for row in receipts} <= set(names)
            assert "index.csv" in names
        else:
            assert re.match("month;kind;country", content.decode("utf-8-sig"))


def test_the_order_leads_to_its_receipts_and_the_channel_to_its_commission(log_in, site, receipts):
    person = log_in()
    page = person.page
    order_id = receipts[0]["order_id"][0]
    person.open(f"action-otto_market_connector.action_otto_orders/{order_id}")
    page.locator("button[name=action_otto_receipts]:visible").click()
    page.wait_for_selector(".o_list_view .o_data_row, .o_form_view div[name=line_ids]")
    person.picture("order_receipts")
    person.open("action-otto_market_connector.action_otto_channel")
    page.locator(".o_data_row:has-text('OTTO Market')").first.click()
    page.click(".o_notebook_headers a[name=receipts]")
    page.wait_for_selector("div[name=commission_ids] .o_data_row")
    person.picture("channel_receipts")
