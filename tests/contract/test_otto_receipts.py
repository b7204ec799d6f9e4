"""The client's calls about receipts: recorded exchanges, and the sandbox's receipts against OTTO's document."""

import json
from datetime import date
from decimal import Decimal

from sandbox.running import running_sandbox
from tests.contract.otto_cassettes import story
from tests.contract.receipt_model import Receipt

# isort: split
from otto_api import (  # after otto_cassettes, which puts it on the path
    Money,
    OAuth2Credentials,
    OttoClient,
    ReturnDecision,
)
from otto_api.tokens import TokenCache

SCOPES = ("orders", "shipments", "returns", "price-reduction", "receipts")
CREDENTIALS = OAuth2Credentials("sandbox-client", "sandbox-secret", scopes=SCOPES)
EVER = date(2020, 1, 1), date(2099, 12, 31)


def listed(client, *kinds):
    pages = client.receipt_pages(*EVER, kinds) if kinds else client.receipt_pages(*EVER)
    return [receipt for page in pages for receipt in page.receipts]


def test_receipts_from_the_shipment_to_the_refund():
    with story("receipts", prepared=True, orders=8) as stage:
        client = stage.client(CREDENTIALS)
        order = next(
            order for order in client.orders() if len(order.items) > 1 and order.items[0].status == "PROCESSABLE"
        )
        stage.play("receipt_rules", pdf_seconds=600)
        stage.act(order, "send")
        before = listed(client)
        stage.play("advance", 60)
        [purchase] = listed(client)
        early = client.receipt_pdf(purchase.number)
        same = client.receipt(purchase.number)
        first, second = order.items[:2]
        client.reduce_price(order.id, first.id, Money(Decimal("1.50"), "EUR"))
        stage.play("advance", 60)
        decisions = [ReturnDecision(item.id, order.id, "A", "RETURN_RECEIVED") for item in (first, second)]
        client.accept_returns(decisions)
        stage.play("advance", 1000)
        refund, part = listed(client, "REFUND", "PARTIAL_REFUND")
        document = client.receipt_pdf(purchase.number)
    assert before == []
    assert early is None
    assert same == purchase
    assert (purchase.kind, purchase.order_id, purchase.adds_up) == ("PURCHASE", order.id, True)
    assert {piece for line in purchase.lines for piece in line.piece_ids} == {item.id for item in order.items}
    prices = sum(item.price.amount for item in order.items) + sum(fee.amount.amount for fee in order.fees)
    assert purchase.gross == prices
    assert (part.kind, part.gross, part.linked_number) == ("PARTIAL_REFUND", Decimal("1.50"), purchase.number)
    assert (refund.kind, refund.refund_type, refund.linked_number) == ("REFUND", "RETURN", purchase.number)
    assert refund.gross == first.price.amount + second.price.amount - Decimal("1.50")
    off = [change for line in refund.lines for change in line.modifications if change.linked_number]
    assert [(change.linked_number, change.linked_piece_id) for change in off] == [(part.number, first.id)]
    assert document.startswith(b"%PDF-")


def test_the_sandbox_writes_receipts_as_ottos_document_has_them():
    with running_sandbox(orders=40, mixed=True) as running:
        running.receipt_rules(voucher=2, delivery_refunded=True)
        for wishes in ({"discount": True}, {"pieces": 60}, {"payment": "PREPAYMENT"}, {"fees": [5.95, 29.95]}, {}):
            running.make_orders(5, "RETURNED", **wishes)
        running.advance(120)
        client = OttoClient(running.otto_url, CREDENTIALS, token_cache=TokenCache())
        receipts = listed(client)
        raw = running.receipts()
    assert len(receipts) == len(raw) > 60
    for receipt in receipts:
        Receipt.model_validate(json.loads(receipt.raw))
        assert json.loads(receipt.raw) == raw[receipt.number]
        assert receipt.adds_up
        assert not any(total.computed for total in receipt.totals)


def test_receipts_of_an_elder_generation_come_to_the_same():
    with running_sandbox(orders=0, seed=3) as running:
        client = OttoClient(running.otto_url, CREDENTIALS, token_cache=TokenCache())
        running.make_orders(20, "RETURNED")
        running.advance(60)
        young = {receipt.order_id + receipt.kind: receipt for receipt in listed(client)}
        running.reset(orders=0, seed=3)
        running.receipt_rules(old=True, negative=True)
        running.make_orders(20, "RETURNED")
        running.advance(60)
        client = OttoClient(running.otto_url, CREDENTIALS, token_cache=TokenCache())
        old = {receipt.order_id + receipt.kind: receipt for receipt in listed(client)}
    assert len(old) == 40
    for key, receipt in old.items():
        assert all(total.computed for total in receipt.totals)
        assert receipt.negated is receipt.is_credit
        told = [(total.rate, total.gross, total.net, total.tax) for total in receipt.totals]
        assert told == [(total.rate, total.gross, total.net, total.tax) for total in young[key].totals]
