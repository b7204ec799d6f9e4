"""`make test` runs all tests in streams side by side: none is left out, none runs twice."""

from collections import Counter

from dev.settings import ROOT
from dev.tests import HALVES, IN_ODOO, Part, in_streams

PARTS = [Part([folder], modules) for folder, modules in IN_ODOO.items()]


def test_every_file_runs_once_with_the_modules_of_its_folder():
    ran = Counter((path, part.modules) for stream in in_streams(PARTS) for part in stream for path in part.paths)
    files = {
        (str(file.relative_to(ROOT)), modules): 1
        for folder, modules in IN_ODOO.items()
        for file in (ROOT / folder).rglob("test_*.py")
    }
    assert ran == files


def test_streams_use_different_databases_and_are_about_equally_long():
    streams = in_streams(PARTS)
    names = [{part.database for part in stream} for stream in streams]
    lengths = [sum((ROOT / path).stat().st_size for part in stream for path in part.paths) for stream in streams]
    assert len(streams) == HALVES
    assert not set.intersection(*names)
    assert max(lengths) < 1.1 * min(lengths)


def test_a_single_test_stays_a_single_test():
    name = "tests/odoo/test_numbers.py::TestNumbers::test_one"
    [[part], *others] = in_streams([Part([name], ())])
    assert part.paths == [name]
    assert not any(others)
