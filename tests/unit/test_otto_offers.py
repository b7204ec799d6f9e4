"""R6: how many pieces are offered, as a rule of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otto_api import Supply, offered_quantity

NUMBERS = st.floats(min_value=-1000, max_value=100_000, allow_nan=False)
SMALL = st.integers(min_value=0, max_value=50)


@pytest.mark.parametrize(
    ("supply", "safety", "maximum", "expected"),
    [
        (Supply(10.0), 0, 0, 10),
        (Supply(10.0), 3, 0, 7),
        (Supply(10.0), 3, 5, 5),
        (Supply(-4.0), 0, 0, 0),
        (Supply(2.999), 0, 0, 2),
        # 0.1 + 0.2 + 2.7 is a hair below 3.
        (Supply(0.1 + 0.2 + 2.7), 0, 0, 3),
        (Supply(10.0, need=3.0), 0, 0, 3),
        (Supply(10.0, need=3.0), 1, 0, 2),
        (Supply(1.0, need=0.3), 0, 0, 3),
        (Supply(7.0, sharers=2, place=0), 0, 0, 4),
        (Supply(7.0, sharers=2, place=1), 0, 0, 3),
        (Supply(7.0, sharers=2, place=0), 3, 0, 2),
        (Supply(1e12), 0, 0, 999_999_999),
    ],
)
def test_r6_one_supply(supply, safety, maximum, expected):
    assert offered_quantity([supply], safety, maximum) == expected


def test_r6_a_kit_is_offered_as_often_as_its_scarcest_part_allows():
    assert offered_quantity([Supply(10.0, need=2.0), Supply(3.0), Supply(100.0, need=7.0)]) == 3


def test_r6_an_article_made_of_nothing_is_not_offered():
    assert offered_quantity([]) == 0


@given(available=NUMBERS, safety=SMALL, maximum=SMALL)
def test_r6_never_negative_never_above_the_maximum_and_a_whole_number(available, safety, maximum):
    offered = offered_quantity([Supply(available)], safety, maximum)
    assert isinstance(offered, int)
    assert 0 <= offered <= (maximum or max(0, available + 1e-6))
    assert offered == 0 or offered <= available - safety + 1e-6


@given(
    available=st.floats(min_value=-100, max_value=10_000, allow_nan=False),
    needs=st.lists(st.integers(min_value=1, max_value=5), min_size=1, max_size=6),
    safety=SMALL,
)
def test_r6_what_all_sharers_offer_is_never_more_than_there_is(available, needs, safety):
    """Articles and kits that take the same goods: whatever is sold of each, it can be delivered."""
    count = len(needs)
    taken = sum(
        need * offered_quantity([Supply(available, float(need), count, place)], safety)
        for place, need in enumerate(needs)
    )
    assert taken <= max(0, available) + 1e-6


@given(
    available=st.integers(min_value=0, max_value=10_000),
    count=st.integers(min_value=2, max_value=9),
)
def test_r6_sharing_leaves_no_piece_over(available, count):
    offers = [offered_quantity([Supply(float(available), 1.0, count, place)]) for place in range(count)]
    assert sum(offers) == available
    assert max(offers) - min(offers) <= 1
