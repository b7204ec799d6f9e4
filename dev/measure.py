"""How much of the add-ons' own code the tests run. Every Python process of a measured run measures itself: pytest, Odoo
inside and outside of it, forked workers. `[tool.coverage]` in pyproject.toml says what counts and how much must.
"""

import io
import shutil

import coverage

from dev.settings import ROOT, RUNTIME

FOLDER = RUNTIME / "coverage"
CONFIG = ROOT / "pyproject.toml"


def begin() -> dict[str, str]:
    """Forget what was measured before; return the variables that have a process and its children measure themselves."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    # coverage's own hook in site-packages reads the first one, its configuration the others.
    return {"COVERAGE_PROCESS_START": str(CONFIG), "COVERAGE_FILE": str(FOLDER / "data"), "MEASURED_ROOT": str(ROOT)}


def end(gate: bool) -> bool:
    """Print the share of lines that ran; each file's own share and missing lines go to `.runtime/coverage/report.txt`.

    :param gate: whether the share must reach `fail_under`
    :return: whether it is good enough
    """
    measured = coverage.Coverage(config_file=str(CONFIG), data_file=str(FOLDER / "data"))
    measured.combine([str(FOLDER)])
    measured.save()
    table = io.StringIO()
    share = measured.report(file=table, show_missing=True)
    report = FOLDER / "report.txt"
    report.write_text(table.getvalue())
    wanted = float(measured.get_option("report:fail_under"))
    good = share >= wanted or not gate
    wish = f", and at least {wanted:g} % must" if gate else ""
    print(f"The tests run {share:.1f} % of the add-ons' lines{wish} ({report.relative_to(ROOT)}).")
    return good
