"""Two shops in two companies, each with a channel on an OTTO account of its own, and the people who work there."""

from dev.environment import CARRIER
from sandbox.credentials import CLIENTS

# Pieces of each article that are there at the start: few, so that articles sell out.
PIECES = 30
PASSWORD = "soak"
WAREHOUSE = ("lager1", "lager2")
OFFICE = "buero"
ACCOUNTS = (1, 2)
# Nobody knows whether OTTO lowers its quantities itself when it sells: it does so in this account.
LOWERING = 2

# Runs in `odoo shell`; `given` is a dict put in front of it.
SCRIPT = """
admin = env.ref('base.user_admin')
Company, Chart = env['res.company'], env['account.chart.template']
euro, germany = env.ref('base.EUR'), env.ref('base.de')
# Germany is set afterwards: named at once it would install account_peppol in the middle of this script.
second = Company.create({'name': 'Zweite Handels GmbH', 'currency_id': euro.id})
second.partner_id.write({'country_id': germany.id,
                         'street': 'Hafenstraße 3', 'zip': '20457', 'city': 'Hamburg', 'phone': '+49 40 5550200',
                         'email': 'versand@zweite.example'})
Chart.try_loading('de_skr03', second, install_demo=False)
if not env['stock.warehouse'].search([('company_id', '=', second.id)]):
    env['stock.warehouse'].create({'name': 'Zweites Lager', 'code': 'ZW', 'company_id': second.id})
companies = env.company | second
admin.write({'company_ids': [(6, 0, companies.ids)], 'tz': 'Europe/Berlin'})
admin.group_ids |= env.ref('stock.group_stock_manager') | env.ref('sales_team.group_sale_manager')
env.cr.commit()
for shop, company in zip(given['shops'], companies):
    here = env(context={**env.context, 'allowed_company_ids': company.ids})
    product = here['product.product'].create({
        'name': 'DHL', 'type': 'service', 'list_price': 0, 'sale_ok': False})
    carrier = here['delivery.carrier'].create({
        'name': 'DHL ' + company.name, 'delivery_type': 'dhl_de', 'product_id': product.id, 'company_id': company.id,
        'return_label_on_delivery': True, **given['carrier']})
    channel = here['otto.channel'].create({
        'name': 'OTTO ' + shop['account'], 'environment': 'own', 'base_url': given['otto_url'],
        'client_id': shop['client_id'], 'client_secret': shop['client_secret'], 'carrier_id': carrier.id,
        'responsible_id': admin.id, 'import_from': '2020-01-01 00:00:00', 'stock_live': True, 'company_id': company.id,
        'book_receipts': True})
    pricelist = here['product.pricelist'].create({'name': 'OTTO ' + shop['account'], 'company_id': company.id})
    channel.write({'send_prices': True, 'pricelist_id': pricelist.id})
    apart = here['stock.location'].create({
        'name': 'Retouren', 'usage': 'internal', 'company_id': company.id,
        'location_id': channel.warehouse_id.view_location_id.location_id.id})
    here['otto.return.location'].create({
        'channel_id': channel.id, 'condition': 'D', 'kind': 'quarantine', 'location_id': apart.id})
    products = here['product.product'].create([{
        'name': article['title'], 'default_code': article['sku'], 'barcode': article['ean'], 'type': 'consu',
        'is_storable': True, 'list_price': article['price'], 'weight': 0.4, 'company_id': company.id,
        'taxes_id': [(6, 0, channel._tax_of_rate(19.0).ids)]}
        for article in shop['articles']])
    here['stock.quant'].with_context(inventory_mode=True).create([{
        'product_id': product.id, 'location_id': channel.warehouse_id.lot_stock_id.id,
        'inventory_quantity': given['pieces']} for product in products]).action_apply_inventory()
people = {**{login: ['stock.group_stock_user'] for login in given['warehouse']},
          given['office']: [
              'sales_team.group_sale_manager', 'stock.group_stock_manager', 'product.group_product_manager']}
for login, groups in people.items():
    env['res.users'].create({
        'name': login, 'login': login, 'password': given['password'], 'email': login + '@muster.example',
        'company_id': companies[0].id, 'company_ids': [(6, 0, companies.ids)],
        'group_ids': [(4, env.ref(group).id) for group in ['base.group_user', *groups]]})
env.cr.commit()
"""


def script(otto_url: str, dhl_url: str, articles: dict[int, list[dict]]) -> str:
    """Return the script that makes the shops.

    :param articles: OTTO's articles by account
    """
    secrets = {account: (client, secret) for client, (secret, account) in reversed(CLIENTS.items())}
    shops = [
        {
            "account": str(number),
            "client_id": secrets[str(number)][0],
            "client_secret": secrets[str(number)][1],
            "articles": articles[number],
        }
        for number in ACCOUNTS
    ]
    given = {
        "shops": shops,
        "otto_url": otto_url,
        "carrier": {**CARRIER, "dhl_de_api_url": dhl_url},
        "pieces": PIECES,
        "warehouse": WAREHOUSE,
        "office": OFFICE,
        "password": PASSWORD,
    }
    return f"given = {given!r}\n{SCRIPT}"
