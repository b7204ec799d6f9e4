"""What both wire packages need of HTTP stands in both, letter for letter (docs/adr/0007)."""

import pytest

from dev.settings import ROOT

OTTO = ROOT / "otto_market_connector" / "otto_api"
DHL = ROOT / "delivery_dhl_de" / "dhl_api"
SAME = ("connections.py", "foreign.py", "lookup.py", "masks.py")


@pytest.mark.parametrize("name", SAME)
def test_a_file_of_both_is_the_same(name):
    assert (OTTO / name).read_text() == (DHL / name).read_text()
