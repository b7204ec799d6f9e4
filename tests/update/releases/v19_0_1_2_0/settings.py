"""People, companies, channels, shipping methods and products of the two shops."""

from odoo import Command


def people(env) -> None:
    """A user in each of the groups that this has to do with."""
    groups = {
        "office": ("otto_market_connector.group_otto_user", "sales_team.group_sale_salesman_all_leads"),
        "chief": ("otto_market_connector.group_otto_manager", "sales_team.group_sale_manager"),
        "warehouse": ("stock.group_stock_user",),
        "manager": ("stock.group_stock_manager",),
    }
    for login, names in groups.items():
        ids = [env.ref(name).id for name in names]
        env["res.users"].create(
            {"name": login.title(), "login": login, "lang": "de_DE", "tz": "Europe/Berlin", "group_ids": ids}
        )


def user(env, login):
    """Return a user."""
    return env["res.users"].search([("login", "=", login)])


def first_channel(env, sandbox):
    """The first company's channel: an app's login, every setting another than at first."""
    company = env.company
    warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
    shelf = env["stock.location"].create({"name": "Regal 1", "location_id": warehouse.lot_stock_id.id})
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
            "warehouse_id": warehouse.id,
            "stock_location_ids": [Command.set(shelf.ids)],
            "journal_id": env["account.journal"].create({"name": "OTTO", "code": "OTT9", "type": "bank"}).id,
            "team_id": env["crm.team"].create({"name": "Marktplätze", "company_id": company.id}).id,
            "transport_days": 3,
            "order_prefix": "OTTO-",
            "safety_stock": 2,
            "max_quantity": 45,
            "stock_sharing": "full",
            "send_prices": True,
            "stock_live": True,
            "pricelist_id": pricelist(env, company).id,
        }
    )


def second_channel(env, sandbox):
    """The second company's channel: an API user's login, products are made."""
    company = env["res.company"].create({"name": "Zweite Handels GmbH", "currency_id": env.ref("base.EUR").id})
    # Named at once, these would have Odoo install account_peppol and ask its own servers about the company.
    company.write(
        {
            "street": "Hafenstraße 3",
            "zip": "28195",
            "city": "Bremen",
            "phone": "+49 421 5550100",
            "email": "lager@zweite.example",
            "country_id": env.ref("base.de").id,
        }
    )
    env.user.company_ids |= company
    env["account.chart.template"].try_loading("de_skr03", company, install_demo=False)
    warehouse = env["stock.warehouse"].create({"name": "Bremen", "code": "HB", "company_id": company.id})
    env.cr.commit()
    return (
        env(context={**env.context, "allowed_company_ids": [company.id, env.company.id]})["otto.channel"]
        .create(
            {
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
                "stock_live": True,
                "create_products": True,
            }
        )
        .with_env(env)
    )


def carrier(env, sandbox, company, login):
    """A delivery method with every setting of DHL's."""
    fee = env["product.product"].create({"name": f"DHL {company.name}", "type": "service", "list_price": 0})
    return env["delivery.carrier"].create(
        {
            "name": f"DHL {company.name}",
            "delivery_type": "dhl_de",
            "product_id": fee.id,
            "company_id": company.id,
            "return_label_on_delivery": True,
            "dhl_de_auth": login,
            "dhl_de_api_key": "sandbox-key",
            "dhl_de_api_secret": "sandbox-secret",
            "dhl_de_user": "sandbox-user",
            "dhl_de_password": "sandbox-password",
            "dhl_de_billing_number": "33333333330102",
            "dhl_de_return_billing_number": "33333333330701",
            "dhl_de_default_weight": 1.5,
            "dhl_de_api_url": sandbox.dhl_url,
            "dhl_de_must_encode": login == "basic",
            "dhl_de_label_format": "A4" if login == "basic" else "910-300-700",
        }
    )


def pricelist(env, company):
    """Prices that are not OTTO's."""
    rules = [Command.create({"applied_on": "3_global", "compute_price": "percentage", "percent_price": -5})]
    return env["product.pricelist"].create({"name": "OTTO-Preise", "company_id": company.id, "item_ids": rules})


def made_products(env, channel, articles):
    """Products that are found by SKU, by EAN, by hand, twice, or not at all: as articles 6 and up, 0, 3, 2, 1."""
    products = env["product.product"].create(
        [
            {
                "name": article["title"],
                "default_code": article["sku"],
                "barcode": article["ean"],
                "is_storable": True,
                "list_price": article["price"],
                "weight": 0.4,
                "company_id": channel.company_id.id,
            }
            for article in articles
        ]
    )
    products[0].default_code = "EIGENE-NUMMER"
    products[1].write({"default_code": False, "barcode": False})
    products[2].barcode = False
    products[2].copy({"default_code": articles[2]["sku"]})
    products[3].write({"default_code": False, "barcode": False})
    env["otto.listing"].create(
        {"channel_id": channel.id, "sku": articles[3]["sku"], "product_id": products[3].id, "own_safety_stock": True}
    )
    return products
