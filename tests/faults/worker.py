"""Odoo processes that tests can kill. One process loads Odoo and listens on a socket; whoever connects gets a process
of his own, forked from it. That one reads Python expressions, evaluates each with `env` in a transaction of its own,
which is repeated and committed as Odoo does with a request, and answers with JSON: the value, or the words in which
Odoo refused. Run by tests/faults/conftest.py."""

import json
import os
import signal
import socket
import sys
from functools import partial


def main() -> None:
    """Load Odoo on the database of the first argument, then listen on the path of the second."""
    from odoo import sql_db
    from odoo.modules.registry import Registry
    from odoo.tools import config

    database, path = sys.argv[1:]
    config.parse_config(["-d", database, "--no-http"])
    registry = Registry(database)
    # A forked process must not share the connections of its parent.
    sql_db.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        print("READY", flush=True)
        while True:
            connection, _address = server.accept()
            if not os.fork():
                server.close()
                serve(registry, connection)
                os._exit(0)
            connection.close()


def serve(registry, connection) -> None:
    """Evaluate what comes until the other side closes."""
    from odoo import SUPERUSER_ID, api
    from odoo.exceptions import UserError
    from odoo.service.model import retrying

    lines = connection.makefile("rw")
    print(os.getpid(), file=lines, flush=True)
    for line in lines:
        registry.check_signaling()
        try:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                result = retrying(partial(eval, line, {"env": env}), env)
        except UserError as error:
            result = {"refused": str(error)}
        print(json.dumps(result, default=str), file=lines, flush=True)


if __name__ == "__main__":
    main()
