"""`make setup`: everything that the other commands need. Runs on the machine's own Python, hands over to `.venv`'s."""

import subprocess

from dev import odoo_source, python_environment
from dev.console import run_main, step
from dev.settings import ROOT, RUNTIME, VENV_PYTHON, Problem


def main() -> None:
    """Make the Python environment, get Odoo, prepare the template database; each only when it is not there."""
    try:
        RUNTIME.mkdir(exist_ok=True)
    except OSError as error:
        raise Problem(f"The folder .runtime cannot be made here: {error.strerror}.") from None
    with step("Python environment"):
        python_environment.ensure()
    with step("Odoo 19"):
        odoo_source.ensure()
    if subprocess.run([VENV_PYTHON, "-m", "dev.database"], cwd=ROOT).returncode:
        raise SystemExit(1)


if __name__ == "__main__":
    run_main(main)
