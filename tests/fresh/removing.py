"""What the tests of removing an add-on do and look at, each in `odoo shell`."""

from datetime import date

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from sandbox.running import RunningSandbox
from tests.fresh.pages import open_all, open_form
from tests.fresh.shop import Shop, build

MODELS_OF = ("res_model", "model", "resource", "model_id", "model_name")


def press(env, button: str, *modules: str):
    """Press a button of Apps; return an environment as the next request has it."""
    found = env["ir.module.module"].search([("name", "in", modules)])
    getattr(found, f"button_immediate_{button}")()
    return next_request(env)


def next_request(env):
    """Return an environment as the next request has it: with the registry of now and a cursor of its own."""
    # What the last one read would keep this one from changing tables.
    env.cr.commit()
    return api.Environment(Registry(env.cr.dbname).cursor(), SUPERUSER_ID, {"lang": "de_DE", "tz": "Europe/Berlin"})


def documents(env, name="R-DE%") -> list[list]:
    """Return the stored documents of receipts: name, type, whether the bytes are there."""
    files = env["ir.attachment"].search([("name", "=like", name)], order="name, mimetype")
    return [[file.name, file.res_model, bool(file.raw)] for file in files]


def without(env, *modules: str) -> dict:
    """Remove add-ons, then return what a person meets in Odoo afterwards."""
    before = documents(env)
    env = press(env, "uninstall", *modules)
    found = {
        "modules": dict(env["ir.module.module"].search([("name", "in", modules)]).mapped(lambda m: (m.name, m.state))),
        "before": before,
        "documents": documents(env),
        "pages": open_all(env, "sale.sale_menu_root", "stock.menu_stock_root", "account.menu_finance"),
        "dangling": dangling(env),
        "crons": env["ir.cron"].with_context(active_test=False).search([("cron_name", "ilike", "otto")]).ids,
        "filters": env["ir.filters"].search([]).mapped("name"),
        "exports": env["ir.exports.line"].search([]).mapped("name"),
        "views": env["ir.ui.view"].search([]).filtered(lambda view: not view.xml_id).mapped("name"),
        "moves": env["account.move"].search([], order="name").mapped(lambda move: [move.name, move.state]),
        "carriers": env["delivery.carrier"].search([("name", "like", "DHL")]).mapped("delivery_type"),
    }
    for model in ("sale.order", "stock.picking", "account.move", "res.partner"):
        open_form(env, model, env[model].search([], limit=20).ids)
    env.cr.commit()
    return found


def dangling(env) -> list[str]:
    """Return records that name a model that is not there any more."""
    known = set(env["ir.model"].search([]).mapped("model"))
    env.cr.execute(
        """
        SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables
               USING (table_schema, table_name)
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type = 'character varying'
           AND column_name = ANY(%s)
        """,
        [list(MODELS_OF)],
    )
    found = []
    for table, column in env.cr.fetchall():
        env.cr.execute(f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" <> \'\'')  # noqa: S608 of the database
        found += [f"{table}.{column}: {name}" for [name] in env.cr.fetchall() if name not in known]
    return sorted(found)


def finish(env) -> dict:
    """Go on without the add-on: finish a delivery, confirm a quotation, reverse an entry; return the states."""
    pickings = env["stock.picking"].search([("state", "=", "assigned")])
    pickings.with_context(skip_sms=True).button_validate()
    found = {"transfers": pickings.mapped("state"), "numbers": pickings.mapped("name")}
    move = env["account.move"].search([("state", "=", "posted")], limit=1)
    found["reversal"] = move._reverse_moves([{}], cancel=True).state
    order = env["sale.order"].search([("state", "=", "draft")], limit=1)
    order.partner_id = env["res.partner"].search([("is_company", "=", True)], limit=1)
    order.action_confirm()
    found["order"] = order.state
    env.cr.rollback()
    return found


def life(env, otto_url: str, dhl_url: str) -> dict:
    """Work, go on without the connector, then with it again, then without both; return what is there each time."""
    found = {"work": work(env, otto_url, dhl_url), "without": without(env, "otto_market_connector")}
    env = next_request(env)
    found["finished"] = finish(env)
    found["again"] = again(env, otto_url, dhl_url)
    found["neither"] = without(next_request(env), "delivery_dhl_de", "otto_market_connector")
    return found


def work(env, otto_url: str, dhl_url: str) -> dict:
    """Have a shop work; return what is there."""
    build(env, otto_url, dhl_url)
    return {**at_work(env), "standard": standard(env)}


def again(env, otto_url: str, dhl_url: str) -> dict:
    """Install again, connect the account again, run every flow; return what is there."""
    env = press(env, "install", "otto_market_connector")
    shop = Shop(env, RunningSandbox(otto_url, dhl_url, 0))
    carrier = env["delivery.carrier"].search([("delivery_type", "=", "dhl_de")], limit=1)
    shop.connect(carrier_id=carrier.id, book_receipts=True, booking_from=date(2022, 1, 1))
    for _time in range(2):
        shop.run("catalogue", "orders", "fulfilment", "returns", "receipts", "stock")
    found = {**at_work(env), "standard": standard(env)}
    env.cr.commit()
    return found


def at_work(env) -> dict:
    """Return what the connector knows: orders, transfers, parcels, returns, entries of receipts."""
    orders = env["sale.order"].search([("otto_order_id", "!=", False)], order="otto_order_number")
    return {
        "orders": {
            order.otto_order_number: {
                "name": order.name,
                "state": order.state,
                "status": order.otto_status,
                "report": order.otto_report_state,
                "pieces": sorted(order.otto_position_ids.mapped("position_id")),
                "transfers": sorted(order.picking_ids.mapped("name")),
                "parcels": sorted(order.otto_parcel_ids.mapped("tracking_number")),
                "total": round(order.amount_total * 100),
            }
            for order in orders
        },
        "all": env["sale.order"].search_count([]),
        "moves": env["account.move"].search([("state", "=", "posted")]).mapped("name"),
        "receipts": dict(env["otto.receipt"].search([]).mapped(lambda r: (r.number, r.move_id.name))),
        "returns": env["otto.return"].search([]).order_ids.mapped("otto_order_number"),
    }


def standard(env) -> dict[str, int]:
    """Return how many there are of what the connector makes once."""
    return {
        "products": env["product.template"].search_count([("name", "like", "OTTO")]),
        "teams": env["crm.team"].search_count([("name", "=", "OTTO")]),
        "journals": env["account.journal"].search_count([("name", "like", "OTTO")]),
    }
