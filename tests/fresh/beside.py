"""Installed into a database that lived before: companies of many kinds, with their own data; runs in `odoo shell`.

Each company hears what it lacks for OTTO's orders, does what the sentence says, and sells its first order.
"""

from datetime import date

from odoo import Command
from odoo.exceptions import UserError

from sandbox.running import RunningSandbox
from tests.fresh.pages import open_all, open_form
from tests.fresh.removing import press
from tests.fresh.shop import Shop

# Country, chart of accounts and currency of each company; none of them has a warehouse, which Odoo does not make.
COMPANIES = {
    "SKR04": ("base.de", "de_skr04", "EUR"),
    "Franken": ("base.de", "de_skr03", "CHF"),
    "Linz": ("base.at", None, "EUR"),
}
# Of the second of two articles OTTO sells two pieces.
PIECES = (0, 1, 1)
FEE = 2.95


def run(env, addresses: list[tuple[str, str]]) -> dict:
    """Live without the connector, install it, look at everything, sell a first order in each company.

    :param addresses: OTTO's and DHL's address for each company
    """
    companies = make_companies(env)
    mine = own_data(env)
    env.cr.commit()
    before = state(env, mine)
    env = press(env, "install", "otto_market_connector")
    after = state(env, mine)
    user = env["res.users"].browse(env.uid)
    user.write({"lang": "de_DE", "company_ids": [Command.link(company) for company in companies.values()]})
    env.cr.commit()
    found = {"before": before, "after": after, "pages": open_all(env), "companies": {}}
    for model, ids in mine.items():
        open_form(env, model, ids)
    for (name, company), pair in zip(companies.items(), addresses, strict=True):
        shop = Shop(env, RunningSandbox(*pair, 0), env["res.company"].browse(company))
        found["companies"][name] = life(shop)
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
    env.cr.commit()
    return made


def life(shop: Shop) -> dict:
    """Sell a first order in a company that lacks something; return what was said, and what became of the order."""
    found = {"channel": sentence(shop)}
    set_up(shop)
    books = shop.company.chart_template == "de_skr04"
    shop.connect(**({"book_receipts": True, "booking_from": date(2022, 1, 1)} if books else {}))
    shop.products(len(PIECES))
    shop.sandbox.receipt_rules(receipt_seconds=0, pdf_seconds=0)
    skus = [shop.articles[place]["sku"] for place in PIECES]
    [otto_id] = shop.sandbox.make_orders(skus=skus, pieces=len(skus), fees=[FEE])
    shop.run("orders")
    issues = shop.env["otto.issue"].search([("channel_id", "=", shop.channel.id), ("kind", "=", "order")])
    found["order"] = issues.mapped("name")
    if issues:
        repair(shop)
        issues.action_retry()
        shop.run("orders")
    found["solved"] = issues.mapped("state")
    order = shop.env["sale.order"].search([("otto_order_id", "=", otto_id)])
    found["confirmed"] = order.state
    shop.validate(order)
    shop.run("fulfilment", "receipts")
    return {**found, **facts(shop, order)}


def set_up(shop: Shop) -> None:
    """Do what the sentence asks for: a warehouse in Germany, a chart of accounts."""
    if not shop.company.chart_template:
        shop.env["account.chart.template"].try_loading("at", shop.company, install_demo=False)
    place = {"name": f"Lager {shop.company.name}", "street": "Hafenstraße 3", "zip": "94032", "city": "Passau"}
    partner = shop.env["res.partner"].create({**place, "country_id": shop.env.ref("base.de").id})
    shop.env["stock.warehouse"].create(
        {"name": place["name"], "code": "PA", "company_id": shop.company.id, "partner_id": partner.id}
    )
    shop.env.cr.commit()


def repair(shop: Shop) -> None:
    """Do what the issue asks for: a rate of the currency, or the registration for VAT in Germany."""
    if shop.company.currency_id.name != "EUR":
        rate = {"company_id": shop.company.id, "currency_id": shop.env.ref("base.EUR").id, "name": "2020-01-01"}
        shop.env["res.currency.rate"].create({**rate, "company_rate": 1.05})
    else:
        company = shop.env["account.fiscal.position"].with_context(allowed_company_ids=shop.company.ids)
        registered = company.create(
            {
                "name": "In Deutschland registriert",
                "company_id": shop.company.id,
                "country_id": shop.env.ref("base.de").id,
                "auto_apply": True,
                "foreign_vat": "DE136695976",
            }
        )
        registered.action_create_foreign_taxes()
    shop.env.cr.commit()


def facts(shop: Shop, order) -> dict:
    """Return what Odoo and OTTO have of an order."""
    state_of_otto = shop.sandbox.state()
    [at_otto] = [row for row in state_of_otto["orders"] if row["salesOrderId"] == order.otto_order_id]
    pieces = {item["positionItemId"] for item in at_otto["positionItems"]}
    told = [item["positionItemId"] for sent in state_of_otto["shipments"] for item in sent["positionItems"]]
    # Odoo knows an account's code in the company at work only.
    order = order.with_context(allowed_company_ids=shop.company.ids).with_company(shop.company)
    taxes = order.order_line.tax_ids
    moves = order.env["account.move"].search([("otto_receipt_id.order_id", "=", order.id)])
    return {
        "at_otto": [
            *([item["itemValueGrossPrice"]["amount"], item["product"]["vatRate"]] for item in at_otto["positionItems"]),
            *([fee["deliveryFeeAmount"]["amount"], fee["vatRate"]] for fee in at_otto.get("initialDeliveryFees") or ()),
        ],
        "total": [order.amount_total, order.amount_tax, order.currency_id.name, order.otto_total_differs],
        "taxes": sorted({(tax.country_id.code, tax.company_id.name, tax.price_include) for tax in taxes}),
        "tax_accounts": taxes.invoice_repartition_line_ids.account_id.mapped("code"),
        "transfers": order.picking_ids.mapped("state"),
        "numbers": len(order.otto_parcel_ids),
        "report": order.otto_report_state,
        "sent_once": sorted(told) == sorted(pieces),
        "books": [
            [move.state, {line.account_id.code: line.balance for line in move.line_ids if line.balance}]
            for move in moves
        ],
    }


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
