"""A shop that is some years old: copies of the orders it has, with all that hangs on them, straight in the database.

Each copy is whole: its pieces, parcels, transfers, returns and receipts belong to the copied order, as those of the
original do.
"""

# Copied with their relations among each other; the condition says which rows.
TABLES = {
    "res_partner": "t.otto_address_key IS NOT NULL",
    "sale_order": "t.otto_channel_id IS NOT NULL",
    "sale_order_line": "t.order_id IN (SELECT id FROM sale_order WHERE otto_channel_id IS NOT NULL)",
    "stock_picking": "t.sale_id IN (SELECT id FROM sale_order WHERE otto_channel_id IS NOT NULL)",
    "stock_move": "t.picking_id IN (SELECT id FROM stock_picking WHERE sale_id IS NOT NULL)",
    "stock_move_line": "t.picking_id IN (SELECT id FROM stock_picking WHERE sale_id IS NOT NULL)",
    "otto_position_item": "TRUE",
    "dhl_booking": "TRUE",
    "otto_parcel": "TRUE",
    "otto_return": "TRUE",
    "otto_return_line": "TRUE",
    "otto_receipt": "TRUE",
    "otto_receipt_line": "TRUE",
    "otto_receipt_total": "TRUE",
}
# The ids of a copy are those of the original plus so much for each copy.
STRIDE = 1_000_000

GROW = """
tables, stride = @TABLES@, @STRIDE@

def rows(query, *values):
    env.cr.execute(query, values)
    return env.cr.fetchall()

def columns(table):
    return [name for (name,) in rows('''SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND table_schema = current_schema AND is_generated = 'NEVER' ''', table)]

def links(table):
    '''Columns that name a row of a copied table.'''
    return {name: to for name, to in rows('''
        SELECT a.attname, c.confrelid::regclass::text FROM pg_constraint c
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
         WHERE c.contype = 'f' AND c.conrelid = %s::regclass''', table) if to in tables}

def keys(table):
    '''Texts that are part of a unique index.'''
    return {name for (name,) in rows('''
        SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
         WHERE i.indrelid = %s::regclass AND i.indisunique AND format_type(a.atttypid, NULL) IN
               ('character varying', 'text')''', table)}

def copied(table, where, name):
    to = links(table)
    if name == 'id':
        return f't.id + n * {stride}'
    if name in to and to[name] not in grown and to[name] != table:
        later.append((table, name))
        return 'NULL::integer'
    if name in to:
        # Who has no copy, such as the company's own contact, is the same for all.
        its = tables[to[name]].replace('t.', 'its.')
        return (f'CASE WHEN EXISTS (SELECT FROM {to[name]} its WHERE its.id = t.{name} AND {its})'
                f' THEN t.{name} + n * {stride} ELSE t.{name} END')
    if name in keys(table) or name in @MARKED@:
        return f't.{name} || chr(45) || n'
    return f't."{name}"'

def grow(table, where):
    names = columns(table)
    values = ', '.join(copied(table, where, name) for name in names)
    listed = ', '.join(f'"{name}"' for name in names)
    env.cr.execute(f'INSERT INTO "{table}" ({listed}) SELECT {values} FROM (SELECT * FROM "{table}" t WHERE {where}'
                   f' AND {"t.id < " + str(stride) if "id" in names else "TRUE"}) t,'
                   ' generate_series(@FIRST@, @LAST@) n')
    return env.cr.rowcount

between = [table for (table,) in rows('''
    SELECT c.conrelid::regclass::text FROM pg_constraint c WHERE c.contype = 'f'
     GROUP BY 1 HAVING count(*) = 2''') if not table.startswith('"') and 'id' not in columns(table)
    and len(links(table)) == 2]
grown, later = {}, []
for table, where in tables.items():
    grown[table] = grow(table, where)
for table, name in later:
    env.cr.execute(f'UPDATE "{table}" t SET "{name}" = o."{name}" + t.id / {stride} * {stride} FROM "{table}" o'
                   f' WHERE t.id >= {stride} AND o.id = t.id % {stride} AND o."{name}" IS NOT NULL')
for table in between:
    grow(table, ' AND '.join(f't.{name} < {stride}' for name in links(table)))
env.cr.commit()
env.cr._cnx.autocommit = True
env.cr.execute('VACUUM ANALYZE')
give(**grown)
"""

# Texts by which a row is looked up without a unique index.
MARKED = ["otto_address_key", "otto_order_number", "tracking_number", "tracking_numbers", "order_number", "number"]


def script(last: int, first: int = 1) -> str:
    """Return Python for Odoo's shell that copies each order and gives the rows it made by table.

    :param last: the number of the last copy
    :param first: that of the first one; lower numbers are taken when the shop has grown before
    """
    found = {"TABLES": TABLES, "STRIDE": STRIDE, "FIRST": first, "LAST": last, "MARKED": MARKED}
    text = GROW
    for name, value in found.items():
        text = text.replace(f"@{name}@", repr(value))
    return text
