"""Companies, channels and products of the two shops, and what people have set for themselves."""

from datetime import datetime

from odoo import Command

from ..v19_0_1_1_0.settings import carrier, user
from ..v19_0_1_1_0.under_way import own_view


def first_channel(env, sandbox):
    """The first company's channel: an app's login, every setting another than at first."""
    company = env.company
    return env["otto.channel"].create(
        {
            "name": "OTTO Muster",
            "sequence": 5,
            "environment": "own",
            "base_url": sandbox.otto_url,
            "client_id": "sandbox-client",
            "client_secret": "sandbox-secret",
            "carrier_id": carrier(env, sandbox, company, "basic").id,
            "responsible_id": user(env, "office").id,
            "import_from": "2020-01-01 00:00:00",
            "lock_lines": True,
            "journal_id": env["account.journal"].create({"name": "OTTO", "code": "OTT9", "type": "bank"}).id,
            "team_id": env["crm.team"].create({"name": "Marktplätze", "company_id": company.id}).id,
            "transport_days": 3,
            "order_prefix": "OTTO-",
            "safety_stock": 2,
        }
    )


def second_channel(env, sandbox):
    """The second company's channel: an API user's login, products are made."""
    company = env["res.company"].create({"name": "Zweite Handels GmbH", "currency_id": env.ref("base.EUR").id})
    # Named at once, these would have Odoo install account_peppol and ask its own servers about the company.
    address = {"street": "Hafenstraße 3", "zip": "28195", "city": "Bremen", "phone": "+49 421 5550100"}
    company.write({**address, "email": "lager@zweite.example", "country_id": env.ref("base.de").id})
    env.user.company_ids |= company
    env["account.chart.template"].try_loading("de_skr03", company, install_demo=False)
    warehouse = env["stock.warehouse"].create({"name": "Bremen", "code": "HB", "company_id": company.id})
    env.cr.commit()
    values = {
        "name": "OTTO Zweite",
        "company_id": company.id,
        "warehouse_id": warehouse.id,
        "environment": "own",
        "base_url": sandbox.otto_url,
        "login": "api_user",
        "username": "sandbox-user",
        "password": "sandbox-password",
        "carrier_id": carrier(env, sandbox, company, "oauth").id,
        "responsible_id": user(env, "chief").id,
        "import_from": "2020-01-01 00:00:00",
        "unknown_articles": "create",
    }
    companies = env(context={**env.context, "allowed_company_ids": [company.id, env.company.id]})
    return companies["otto.channel"].create(values).with_env(env)


def made_products(env, shop):
    """Products of the shop's articles but one."""
    return env["product.product"].create(
        [
            {
                "name": article["title"],
                "default_code": article["sku"],
                "barcode": article["ean"],
                "is_storable": True,
                "weight": 0.4,
                "company_id": shop.channel.company_id.id,
            }
            for place, article in enumerate(shop.articles)
            if place != 1
        ]
    )


def people_settings(env, channel) -> None:
    """What people have set beside the add-ons' own records."""
    filters = [
        ("An OTTO melden", "sale.order", "[('otto_outbound_state', '=', 'to_send')]"),
        ("Abgesagt, nicht erledigt", "sale.order", "[('otto_told_on', '!=', False)]"),
        ("Nicht gemeldet", "otto.issue", "[('kind', '=', 'outbound')]"),
    ]
    env["ir.filters"].create(
        [{"name": name, "model_id": model, "domain": domain, "user_ids": False} for name, model, domain in filters]
    )
    lines = [Command.create({"name": name}) for name in ("name", "otto_outbound_state", "otto_told_on")]
    env["ir.exports"].create({"name": "OTTO", "resource": "sale.order", "export_fields": lines})
    env["ir.default"].set("otto.channel", "transport_days", 4)
    own_view(env)
    syncs = {sync.flow: sync.cron_id for sync in channel.sync_ids}
    syncs["orders"].interval_number = 7
    syncs["stock"].write({"priority": 2, "nextcall": datetime(2031, 5, 4, 3, 2, 1)})
    syncs["outbound"].active = False
    env.ref("delivery_dhl_de.ir_cron_sweep_bookings").interval_number = 25
    channel._trigger("outbound")
    channel.message_post(body="Zugang am Montag erneuert.")
    channel.message_subscribe(user(env, "office").partner_id.ids)
