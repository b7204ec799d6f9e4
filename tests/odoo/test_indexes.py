"""Whatever is deleted, PostgreSQL looks for what refers to it: without an index it reads a whole table for each row."""

from tests.harness import OttoCase
from tests.odoo.plans import plans

# Deleted hardly ever, and few: a table is read once then.
FEW = {
    "account_account",
    "account_journal",
    "account_tax",
    "delivery_carrier",
    "ir_cron",
    "ir_model",
    "otto_channel",
    "res_company",
    "res_country",
    "res_country_state",
    "res_currency",
    "res_users",
    "stock_location",
    "stock_warehouse",
    "uom_uom",
}
# One row a channel or a kind of something, or of the last hours.
SMALL = {
    "delivery_carrier",
    "dhl_outage",
    "dhl_return_receiver",
    "otto_booking_account",
    "otto_budget",
    "otto_channel",
    "otto_commission",
    "otto_return_location",
    "otto_statement_account",
    "otto_statement_mapping",
    "otto_sync",
}
FOREIGN_KEYS = """
    SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text,
           EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = a.attnum)
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f'
"""
# Tables that grow with the shop; no run may read them from end to end.
GROWING = {
    "dhl_booking",
    "otto_parcel",
    "otto_position_item",
    "otto_receipt",
    "otto_receipt_line",
    "otto_return",
    "otto_return_line",
    "sale_order",
}

# A query through a table that joins two others is planned by how many there are for each, which nobody tells here.
RELATION = '"otto_receipt_line_piece_rel"'


class TestIndexes(OttoCase):
    """Each foreign key of tables that grow has its index."""

    def test_what_refers_to_a_row_is_found_by_an_index(self):
        self.env.cr.execute(FOREIGN_KEYS)
        own = self._own_columns()
        missing = {
            f"{table}.{column} -> {to}"
            for table, column, to, indexed in self.env.cr.fetchall()
            if not indexed and to not in FEW and table not in SMALL and own(table, column)
        }
        self.assertFalse(missing)

    def _own_columns(self):
        """Return a function that tells whether a column is of our add-ons, on a table that keeps its rows."""
        tables = {}
        for model in self.env.values():
            if model._auto and not model._abstract and not model._transient:
                tables.setdefault(model._table, model)
        modules = {"otto_market_connector", "delivery_dhl_de"}

        def own(table, column):
            model = tables.get(table)
            field = model is not None and model._fields.get(column)
            if not field or column in ("create_uid", "write_uid"):
                return False
            return bool(modules & set(field._modules)) or model._original_module in modules

        return own

    def test_what_is_looked_for_is_found_by_an_index(self):
        """With an order from the import to its return: no query needs a whole table where an index is to be had."""
        if self.env.cr._cnx.server_version < 180000:
            self.skipTest("Only PostgreSQL 18 and later let an owner say how large a table is.")
        # An empty table is read whole, whatever indexes it has.
        self._live()
        self._tell_planner_of_many_rows()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        with plans() as found:
            self._live()
        whole = {(table, query) for query, plan in found for table in read_whole(plan) & GROWING}
        self.assertFalse({(table, query[:1500]) for table, query in whole if RELATION not in query})

    def _live(self):
        """An order from the import to its return."""
        order = self.import_orders(1, pieces=2)
        self.validate(order)
        for flow in ("fulfilment", "orders"):
            self.run_flow(flow)
        self.sandbox.announce_return(order.otto_position_ids[:1].mapped("position_id"))
        for flow in ("returns", "receipts", "orders", "returns"):
            self.run_flow(flow)

    def _tell_planner_of_many_rows(self):
        """Have PostgreSQL plan as if there were a million rows: what it chooses for a few says nothing.

        It counts rows by page, and a table keeps the pages of rows that an earlier test took back.
        """
        for table in GROWING:
            self.env.cr.execute(
                "SELECT pg_restore_relation_stats('schemaname', current_schema()::text, 'relname', %(table)s, "
                "'relpages', greatest(pg_relation_size(%(table)s) / current_setting('block_size')::int, 1)::int, "
                "'reltuples', 1000000::real)",
                {"table": table},
            )


def read_whole(plan):
    """Return the tables that a plan of PostgreSQL reads from end to end, by the table itself or by its primary key."""
    is_whole = plan["Node Type"] == "Seq Scan" or (
        plan.get("Index Name", "").endswith("_pkey") and "Index Cond" not in plan
    )
    found = {plan["Relation Name"]} if is_whole and "Relation Name" in plan else set()
    return found.union(*(read_whole(part) for part in plan.get("Plans", ())))
