"""`make test`: all tests; `make test ARGS="tests/odoo -k r9"` runs some.

All tests run in several pytest processes, four at a time: two run those inside of Odoo piece by piece, each in a
database of its own, and two groups of those without Odoo in their own process, which mostly wait. What each of them
said is shown when it has ended, and stays in `.runtime/logs`.

`OTTO_COVERAGE=1 make test`, as `.ci/run` does, measures their coverage and refuses too little: that takes half as long
again. `ARGS="--coverage tests/unit"` measures some.
"""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import BinaryIO, NamedTuple

from dev import clock, database, measure, oca, postgres
from dev.console import run_main, step
from dev.servers import free_ports
from dev.settings import ODOO_RC, ROOT, RUNTIME, TEST_DB, VENV_PYTHON, Problem
from sandbox.running import running_sandbox

# Need no Odoo in their own process; most of these groups start one. The longest come first.
PLAIN = (
    ("tests/update", "tests/fresh"),
    ("tests/browser",),
    ("tests/rpc", "tests/faults"),
    ("tests/unit", "tests/contract", "tests/sandbox", "tests/dev"),
    ("tests/soak",),
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
    "tests/datev": ("datev_export_dtvf", "account_statement_import_sheet_file"),
}
# Odoo's http server and a database each.
STREAMS = 2
# A whole folder is cut into so many pieces; whichever stream is free takes the next, so that both end together.
PIECES = 6
# A folder of fewer files is cut into one for each stream.
LARGE = 30
# So many processes run at once.
AT_ONCE = 4
# These need add-ons of the OCA, and are left out where these cannot be fetched.
WITH_OCA = "tests/datev"
# An option of this command, beside pytest's: measure coverage.
MEASURE = "--coverage"
GATE = "OTTO_COVERAGE"


class Part(NamedTuple):
    """Tests that run in one process inside of Odoo: files, and Odoo's modules beside both add-ons."""

    paths: list[str]
    modules: tuple[str, ...]


def main() -> int:
    """Run the tests; return 1 when one failed, or when all of them together run too few lines of the add-ons."""
    clock.move()
    start = time.monotonic()
    args = [arg for arg in sys.argv[1:] if arg != MEASURE]
    gate = not args and bool(os.environ.get(GATE))
    measured = gate or len(args) < len(sys.argv) - 1
    more = measure.begin() if measured else {}
    paths = [arg for arg in args if arg.startswith("tests")]
    options = [arg for arg in args if not arg.startswith("tests")]
    plain = [chosen for folders in PLAIN if (chosen := _chosen(folders, paths))]
    in_odoo = [Part(chosen, modules) for folder, modules in IN_ODOO.items() if (chosen := _chosen((folder,), paths))]
    _ensure_chromium([path for group in plain for path in group])
    in_odoo = [part for part in in_odoo if _can_run(part.paths)]
    if in_odoo:
        postgres.start()
        database.write_config()
    pieces = deque(in_pieces(in_odoo) if plain else in_odoo)
    streams = min(STREAMS if plain else 1, len(pieces))
    jobs = [functools.partial(_run_stream, number, pieces, options, more) for number in range(streams)]
    jobs += [functools.partial(_run_plain, group, options, more) for group in plain]
    codes = _run_side_by_side(jobs)
    print(f"\nTests took {time.monotonic() - start:.0f} s.")
    # pytest's code 5: no test was chosen by the options
    failed = any(code not in (0, 5) for code in codes) or all(code == 5 for code in codes)
    # What a part of the tests leaves out says nothing.
    if measured and not measure.end(gate=gate):
        failed = True
    return 1 if failed else 0


def in_pieces(parts: list[Part]) -> list[Part]:
    """Cut parts into pieces of about equal length, by the size of their files."""
    pieces = []
    for part in parts:
        files = sorted((file for chosen in part.paths for file in _test_files(chosen)), key=_size, reverse=True)
        cut: list[list[str]] = [[] for _ in range(PIECES if len(files) > LARGE else STREAMS)]
        lengths = [0] * len(cut)
        for path in files:
            shortest = lengths.index(min(lengths))
            cut[shortest].append(path)
            lengths[shortest] += _size(path)
        pieces += [Part(sorted(chosen), part.modules) for chosen in cut if chosen]
    return pieces


def _test_files(path: str) -> list[str]:
    place = ROOT / path
    return [str(file.relative_to(ROOT)) for file in place.rglob("test_*.py")] if place.is_dir() else [path]


def _size(path: str) -> int:
    return (ROOT / path.partition("::")[0]).stat().st_size


def _run_side_by_side(jobs: list[Callable[..., list[int]]]) -> list[int]:
    """Run jobs side by side, and show what each said when it has ended; one alone is shown while it runs.

    :param jobs: functions of the file to write to, None: the terminal
    :return: pytest's exit codes
    """
    if len(jobs) == 1:
        return jobs[0](None)
    codes = []
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        outputs = [stack.enter_context(_log(number)) for number, _job in enumerate(jobs, 1)]
        running = {pool.submit(job, output): output for job, output in zip(jobs, outputs, strict=True)}
        for ended in as_completed(running):
            codes += ended.result()
            output = running[ended]
            output.seek(0)
            sys.stdout.flush()
            shutil.copyfileobj(output, sys.stdout.buffer)
            sys.stdout.flush()
    return codes


def _log(number: int) -> BinaryIO:
    place = RUNTIME / "logs" / f"tests-{number}.log"
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.open("w+b")


def _run_stream(
    number: int, pieces: deque[Part], options: list[str], more: dict[str, str], output: BinaryIO | None
) -> list[int]:
    """Run one piece after the other, until no stream has any left."""
    codes = []
    while True:
        try:
            part = pieces.popleft()
        except IndexError:
            return codes
        codes.append(_run_in_odoo(part, f"{TEST_DB}_{number}" if number else TEST_DB, options, more, output))


def _run_plain(paths: list[str], options: list[str], more: dict[str, str], output: BinaryIO | None) -> list[int]:
    return [_pytest(paths, ["-p", "no:odoo", *options], {**os.environ, **more}, output)]


def _can_run(paths: list[str]) -> bool:
    """Tell whether tests have what they need; those beside add-ons of the OCA have these fetched."""
    if not paths[0].startswith(WITH_OCA):
        return True
    with step("Add-ons of the OCA"):
        there = oca.ensure() is not None
    if not there:
        print(f"  {WITH_OCA} is left out: its add-ons cannot be fetched.")
    return there


def _chosen(folders: tuple[str, ...], paths: list[str]) -> list[str]:
    if not paths:
        return [folder for folder in folders if (ROOT / folder).exists()]
    return [path for path in paths if path.startswith(folders)]


def _run_in_odoo(
    part: Part, name: str, options: list[str], more: dict[str, str], output: BinaryIO | None = None
) -> int:
    with step(" ".join(("Test database with both add-ons", *part.modules))):
        database.create_with_addons(name, part.modules)
    environment = {**database.odoo_environment(), **more}
    rc = RUNTIME / f"odoo-{name}.conf"
    rc.write_text(ODOO_RC.read_text() + f"db_name = {name}\nhttp_port = {free_ports(1)[0]}\n")
    environment["ODOO_RC"] = str(rc)
    environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), environment["PYTHONPATH"]])
    with running_sandbox(orders=0, articles=20, cancel_delay=30) as sandbox:
        environment.update(SANDBOX_OTTO_URL=sandbox.otto_url, SANDBOX_DHL_URL=sandbox.dhl_url)
        return _pytest(part.paths, ["--odoo-http", *options], environment, output)


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
