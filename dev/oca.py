"""Add-ons of the OCA that tests try as neighbours. Fetched as wheels when such a test runs; never a dependency."""

import subprocess
import zipfile
from pathlib import Path

from dev.settings import RUNTIME, VENV_PYTHON

# With what they need of each other; Odoo itself is there already.
WHEELS = (
    "odoo-addon-date_range==19.0.1.0.1",
    "odoo-addon-datev_export==19.0.1.0.0.2",
    "odoo-addon-datev_export_dtvf==19.0.1.0.0.3",
    "odoo-addon-account_statement_base==19.0.1.0.1",
    "odoo-addon-account_statement_import_base==19.0.1.0.0.8",
    "odoo-addon-account_statement_import_file==19.0.1.0.0.5",
    "odoo-addon-account_statement_import_sheet_file==19.0.2.0.2",
)
FOLDER = RUNTIME / "oca"
# Where the wheels have their add-ons.
ADDONS = FOLDER / "odoo" / "addons"


def ensure() -> Path | None:
    """Return the folder of the add-ons; fetch them when they are not there. None: they cannot be fetched."""
    stamp = FOLDER / "wheels.txt"
    if stamp.exists() and stamp.read_text() == " ".join(WHEELS):
        return ADDONS
    command = [VENV_PYTHON, "-m", "pip", "download", "--no-deps", "--quiet", "--dest", FOLDER / "wheels", *WHEELS]
    if subprocess.run(command, capture_output=True).returncode:
        return None
    for wheel in (FOLDER / "wheels").glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(FOLDER)
    stamp.write_text(" ".join(WHEELS))
    return ADDONS
