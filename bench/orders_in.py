"""Import of 300 orders of 2 or 3 pieces, against plain Odoo that makes and confirms orders with the same lines.

Plain Odoo does it one by one and in one batch, in the same process.
"""

from collections import Counter

from bench.harness import running_environment
from dev.console import step, table

ORDERS = 300
# The import is no slower than Odoo's own batch of the same lines, and takes no more than so many queries an order. By
# the own CPU time of the process: what else runs on the machine moves the seconds of either by a third.
LEAST_SPEED = 1.0
MOST_QUERIES = 50

SCRIPT = """
channel = env['otto.channel'].search([], limit=1)
sync = channel._sync('orders')
shapes = {shapes!r}
products = {{p.default_code: p for p in env['product.product'].search([('default_code', '!=', False)])}}
germany = env.ref('base.de')
tax = channel._tax_of_rate(19.0)

def make(shapes, number):
    partners = env['res.partner'].create([
        {{'name': f'Customer {{number}} {{i}}', 'street': 'Am Alten Markt 1', 'zip': '22179', 'city': 'Hamburg',
         'country_id': germany.id, 'company_id': env.company.id}} for i in range(len(shapes))])
    orders = env['sale.order'].create([
        {{'partner_id': partner.id, 'carrier_id': channel.carrier_id.id, 'warehouse_id': channel.warehouse_id.id,
         'order_line': [(0, 0, {{'product_id': products[sku].id, 'product_uom_qty': pieces, 'price_unit': price,
                               'tax_ids': [(6, 0, tax.ids)]}}) for sku, pieces, price in shape]}}
        for partner, shape in zip(partners, shapes)])
    orders.action_confirm()

make(shapes[:10], 'warm')
with Measure() as single:
    for number, shape in enumerate(shapes[:100]):
        make([shape], number)
        env.cr.commit()
with Measure() as batch:
    make(shapes, 'batch')
before = env['sale.order'].search_count([('otto_channel_id', '!=', False)])
with Measure() as imported:
    sync._run()
assert env['sale.order'].search_count([('otto_channel_id', '!=', False)]) - before == len(shapes), sync.last_error
give(single=single.seconds * len(shapes) / 100, single_queries=single.queries / 100,
     single_cpu=single.cpu * len(shapes) / 100, batch_cpu=batch.cpu, imported_cpu=imported.cpu,
     batch=batch.seconds, batch_queries=batch.queries / len(shapes),
     imported=imported.seconds, imported_queries=imported.queries / len(shapes), peak=peak_mib())
"""


def shapes(sandbox, ids: list[str]) -> list[list[tuple[str, int, float]]]:
    """Return what orders hold as [(SKU, pieces, price)], for plain Odoo to make the same lines."""
    wanted = set(ids)
    result = []
    for order in sandbox.state()["orders"]:
        if order["salesOrderId"] in wanted:
            items = order["positionItems"]
            prices = [(i.get("itemValueReducedGrossPrice") or i["itemValueGrossPrice"])["amount"] for i in items]
            lines = Counter((i["product"]["sku"], price) for i, price in zip(items, prices, strict=True))
            result.append([(sku, pieces, price) for (sku, price), pieces in lines.items()])
    return result


def main() -> bool:
    """Run the benchmark; return whether it keeps the budget."""
    with running_environment() as bench:
        bench.sandbox.make_orders(count=20)
        bench.figures("env['otto.sync'].search([('flow', '=', 'orders')])._run(); give()")
        ids = bench.sandbox.make_orders(count=ORDERS // 2, pieces=2) + bench.sandbox.make_orders(
            count=ORDERS // 2, pieces=3
        )
        orders = shapes(bench.sandbox, ids)
        with step(f"{ORDERS} orders, three ways"):
            found = bench.figures(SCRIPT.format(shapes=orders))
    floor = found["batch"]
    rows = [
        (
            name,
            f"{found[key]:.1f}",
            f"{floor / found[key]:.2f}",
            f"{found[key + '_cpu']:.1f}",
            f"{found['batch_cpu'] / found[key + '_cpu']:.2f}",
            f"{found[key + '_queries']:.1f}",
        )
        for name, key in (("Odoo, one by one", "single"), ("Odoo, one batch", "batch"), ("import", "imported"))
    ]
    table(rows, (f"{ORDERS} orders", "seconds", "speed / batch", "CPU s", "CPU speed / batch", "queries / order"))
    print(f"  peak memory {found['peak']} MiB")
    fast = found["batch_cpu"] / found["imported_cpu"] >= LEAST_SPEED
    few = found["imported_queries"] <= MOST_QUERIES
    return fast and few
