"""From 19.0.1.1.0: what got another name keeps its data (names in docs/glossary.md)."""

from odoo.tools import SQL
from odoo.tools.sql import column_exists, rename_column, table_exists

MODULE = "otto_market_connector"
# Of `sale.order`; those without a column are computed.
FIELDS = {
    "otto_outbound_state": "otto_report_state",
    "otto_outbound_message": "otto_report_message",
    "otto_told_on": "otto_cancel_sent_on",
    "otto_cancel_told": "otto_cancel_is_reported",
}
FLOWS = {"outbound": "fulfilment", "products": "catalogue"}
KINDS = {"outbound": "report"}
# What each flow noted in the one column `reconciled_on` has columns of their own now.
NOTED = {"catalogue": "read_all_on", "stock": "compared_on", "fulfilment": "followed_up_on"}


def migrate(cr, _version):
    """Called by Odoo before the update of an installed add-on."""
    rename_fields(cr)
    rename_unimported_items(cr)
    rename_values(cr)
    split_notes(cr)


def rename_fields(cr):
    """Rename columns, fields with their external ids, and what people saved about them."""
    for old, new in FIELDS.items():
        if column_exists(cr, "sale_order", old):
            rename_column(cr, "sale_order", old, new)
        cr.execute("UPDATE ir_model_fields SET name = %s WHERE model = 'sale.order' AND name = %s", (new, old))
        rename_external_ids(cr, f"sale_order__{old}", f"sale_order__{new}")
        for column in ("domain", "context", "sort"):
            replace_in(cr, "ir_filters", column, old, new)
        replace_in(cr, "ir_exports_line", "name", old, new)
        replace_in_views(cr, old, new)


def rename_unimported_items(cr):
    """Rename `otto.held.piece`, which 19.0.1.0.0 did not have yet."""
    if not table_exists(cr, "otto_held_piece"):
        return
    cr.execute("ALTER TABLE otto_held_piece RENAME TO otto_unimported_item")
    cr.execute("ALTER SEQUENCE IF EXISTS otto_held_piece_id_seq RENAME TO otto_unimported_item_id_seq")
    cr.execute("SELECT conname FROM pg_constraint WHERE conrelid = 'otto_unimported_item'::regclass")
    for [name] in cr.fetchall():
        if name.startswith("otto_held_piece"):
            names = SQL.identifier(name), SQL.identifier(name.replace("otto_held_piece", "otto_unimported_item"))
            cr.execute(SQL("ALTER TABLE otto_unimported_item RENAME CONSTRAINT %s TO %s", *names))
    cr.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'otto_unimported_item'")
    for [name] in cr.fetchall():
        if "otto_held_piece" in name:
            names = SQL.identifier(name), SQL.identifier(name.replace("otto_held_piece", "otto_unimported_item"))
            cr.execute(SQL("ALTER INDEX %s RENAME TO %s", *names))
    for table in ("ir_model", "ir_model_fields"):
        cr.execute(
            SQL("UPDATE %s SET model = 'otto.unimported.item' WHERE model = 'otto.held.piece'", SQL.identifier(table))
        )
    rename_external_ids(cr, "otto_held_piece", "otto_unimported_item")


def rename_values(cr):
    """Rename flows and kinds of issues."""
    for old, new in FLOWS.items():
        cr.execute("UPDATE otto_sync SET flow = %s WHERE flow = %s", (new, old))
        cr.execute("UPDATE otto_issue SET external_id = %s WHERE kind = 'connection' AND external_id = %s", (new, old))
        rename_selection(cr, "otto.sync", "flow", old, new)
    for old, new in KINDS.items():
        cr.execute("UPDATE otto_issue SET kind = %s WHERE kind = %s", (new, old))
        rename_selection(cr, "otto.issue", "kind", old, new)


def rename_selection(cr, model, field, old, new):
    """Rename a value of a selection with its external id, and where people filter by it."""
    cr.execute(
        """
        UPDATE ir_model_fields_selection selection SET value = %s
          FROM ir_model_fields field
         WHERE field.id = selection.field_id AND field.model = %s AND field.name = %s AND selection.value = %s
        """,
        (new, model, field, old),
    )
    prefix = f"selection__{model.replace('.', '_')}__{field}__"
    rename_external_ids(cr, prefix + old, prefix + new)
    for quote in "'\"":
        cr.execute(
            "UPDATE ir_filters SET domain = replace(domain, %s, %s) WHERE model_id = %s",
            (f"{quote}{old}{quote}", f"{quote}{new}{quote}", model),
        )


def split_notes(cr):
    """Give each flow's moment its own column; a run of prices that was cut off goes on where it stopped."""
    for column in NOTED.values():
        cr.execute(
            SQL("ALTER TABLE otto_sync ADD COLUMN IF NOT EXISTS %s timestamp without time zone", SQL.identifier(column))
        )
    cr.execute("ALTER TABLE otto_sync ADD COLUMN IF NOT EXISTS price_cursor integer")
    for flow, column in NOTED.items():
        cr.execute(
            SQL(
                "UPDATE otto_sync SET %s = reconciled_on, reconciled_on = NULL WHERE flow = %s",
                SQL.identifier(column),
                flow,
            )
        )
    if column_exists(cr, "otto_sync", "stage_cursor"):
        cr.execute(
            """
            UPDATE otto_sync SET price_cursor = stage_cursor::integer, stage_cursor = NULL
             WHERE flow = 'prices' AND stage_cursor ~ '^[0-9]+$'
            """
        )


def rename_external_ids(cr, old, new):
    """Rename the part `old` of the add-on's external ids."""
    cr.execute(
        "UPDATE ir_model_data SET name = replace(name, %s, %s) WHERE module = %s AND strpos(name, %s) > 0",
        (old, new, MODULE, old),
    )


def replace_in(cr, table, column, old, new):
    """Replace a field's name, as a whole word, in texts that people saved."""
    cr.execute(
        SQL(
            "UPDATE %(table)s SET %(column)s = regexp_replace(%(column)s, %(word)s, %(new)s, 'g') "
            "WHERE %(column)s ~ %(word)s",
            table=SQL.identifier(table),
            column=SQL.identifier(column),
            word=rf"\m{old}\M",
            new=new,
        )
    )


def replace_in_views(cr, old, new):
    """Replace a field's name in people's own views: with the old one they would stop the update."""
    word = rf"\m{old}\M"
    cr.execute(
        "UPDATE ir_ui_view SET arch_db = regexp_replace(arch_db::text, %s, %s, 'g')::jsonb WHERE arch_db::text ~ %s",
        (word, new, word),
    )
