"""Where things lie and what the environment may override. Standard library only: runs before `.venv` exists."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
RUNTIME = ROOT / ".runtime"
REQUIREMENTS = ROOT / "dev" / "requirements.txt"
ODOO_ROOT = RUNTIME / "odoo"
POSTGRES_DATA = RUNTIME / "postgres"
DATA_DIR = RUNTIME / "data"
ODOO_RC = RUNTIME / "odoo.conf"
LOGS = RUNTIME / "logs"

ADDONS = ("delivery_dhl_de", "otto_market_connector")
DEMO_DB = "otto_demo"
SMOKE_DB = "otto_smoke"
TEST_DB = os.environ.get("OTTO_TEST_DB", "otto_test")
BENCH_DB = "otto_bench"


class Problem(Exception):
    """Something a person must put right; its text is one clear sentence."""


def port(name: str) -> int:
    """Return the TCP port that the environment or the default sets for ODOO_PORT, OTTO_PORT or DHL_PORT.

    :raises Problem: when the variable does not hold a port number.
    """
    default = {"ODOO_PORT": 8069, "OTTO_PORT": 8071, "DHL_PORT": 8072}[name]
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Problem(f"{name} must be a port number between 1 and 65535, not '{text}'.")
    return int(text)


def odoo_home() -> Path | None:
    """Return the folder that ODOO_HOME names (an Odoo 19 checkout to use instead of the downloaded one), or None.

    :raises Problem: when the folder holds no Odoo.
    """
    text = os.environ.get("ODOO_HOME")
    if not text:
        return None
    home = Path(text).expanduser().resolve()
    if not (home / "odoo" / "release.py").exists():
        raise Problem(f"ODOO_HOME is {home}, but there is no Odoo in it (odoo/release.py is missing).")
    return home


def python_path() -> Path:
    """Return the folder to put on PYTHONPATH, so that `import odoo` finds Odoo."""
    return odoo_home() or ODOO_ROOT / "usr" / "lib" / "python3" / "dist-packages"


def external_postgres() -> bool:
    """Tell whether the environment names a PostgreSQL server to use instead of the embedded one."""
    return bool(os.environ.get("PGHOST"))
