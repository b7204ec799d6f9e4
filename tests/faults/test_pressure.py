"""R32: OTTO's limit, its word to wait and its silence hold for all processes of an account and for no other account."""

import pytest

CHANNEL = "env['otto.channel'].search([])"
PERSON = f"{CHANNEL}._otto_client()"
FLOW = f"{CHANNEL}._flow('%s').client"
RUN = f"{CHANNEL}._sync('%s')._run()"
WAITS_UNTIL = f"str({CHANNEL}._sync('%s').not_before)"
ERROR = f"{CHANNEL}._sync('%s').last_error"
FORGET = "env.cr.execute('DELETE FROM otto_budget')"
USED = "[env.cr.execute('SELECT sum(used), count(*) FROM otto_budget'), env.cr.fetchone()][1]"


def ask(times, client=PERSON):
    """Return the expression of asking so often or until it is refused: how many answers, and what came last."""
    return f"__import__('asking').until_refused({client}, {times})"


@pytest.fixture
def worker(start_worker, sandbox):
    """A process; nothing is known of the account."""
    process = start_worker()
    process.ask(FORGET)
    process.ask(f"{CHANNEL}.sync_ids.write({{'not_before': False}})")
    sandbox.clear_requests()
    yield process
    sandbox.clear_faults()
    sandbox.rate_limit(1200)


def test_r32_all_processes_together_stay_below_ottos_limit(worker, start_worker, sandbox):
    sandbox.rate_limit(120)
    worker.ask(f"{CHANNEL}.write({{'requests_a_minute': 120}})")
    workers = [worker, *(start_worker() for _number in range(3))]
    for number, process in enumerate(workers):
        process.tell(ask(100, FLOW % "orders" if number % 2 else PERSON))
    results = [process.answer() for process in workers]
    worker.ask(f"{CHANNEL}.write({{'requests_a_minute': 1200}})")
    statuses = [row["status"] for row in sandbox.requests() if row["path"].startswith("/v4/orders/")]
    assert not statuses.count(429), "OTTO was asked too often"
    assert 80 <= len(statuses) <= 118
    assert sum(count for count, _end in results) == len(statuses)
    assert {end for _count, end in results} == {"own limit"}


def test_r32_one_request_costs_one_and_many_hardly_a_query_each(worker):
    for _time in range(3):
        assert worker.ask(ask(1)) == [1, "answer"]
    assert worker.ask(ask(60)) == [60, "answer"]
    used, rows = worker.ask(USED)
    assert 63 <= used <= 63 + 32
    assert rows <= 3 * 2 + 12


def test_r32_after_a_429_all_of_the_account_wait_and_no_other_account(worker, start_worker, sandbox):
    sandbox.fault("rate_limit", "/v4/orders", seconds=300)
    worker.ask(RUN % "orders")
    until = worker.ask(WAITS_UNTIL % "orders")
    sandbox.clear_requests()
    other = start_worker()
    other.ask(RUN % "returns")
    assert other.ask(WAITS_UNTIL % "returns")[:15] == until[:15]
    assert other.ask(ask(1)) == [0, "own limit"]
    assert not sandbox.requests()
    other.ask(f"{CHANNEL}.write({{'client_id': 'another'}})")
    other.ask(f"{CHANNEL}._request_budget().take('GET /', 30.0)")
    other.ask(f"{CHANNEL}.write({{'client_id': 'sandbox-client'}})")


def test_r32_whom_otto_told_comes_back_by_its_own_time(worker, sandbox):
    sandbox.fault("rate_limit", "/v4/orders", seconds=300)
    worker.ask(RUN % "orders")
    worker.ask(f"{CHANNEL}._sync('orders').write({{'not_before': False}})")
    worker.ask(RUN % "orders")
    assert worker.ask(ERROR % "orders") is False


def test_r32_only_the_first_waits_for_a_silent_otto(worker, start_worker, sandbox):
    sandbox.fault("slow", "/v4/orders", seconds=6, times=None)
    first = worker.ask(ask(1, "__import__('asking').impatient(env)"))
    assert first == [0, "timeout"]
    sandbox.clear_requests()
    other = start_worker()
    assert other.ask(ask(1, "__import__('asking').impatient(env)")) == [0, "away"]
    assert not sandbox.requests()
    # Who would wait longer asks.
    sandbox.clear_faults()
    assert other.ask(ask(1)) == [1, "answer"]
    assert worker.ask(ask(1, "__import__('asking').impatient(env)")) == [1, "answer"]


def test_r32_a_slow_account_has_one_worker(worker, start_worker, sandbox):
    worker.ask(f"{CHANNEL}._request_budget().heard(6.0, 0.0)")
    sandbox.fault("slow", "/v4/orders", seconds=3)
    worker.tell(RUN % "orders")
    other = start_worker()
    while not any(row["path"].startswith("/v4/orders") for row in sandbox.requests()):
        pass
    started = f"str({CHANNEL}._sync('catalogue').last_start)"
    before = other.ask(started)
    other.ask(RUN % "catalogue")
    assert other.ask(started) == before
    worker.answer()
    other.ask(RUN % "catalogue")
    assert other.ask(started) != before
