"""All rows of a database, table by table, and what of them belongs to the add-ons' own files."""

import json
from contextlib import closing
from dataclasses import dataclass, field

from dev import postgres
from dev.settings import ADDONS

# Odoo writes these from the add-ons' code and files, or for itself.
LEFT_OUT = {
    "bus_bus",
    "ir_access",
    "ir_asset",
    "ir_cron_progress",
    "ir_logging",
    "ir_model",
    "ir_model_access",
    "ir_model_constraint",
    "ir_model_data",
    "ir_model_fields",
    "ir_model_fields_selection",
    "ir_model_inherit",
    "ir_model_relation",
    "ir_module_module",
    "ir_module_module_dependency",
    "ir_profile",
    "ir_ui_menu_group_rel",
    "ir_ui_view_group_rel",
    "rule_group_rel",
}
LEFT_OUT_COLUMNS = {"write_date", "write_uid"}
# After each update Odoo plans to tidy up.
LEFT_OUT_ROWS = {
    "ir_cron_trigger": "cron_id IN (SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'autovacuum_job')"
}
ACTION_TABLES = {
    "ir.actions.act_window": "ir_act_window",
    "ir.actions.act_window.view": "ir_act_window_view",
    "ir.actions.act_url": "ir_act_url",
    "ir.actions.client": "ir_act_client",
    "ir.actions.report": "ir_act_report_xml",
    "ir.actions.server": "ir_act_server",
}
# Columns and relations of the add-ons, and the choices that they add; wizards keep nothing.
FIELDS = """
    SELECT field.model, COALESCE(field.relation_table, field.name), field.ttype,
           array_agg(choice.value) FILTER (WHERE choice.value IS NOT NULL)
      FROM ir_model_fields field
      JOIN ir_model model ON model.id = field.model_id AND NOT model.transient
      JOIN ir_model_data data ON data.model = 'ir.model.fields' AND data.res_id = field.id AND data.module IN %(addons)s
 LEFT JOIN (ir_model_fields_selection choice
            JOIN ir_model_data origin ON origin.model = 'ir.model.fields.selection' AND origin.res_id = choice.id
                                     AND origin.module IN %(addons)s) ON choice.field_id = field.id
     WHERE field.store AND field.ttype != 'one2many' AND field.name NOT IN ('id', 'write_date', 'write_uid')
  GROUP BY field.id
"""
COLUMNS = """
    SELECT t.table_name, array_agg(c.column_name::text ORDER BY c.column_name)
      FROM information_schema.tables t JOIN information_schema.columns c USING (table_schema, table_name)
     WHERE t.table_schema = 'public' AND t.table_type = 'BASE TABLE'
  GROUP BY t.table_name
"""


@dataclass
class Snapshot:
    """What a database holds.

    :ivar tables: rows by table and key: the id, or the row itself where there is none
    :ivar columns: names of the columns by table
    :ivar from_files: (table, id) of the records that an update writes again from the add-ons' files
    :ivar of_addons: (table, id) of all records that came from the add-ons' files
    :ivar xmlids: model and id of the add-ons' external ids
    :ivar fields: (table, column or table of a relation, type, choices) of the add-ons' fields
    """

    tables: dict[str, dict] = field(default_factory=dict)
    columns: dict[str, set[str]] = field(default_factory=dict)
    from_files: set[tuple[str, int]] = field(default_factory=set)
    of_addons: set[tuple[str, int]] = field(default_factory=set)
    xmlids: dict[str, tuple[str, int]] = field(default_factory=dict)
    fields: list[tuple[str, str, str, list[str] | None]] = field(default_factory=list)

    def rows(self, table: str) -> list[dict]:
        """Return the rows of a table."""
        return list(self.tables[table].values())


def take(database: str) -> Snapshot:
    """Read all of a database that nobody writes to."""
    snapshot = Snapshot()
    with closing(postgres.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        for table, columns in sorted(cursor.fetchall()):
            if table not in LEFT_OUT and not table.startswith("orm_signaling"):
                snapshot.columns[table] = set(columns) - LEFT_OUT_COLUMNS
                snapshot.tables[table] = _rows(cursor, table)
        _read_external_ids(cursor, snapshot)
        cursor.execute(FIELDS, {"addons": ADDONS})
        own = [(table_of(model), *values) for model, *values in cursor.fetchall()]
        # Abstract models have no table.
        snapshot.fields = [values for values in own if values[0] in snapshot.tables]
    return snapshot


def query(database: str, statement: str, *values) -> list[tuple]:
    """Return the rows that a statement finds."""
    with closing(postgres.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()


def table_of(model: str) -> str:
    """Return the table of a model."""
    return ACTION_TABLES.get(model, model.replace(".", "_"))


def _rows(cursor, table: str) -> dict:
    left_out = LEFT_OUT_ROWS.get(table, "FALSE")
    cursor.execute(f'SELECT * FROM ONLY "{table}" WHERE ({left_out}) IS NOT TRUE')  # noqa: S608 names from the database
    names = [column.name for column in cursor.description]
    rows = {}
    for values in cursor.fetchall():
        row = {name: _plain(value) for name, value in zip(names, values, strict=True) if name not in LEFT_OUT_COLUMNS}
        rows[row["id"] if "id" in row else _unique(rows, row)] = row
    return rows


def _plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


def _unique(rows: dict, row: dict) -> tuple[str, int]:
    text, number = json.dumps(row, sort_keys=True, default=str), 0
    while (text, number) in rows:
        number += 1
    return text, number


def _read_external_ids(cursor, snapshot: Snapshot) -> None:
    cursor.execute(
        "SELECT module || '.' || name, model, res_id, noupdate FROM ir_model_data WHERE module IN %s", [ADDONS]
    )
    for xmlid, model, res_id, noupdate in cursor.fetchall():
        record = (table_of(model), res_id)
        snapshot.of_addons.add(record)
        if not noupdate:
            snapshot.from_files.add(record)
        if model.split(".")[:2] != ["ir", "model"] and model != "ir.ui.view":
            snapshot.xmlids[xmlid] = (model, res_id)
