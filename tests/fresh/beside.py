"""Installed into a database that lived before: companies of many kinds, with their own data; runs in `odoo shell`."""

from odoo import Command
from odoo.exceptions import UserError

from sandbox.running import RunningSandbox
from tests.fresh.pages import open_all, open_form
from tests.fresh.removing import press
from tests.fresh.shop import Shop

# Country, chart of accounts and currency of each company.
COMPANIES = {
    "SKR04": ("base.de", "de_skr04", "EUR"),
    "Franken": ("base.de", "de_skr03", "CHF"),
    "Wien": ("base.at", "generic_coa", "EUR"),
    "Ohne Konten": ("base.de", None, "EUR"),
    "Ohne Lager": ("base.de", "de_skr03", "EUR"),
}


def run(env, otto_url: str, dhl_url: str) -> dict:
    """Live without the connector, install it, look at everything, ask for a channel in each company."""
    companies = make_companies(env)
    mine = own_data(env)
    env.cr.commit()
    before = state(env, mine)
    env = press(env, "install", "otto_market_connector")
    after = state(env, mine)
    env["res.users"].browse(env.uid).write({"company_ids": [Command.link(company) for company in companies.values()]})
    env.cr.commit()
    found = {"before": before, "after": after, "pages": open_all(env), "companies": {}}
    for model, ids in mine.items():
        open_form(env, model, ids)
    for name, company in companies.items():
        sandbox = RunningSandbox(otto_url, dhl_url, 0)
        found["companies"][name] = sentence(Shop(env, sandbox, env["res.company"].browse(company)))
    found["again"] = state(env, mine)
    return found


def make_companies(env) -> dict[str, int]:
    """Make the companies; return their ids by name."""
    made = {}
    for name, (country, chart, currency) in COMPANIES.items():
        company = env["res.company"].create({"name": name})
        company.country_id = env.ref(country)
        if chart:
            env["account.chart.template"].try_loading(chart, company, install_demo=False)
        money = env["res.currency"].with_context(active_test=False).search([("name", "=", currency)])
        money.active = True
        company.currency_id = money
        made[name] = company.id
    euro = env.ref("base.EUR")
    env["res.currency.rate"].create(
        {"currency_id": euro.id, "company_id": made["Franken"], "company_rate": 1.05, "name": "2020-01-01"}
    )
    env["stock.warehouse"].search([("company_id", "=", made["Ohne Lager"])]).active = False
    env.cr.commit()
    return made


def own_data(env) -> dict[str, list[int]]:
    """A customer, a product, an order that is delivered and invoiced, one that waits, a quotation."""
    customer = env["res.partner"].create({"name": "Eigener Kunde", "street": "Weg 1", "city": "Kiel", "zip": "24103"})
    product = env["product.product"].create({"name": "Eigenes", "default_code": "EIGEN", "is_storable": True})
    place = env["stock.warehouse"].search([("company_id", "=", env.company.id)], limit=1).lot_stock_id
    env["stock.quant"].with_context(inventory_mode=True).create(
        {"product_id": product.id, "location_id": place.id, "inventory_quantity": 7}
    ).action_apply_inventory()
    lines = [Command.create({"product_id": product.id, "product_uom_qty": 2, "price_unit": 10})]
    orders = env["sale.order"].create([{"partner_id": customer.id, "order_line": lines} for _place in range(3)])
    orders[:2].action_confirm()
    orders[0].picking_ids.with_context(skip_sms=True).button_validate()
    invoice = orders[0]._create_invoices()
    invoice.action_post()
    return {
        "res.partner": customer.ids,
        "product.product": product.ids,
        "sale.order": orders.ids,
        "stock.picking": orders.picking_ids.ids,
        "account.move": invoice.ids,
    }


def state(env, mine: dict[str, list[int]]) -> dict:
    """Return what must stay as it is."""
    orders = env["sale.order"].browse(mine["sale.order"])
    moves = env["account.move"].browse(mine["account.move"])
    return {
        "orders": [
            [order.name, order.state, order.invoice_status, order.user_id.id, order.team_id.id] for order in orders
        ],
        "transfers": [[picking.name, picking.state] for picking in env["stock.picking"].browse(mine["stock.picking"])],
        "invoices": [[move.name, move.state, move.amount_total] for move in moves],
        "free": env["product.product"].browse(mine["product.product"]).mapped("free_qty"),
    }


def sentence(shop: Shop) -> str:
    """Try to make a channel; return the sentence that says what its company lacks."""
    try:
        with shop.env.cr.savepoint():
            shop.connect()
    except UserError as error:
        return str(error)
    return ""
