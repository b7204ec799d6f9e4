"""The shops that are updated hold whatever their version can hold; else nobody would see it lost."""

import pytest

# Two shops work, are updated and work again before the first test.
pytestmark = pytest.mark.timeout(1800)


def test_every_column_holds_something(updated):
    empty = [
        f"{table}.{column}"
        for table, column, kind, _choices in updated.before.fields
        if not holds_something(updated.before, table, column, kind)
    ]
    assert not empty, "\n".join(sorted(empty))


def holds_something(shops, table, column, kind):
    """Tell whether a column has a value in a row, a yes-or-no both, a relation a row."""
    if column not in shops.columns[table]:
        # A relation's table, or documents, which Odoo keeps as attachments.
        documents = [row for row in shops.rows("ir_attachment") if row["res_field"] == column]
        return bool(documents if kind == "binary" else shops.tables[column])
    values = [row[column] for row in shops.rows(table)]
    return {bool(value) for value in values} == {True, False} if kind == "boolean" else any(map(_there, values))


def _there(value):
    return value is not None


def test_every_choice_is_taken(updated):
    missing = [
        f"{table}.{column}: {choice}"
        for table, column, _kind, choices in updated.before.fields
        for choice in choices or ()
        if choice not in {row[column] for row in updated.before.rows(table)}
    ]
    assert not missing, "\n".join(sorted(missing))


def test_runs_are_planned_and_people_have_their_own_settings(updated):
    before = updated.before
    flows = {row["cron_id"] for row in before.rows("otto_sync")}
    assert flows & {row["cron_id"] for row in before.rows("ir_cron_trigger")}
    assert {row["active"] for row in before.rows("ir_cron") if row["id"] in flows} == {True, False}
    for table in ("ir_filters", "ir_exports_line", "ir_default", "mail_activity", "mail_tracking_value"):
        assert before.tables[table], table
