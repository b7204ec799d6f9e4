"""The Python environment `.venv/` with the pinned packages. Standard library only."""

import hashlib
import os
import shutil
import subprocess
import sys

from dev.settings import REQUIREMENTS, VENV, VENV_PYTHON, Problem

STAMP = VENV / ".requirements"


def ensure() -> bool:
    """Make or update the virtual environment; return whether anything had to be done.

    :raises Problem: no Python 3.11+, no venv module, or the packages cannot be had.
    """
    if sys.version_info < (3, 11):  # noqa: UP036 whoever calls it may have an older one
        raise Problem("Python 3.11 or newer is needed; please install python3 of Debian 12 or newer.")
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if VENV_PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return False
    if not _has_pip():
        _make_venv()
    _install()
    STAMP.write_text(wanted)
    return True


def _has_pip() -> bool:
    return (
        VENV_PYTHON.exists()
        and subprocess.run([VENV_PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    )


def _make_venv() -> None:
    """Make `.venv`; on a bare Debian, where ensurepip is a package of its own, install that package first."""
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if subprocess.run(command, capture_output=True).returncode == 0:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "python3-venv"], capture_output=True)
        if subprocess.run(command, capture_output=True).returncode == 0:
            return
    raise Problem("No virtual environment can be made: please install the package python3-venv and try again.")


def _install() -> None:
    pip = [str(VENV_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    for command in (
        [*pip, "uv"],
        [str(VENV_PYTHON), "-m", "uv", "pip", "sync", "--quiet", "--python", str(VENV_PYTHON), str(REQUIREMENTS)],
    ):
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode:
            raise Problem(f"The Python packages cannot be installed: {_reason(result.stderr)}")


def _reason(stderr: str) -> str:
    """Pick the one line of a package client's complaint that tells a person what is wrong."""
    if "No space left" in stderr:
        return "there is no space left on the disk."
    lowered = stderr.lower()
    if any(sign in lowered for sign in ("connection", "resolve", "network", "dns", "timed out")):
        return "the package index cannot be reached; please check the network and try again."
    lines = [line.strip() for line in stderr.splitlines() if line.strip() and "WARNING" not in line]
    return lines[-1] if lines else "no reason was given."
