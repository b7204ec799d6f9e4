"""`make test` runs all tests in pieces side by side: none is left out, none runs twice."""

from collections import Counter, deque

import dev.tests
from dev.settings import ROOT
from dev.tests import IN_ODOO, PIECES, Part, in_pieces

PARTS = [Part([folder], modules) for folder, modules in IN_ODOO.items()]


def test_every_file_runs_once_with_the_modules_of_its_folder():
    ran = Counter((path, part.modules) for part in in_pieces(PARTS) for path in part.paths)
    files = {
        (str(file.relative_to(ROOT)), modules): 1
        for folder, modules in IN_ODOO.items()
        for file in (ROOT / folder).rglob("test_*.py")
    }
    assert ran == files


def test_the_pieces_of_a_large_folder_are_about_equally_long_and_come_first():
    pieces = in_pieces(PARTS)[:PIECES]
    lengths = [sum((ROOT / path).stat().st_size for path in part.paths) for part in pieces]
    assert {path.split("/")[1] for part in pieces for path in part.paths} == {"odoo"}
    assert max(lengths) < 1.1 * min(lengths)


def test_streams_share_the_pieces_and_use_different_databases(monkeypatch):
    ran = []
    monkeypatch.setattr(dev.tests, "_run_in_odoo", lambda part, name, *_more: ran.append((part, name)) or 1)
    pieces = deque(in_pieces(PARTS))
    first, *others = list(pieces)
    assert dev.tests._run_stream(0, deque([first]), [], {}, None) == [1]
    assert dev.tests._run_stream(1, deque(others), [], {}, None) == [1] * len(others)
    assert [part for part, _name in ran] == list(pieces)
    assert not {ran[0][1]} & {name for _part, name in ran[1:]}


def test_a_single_test_stays_a_single_test():
    name = "tests/odoo/test_numbers.py::TestNumbers::test_one"
    [part] = in_pieces([Part([name], ())])
    assert part.paths == [name]
