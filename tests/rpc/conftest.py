"""People at their clients: real sessions over RPC with a running Odoo server."""

import pytest

from tests.live import running_site

PEOPLE = {
    "warehouse": ("stock.group_stock_user",),
    "sales": ("sales_team.group_sale_salesman_all_leads",),
    "otto": ("otto_market_connector.group_otto_user",),
    "administrator": (
        "base.group_system",
        "sales_team.group_sale_manager",
        "stock.group_stock_manager",
        "account.group_account_manager",
    ),
}


@pytest.fixture(scope="session")
def site():
    """Odoo with both add-ons, a channel, a carrier and articles."""
    with running_site("otto_rpc", orders=0, articles=12) as running:
        yield running


@pytest.fixture(scope="session")
def people(site):
    """The sessions of the people by what they do; each has exactly the rights of that work."""
    return {name: site.log_in(name, *groups) for name, groups in PEOPLE.items()}


@pytest.fixture
def make_order(site):
    """A function that has OTTO make an order, imports it and returns it as the administrator reads it."""

    def make(**options):
        otto_id = site.sandbox.make_orders(count=1, **options)[0]
        site.client.run_flow("orders")
        return read_order(site, otto_id)

    return make


def read_order(site, otto_id: str) -> dict:
    """Return an order as the administrator reads it."""
    fields = ["name", "state", "picking_ids", "order_line", "otto_order_id", "otto_status", "otto_report_state"]
    return site.client.call("sale.order", "search_read", [[("otto_order_id", "=", otto_id)]], fields=fields)[0]
