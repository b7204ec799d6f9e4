"""What another transaction can cause, and what a flow does about it (R19)."""

import psycopg2

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

# So often something is tried again that met another transaction.
TRIES = 3
# A unique violation means that another transaction made the same record. A connection that is closed, because the
# database goes down, takes the whole transaction with it: nothing that was worked on is to blame.
CONCURRENCY = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, psycopg2.errors.UniqueViolation, psycopg2.InterfaceError)


class SyncBusy(Exception):
    """Another worker holds the row of this flow, or took it between two commits."""


def lock_rows(records):
    """Wait for these records, lock them until the end of the transaction, and have them read again."""
    if records:
        query = "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE"
        records.env.execute_query(SQL(query, SQL.identifier(records._table), tuple(records.ids)))
        records.invalidate_recordset()


def touch_rows(records):
    """Lock these records as `lock_rows` does, and write them: whoever waited, or began before this is committed, begins
    again, and does not go on with what the database looked like before."""
    if records:
        lock_rows(records)
        query = "UPDATE %s SET write_date = write_date WHERE id IN %s"
        records.env.cr.execute(SQL(query, SQL.identifier(records._table), tuple(records.ids)))
