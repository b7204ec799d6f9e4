"""The state machine: hypothesis chooses what happens, and shortens the story of what it finds.

A life is a number of steps from the same beginning; after it all is done that is due, without faults, and both sides
are compared. Everything happens in one transaction that is taken back. `make test` has some lives that are always
the same; `MACHINE_LIVES=200 MACHINE_SEED=5 make test ARGS="tests/neighbours/test_machine.py"` has others.
"""

import os
import sys
from collections import Counter

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from .clock import VirtualClock
from .judge import Judge
from .shop import ARTICLES, Shop

LIVES, SEED = "MACHINE_LIVES", "MACHINE_SEED"
STEPS = 50
FLOWS = ("orders", "fulfilment", "returns", "orders", "receipts", "prices", "labels", "stock")
# After so many rounds whatever was due must be done.
ROUNDS = 12
# Longer than OTTO takes for anything, and than what is in doubt waits.
ROUND = {"minutes": 61}
NUMBER = st.integers(0, 11)
MINUTES = st.sampled_from([1, 10, 50, 180, 24 * 60, 4 * 24 * 60])
OTTO_FAULTS = {
    "status": {"status": 500},
    "lost": {},
    "html": {},
    "broken": {},
    "rate_limit": {"seconds": 30},
    "unauthorized": {},
}
OTTO_PATHS = ("/", "/v4/orders", "/v1/shipments", "/v1/availability", "/v3/returns", "/v3/receipts", "/v5/products")
SAID = st.fixed_dictionaries(
    {"came": st.sampled_from(["received", "received", "missing", "expected"])},
    optional={"decision": st.sampled_from(["accept", "reject", "none"]), "condition": st.sampled_from("ABD")},
)


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
            failed = [flow for flow in FLOWS if shop.run(flow)]
            quiet = 0 if failed or self.judge.is_anything_due() else quiet + 1
            # The second round has read what the first one told.
            if quiet == 2:
                break
        self.happened.update(self.judge.happened())
        found = self.judge.when_quiet()
        assert not found, "\n".join(found)

    def _step(self):
        self.shop.clock.advance(seconds=5)

    # Customers and OTTO

    @rule(articles=st.lists(st.integers(0, ARTICLES - 1), min_size=1, max_size=3), announced=st.booleans())
    def order(self, articles, announced):
        self._step()
        self.shop.order([self.shop.skus[number] for number in articles], announced)

    @rule(article=st.integers(0, 1), pieces=st.integers(1, 3))
    def order_of_one(self, article, pieces):
        self._step()
        self.shop.order([self.shop.skus[article]] * pieces, announced=False)

    @rule(number=NUMBER)
    def release(self, number):
        self._step()
        self.shop.release(number)

    @rule(number=NUMBER, part=st.booleans())
    def cancelled_at_otto(self, number, part):
        self._step()
        self.shop.cancelled_at_otto(number, part)

    @rule(number=NUMBER)
    def send_in_partner_connect(self, number):
        self._step()
        self.shop.send_in_partner_connect(number)

    @rule(number=NUMBER)
    def move_house(self, number):
        self._step()
        self.shop.move_house(number)

    @rule(number=NUMBER, many=st.booleans())
    def announce_return(self, number, many):
        self._step()
        self.shop.announce_return(number, many)

    @rule(number=NUMBER, scanned=st.booleans())
    def return_goes_on(self, number, scanned):
        self._step()
        self.shop.scan_return(number) if scanned else self.shop.withdraw_return(number)

    @rule(number=NUMBER, reason=st.sampled_from(["OVERDUE_CREDIT", "FAST_REFUND", "MISDIRECTED"]))
    def decided_by_otto(self, number, reason):
        self._step()
        self.shop.decided_by_otto(number, reason)

    # Warehouse

    @rule(number=NUMBER)
    def validate(self, number):
        self._step()
        self.shop.validate(number, part=False)

    @rule(number=NUMBER)
    def validate_a_part(self, number):
        self._step()
        self.shop.validate(number, part=True)

    @rule(number=NUMBER, new=st.booleans())
    def label(self, number, new):
        self._step()
        self.shop.new_label(number) if new else self.shop.cancel_label(number)

    @rule(number=NUMBER, said=st.lists(SAID, min_size=1, max_size=2))
    def receive(self, number, said):
        self._step()
        self.shop.receive(number, said)

    @rule(number=NUMBER, pieces=st.integers(-6, 9))
    def count(self, number, pieces):
        self._step()
        self.shop.count(number, pieces)

    # Office

    @rule(number=NUMBER)
    def cancel_order(self, number):
        self._step()
        self.shop.cancel_order(number)

    @rule(number=NUMBER, act=st.sampled_from(["reopen", "parcel_stopped", "reverse_booking"]))
    def correct(self, number, act):
        self._step()
        getattr(self.shop, act)(number)

    @rule(number=NUMBER, pieces=st.integers(1, 5))
    def sell_elsewhere(self, number, pieces):
        self._step()
        self.shop.sell_elsewhere(number, pieces)

    @rule(number=NUMBER)
    def refund(self, number):
        self._step()
        self.shop.refund(number)

    @rule(number=NUMBER, cents=st.sampled_from([1, 100, 250]))
    def reduce_price(self, number, cents):
        self._step()
        self.shop.reduce_price(number, cents)

    @rule(number=NUMBER, decision=st.sampled_from(["accept", "reject"]))
    def decide(self, number, decision):
        self._step()
        self.shop.decide(number, decision)

    @rule(number=NUMBER, cents=st.integers(100, 9999))
    def change_price(self, number, cents):
        self._step()
        self.shop.change_price(number, cents)

    @rule(act=st.sampled_from(["retry_issues", "tell_again", "settle_labels", "learn_article"]))
    def repair(self, act):
        self._step()
        getattr(self.shop, act)()

    # Machines and time

    @rule()
    def run_orders(self):
        self._step()
        self.shop.run("orders")

    @rule()
    def run_stock(self):
        self._step()
        self.shop.run("stock")

    @rule()
    def run_fulfilment(self):
        self._step()
        self.shop.run("fulfilment")

    @rule()
    def run_returns(self):
        self._step()
        self.shop.run("returns")

    @rule(flow=st.sampled_from(["receipts", "receipts", "prices", "labels", "catalogue", "delivery"]))
    def run_another(self, flow):
        self._step()
        self.shop.run(flow)

    @rule(minutes=MINUTES)
    def time_passes(self, minutes):
        self.shop.clock.advance(minutes=minutes)

    @rule(kind=st.sampled_from(sorted(OTTO_FAULTS)), path=st.sampled_from(OTTO_PATHS), times=st.integers(1, 3))
    def fault_of_otto(self, kind, path, times):
        self.shop.fault(kind, path, times, **OTTO_FAULTS[kind])

    @rule(kind=st.sampled_from(["status", "lost", "html", "rate_limit"]))
    def fault_of_dhl(self, kind):
        self.shop.fault(kind, "/", 1, dhl=True, **OTTO_FAULTS[kind])


def live(case, lives):
    """Have some lives in the database of a test case.

    :param case: an `OttoCase`
    :param lives: how many, unless the environment says
    :return: how often what happened in them
    """
    lives = int(os.environ.get(LIVES, lives))
    chosen = os.environ.get(SEED)
    with VirtualClock(case.sandbox) as clock:
        machine = type("Life", (Life,), {"shop": Shop(case, clock), "happened": Counter()})
        if chosen:
            machine = seed(int(chosen))(machine)
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=lives,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize=not chosen,
                database=None,
                phases=(Phase.generate, *((Phase.shrink,) if os.environ.get("MACHINE_SHRINK", "1") == "1" else ())),
                suppress_health_check=list(HealthCheck),
            ),
        )
    return machine.happened
