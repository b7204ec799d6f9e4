"""A running Odoo with both add-ons and a running sandbox behind it, and people who log in to it over RPC."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dev import database, environment, postgres, rpc
from dev.servers import Processes, free_ports
from sandbox.running import RunningSandbox


@dataclass(frozen=True)
class Site:
    """Where everything is; `client` is the administrator's session over RPC."""

    url: str
    database: str
    client: rpc.Client
    sandbox: RunningSandbox

    @property
    def otto_url(self) -> str:
        """The address of the sandbox's OTTO Market."""
        return self.sandbox.otto_url

    def log_in(self, login: str, *groups: str) -> rpc.Client:
        """Return the session of a user who has exactly these groups (external ids); made when there is none."""
        if not self.client.call("res.users", "search_count", [[("login", "=", login)]]):
            ids = [self.ref(group) for group in groups]
            values = {"name": login.title(), "login": login, "password": login, "group_ids": [(6, 0, ids)]}
            self.client.call("res.users", "create", [values])
        return rpc.Client(self.url, self.database, login, login)

    def ref(self, xmlid: str) -> int:
        """Return the id of a record by its external id."""
        return self.client.ref(xmlid)


@contextmanager
def running_site(
    name: str, orders: int, articles: int, *, log: str = "odoo", odoo_options: tuple[str, ...] = (), **options
) -> Iterator[Site]:
    """Run Odoo on a database of its own, with a channel, a carrier and articles with stock.

    :param log: name of Odoo's log
    :param odoo_options: further options of Odoo's command
    """
    ports = free_ports(3)
    otto_url, dhl_url, odoo_url = (f"http://localhost:{port}" for port in ports)
    postgres.start()
    database.write_config()
    with Processes() as processes:
        processes.sandbox(ports[0], ports[1], orders=orders, articles=articles)
        environment.make(name, otto_url, dhl_url, odoo_url, lang=os.environ.get("TOUR_LANG", "en_US"), **options)
        processes.odoo(name, ports[2], *odoo_options, log=log)
        yield Site(odoo_url, name, rpc.Client(odoo_url, name), RunningSandbox(otto_url, dhl_url, 0))
    postgres.drop(name)


@contextmanager
def empty_site(name: str, orders: int, articles: int) -> Iterator[Site]:
    """Run Odoo on a database of a German company in which nobody has activated the add-ons, beside a sandbox."""
    ports = free_ports(3)
    otto_url, dhl_url, odoo_url = (f"http://localhost:{port}" for port in ports)
    postgres.start()
    database.write_config()
    with Processes() as processes:
        processes.sandbox(ports[0], ports[1], orders=orders, articles=articles)
        database.create(name)
        database.shell(name, name, "env['ir.module.module'].update_list(); env.cr.commit()")
        processes.odoo(name, ports[2])
        yield Site(odoo_url, name, rpc.Client(odoo_url, name), RunningSandbox(otto_url, dhl_url, 0))
    postgres.drop(name)
