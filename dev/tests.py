"""`make test`: all tests; `make test ARGS="tests/odoo -k r9"` runs some.

`OTTO_COVERAGE=1 make test`, as `.ci/run` does, measures their coverage and refuses too little: that takes half as long
again. `ARGS="--coverage tests/unit"` measures some.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from dev import database, measure, postgres
from dev.console import run_main, step
from dev.servers import free_ports
from dev.settings import ODOO_RC, ROOT, RUNTIME, TEST_DB, VENV_PYTHON, Problem
from sandbox.running import running_sandbox

# Need no Odoo in their own process; faults and browser start one.
PLAIN = (
    "tests/unit",
    "tests/contract",
    "tests/sandbox",
    "tests/dev",
    "tests/rpc",
    "tests/faults",
    "tests/update",
    "tests/fresh",
    "tests/browser",
)
# Run inside of Odoo, on a database with both add-ons and these modules of Odoo beside them.
IN_ODOO = {
    "tests/odoo": (),
    "tests/neighbours": (
        "sale_loyalty",
        "mrp",
        "pos_sale",
        "stock_dropshipping",
        "stock_picking_batch",
        "stock_sms",
        "payment_custom",
        "product_expiry",
        "otto_flow_example",
    ),
}
# An option of this command, beside pytest's: measure coverage.
MEASURE = "--coverage"
GATE = "OTTO_COVERAGE"


def main() -> int:
    """Run the tests; return 1 when one failed, or when all of them together run too few lines of the add-ons."""
    start = time.monotonic()
    args = [arg for arg in sys.argv[1:] if arg != MEASURE]
    gate = not args and bool(os.environ.get(GATE))
    measured = gate or len(args) < len(sys.argv) - 1
    more = measure.begin() if measured else {}
    paths = [arg for arg in args if arg.startswith("tests")]
    options = [arg for arg in args if not arg.startswith("tests")]
    plain = _chosen(PLAIN, paths)
    in_odoo = [(chosen, modules) for folder, modules in IN_ODOO.items() if (chosen := _chosen((folder,), paths))]
    if plain:
        _ensure_chromium(plain)
    if in_odoo:
        postgres.start()
        database.write_config()
    codes = _run_side_by_side(plain, in_odoo, options, more) if plain and in_odoo else []
    if not codes:
        codes += [_run_plain(plain, options, more)] if plain else []
        codes += [_run_in_odoo(*part, options, more) for part in in_odoo]
    print(f"\nTests took {time.monotonic() - start:.0f} s.")
    # pytest's code 5: no test was chosen by the options
    failed = any(code not in (0, 5) for code in codes) or all(code == 5 for code in codes)
    # What a part of the tests leaves out says nothing.
    if measured and not measure.end(gate=gate):
        failed = True
    return 1 if failed else 0


def _run_side_by_side(plain: list[str], in_odoo: list, options: list[str], more: dict[str, str]) -> list[int]:
    """Run what needs no Odoo in its own process beside the rest: the one mostly waits, the other computes."""
    with ThreadPoolExecutor(1) as beside, tempfile.TemporaryFile() as output:
        waiting = beside.submit(lambda: [_run_in_odoo(*part, options, more, output=output) for part in in_odoo])
        codes = [_run_plain(plain, options, more)]
        codes += waiting.result()
        output.seek(0)
        sys.stdout.flush()
        sys.stdout.buffer.write(output.read())
        return codes


def _run_plain(paths: list[str], options: list[str], more: dict[str, str]) -> int:
    return _pytest(paths, ["-p", "no:odoo", *options], {**os.environ, **more})


def _chosen(folders: tuple[str, ...], paths: list[str]) -> list[str]:
    if not paths:
        return [folder for folder in folders if (ROOT / folder).exists()]
    return [path for path in paths if path.startswith(folders)]


def _run_in_odoo(
    paths: list[str], modules: tuple[str, ...], options: list[str], more: dict[str, str], output=None
) -> int:
    with step(" ".join(("Test database with both add-ons", *modules))):
        database.create_with_addons(TEST_DB, modules)
    environment = {**database.odoo_environment(), **more}
    rc = RUNTIME / f"odoo-{TEST_DB}.conf"
    rc.write_text(ODOO_RC.read_text() + f"db_name = {TEST_DB}\nhttp_port = {free_ports(1)[0]}\n")
    environment["ODOO_RC"] = str(rc)
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment["PYTHONPATH"]])
    with running_sandbox(orders=0, articles=20, cancel_delay=30) as sandbox:
        environment.update(SANDBOX_OTTO_URL=sandbox.otto_url, SANDBOX_DHL_URL=sandbox.dhl_url)
        return _pytest(paths, ["--odoo-http", *options], environment, output)


def _ensure_chromium(paths: list[str]) -> None:
    """Browser tests need Debian's Chromium; install it where that is possible."""
    if not any(path.startswith("tests/browser") for path in paths) or shutil.which("chromium"):
        return
    if os.geteuid() or not shutil.which("apt-get"):
        raise Problem("The browser tests need Chromium; please install the package chromium.")
    with step("Chromium"):
        subprocess.run(["apt-get", "update", "-qq"], capture_output=True)
        if subprocess.run(["apt-get", "install", "-y", "-qq", "chromium"], capture_output=True).returncode:
            raise Problem("Chromium cannot be installed; please install the package chromium by hand.")


def _pytest(paths: list[str], options: list[str], environment: dict[str, str], output=None) -> int:
    command = [VENV_PYTHON, "-m", "pytest", *paths, *options]
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=output, stderr=output).returncode


if __name__ == "__main__":
    run_main(main)
