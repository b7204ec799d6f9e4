"""What goes wrong with the runtime is one clear sentence and exit code 1, never a traceback."""

import os
import re
import shutil
import socket
import subprocess
import sys

import pytest

from dev.settings import ROOT


def run(*module, **environment):
    """Run a command of dev with variables of its own; return (exit code, everything it said)."""
    result = subprocess.run(
        [sys.executable, "-m", *module], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
    )
    return result.returncode, result.stdout + result.stderr


def assert_one_sentence(outcome, words):
    code, text = outcome
    assert code == 1, text
    assert "Traceback" not in text
    assert re.search(words, text), text


@pytest.mark.parametrize("name", ["ODOO_PORT", "OTTO_PORT", "DHL_PORT"])
def test_port_taken(name):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        others = {"ODOO_PORT": "18069", "OTTO_PORT": "18071", "DHL_PORT": "18072", name: str(number)}
        assert_one_sentence(run("dev.demo", **others), f"Port {number} is taken.*{name}")


@pytest.mark.parametrize("value", ["eighty", "0", "70000"])
def test_port_that_is_none(value):
    assert_one_sentence(run("dev.demo", ODOO_PORT=value), "ODOO_PORT must be a port number")


def test_odoo_home_without_odoo(tmp_path):
    assert_one_sentence(run("dev.setup", ODOO_HOME=str(tmp_path)), "ODOO_HOME is .* no Odoo in it")


def test_postgres_that_is_not_there():
    outcome = run("dev.database", PGHOST="127.0.0.1", PGPORT="1", PGUSER="odoo")
    assert_one_sentence(outcome, "PostgreSQL cannot be reached")


def get_odoo(folder, more="", **environment):
    """Have Odoo downloaded into an empty folder by the command's own code, in a process of its own."""
    script = (
        "import shutil\n"
        "from pathlib import Path\n"
        "from dev import odoo_source\n"
        "from dev.console import run_main\n"
        f"folder = Path({str(folder)!r})\n"
        "odoo_source.RUNTIME, odoo_source.ODOO_ROOT = folder, folder / 'odoo'\n"
        "odoo_source.APT, odoo_source.STAMP = folder / 'apt', folder / 'odoo.version'\n"
        f"{more}\n"
        "run_main(odoo_source.ensure)"
    )
    names = {key: value for key, value in os.environ.items() if key != "ODOO_HOME"}
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env={**names, **environment}, capture_output=True, text=True
    )
    return result.returncode, result.stdout + result.stderr


def test_no_apt_and_no_odoo_home(tmp_path):
    assert_one_sentence(get_odoo(tmp_path, PATH=str(tmp_path)), "no apt here.*ODOO_HOME")


@pytest.mark.skipif(not shutil.which("apt-get"), reason="there is no apt here")
def test_no_disk(tmp_path):
    full = "shutil.disk_usage = lambda path: shutil._ntuple_diskusage(10, 10, 0)"
    assert_one_sentence(get_odoo(tmp_path, full), "3 GB of free disk space")


@pytest.mark.skipif(not shutil.which("apt-get"), reason="there is no apt here")
def test_no_network(tmp_path):
    proxy = "http://127.0.0.1:1"
    outcome = get_odoo(tmp_path, http_proxy=proxy, https_proxy=proxy)
    assert_one_sentence(outcome, "cannot be|network")
