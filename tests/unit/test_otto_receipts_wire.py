"""The client's questions about receipts and documents over a wire that fails."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

import pytest

from otto_api import OttoError, OttoNotFound, OttoUnavailable
from tests.unit.hostile import SECRET, otto, whole
from tests.unit.receipt_bodies import PURCHASE, REFUND, read

PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"


def query_of(server, place=-1):
    return parse_qs(urlsplit(server.asked[place].split()[1]).query)


def test_kinds_and_days_are_always_told(serve):
    server = serve(whole(200, {"resources": []}))
    late = datetime(2026, 5, 4, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert [page.receipts for page in otto(server).receipt_pages(date(2026, 1, 31), late)] == [()]
    assert query_of(server) == {
        "limit": ["128"],
        "receiptTypes": ["PURCHASE,REFUND,PARTIAL_REFUND"],
        "from": ["2026-01-31"],
        "to": ["2026-05-05"],
    }
    list(otto(server).receipt_pages(late, late, ["REFUND"]))
    assert query_of(server)["receiptTypes"] == ["REFUND"]


@pytest.mark.parametrize(
    ("first", "last", "kinds"),
    [(date(2026, 5, 2), date(2026, 5, 1), ["REFUND"]), (date(2026, 5, 1), date(2026, 5, 1), [])],
)
def test_a_question_that_makes_no_sense(serve, first, last, kinds):
    server = serve(whole(200, {"resources": []}))
    with pytest.raises(ValueError, match="days in their order"):
        list(otto(server).receipt_pages(first, last, kinds))
    assert not server.asked


def test_the_cursor_is_followed(serve):
    link = {"rel": "next", "href": "/v3/receipts?limit=128&next=eyJ%3D"}
    server = serve(
        whole(200, {"resources": [PURCHASE], "links": [link]}), whole(200, {"resources": [REFUND], "links": []})
    )
    pages = list(otto(server).receipt_pages(date(2026, 5, 1), date(2026, 5, 1)))
    assert [page.receipts[0].kind for page in pages] == ["PURCHASE", "REFUND"]
    assert query_of(server) == {"limit": ["128"], "next": ["eyJ="]}
    assert json.loads(pages[1].receipts[0].raw) == REFUND


def test_a_list_that_leads_in_a_circle(serve):
    links = [[{"rel": "next", "href": f"/v3/receipts?limit=128&next={name}"}] for name in "aba"]
    server = serve(*(whole(200, {"resources": [PURCHASE], "links": link}) for link in links))
    with pytest.raises(OttoUnavailable):
        list(otto(server).receipt_pages(date(2026, 5, 1), date(2026, 5, 1)))


def test_one_receipt(serve):
    server = serve(whole(200, PURCHASE))
    receipt = otto(server).receipt(PURCHASE["receiptNumber"])
    assert receipt == replace(read(), raw=receipt.raw)
    assert json.loads(receipt.raw) == PURCHASE
    assert server.asked[0].startswith("GET /v3/receipts/R-DE-123456789-2026-1507 ")
    with pytest.raises(OttoUnavailable, match="another receipt"):
        otto(server).receipt("../R 1?x=1")
    assert server.asked[-1].startswith("GET /v3/receipts/..%2FR%201%3Fx%3D1 ")


def test_no_secret_is_in_a_text_that_is_kept(serve):
    server = serve(whole(200, {"resources": [PURCHASE | {"echo": SECRET}]}))
    [page] = otto(server).receipt_pages(date(2026, 5, 1), date(2026, 5, 1))
    assert SECRET not in json.loads(page.receipts[0].raw)["echo"]
    assert page.receipts[0].number == PURCHASE["receiptNumber"]


def test_there_is_no_such_receipt(serve):
    with pytest.raises(OttoNotFound):
        otto(serve(whole(404, b""))).receipt("R-1")


def test_a_document(serve):
    server = serve(whole(200, PDF, "Content-Type: application/pdf"))
    assert otto(server).receipt_pdf("R-1") == PDF
    assert server.asked[0].startswith("GET /v3/receipts/R-1.pdf ")
    assert "Accept: application/pdf" in server.asked[0]


NOT_YET = [b"", b"\n", b'{"message": "Receipt PDF Not Found"}']


@pytest.mark.parametrize("body", NOT_YET)
def test_a_document_that_is_not_there_yet(serve, body):
    assert otto(serve(whole(404, body))).receipt_pdf("R-1") is None


@pytest.mark.parametrize(
    "answer",
    [
        whole(404, b"<html><title>Not Found</title></html>", "Content-Type: text/html"),
        whole(404, b"", "Content-Type: text/html").replace(b"Content-Type: application/json\r\n", b""),
        whole(404, {"message": "Not Found"}),
        whole(404, {"message": "no Route matched with those values"}),
        whole(404, {"errors": [{"title": "NOT FOUND"}]}),
        lambda connection, _r: connection.sendall(b"HTTP/1.1 404 X\r\nContent-Length: 99\r\n\r\n<htm") or False,
        whole(200, b""),
        whole(204, b""),
        whole(200, PURCHASE),
        whole(200, b"<html>Wartung</html>"),
        whole(200, PDF[:-8]),
        whole(200, b"x" * 2000 + PDF),
        whole(200, PDF + b" " * (8 * 1024 * 1024)),
        whole(500, b""),
        whole(302, b"", "Location: /elsewhere"),
        lambda connection, _r: connection.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 99\r\n\r\n" + PDF) or False,
    ],
)  # fmt: skip
def test_a_document_that_leaves_it_in_doubt(serve, answer):
    with pytest.raises(OttoUnavailable):
        otto(serve(answer)).receipt_pdf("R-1")


@pytest.mark.parametrize("status", [400, 401, 403, 410, 422, 429])
def test_a_document_that_is_refused(serve, status):
    with pytest.raises(OttoError) as caught:
        otto(serve(whole(status, {}))).receipt_pdf("R-1")
    assert not isinstance(caught.value, OttoUnavailable)


def test_a_long_document_is_read_to_its_end(serve):
    long = PDF.replace(b"endobj", b"x" * 7_000_000 + b"\nendobj")
    assert otto(serve(whole(200, long))).receipt_pdf("R-1") == long
