"""An environment: a database with both add-ons, a channel and a carrier at the sandbox, articles with stock."""

import json
import urllib.request

from dev import database

# Runs in `odoo shell`; `given` is a dict put in front of it.
CONFIGURE = """
company = env.company
admin = env.ref('base.user_admin')
admin.group_ids |= env.ref('stock.group_stock_manager') | env.ref('sales_team.group_sale_manager')
admin.write({'lang': given['lang'], 'tz': 'Europe/Berlin'})
env['ir.config_parameter'].set_param('web.base.url', given['odoo_url'])

product = env['product.product'].create({
    'name': 'DHL Geschäftskundenversand', 'type': 'service', 'list_price': 0, 'sale_ok': False})
carrier = env['delivery.carrier'].create({
    'name': 'DHL Geschäftskundenversand', 'delivery_type': 'dhl_de', 'product_id': product.id,
    'return_label_on_delivery': True, **given['carrier']})
channel = env['otto.channel'].create({
    'name': 'OTTO Market', 'environment': 'own', 'base_url': given['otto_url'], 'client_id': 'sandbox-client',
    'client_secret': 'sandbox-secret', 'carrier_id': carrier.id, 'responsible_id': admin.id,
    'import_from': '2020-01-01 00:00:00', 'stock_live': True})

category = env.ref('product.product_category_goods', raise_if_not_found=False)
products = env['product.product'].create([{
    'name': article['title'], 'default_code': article['sku'], 'barcode': article['ean'], 'type': 'consu',
    'is_storable': True, 'list_price': article['price'], 'weight': 0.4} for article in given['articles']])
for product in products.filtered(lambda p: p.default_code in given['unmatched']):
    product.write({'default_code': False, 'barcode': False})
for product in products.filtered(lambda p: p.default_code in given['ambiguous']):
    product.barcode = False
    env['product.product'].create({'name': product.name, 'default_code': product.default_code, 'is_storable': True})
location = channel.warehouse_id.lot_stock_id
env['stock.quant'].with_context(inventory_mode=True).create([{
    'product_id': product.id, 'location_id': location.id, 'inventory_quantity': given['pieces']}
    for product in products]).action_apply_inventory()
env.cr.commit()
"""

CARRIER = {
    "dhl_de_auth": "basic",
    "dhl_de_api_key": "sandbox-key",
    "dhl_de_user": "sandbox-user",
    "dhl_de_password": "sandbox-password",
    "dhl_de_billing_number": "33333333330102",
    "dhl_de_return_billing_number": "33333333330701",
    "dhl_de_default_weight": 1.0,
}


def sandbox_state(url: str) -> dict:
    """Return what the sandbox at an address holds."""
    with urllib.request.urlopen(f"{url}/_sandbox/state", timeout=30) as answer:
        return json.load(answer)


def make(
    name: str,
    otto_url: str,
    dhl_url: str,
    odoo_url: str,
    pieces: int = 200,
    lang: str = "de_DE",
    stocked: int | None = None,
    unmatched_articles: bool = False,
) -> None:
    """Make a database with both add-ons installed and connected to the sandbox.

    :param pieces: how many pieces of each article are on hand
    :param stocked: of how many articles there is a product; default: of all
    :param unmatched_articles: whether of those that nobody has ordered one matches no product and one matches two
    """
    database.create_with_addons(name)
    state = sandbox_state(otto_url)
    items = [item for order in state["orders"] for item in order["positionItems"]]
    ordered = {item["product"]["sku"] for item in items if not item["fulfillmentStatus"].startswith("CANCELLED")}
    spare = (
        [row["sku"] for row in state["articles"][:stocked] if row["sku"] not in ordered] if unmatched_articles else []
    )
    given = {
        "otto_url": otto_url,
        "odoo_url": odoo_url,
        "articles": state["articles"][:stocked],
        "unmatched": spare[:1],
        "ambiguous": spare[1:2],
        "carrier": {**CARRIER, "dhl_de_api_url": dhl_url},
        "pieces": pieces,
        "lang": lang,
    }
    database.shell(name, name, f"given = {given!r}\n{CONFIGURE}")
