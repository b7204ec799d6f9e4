"""`make pictures`: the pictures of the guides, taken from a German Odoo in Chromium, and those of the add-on's page."""

import base64
import shutil
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dev import database, environment, postgres, rpc
from dev.console import run_main, step
from dev.servers import Processes, free_ports
from dev.settings import ROOT, Problem
from sandbox.running import RunningSandbox

DATABASE = "otto_pictures"
FOLDER = ROOT / "docs" / "images"
# What the Apps list shows of the add-on.
STORE = ROOT / "otto_market_connector" / "static" / "description"
SIZE = {"width": 1520, "height": 900}
MANY = 12
ORDERS = "action-otto_market_connector.action_otto_orders"
TRANSFERS = "action-stock.action_picking_tree_all"
RECEIPTS = "action-otto_market_connector.action_otto_receipt"
ARTICLES = "action-otto_market_connector.action_otto_listing"
SCAN = "action-otto_market_connector.action_otto_return_scan"
OVERVIEW = "action-otto_market_connector.action_otto_overview"
START = "otto-start"
BANNER = """
<body style="margin:0;width:1120px;height:560px;display:flex;align-items:center;gap:48px;background:#7a1c3c;color:#fff;
  font-family:sans-serif;padding:0 72px;box-sizing:border-box">
  <img src="data:image/png;base64,{icon}" width="220" style="border-radius:32px"/>
  <div><div style="font-size:64px;font-weight:700">OTTO Market Connector</div>
  <div style="font-size:34px;margin-top:16px">Orders, stock, parcels of otto.de in Odoo 19</div>
  <div style="font-size:26px;margin-top:28px;opacity:.85">
  Guided start &#183; Overview &#183; DHL labels with the return enclosed</div></div>
</body>"""


@contextmanager
def site():
    """Run Odoo with orders and articles; give its address, the administrator's session and the sandbox."""
    ports = free_ports(3)
    otto_url, dhl_url, odoo_url = (f"http://localhost:{port}" for port in ports)
    postgres.start()
    database.write_config()
    with Processes() as processes:
        processes.sandbox(ports[0], ports[1], orders=25, articles=24)
        environment.make(DATABASE, otto_url, dhl_url, odoo_url, stocked=22)
        processes.odoo(DATABASE, ports[2])
        client = rpc.Client(odoo_url, DATABASE)
        for flow in ("catalogue", "orders", "stock"):
            client.run_flow(flow)
        yield odoo_url, client, RunningSandbox(otto_url, dhl_url, 0)
    postgres.drop(DATABASE)


class Camera:
    """A browser window of the administrator that keeps pictures."""

    def __init__(self, page: Page, url: str):
        self.page, self.url = page, url
        page.set_default_timeout(90_000)
        page.goto(f"{url}/web/login")
        page.fill("input[name=login]", "admin")
        page.fill("input[name=password]", "admin")
        page.press("input[name=password]", "Enter")
        # The first page waits until Odoo has put its scripts together.
        page.wait_for_selector(".o_main_navbar", timeout=240_000)

    def open(self, path: str) -> Page:
        """Open an address of Odoo."""
        self.page.goto(f"{self.url}/odoo/{path}")
        self.page.wait_for_selector(".o_action_manager .o_view_controller, .o_action_manager .o_form_view")
        return self.page

    def keep(self, name: str, folder: Path = FOLDER) -> None:
        """Keep what the page looks like, once it is at rest."""
        self.page.wait_for_timeout(900)
        self.page.screenshot(path=folder / f"{name}.png")


def take(camera: Camera, client: rpc.Client, sandbox: RunningSandbox) -> None:
    """Do what the guides tell, and keep what it looks like."""
    start_and_overview(camera, "start", "uebersicht", FOLDER)
    camera.open("action-otto_market_connector.action_otto_channel").locator(".o_data_row").first.click()
    camera.page.click("button[name=action_test_connection]")
    camera.page.wait_for_selector(".o_notification")
    camera.keep("kanal")
    camera.open(ARTICLES).locator(".o_searchview_dropdown_toggler").click()
    camera.page.locator(".o_filter_menu .o_menu_item").first.click()
    camera.page.keyboard.press("Escape")
    camera.keep("artikel_zuordnen")
    camera.open(ORDERS)
    camera.keep("auftraege")
    domain = [("otto_status", "=", "processable"), ("state", "=", "sale"), ("otto_report_state", "=", "none")]
    orders = client.call("sale.order", "search_read", [domain], fields=["picking_ids"], order="id", limit=MANY + 2)
    refusal(camera, client, orders[0])
    client.call("stock.picking", "button_validate", [orders[1]["picking_ids"]], context={"lang": "de_DE"})
    for flow in ("fulfilment", "orders"):
        client.run_flow(flow)
    camera.open(f"{TRANSFERS}/{orders[1]['picking_ids'][0]}")
    camera.keep("lieferung")
    camera.open(f"{ORDERS}/{orders[1]['id']}").locator(".o_notebook_headers a[name=otto_shipping]").click()
    camera.keep("versand")
    returns(camera, client, sandbox, orders[1])
    many(camera, client, [number for order in orders[2:] for number in order["picking_ids"]])
    receipts(camera, client)
    of_the_store(camera, client, sandbox)


def receipts(camera: Camera, client: rpc.Client) -> None:
    """Keep a receipt with its document, and the turnover."""
    for flow in ("fulfilment", "orders"):
        client.run_flow(flow)
    # OTTO writes them some seconds after the shipment.
    camera.page.wait_for_timeout(6000)
    client.run_flow("receipts")
    page = camera.open(RECEIPTS)
    page.locator(".o_data_row").first.click()
    page.locator(".o_notebook_headers a[name=document]").click()
    page.wait_for_selector("div[name=pdf_file] iframe")
    page.wait_for_timeout(2500)
    camera.keep("beleg")
    camera.open("action-otto_market_connector.action_otto_turnover_report").wait_for_selector(".o_pivot table")
    camera.keep("umsatz")


def start_and_overview(camera: Camera, start: str, overview: str, folder: Path) -> None:
    """Keep the guided start and the overview; the channel has not been tested with DHL yet."""
    camera.page.goto(f"{camera.url}/odoo/{START}")
    camera.page.wait_for_selector("[data-step]")
    camera.keep(start, folder)
    camera.open(OVERVIEW).wait_for_selector(".o_dashboard_graph canvas")
    camera.keep(overview, folder)


def of_the_store(camera: Camera, client: rpc.Client, sandbox: RunningSandbox) -> None:
    """Keep what the add-on's page in the Apps list shows, in English."""
    client.call("res.users", "write", [[client.uid], {"lang": "en_US"}])
    start_and_overview(camera, "start", "overview", STORE)
    order, other = client.call(
        "sale.order", "search", [[("otto_status", "=", "sent"), ("otto_return_line_ids", "=", False)]], limit=2
    )
    receive(camera, client, sandbox, other)
    camera.keep("returns", STORE)
    camera.open("action-otto_market_connector.action_otto_turnover_report").wait_for_selector(".o_pivot table")
    camera.keep("receipts", STORE)
    camera.open(f"{ORDERS}/{order}").locator(".o_notebook_headers a[name=otto_shipping]").click()
    camera.keep("shipping", STORE)
    # The README begins with it.
    shutil.copy(STORE / "shipping.png", FOLDER / "order.png")
    icon = base64.b64encode((STORE / "icon.png").read_bytes()).decode()
    camera.page.set_viewport_size({"width": 1120, "height": 560})
    camera.page.set_content(BANNER.replace("{icon}", icon))
    camera.keep("banner", STORE)


def refusal(camera: Camera, client: rpc.Client, order: dict) -> None:
    """Keep the sentence with which Odoo refuses another carrier."""
    product = client.call("delivery.carrier", "search_read", [[]], fields=["product_id"], limit=1)[0]["product_id"][0]
    courier = client.call("delivery.carrier", "create", [{"name": "Kurier", "product_id": product}])
    [before] = client.call("stock.picking", "read", [order["picking_ids"]], fields=["carrier_id"])
    client.call("stock.picking", "write", [order["picking_ids"], {"carrier_id": courier}])
    camera.open(f"{TRANSFERS}/{order['picking_ids'][0]}").locator("button[name=button_validate]:visible").first.click()
    camera.page.wait_for_selector(".modal .modal-body")
    camera.keep("ablehnung")
    client.call("stock.picking", "write", [order["picking_ids"], {"carrier_id": before["carrier_id"][0]}])


def returns(camera: Camera, client: rpc.Client, sandbox: RunningSandbox, order: dict) -> None:
    """Keep how a return of a sent order is scanned and received, and a partial refund of it."""
    camera.open(f"{ORDERS}/{order['id']}").locator("button[name=action_otto_reduce_price]:visible").click()
    if camera.page.locator(".modal [name=piece_id] input").input_value() == "":
        camera.page.locator(".modal [name=piece_id] input").click()
        camera.page.locator(".o-autocomplete--dropdown-item:not(:has(.o_loading))").first.click()
    camera.page.wait_for_selector(".modal [name=limit]")
    camera.page.locator(".modal [name=amount] input").fill("2,50")
    camera.keep("teilerstattung")
    receive(camera, client, sandbox, order["id"], scan="ruecksendung_scannen")
    camera.keep("ruecksendung_einbuchen")


def receive(camera: Camera, client: rpc.Client, sandbox: RunningSandbox, order: int, scan: str | None = None) -> None:
    """Let the customer announce that a sent order comes back, and scan its return label.

    :param scan: the name of the picture of the scanned number; None keeps none
    """
    domain = [("order_id", "=", order), ("type", "=", "return")]
    [label] = client.call("otto.parcel", "search_read", [domain], fields=["tracking_number"])
    pieces = client.call("otto.position.item", "search_read", [[("order_id", "=", order)]], fields=["position_id"])
    sandbox.announce_return([piece["position_id"] for piece in pieces])
    client.run_flow("returns")
    page = camera.open(SCAN)
    page.wait_for_selector("div[name=text] input")
    page.fill("div[name=text] input", label["tracking_number"])
    if scan:
        camera.keep(scan)
    page.press("div[name=text] input", "Enter")
    page.wait_for_selector(".modal [name=line_ids] .o_data_row")


def many(camera: Camera, client: rpc.Client, pickings: list[int]) -> None:
    """Keep what a run over many deliveries looks like at its end."""
    action = client.call("stock.picking", "action_validate_and_print", [pickings])
    page = camera.open(f"action-delivery_dhl_de.action_dhl_label_run/{action['res_id']}")
    page.wait_for_selector("button[name=action_print]", timeout=120_000)
    camera.keep("viele")


def main() -> None:
    """Take all pictures."""
    chromium = shutil.which("chromium")
    if not chromium:
        raise Problem("The pictures need Chromium; please install the package chromium.")
    FOLDER.mkdir(exist_ok=True)
    with step("Odoo with orders and articles"), site() as (url, client, sandbox), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        take(Camera(browser.new_page(viewport=SIZE, timezone_id="Europe/Berlin", locale="de-DE"), url), client, sandbox)
        browser.close()


if __name__ == "__main__":
    run_main(main)
