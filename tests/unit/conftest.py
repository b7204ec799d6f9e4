"""The wire packages are tested without Odoo: each add-on's folder goes on the path, `otto_api` and `dhl_api` import."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
for addon in ("otto_market_connector", "delivery_dhl_de"):
    sys.path.insert(0, str(ROOT / addon))

from tests.unit.hostile import Hostile  # noqa: E402 it imports both packages


@pytest.fixture
def serve():
    """Start servers with these answers."""
    servers = []

    def start(*answers):
        servers.append(Hostile(*answers))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
