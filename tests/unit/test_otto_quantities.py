"""How OTTO's answers to quantities are read (R6, R20; facts/otto.md §7.1, §7.2)."""

import pytest

from otto_api import OttoUnavailable, Quantity, parse
from tests.unit.test_otto_transport import client, otto  # noqa: F401 the fixture is used by its name

SKUS = ["A", "B", "C"]


def refusal(sku):
    text = "Error: SKU is unknown for SKU: " + sku
    return {"title": f"Error while processing request: {sku}", "detail": text, "code": 207}


def accepted(status, answer):
    return parse.quantity_result(status, answer, SKUS).accepted


@pytest.mark.parametrize("body", [None, {}, [], {"results": []}, "OK"])
def test_r6_200_accepts_all_whatever_its_body(body):
    assert accepted(200, body) == ("A", "B", "C")


def test_r6_of_207_only_what_it_names_counts():
    answer = {"results": [{"sku": "A"}], "errors": [refusal("B")]}
    result = parse.quantity_result(207, answer, SKUS)
    assert result.accepted == ("A",)
    assert [entry.sku for entry in result.refused] == ["B"]


def test_r20_a_refusal_that_names_nobody_takes_nothing_from_what_is_accepted():
    answer = {"results": [{"sku": "A"}, {"quantity": 3}], "errors": [{"title": "Error", "detail": "Oops"}, "?"]}
    assert accepted(207, answer) == ("A",)
    assert accepted(422, answer) == ()


@pytest.mark.parametrize("body", ["OK", "", '{"results": [', "[]"])
def test_r6_200_counts_although_its_body_is_no_json(otto, body):  # noqa: F811
    otto.answers = [(200, body)]
    assert client(otto).set_quantities([Quantity("A", 3)]).accepted == ("A",)


@pytest.mark.parametrize(
    "answer",
    [
        (200, "login", [("Content-Type", "text/html")]),
        (200, " <html>"),
        (207, '{"results": ['),
        (207, "OK"),
        (207, "[]"),
    ],
)
def test_r6_a_page_or_half_a_207_leaves_it_open(otto, answer):  # noqa: F811
    otto.answers = [answer]
    with pytest.raises(OttoUnavailable) as caught:
        client(otto).set_quantities([Quantity("A", 3)])
    assert caught.value.maybe_done


def page(link, *rows):
    links = [{"rel": "next", "href": f"/v1/availability/quantities?cursor={link}"}] if link else []
    return {"resources": {"variations": list(rows)}, "links": links}


def test_r20_an_entry_that_cannot_be_read_leaves_the_others_alone():
    found = parse.quantity_page(page(None, {"sku": "A", "quantity": "3"}, {"sku": "B"}, 7))
    assert (found.quantities, found.unreadable) == ((Quantity("A", 3),), 2)


def test_r20_a_link_to_a_page_that_was_read_ends_the_list_quietly(otto, monkeypatch):  # noqa: F811
    reader = client(otto)
    bodies = iter([page("b", {"sku": "A", "quantity": 1}), page("b", {"sku": "B", "quantity": 2})])
    monkeypatch.setattr(reader._transport, "call", lambda *_args, **_options: (200, next(bodies)))
    pages = list(reader.quantity_pages())
    assert [(found.next, found.is_last) for found in pages] == [("cursor=b", False), (None, False)]
