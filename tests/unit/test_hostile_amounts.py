"""Answers that hold more of something than anybody needs: they cost little memory and time."""

import time
import tracemalloc

import pytest

from dhl_api.client import MOST_ITEMS
from otto_api.dialects import MOST_PROBLEMS
from otto_api.foreign import MOST_VALUES, Secrets
from otto_api.parse import quantity_result
from tests.unit.hostile import SECRET, dhl, whole

FILLING = {
    "empty lists": b"[" + b"[]," * 5_000_000 + b"[]]",
    "empty objects": b"[" + b"{}," * 5_000_000 + b"{}]",
    "lists of lists": b"[" + b"[[[]]]," * 2_000_000 + b"[]]",
    "short numbers": b"[" + b"1.5," * 4_000_000 + b"1]",
    "short fields": b'{"a":[' + b'{"a":1},' * 2_000_000 + b"{}]}",
    "fields twice": b'{"a":1' + b',"a":2' * 2_500_000 + b"}",
}


@pytest.mark.parametrize("name", FILLING)
def test_what_is_small_on_the_wire_is_not_huge_in_memory(name):
    """16 MB of empty lists filled 700 MB, 48 MB of DHL's 2 GB, for half a minute."""
    content = FILLING[name]
    started = time.monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="values"):
            Secrets([SECRET]).read_json(content)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
    assert time.monotonic() - started < 3


def test_as_much_as_may_be_takes_bounded_memory():
    """A tenth of it, because measuring takes its time."""
    content = b'{"a":[' + b'{"a":1.5},' * (MOST_VALUES // 20 - 10) + b"{}]}"
    tracemalloc.start()
    try:
        Secrets([SECRET]).read_json(content)
        assert tracemalloc.get_traced_memory()[1] < 25_000_000
    finally:
        tracemalloc.stop()


def test_more_errors_than_any_request_has_entries_refuse_all():
    errors = [{"title": "X", "detail": "\\" * 5000}] * 100_000
    started = time.process_time()
    result = quantity_result(200, {"errors": errors}, ["A", "B"])
    assert time.process_time() - started < 20
    assert result.accepted == ()
    assert len(result.refused) == MOST_PROBLEMS + 1


def test_more_parcels_than_were_asked_for_are_not_read(serve):
    item = {"sstatus": {"status": 400, "title": "X"}, "validationMessages": [{"validationMessage": "\\" * 100}] * 10}
    items = [{**item, "shipmentNo": str(number)} for number in range(MOST_ITEMS + 20)]
    started = time.process_time()
    assert len(dhl(serve(whole(200, {"items": items}))).labels(["1"])) == MOST_ITEMS
    assert time.process_time() - started < 20
