"""Booking of 10,000 receipts, against Odoo that creates and posts the same journal entries in batches as large.

The same process, the same lines, partners, accounts and taxes; Odoo is told the tax lines as well, so it computes none.
Nine of ten are invoices of one to three rates, every tenth is a credit note, which the booking reconciles besides.
"""

from bench.harness import running_environment
from dev.console import step, table

RECEIPTS = 10_000
# By the CPU time of the process and by seconds alike, so that what else runs on the machine excuses nothing.
LEAST_SPEED = 0.8
# Queries a receipt, and how much more of them a receipt of the last thousand may take than one of the first.
MOST_QUERIES = 12
MOST_GROWTH = 1.1

SCRIPT = """
from odoo import Command
from odoo.addons.otto_market_connector.models.core.write_guard import as_connector
from odoo.addons.otto_market_connector.models.receipts.const_booking import BOOK_BATCH

channel = env['otto.channel'].search([], limit=1)
channel.write({'book_receipts': True, 'booking_from': '2022-02-01'})
sync = channel._sync('receipts')
model = as_connector(env['otto.receipt'].sudo())
eur = env.ref('base.EUR').id

def values(number):
    credit = number % 10 == 9
    rates = [(19.0, 100.0 + number % 97), (7.0, 50.0 + number % 89)][:1 + number % 2]
    parts = [(rate, gross, round(gross / (1 + rate / 100), 2)) for rate, gross in rates]
    amounts = [{'tax_type': 'VAT', 'tax_rate': rate, 'gross': gross, 'net': net, 'tax': round(gross - net, 2)}
               for rate, gross, net in parts]
    gross = sum(part['gross'] for part in amounts)
    return {
        'channel_id': channel.id, 'kind': 'refund' if credit else 'purchase',
        'number': f"{'E' if credit else 'R'}-DE-123456789-2026-{number}",
        'created_on': f'2026-{1 + min(number * 9 // @RECEIPTS@, 8):02d}-10 10:00:00', 'order_number': f'b{number}',
        'linked_number': f'R-DE-123456789-2026-{number - 1}' if credit else False,
        'currency_id': eur, 'amount_gross': gross, 'amount_due': gross,
        'line_ids': [Command.create({'line_type': 'item', 'quantity': 1, **part}) for part in amounts],
        'total_ids': [Command.create(part) for part in amounts]}

def make(first, count):
    for start in range(first, first + count, 1000):
        receipts = model.create([values(number) for number in range(start, min(start + 1000, first + count))])
        by_number = {receipt.number: receipt for receipt in receipts}
        for receipt in receipts.filtered('linked_number'):
            receipt.linked_id = by_number.get(receipt.linked_number)
        env.cr.commit()

def book():
    sync._lock()
    sync._flow()._book()
    env.cr.commit()

def plain(moves):
    '''What Odoo needs to make the same entries: their values, with tax lines and tags.'''
    found = []
    for move in moves:
        found.append({
            'move_type': 'entry', 'journal_id': journal.id, 'date': move.date, 'ref': move.ref,
            'partner_id': move.partner_id.id, 'line_ids': [Command.create({
                'name': line.name, 'account_id': line.account_id.id, 'partner_id': line.partner_id.id,
                'balance': line.balance, 'amount_currency': line.amount_currency, 'currency_id': line.currency_id.id,
                'date_maturity': line.date_maturity, 'tax_base_amount': line.tax_base_amount,
                'tax_ids': [Command.set(line.tax_ids.ids)], 'tax_tag_ids': [Command.set(line.tax_tag_ids.ids)],
                'tax_repartition_line_id': line.tax_repartition_line_id.id}) for line in move.line_ids]})
    return found

def post(all_values):
    for start in range(0, len(all_values), BOOK_BATCH):
        env['account.move'].create(all_values[start:start + BOOK_BATCH])._post(soft=False)
        env.flush_all(); env.cr.commit(); env.invalidate_all()

journal = env['account.journal'].create({'name': 'Plain', 'code': 'PLAIN', 'type': 'general'})
make(100_000, 200)
book()
warm = plain(env['account.move'].search([('otto_receipt_id', '!=', False)]))
post(warm)

make(0, @RECEIPTS@)
with Measure() as first:
    # The first thousand alone, for the growth of the queries.
    rest = model.search([('booking_state', '=', 'none')], order='created_on desc, id desc', limit=@RECEIPTS@ - 1000)
    rest.booking_state = 'reversed'
    env.cr.commit()
prepared = first.seconds
with Measure() as first:
    book()
last_thousand = rest[:1000]
(rest - last_thousand).booking_state = 'due'
with Measure() as middle:
    book()
last_thousand.booking_state = 'due'
with Measure() as last:
    book()
moves = env['account.move'].search([('otto_receipt_id.number', 'like', '-2026-'), ('otto_receipt_booked', '=', True)])
assert len(moves) == @RECEIPTS@ + 200, len(moves)
assert not env['otto.receipt'].search_count([('booking_state', '!=', 'booked')])
same = plain(moves[:@RECEIPTS@])
env.invalidate_all()
with Measure() as odoo:
    post(same)
booked = first.seconds + middle.seconds + last.seconds
give(booked=booked, booked_cpu=first.cpu + middle.cpu + last.cpu, odoo=odoo.seconds, odoo_cpu=odoo.cpu,
     queries=(first.queries + middle.queries + last.queries) / @RECEIPTS@, odoo_queries=odoo.queries / @RECEIPTS@,
     first=first.queries / 1000, last=last.queries / 1000, peak=peak_mib())
"""


def main() -> bool:
    """Run the benchmark; return whether it keeps the budget."""
    with running_environment(articles=1, stocked=0) as bench, step(f"{RECEIPTS} receipts, both ways"):
        found = bench.figures(SCRIPT.replace("@RECEIPTS@", str(RECEIPTS)))
    speed, cpu_speed = found["odoo"] / found["booked"], found["odoo_cpu"] / found["booked_cpu"]
    rows = [
        ("Odoo, the same entries", f"{found['odoo']:.1f}", "1.00", "1.00", f"{found['odoo_queries']:.1f}"),
        ("booking", f"{found['booked']:.1f}", f"{speed:.2f}", f"{cpu_speed:.2f}", f"{found['queries']:.1f}"),
    ]
    table(rows, (f"{RECEIPTS} receipts", "seconds", "speed", "CPU speed", "queries / receipt"))
    print(f"  queries a receipt: the first thousand {found['first']:.1f}, the last thousand {found['last']:.1f}")
    print(f"  peak memory {found['peak']} MiB")
    flat = found["last"] <= found["first"] * MOST_GROWTH
    return min(speed, cpu_speed) >= LEAST_SPEED and found["queries"] <= MOST_QUERIES and flat


if __name__ == "__main__":
    main()
