"""What people have done, as plain data: the machine's own memory, which knows nothing of Odoo's code."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field


@dataclass
class Model:
    """The memory of one life.

    :ivar parts: of each kit, how many of which goods are in it
    :ivar orders: OTTO's ids of what customers ordered, oldest first
    :ivar entered: orders whose shipment somebody entered at OTTO itself
    :ivar stopped: orders of which somebody said that their parcel was stopped, or that it is too late
    :ivar promised: goods that were sold elsewhere and are still here
    :ivar offered: what OTTO held at the last look
    :ivar asked: parts of prices that people gave back, in cents, by piece
    :ivar accepted: pieces whose price people gave back as a whole
    :ivar prices: what articles are to cost, in cents
    """

    parts: dict[str, Counter]
    orders: list[str] = field(default_factory=list)
    entered: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    promised: Counter = field(default_factory=Counter)
    offered: dict[str, int] = field(default_factory=dict)
    asked: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    accepted: set[str] = field(default_factory=set)
    prices: dict[str, int] = field(default_factory=dict)

    def goods(self, skus):
        """Return how many of which goods some articles are."""
        found = Counter()
        for sku in skus:
            found.update(self.parts.get(sku, {sku: 1}))
        return found

    def whole(self, sku, goods):
        """Return how many of an article can be made of some goods."""
        return max(0, min(goods[part] // pieces for part, pieces in self.goods([sku]).items()))
