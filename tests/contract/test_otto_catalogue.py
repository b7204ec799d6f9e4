"""The client's calls about articles against recorded exchanges, and against a running sandbox where faults matter."""

import itertools
from datetime import timedelta
from decimal import Decimal

import pytest

from sandbox.running import running_sandbox
from tests.contract.otto_cassettes import NOW, story

# isort: split
from otto_api import (  # after otto_cassettes, which puts it on the path
    ActiveStatus,
    ArticlePrice,
    DeliveryInformation,
    Money,
    OAuth2Credentials,
    OttoClient,
    OttoNotFound,
    OttoUnavailable,
    Sale,
)
from otto_api.tokens import TokenCache

STANDARD = "2f236e76-543e-5a0b-ac79-53f5db132e44"


def all_of(pages):
    return [record for page in pages for record in page.records]


def test_articles_over_all_pages():
    with story("catalogue_articles", articles=230) as stage:
        pages = list(stage.client().article_pages())
    assert [page.number for page in pages] == [0, 1, 2]
    articles = all_of(pages)
    assert len({article.sku for article in articles}) == 230
    first = articles[0]
    assert first.price.currency == "EUR"
    assert first.vat == "FULL"
    assert first.images
    assert {attribute.name for attribute in first.attributes} <= {"Farbe", "Größe"}
    assert any(article.sale and article.sale.end > article.sale.start for article in articles)


def test_an_interrupted_import_goes_on_where_it_stopped():
    with story("catalogue_resumed", articles=230) as stage:
        [page] = itertools.islice(stage.client().article_pages(page=2), 1)
    assert (page.number, len(page.records)) == (2, 30)


def test_one_article_with_a_slash_in_its_sku():
    with story("catalogue_one_article", articles=30) as stage:
        client = stage.client()
        sku = next(article.sku for article in all_of(client.article_pages()) if "/" in article.sku)
        assert client.article(sku).sku == sku
        assert client.article("no-such-sku") is None


def test_statuses_prices_brands():
    with story("catalogue_statuses", articles=30) as stage:
        client = stage.client()
        statuses = {row.sku: row for row in all_of(client.marketplace_status_pages())}
        active = {row.sku: row.active for row in all_of(client.active_status_pages())}
        prices = all_of(client.price_pages())
        brands = all_of(client.brand_pages())
    assert {row.status for row in statuses.values()} == {"ONLINE", "RESTRICTED", "REJECTED", "PENDING", "INACTIVE"}
    rejected = next(row for row in statuses.values() if row.status == "REJECTED")
    assert rejected.errors[0].code.startswith("600007")
    assert rejected.shop_url is None
    assert next(row for row in statuses.values() if row.status == "ONLINE").shop_url
    assert {sku for sku, is_active in active.items() if not is_active} == {
        sku for sku, row in statuses.items() if row.status == "INACTIVE"
    }
    assert len(prices) == 30
    assert any(brand.name == "Musterhaus" for brand in brands)


def test_prices_are_set_by_a_task_that_says_what_it_refused():
    with story("catalogue_prices", articles=30, task_seconds=0) as stage:
        client = stage.client()
        known = all_of(client.price_pages())
        sale = Sale(Money(Decimal("99"), "EUR"), NOW, NOW + timedelta(days=7))
        task = client.set_prices(
            [
                ArticlePrice(known[0].sku, Money(Decimal("12.34"), "EUR")),
                ArticlePrice("no-such-sku", Money(Decimal("5"), "EUR")),
                ArticlePrice(known[1].sku, Money(Decimal("50"), "EUR"), sale),
                known[2],
            ]
        )
        assert task.id
        task = client.update_task(task.id)
        failures = {failure.sku: failure for failure in client.task_failures(task.id)}
        price = next(row for row in all_of(client.price_pages()) if row.sku == known[0].sku)
    assert task.done
    assert (task.total, task.succeeded, task.failed, task.unchanged) == (4, 1, 2, 1)
    assert set(failures) == {"no-such-sku", known[1].sku}
    assert failures["no-such-sku"].errors
    assert price.price.amount == Decimal("12.34")


def test_the_active_switch():
    with story("catalogue_active", articles=30, task_seconds=0) as stage:
        client = stage.client()
        sku = all_of(client.active_status_pages())[0].sku
        task = client.update_task(client.set_active([ActiveStatus(sku, active=False)]).id)
        active = {row.sku: row.active for row in all_of(client.active_status_pages())}
    assert (task.done, task.succeeded) == (True, 1)
    assert active[sku] is False


def test_an_unknown_task():
    with story("catalogue_unknown_task") as stage, pytest.raises(OttoNotFound):
        stage.client().update_task("11111111-0003-4444-9999-bbbbbbbbbbbb")


def test_delivery_information_is_read_and_set_article_by_article():
    with story("catalogue_delivery", articles=230) as stage:
        client = stage.client()
        known = all_of(client.delivery_pages())
        result = client.set_delivery_information(
            [
                DeliveryInformation(known[0].sku, STANDARD, "5"),
                DeliveryInformation("no-such-sku", STANDARD),
                DeliveryInformation(known[1].sku, "nowhere"),
            ]
        )
        nothing = client.set_delivery_information([DeliveryInformation("no-such-sku", STANDARD)])
        after = {entry.sku: entry for entry in all_of(client.delivery_pages())}
        profiles = client.shipping_profiles()
    assert len(known) == 230
    assert result.accepted == (known[0].sku,)
    assert {refusal.sku for refusal in result.refused} == {"no-such-sku", known[1].sku}
    assert (nothing.accepted, len(nothing.refused)) == ((), 1)
    assert after[known[0].sku].processing_time == "5"
    assert [(profile.transport_time, profile.processing_time) for profile in profiles] == [(2, 1), (2, 5)]


@pytest.fixture(scope="module")
def running():
    with running_sandbox(orders=0, articles=230) as sandbox:
        yield sandbox


@pytest.fixture
def client(running):
    running.clear_faults()
    credentials = OAuth2Credentials("sandbox-client", "sandbox-secret")
    yield OttoClient(running.otto_url, credentials, token_cache=TokenCache())
    running.clear_faults()


@pytest.mark.parametrize("kind", ["unknown_fields", "numbers_as_text", "unknown_enum"])
def test_shapes_of_another_year(running, client, kind):
    running.fault(kind, "/v5/products", times=None)
    assert len(all_of(client.article_pages())) == 230
    assert len(all_of(client.price_pages())) == 230
    assert len(all_of(client.marketplace_status_pages())) == 230


def test_a_record_that_cannot_be_read_does_not_stop_the_others(running, client):
    running.fault("missing_fields", "/v5/products/prices", times=1, keys=["amount"])
    pages = list(client.price_pages())
    assert (len(pages[0].unreadable), len(pages[0].records)) == (100, 0)
    assert pages[0].unreadable[0].sku
    assert len(pages[1].records) == 100


def test_a_page_without_its_list_is_no_empty_list(running, client):
    running.fault("missing_fields", "/v5/products", times=1, keys=["productVariations"])
    with pytest.raises(OttoUnavailable):
        all_of(client.article_pages())


def test_a_page_that_links_to_itself(running, client):
    running.fault("next_loop", "/v5/products", times=None)
    with pytest.raises(OttoUnavailable):
        all_of(client.article_pages())


def test_only_what_changed_at_otto(running, client):
    before = running.now()
    sku = next(iter(running.articles()))
    running.change_article(sku, status="REJECTED", errors=[["600007 - BRAND_BLOCKED", "Marke gesperrt"]])
    running.change_article(sku, category="Sonstiges")
    changed = all_of(client.marketplace_status_pages(changed_since=before))
    assert [(row.sku, row.status) for row in changed] == [(sku, "REJECTED")]
    assert [row.sku for row in all_of(client.content_change_pages(before))] == [sku]


@pytest.mark.parametrize("count", [0, 501])
def test_not_more_than_otto_takes(client, count):
    prices = [ArticlePrice(f"sku-{number}", Money(Decimal("1"), "EUR")) for number in range(count)]
    with pytest.raises(ValueError, match="500"):
        client.set_prices(prices)
