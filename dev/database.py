"""The template database of a German company, and copies of it."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from dev import oca, postgres
from dev.console import run_main, step
from dev.settings import ADDONS, DATA_DIR, LOGS, ODOO_RC, ROOT, RUNTIME, VENV_PYTHON, Problem, odoo_home, python_path

MODULES = ("sale_management", "sale_stock", "stock_delivery", "l10n_de")

# Add-ons of the tests: what a customer may build on ours.
TEST_ADDONS = "tests/addons"

# Germany is set after `account` is there: set before, it would pull in account_peppol.
PREPARE = """
env['res.lang']._activate_lang('de_DE')
env['ir.module.module'].search([('state', '=', 'installed')])._update_translations(['de_DE'])
company = env.company
germany = env.ref('base.de')
company.partner_id.write({
    'name': 'Muster Handels GmbH', 'street': 'Werkstraße 12', 'zip': '22179', 'city': 'Hamburg',
    'country_id': germany.id, 'vat': 'DE136695976', 'phone': '+49 40 5550100', 'email': 'versand@muster-handel.example',
})
company.write({'name': 'Muster Handels GmbH', 'country_id': germany.id, 'currency_id': env.ref('base.EUR').id})
env['account.chart.template'].try_loading('de_skr03', company, install_demo=False)
env['res.users'].with_context(active_test=False).search([]).partner_id.write({'tz': 'Europe/Berlin'})
env.cr.commit()
"""

# `odoo shell` goes on after an exception; a script of ours must end with an error then.
GUARD = """
import os, sys, traceback
try:
    exec(compile({script!r}, "script", "exec"), globals())
except BaseException:
    traceback.print_exc()
    sys.stderr.flush()
    os._exit(1)

"""


def ensure_template() -> str:
    """Return the name of the template database; make it when there is none for this Odoo and these modules.

    :raises Problem: when Odoo does not come up; names the log.
    """
    recipe = PREPARE + " ".join(MODULES) + _odoo_version()
    name = "otto_template_" + hashlib.sha256(recipe.encode()).hexdigest()[:8]
    if postgres.exists(name):
        return name
    for old in postgres.named_like("otto\\_template\\_%"):
        postgres.drop(old)
    making = "otto_making"
    postgres.drop(making)
    with step("Template database of a German company (once, about a minute)"):
        run_odoo("template", "-d", making, "-i", ",".join(MODULES), "--without-demo", "--stop-after-init")
        shell("template", making, PREPARE)
        _move_files(making, name)
        postgres.rename(making, name)
    return name


def create(database: str) -> None:
    """Make a database as a copy of the template, its stored files with it."""
    _copy(ensure_template(), database)


def create_with_addons(database: str, more: tuple[str, ...] = (), source: Path = ROOT) -> None:
    """Make a database in which both add-ons are installed, and the Odoo modules named beside them.

    The installation is done once for each state of the add-ons' files and copied from then on.

    :param source: the folder of the add-ons, when it is not this repository's (an earlier version of them)
    """
    with _only_one():
        _copy(_ensure_installed(more, source), database)


def _ensure_installed(more: tuple[str, ...], source: Path) -> str:
    """Return the name of a database with the add-ons of a folder installed; make it when there is none."""
    template = ensure_template()
    recipe = (template, *more) if source == ROOT else (template, *more, source.name)
    kind = "otto_installed_" + hashlib.sha256(" ".join(recipe).encode()).hexdigest()[:4]
    name = f"{kind}_{_addons_digest(source)}"
    if not postgres.exists(name):
        for old in postgres.named_like(kind.replace("_", "\\_") + "\\_%"):
            postgres.drop(old)
            shutil.rmtree(filestore(old), ignore_errors=True)
        making = "otto_installing"
        _copy(template, making)
        wanted = ",".join((*ADDONS, *more))
        run_odoo("install", "-d", making, "-i", wanted, "--stop-after-init", "--no-http", addons_option(source))
        _move_files(making, name)
        postgres.rename(making, name)
    return name


def _addons_digest(source: Path) -> str:
    digest = hashlib.sha256()
    for name in (*ADDONS, TEST_ADDONS):
        for path in sorted((source / name).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(str(path.relative_to(source)).encode() + path.read_bytes())
    return digest.hexdigest()[:8]


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Let other commands that run here wait: two must not make the same database."""
    with (RUNTIME / "database.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(source: str, database: str) -> None:
    postgres.copy(source, database)
    target = filestore(database)
    shutil.rmtree(target, ignore_errors=True)
    if filestore(source).exists():
        shutil.copytree(filestore(source), target)


def filestore(database: str) -> Path:
    """Return the folder of a database's stored files."""
    return DATA_DIR / "filestore" / database


def _move_files(source: str, target: str) -> None:
    shutil.rmtree(filestore(target), ignore_errors=True)
    if filestore(source).exists():
        filestore(source).rename(filestore(target))


def _odoo_version() -> str:
    stamp = RUNTIME / "odoo.version"
    return str(odoo_home() or "") or (stamp.read_text() if stamp.exists() else "")


def _addons_path(source: Path) -> str:
    extra = odoo_home() / "addons" if odoo_home() else None
    folders = (python_path() / "odoo" / "addons", extra, source, source / TEST_ADDONS, oca.ADDONS)
    return ",".join(str(folder) for folder in folders if folder and folder.exists())


def addons_option(source: Path) -> str:
    """Return the option of `odoo` that has it take both add-ons from a folder."""
    return f"--addons-path={_addons_path(source)}"


def write_config() -> None:
    """Write the Odoo configuration file; the server's address and the user come from the PG* variables."""
    server = {"db_host": "PGHOST", "db_port": "PGPORT", "db_user": "PGUSER", "db_password": "PGPASSWORD"}
    lines = {
        **{option: os.environ[name] for option, name in server.items() if os.environ.get(name)},
        "addons_path": _addons_path(ROOT),
        "data_dir": DATA_DIR,
        "admin_passwd": "admin",
        "list_db": "True",
        "http_interface": "127.0.0.1",
        "log_level": "warn",
    }
    ODOO_RC.write_text("[options]\n" + "".join(f"{key} = {value}\n" for key, value in lines.items()))
    ODOO_RC.chmod(0o600)


def odoo_environment() -> dict[str, str]:
    """Return the environment variables that a process needs to run or import this Odoo."""
    path = os.pathsep.join(part for part in (str(python_path()), os.environ.get("PYTHONPATH")) if part)
    return {**os.environ, "PYTHONPATH": path, "ODOO_RC": str(ODOO_RC), "PYTHONWARNINGS": "ignore"}


def run_odoo(log: str, *args: str, script: str | None = None) -> str:
    """Run `odoo` with arguments to its end, output into `.runtime/logs/<log>.log`; return the standard output.

    :raises Problem: on a non-zero exit.
    """
    LOGS.mkdir(exist_ok=True)
    path = LOGS / f"{log}.log"
    command = [VENV_PYTHON, "-m", "odoo", *args]
    with path.open("a") as errors:
        result = subprocess.run(
            command, input=script, stdout=subprocess.PIPE, stderr=errors, text=True, env=odoo_environment(), cwd=ROOT
        )
    if result.returncode:
        raise Problem(f"Odoo stopped with an error; the reason is at the end of {path.relative_to(ROOT)}.")
    return result.stdout


def shell(log: str, database: str, script: str, *options: str) -> str:
    """Run a Python script in `odoo shell` on a database; return what it printed.

    :raises Problem: when the script raises.
    """
    quoted = GUARD.format(script=script)
    return run_odoo(log, "shell", "-d", database, "--no-http", *options, script=quoted)


def main() -> None:
    """Start PostgreSQL and make sure that the template database is there."""
    with step("PostgreSQL"):
        postgres.start()
    write_config()
    ensure_template()


if __name__ == "__main__":
    run_main(main)
