"""An Odoo process that a test can kill: reads Python expressions from stdin, evaluates each in a transaction of its own
with `env`, commits, and prints the result as JSON. Run by tests/faults/conftest.py."""

import json
import sys


def main() -> None:
    """Serve until stdin ends."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    database = sys.argv[1]
    config.parse_config(["-d", database, "--no-http"])
    registry = Registry(database)
    print("READY", flush=True)
    for line in sys.stdin:
        registry.check_signaling()
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            result = eval(line, {"env": env})  # noqa: S307 the tests' own expressions
        print(json.dumps(result, default=str), flush=True)


if __name__ == "__main__":
    main()
