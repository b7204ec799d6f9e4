"""R32: the limit of every minute, OTTO's word to wait, OTTO's silence (facts/otto.md §2.3)."""

import json
import time
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otto_api import OAuth2Credentials, OttoClient, OttoRateLimited, OttoUnavailable, pace
from otto_api.pace import AWAY, BACK, MINUTE, SLOW, USED, WAIT, Entry
from otto_api.tokens import TokenCache
from tests.unit.test_otto_transport import Otto

EVENTS = st.lists(
    st.tuples(
        st.floats(0, 5),
        st.integers(1, pace.MOST_AT_ONCE),
        st.floats(0, pace.VALID),
        st.floats(0, pace.ON_THE_WAY),
        st.booleans(),
    ),
    min_size=5,
    max_size=120,
)


def entry(kind, number, until=100.0, **values):
    return Entry(id=number, kind=kind, moment=0.0, until=until, **values)


@settings(max_examples=200, deadline=None)
@given(events=EVENTS, limit=st.integers(20, 200))
def test_no_minute_ever_has_more_than_the_limit(events, limit):
    """Whoever asks, however late a granted request is sent and however long it is on its way."""
    now, noted, arrived = 0.0, [], []
    for number, (pause, wanted, delay, way, background) in enumerate(events, 1):
        now += pause
        live = [e for e in noted if e.until > now]
        own = Entry(number, USED, now, now + pace.COUNTS, used=wanted)
        count = pace.granted([*live, own], own, pace.share_of(limit, background=background))
        noted.append(Entry(number, USED, now, now + pace.COUNTS, used=count))
        arrived += [now + delay + way] * count
    for start in arrived:
        assert sum(1 for moment in arrived if start <= moment < start + MINUTE) <= limit


def test_two_who_count_at_once_never_both_get_the_last_one():
    first, second = entry(USED, 1, used=8), entry(USED, 2, used=8)
    both = [first, second]
    assert pace.granted(both, first, 10) + pace.granted(both, second, 10) <= 10
    assert pace.granted(both, first, 16) == pace.granted(both, second, 16) == 8


def test_one_comes_back_when_a_good_part_is_free_again():
    used = [entry(USED, number, until=60.0 + number, used=10) for number in range(10)]
    assert pace.room_at(used, 1.0, 80) == 62.0
    assert pace.room_at([], 1.0, 80) == 1.0


def test_ottos_word_to_wait_is_for_all_but_the_flow_that_heard_it():
    told = [entry(WAIT, 1, until=50.0, who=7), entry(WAIT, 2, until=40.0)]
    assert pace.wait_until(told, who=8) == 50.0
    assert pace.wait_until(told, who=7) == 40.0
    assert pace.wait_until(told[:1], who=7) is None
    assert pace.wait_until(told, who=0) == 50.0


def test_silence_counts_for_those_who_would_not_wait_longer():
    short, long = entry(AWAY, 1, patience=3.0, until=60.0), entry(AWAY, 2, patience=35.0, until=50.0)
    assert pace.away_until([short], 0, 3.0) == 60.0
    assert pace.away_until([short], 0, 35.0) is None
    assert pace.away_until([short, long], 0, 35.0) == 50.0
    assert pace.away_until([short, long, entry(BACK, 3)], 0, 3.0) is None
    assert pace.away_for(3.0) < pace.away_for(35.0) == pace.away_for(pace.FOR_EVER) == pace.AWAY_FOR
    assert pace.is_away([short])
    assert not pace.is_away([short, entry(BACK, 3)])
    assert pace.is_slow([entry(SLOW, 1)])
    assert not pace.is_slow([entry(USED, 1)])


class Book:
    """A budget that grants a number of requests and remembers what it is told."""

    def __init__(self, grants=99, error=None):
        self.grants, self.error, self.told = grants, error, []

    def take(self, request, seconds):
        if not self.again():
            raise self.error or OttoRateLimited("used up", until=datetime.now(timezone.utc), own=True)
        self.told.append(("take", request, round(seconds)))

    def again(self):
        self.grants -= 1
        return self.grants >= 0

    def heard(self, seconds, waited):
        self.told.append(("heard", round(waited)))

    def told_to_wait(self, seconds):
        self.told.append(("wait", seconds))


@pytest.fixture
def otto():
    server = Otto()
    yield server
    server.server.shutdown()


def client(otto, book, **kwargs):
    credentials = OAuth2Credentials("id", "secret")
    return OttoClient(otto.url, credentials, token_cache=TokenCache(), budget=book, **kwargs)


def test_each_request_is_asked_for_the_login_too(otto):
    otto.answers, book = [(200, "[]")], Book()
    with pytest.raises(OttoUnavailable):
        next(iter(client(otto, book).order_pages()))
    assert [row[1] for row in book.told if row[0] == "take"] == ["POST /v1/token", "GET /v4/orders"]


def test_what_is_not_granted_is_not_sent(otto):
    otto.answers = [(200, "{}")]
    with pytest.raises(OttoRateLimited) as caught:
        client(otto, Book(grants=1)).quantity("A")
    assert (otto.asked, otto.tokens, caught.value.own) == ([], 1, True)


def test_each_repetition_counts(otto):
    otto.answers = [(503, "")]
    with pytest.raises(OttoUnavailable):
        client(otto, Book(grants=3)).quantity("A")
    assert len(otto.asked) == 2


def test_a_429_is_told_with_its_wait(otto):
    otto.answers, book = [(429, json.dumps({}), (("Retry-After", "120"),))], Book()
    with pytest.raises(OttoRateLimited) as caught:
        client(otto, book).quantity("A")
    assert ("wait", 120.0) in book.told
    assert not caught.value.own


@pytest.mark.parametrize("within", [None, 0.3])
def test_silence_is_told_with_the_time_that_was_waited(otto, within):
    book = Book()
    asking = client(otto, book, timeout=(0.2, 0.3))
    otto.answers = [lambda handler: time.sleep(1)]
    with pytest.raises(OttoUnavailable):
        asking.order("A", within=within)
    waited = [row[1] for row in book.told if row[0] == "heard"][-1]
    assert waited == round(within or 0.5)


def test_no_connection_at_all_is_no_silence():
    book = Book()
    credentials = OAuth2Credentials("id", "secret")
    with pytest.raises(OttoUnavailable):
        OttoClient("http://127.0.0.1:9", credentials, token_cache=TokenCache(), budget=book).quantity("A")
    assert book.told[-1] == ("heard", 0)
