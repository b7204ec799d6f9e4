"""Every plain column of a landed version's tables gets a value, whatever its code would say."""

import base64
import json
from datetime import datetime, timedelta

from odoo.tools import SQL

MOMENT = datetime(2026, 2, 3, 4, 5, 6)
PLAIN = ("char", "text", "integer", "float", "monetary", "boolean", "datetime", "json", "selection", "binary")


def fill(env, records, *left_out, only="") -> None:
    """Give every plain column of records a value, with different ones from row to row, each choice at least once.

    :param left_out: names of fields that keep what they have
    :param only: what the names of the filled fields begin with
    """
    own = [
        field
        for field in records._fields.values()
        if field.store and field.column_type and field.type in PLAIN and not field.related and field.name[0] != "_"
    ]
    chosen = [
        field
        for field in own
        if field.name.startswith(only) and field.name not in (*left_out, "create_date", "write_date", "id")
    ]
    for place, record in enumerate(records):
        update(env, record, {field.name: sample(env, field, place) for field in chosen})


def sample(env, field, place):
    """Return a value for a column of the row at a place."""
    if field.type == "selection":
        choices = field.get_values(env)
        return choices[place % len(choices)]
    return {
        "boolean": place % 2 == 0,
        "integer": 3 + place,
        "float": 1.25 + place,
        "monetary": 2.5 + place,
        "datetime": MOMENT + timedelta(days=place),
        "json": json.dumps({"Größe": ["ä", place]}),
        "binary": base64.b64encode(b"label %d" % place),
    }.get(field.type, f"{field.name} äß€ {place}")


def update(env, records, values) -> None:
    """Write columns in the database itself."""
    env.flush_all()
    for name, value in values.items():
        query = SQL(
            "UPDATE %s SET %s = %s WHERE id IN %s",
            SQL.identifier(records._table),
            SQL.identifier(name),
            value,
            tuple(records.ids),
        )
        env.cr.execute(query)
    env.invalidate_all()
