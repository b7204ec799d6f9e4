"""How PostgreSQL answers the queries of a block, as it says itself."""

import json
from contextlib import contextmanager
from unittest.mock import patch

from odoo.sql_db import Cursor


@contextmanager
def plans(*, analyze=False):
    """Give a list that grows with each SELECT of a block: (query, plan as a dict).

    :param analyze: run each query once more, to count the rows that it reads
    """
    found, execute = [], Cursor.execute
    options_of_plan = "ANALYZE, FORMAT JSON" if analyze else "FORMAT JSON"

    def explained(cursor, query, params=None, **options):
        text = cursor._obj.mogrify(getattr(query, "code", query), getattr(query, "params", params)).decode()
        if text.lstrip().startswith("SELECT") and "FOR UPDATE" not in text and "FOR NO KEY" not in text:
            cursor._obj.execute(f"EXPLAIN ({options_of_plan}) {text.replace('%', '%%')}", ())
            [(plan,)] = cursor._obj.fetchall()
            plan = json.loads(plan) if isinstance(plan, str) else plan
            found.append((text, plan[0]["Plan"]))
        return execute(cursor, query, params, **options)

    with patch.object(Cursor, "execute", explained):
        yield found
