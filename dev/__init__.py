"""The local runtime: gets Odoo, starts PostgreSQL, makes databases, runs demo, smoke and tests."""
