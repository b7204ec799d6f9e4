"""The state machine: hypothesis chooses what happens, and shortens the story of what it finds.

A life is a number of steps from the same beginning; after it all is done that is due, without faults, and both sides
are compared. Everything happens in one transaction that is taken back. `make test` has some lives that are always
the same; `MACHINE_LIVES=200 MACHINE_SEED=5 make test ARGS="tests/neighbours/test_machine.py"` has others, as many and
as long (`MACHINE_STEPS`) as one likes. To shorten what was found takes up to five minutes; `MACHINE_SHRINK=0` leaves
it. `MACHINE_PLANT` breaks a rule of the product on purpose (`plants.py`).
"""

import os
import sys
from collections import Counter
from contextlib import nullcontext

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from .clock import VirtualClock
from .judge import Judge
from .plants import PLANTS
from .shop import ARTICLES, Shop

LIVES, STEPS, SEED = "MACHINE_LIVES", "MACHINE_STEPS", "MACHINE_SEED"
SHRINK, PLANT = "MACHINE_SHRINK", "MACHINE_PLANT"
USUAL_STEPS = 40
FLOWS = ("orders", "fulfilment", "returns", "orders", "receipts", "prices", "labels", "stock")
SELDOM = ("catalogue", "delivery")
# After so many rounds whatever was due must be done.
ROUNDS = 12
# Longer than OTTO takes for anything, and than what is in doubt waits.
ROUND = {"minutes": 61}
NUMBER = st.integers(0, 11)
NEWEST = -1
# Who does not want an order any more, and whether it has its label by then.
NOT_WANTED = (("office", False), ("office", False), ("customer", True), ("customer", True), ("warehouse", True))
MINUTES = st.sampled_from([1, 10, 50, 180, 24 * 60, 4 * 24 * 60])
FAULTS = {
    "status": {"status": 500},
    "lost": {},
    "html": {},
    "broken": {},
    "rate_limit": {"seconds": 30},
    "unauthorized": {},
}
DHL = "dhl"
PATHS = ("/", "/v4/orders", "/v1/shipments", "/v1/availability", "/v3/returns", "/v3/receipts", "/v5/products", DHL)
# Rows of what came back, one after the other.
SAID = st.lists(
    st.fixed_dictionaries(
        {"came": st.sampled_from(["received", "received", "missing", "expected"])},
        optional={"decision": st.sampled_from(["accept", "reject", "none"]), "condition": st.sampled_from("ABD")},
    ),
    min_size=1,
    max_size=2,
)
ARTICLE_LISTS = st.one_of(
    st.lists(st.integers(0, ARTICLES - 1), min_size=1, max_size=3),
    st.tuples(st.integers(0, 1), st.integers(1, 3)).map(lambda pair: [pair[0]] * pair[1]),
)
# Acts of `Shop`, each with a number that chooses, and some with a yes or no.
CUSTOMERS = (
    "release",
    "cancelled_at_otto",
    "send_in_partner_connect",
    "move_house",
    "announce_return",
    "withdraw_return",
    "scan_return",
)
WAREHOUSE = ("validate", "validate", "cancel_label", "new_label")
OFFICE = ("cancel_order", "cancel_order", "reopen", "parcel_stopped", "change_price")
MONEY = ("refund", "reduce_price", "reduce_price", "accept", "reject", "reverse_booking")


class Life(RuleBasedStateMachine):
    """One life of the shop; a subclass names the shop."""

    shop = None
    happened = Counter()

    def __init__(self):
        super().__init__()
        self.env = self.shop.case.env
        self.env.flush_all()
        self._savepoint = self.env.cr.savepoint(flush=False)
        self.shop.begin()
        self.judge = Judge(self.shop)

    def teardown(self):
        """At the end all is quiet; then it was all in vain."""
        try:
            if not sys.exc_info()[0]:
                self.settle()
        finally:
            self.env.clear()
            self._savepoint.close(rollback=True)
            self.shop.case.registry.clear_all_caches()

    @invariant()
    def never(self):
        """What must never be is not."""
        found = self.judge.after_a_step()
        assert not found, "\n".join(found)

    def settle(self):
        """Do what patient people and scheduled actions do until nothing is left, and compare."""
        shop = self.shop
        shop.sandbox.clear_faults()
        quiet = 0
        for _round in range(ROUNDS):
            shop.clock.advance(**ROUND)
            shop.retry_issues()
            shop.settle_labels()
            for number in range(3):
                shop.new_label(number)
            # What runs seldom runs when it has failed.
            flows = [*FLOWS, *(flow for flow in SELDOM if shop.last_error(flow))]
            failed = [flow for flow in flows if shop.run(flow)]
            quiet = 0 if failed or self.judge.is_anything_due() else quiet + 1
            # The second round has read what the first one told.
            if quiet == 2:
                break
        self.happened.update(self.judge.happened())
        found = self.judge.when_quiet()
        assert not found, "\n".join(found)

    def _step(self):
        self.shop.clock.advance(seconds=5)

    # What goes well, so that the rest finds something

    @initialize(articles=st.lists(ARTICLE_LISTS, max_size=2))
    def shipped_before(self, articles):
        for skus in articles:
            self.shop.order(skus_of(self.shop, skus), announced=False)
        self.good_hour(0)

    @rule(number=NUMBER)
    def good_hour(self, number):
        """Orders come in, something is shipped, and OTTO knows."""
        self._step()
        self.shop.run("orders")
        self.shop.validate(number, part=False)
        self.shop.validate(number + 1, part=False)
        self.shop.run("fulfilment")
        self.shop.run("orders")

    @rule(number=NUMBER, many=st.booleans(), said=SAID)
    def comes_back(self, number, many, said):
        """A return is announced, read, received, and decided."""
        self._step()
        self.shop.announce_return(number, many)
        self.shop.run("returns")
        self.shop.receive(number, said)

    @rule(articles=ARTICLE_LISTS, how=st.sampled_from(NOT_WANTED))
    def not_wanted_any_more(self, articles, how):
        """The newest order is cancelled, here or at OTTO, or its label is."""
        who, is_packed = how
        self.order(articles, announced=False)
        self.shop.run("orders")
        if is_packed:
            self.shop.validate(NEWEST, part=False)
        if who == "office":
            self.shop.cancel_order(0)
        elif who == "customer":
            self.shop.cancelled_at_otto(NEWEST, part=False)
        else:
            self.shop.cancel_label(0)
        self.shop.run("orders")

    # Each by itself. Few rules with many acts: what is left out in a life are not the acts that all others need.

    @rule(articles=ARTICLE_LISTS, announced=st.booleans())
    def order(self, articles, announced):
        self._step()
        self.shop.order(skus_of(self.shop, articles), announced)

    @rule(act=st.sampled_from(CUSTOMERS), number=NUMBER, yes=st.booleans())
    def customers_and_otto(self, act, number, yes):
        self._step()
        self.shop.act(act, number, yes)

    @rule(reason=st.sampled_from(["OVERDUE_CREDIT", "FAST_REFUND", "MISDIRECTED"]), number=NUMBER)
    def decided_by_otto(self, reason, number):
        self._step()
        self.shop.decided_by_otto(number, reason)

    @rule(act=st.sampled_from(WAREHOUSE), number=NUMBER, yes=st.booleans())
    def warehouse(self, act, number, yes):
        self._step()
        self.shop.act(act, number, yes)

    @rule(number=NUMBER, said=SAID)
    def receive(self, number, said):
        self._step()
        self.shop.receive(number, said)

    @rule(act=st.sampled_from(["count", "sell_elsewhere"]), number=NUMBER, pieces=st.integers(-6, 9))
    def goods(self, act, number, pieces):
        self._step()
        self.shop.count(number, pieces) if act == "count" else self.shop.sell_elsewhere(number, abs(pieces) or 1)

    @rule(act=st.sampled_from(OFFICE), number=NUMBER)
    def office(self, act, number):
        self._step()
        self.shop.act(act, number)

    @rule(act=st.sampled_from(MONEY), number=NUMBER)
    def money(self, act, number):
        self._step()
        self.shop.act(act, number)

    @rule(act=st.sampled_from(["retry_issues", "tell_again", "settle_labels", "learn_article"]))
    def repair(self, act):
        self._step()
        self.shop.act(act)

    # Machines and time

    @rule(flow=st.sampled_from(["orders", "stock", "fulfilment", "returns", "stock", "returns"]))
    def run(self, flow):
        self._step()
        self.shop.run(flow)
        if flow == "stock":
            found = list(self.judge.after_a_stock_run())
            assert not found, "\n".join(found)

    @rule(flow=st.sampled_from(["receipts", "receipts", "prices", "labels", "catalogue", "delivery"]))
    def run_another(self, flow):
        self._step()
        self.shop.run(flow)

    @rule(minutes=MINUTES)
    def time_passes(self, minutes):
        self.shop.clock.advance(minutes=minutes)

    @rule(kind=st.sampled_from(sorted(FAULTS)), path=st.sampled_from(PATHS), times=st.integers(1, 3))
    def fault(self, kind, path, times):
        """The next answers of OTTO or DHL fail."""
        dhl = path == DHL
        self.shop.sandbox.fault(kind, "/" if dhl else path, dhl=dhl, times=times, **FAULTS[kind])


def skus_of(shop, numbers):
    """Return the SKUs of articles."""
    return [shop.skus[number] for number in numbers]


def live(case, lives):
    """Have some lives in the database of a test case.

    :param case: an `OttoCase`
    :param lives: how many, unless the environment says
    :return: how often what happened in them
    """
    chosen, plant = os.environ.get(SEED), os.environ.get(PLANT)
    with PLANTS[plant](case.env) if plant else nullcontext(), VirtualClock(case.sandbox, case.env) as clock:
        machine = type("Life", (Life,), {"shop": Shop(case, clock), "happened": Counter()})
        if chosen:
            machine = seed(int(chosen))(machine)
        run_state_machine_as_test(machine, settings=_settings(lives, is_fixed=not chosen))
    return machine.happened


def _settings(lives, is_fixed):
    return settings(
        max_examples=int(os.environ.get(LIVES, lives)),
        stateful_step_count=int(os.environ.get(STEPS, USUAL_STEPS)),
        derandomize=is_fixed,
        phases=[Phase.generate, *([Phase.shrink] if os.environ.get(SHRINK, "1") == "1" else [])],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
