"""The wire packages are tested without Odoo: each add-on's folder goes on the path, `otto_api` and `dhl_api` import."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for addon in ("otto_market_connector", "delivery_dhl_de"):
    sys.path.insert(0, str(ROOT / addon))
