"""R2 to R31 together, with kits: lives of a shop, chosen at random; see `tests.machine.machine`."""

import pytest

from tests.harness import OttoCase
from tests.machine.machine import live

LIVES = 10
ESSENTIAL = (
    "orders",
    "sent",
    "cancelled",
    "parcels_to_stop",
    "labels_cancelled",
    "returns",
    "received",
    "decided",
    "booked",
)


class TestMachine(OttoCase):
    @pytest.mark.timeout(0)  # what it finds takes minutes to be shortened
    def test_both_sides_agree_after_each_life(self):
        happened = live(self, LIVES)
        # A machine in which nothing happens finds nothing.
        self.assertFalse([what for what in ESSENTIAL if not happened[what]], happened)
