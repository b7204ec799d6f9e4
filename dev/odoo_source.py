"""Odoo 19 from Debian's package, unpacked into `.runtime/odoo` (Odoo is not on PyPI). Standard library only.

The package lies in Debian's unstable suite. It is downloaded with a private apt configuration whose sources are the
machine's own Debian sources with the suite replaced; it is unpacked, never installed.
"""

import re
import shutil
import subprocess
from pathlib import Path

from dev.settings import ODOO_ROOT, RUNTIME, Problem, odoo_home, python_path

APT = RUNTIME / "apt"
STAMP = RUNTIME / "odoo.version"
NEEDED_BYTES = 3 * 1024**3

# Odoo's package holds symbolic links into these.
FROM_UNSTABLE = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-inconsolata",
    "fonts-glyphicons-halflings",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "fonts-dejavu-core",
)
# Version 4.7; unstable's version 7 has other file names.
FROM_STABLE = ("fonts-font-awesome",)


def ensure() -> bool:
    """Put Odoo 19 in place; return whether it had to be downloaded.

    :raises Problem: no apt, no Debian sources, no network or no space.
    """
    if odoo_home() or STAMP.exists():
        return False
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise Problem("There is no apt here to download Odoo with; please set ODOO_HOME to a checkout of Odoo 19.")
    RUNTIME.mkdir(exist_ok=True)
    if shutil.disk_usage(RUNTIME).free < NEEDED_BYTES:
        raise Problem("Odoo needs 3 GB of free disk space here; please make room and try again.")
    shutil.rmtree(ODOO_ROOT, ignore_errors=True)
    debs = RUNTIME / "debs"
    shutil.rmtree(debs, ignore_errors=True)
    debs.mkdir()
    _download("sid", FROM_UNSTABLE, debs)
    _download("stable", FROM_STABLE, debs)
    for deb in sorted(debs.glob("*.deb")):
        _run(["dpkg-deb", "-x", str(deb), str(ODOO_ROOT)], "Odoo's package cannot be unpacked")
    _fill_gaps()
    version = next(debs.glob("odoo-19_*.deb")).name.split("_")[1]
    shutil.rmtree(debs)
    shutil.rmtree(APT, ignore_errors=True)
    STAMP.write_text(version)
    return True


def _fill_gaps() -> None:
    """Debian leaves out one non-free script (the camera's background blur); browser tests miss the file."""
    script = python_path() / "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if script.parent.parent.exists() and not script.exists():
        script.parent.mkdir(exist_ok=True)
        script.touch()


def _download(suite: str, packages: tuple[str, ...], folder: Path) -> None:
    home = APT / suite
    for part in ("lists/partial", "cache/archives/partial"):
        (home / part).mkdir(parents=True, exist_ok=True)
    sources = home / "debian.sources"
    sources.write_text(_sources(suite))
    options = [
        f"Dir::Etc::sourcelist={sources}",
        "Dir::Etc::sourceparts=-",
        f"Dir::State::Lists={home / 'lists'}",
        f"Dir::Cache={home / 'cache'}",
        "APT::Sandbox::User=root",
    ]
    flags = [word for option in options for word in ("-o", option)]
    _run(["apt-get", *flags, "update", "-qq"], "The list of Debian's packages cannot be fetched")
    _run(["apt-get", *flags, "download", "-qq", *packages], "Odoo's Debian package cannot be downloaded", cwd=folder)


def _sources(suite: str) -> str:
    """Return the machine's own Debian source as a deb822 stanza for another suite.

    :raises Problem: when the machine has no Debian source.
    """
    for uri, signed_by in _own_sources():
        signed = f"Signed-By: {signed_by}\n" if signed_by else ""
        return f"Types: deb\nURIs: {uri}\nSuites: {suite}\nComponents: main\n{signed}"
    raise Problem("This machine has no Debian package source; please set ODOO_HOME to a checkout of Odoo 19.")


def _own_sources(etc: Path = Path("/etc/apt")):
    """Yield (address, keyring) of each Debian main archive in apt's configuration, both file formats."""
    for path in sorted((etc / "sources.list.d").glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            fields = dict(re.findall(r"^([A-Za-z-]+):\s*(.+?)\s*$", stanza, re.MULTILINE))
            if _is_main_archive(fields.get("Suites", ""), fields.get("Components", "")):
                yield fields["URIs"].split()[0], fields.get("Signed-By")
    for path in [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*.list"))]:
        for line in path.read_text().splitlines() if path.exists() else ():
            match = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)", line)
            if match and _is_main_archive(match[3], match[4]):
                signed = re.search(r"signed-by=(\S+)", match[1] or "")
                yield match[2], signed and signed[1]


def _is_main_archive(suites: str, components: str) -> bool:
    """Tell Debian's main archive from security, updates and other vendors' archives."""
    names = {"bookworm", "trixie", "forky", "sid", "stable", "testing", "unstable"}
    return bool(names & set(suites.split())) and "main" in components.split()


def _run(command: list[str], failure: str, cwd: Path | None = None) -> None:
    result = subprocess.run(command, capture_output=True, text=True, cwd=cwd)
    # apt-get update only warns when a source cannot be reached.
    if result.returncode or "Failed to fetch" in result.stderr:
        raise Problem(f"{failure}: {_reason(result.stderr)}")


def _reason(stderr: str) -> str:
    if "No space left" in stderr:
        return "there is no space left on the disk."
    if any(sign in stderr for sign in ("resolve", "connect", "Failed to fetch", "Unable to locate")):
        return "Debian's server cannot be reached or does not have it; please check the network, or set ODOO_HOME."
    lines = [line for line in stderr.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason was given."
