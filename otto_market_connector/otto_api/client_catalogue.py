"""The client's calls about articles: products, statuses, prices, delivery information."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from . import parse_catalogue as parse
from .const import (
    BRAND_PAGE,
    DELIVERY_PATH,
    MAX_CATALOGUE_ENTRIES,
    MAX_QUANTITIES,
    PRODUCT_PAGE,
    PRODUCTS_PATH,
    PROFILES_PATH,
)
from .dialects import problems_of
from .foreign import tidy
from .node import Node
from .parse import named_in, sentence
from .types import Money
from .types_catalogue import (
    ActiveStatus,
    Article,
    ArticlePrice,
    CataloguePage,
    DeliveryInformation,
    DeliveryRefusal,
    DeliveryResult,
    Sale,
    ShippingProfile,
    TaskFailure,
    UpdateTask,
)
from .wire import moment, named_sku, next_link


class CatalogueCalls:
    """Calls about articles; `OttoClient` brings the transport and the following of pages."""

    # Reading (scope `products`, facts/otto.md §6)

    def article_pages(self, skus: Sequence[str] = (), page: int = 0) -> Iterator[CataloguePage]:
        """Yield pages of `Article`.

        :param skus: only these
        :param page: number of the page to begin with, from 0; an interrupted import goes on there
        """
        extra = [("sku", sku) for sku in skus]
        yield from self._catalogue_pages(PRODUCTS_PATH, "productVariations", parse.article, page, extra)

    def article(self, sku: str) -> Article | None:
        """Return one article, None if there is none; by query, because a SKU may hold a slash (facts/otto.md §6.3)."""
        for page in self.article_pages([sku]):
            for record in page.records:
                if record.sku == sku:
                    return record
        return None

    def marketplace_status_pages(self, changed_since: datetime | None = None, page: int = 0) -> Iterator[CataloguePage]:
        """Yield pages of `MarketplaceStatus`.

        :param changed_since: only what OTTO changed at or after this moment
        """
        extra = [("fromDate", moment(changed_since))] if changed_since else []
        path = f"{PRODUCTS_PATH}/marketplace-status"
        yield from self._catalogue_pages(path, "marketPlaceStatus", parse.marketplace_status, page, extra)

    def active_status_pages(self, page: int = 0) -> Iterator[CataloguePage]:
        """Yield pages of `ActiveStatus`."""
        yield from self._catalogue_pages(f"{PRODUCTS_PATH}/active-status", "status", parse.active_status, page)

    def price_pages(self, page: int = 0) -> Iterator[CataloguePage]:
        """Yield pages of `ArticlePrice`."""
        yield from self._catalogue_pages(f"{PRODUCTS_PATH}/prices", "variationPrices", parse.article_price, page)

    def content_change_pages(self, changed_since: datetime, page: int = 0) -> Iterator[CataloguePage]:
        """Yield pages of `ContentChange`.

        :param changed_since: at most 28 days ago
        """
        extra = [("fromDate", moment(changed_since))]
        yield from self._catalogue_pages(
            f"{PRODUCTS_PATH}/content-changes", "contentChanges", parse.content_change, page, extra
        )

    def brand_pages(self, page: int = 0) -> Iterator[CataloguePage]:
        """Yield pages of `Brand`."""
        yield from self._catalogue_pages(f"{PRODUCTS_PATH}/brands", "brands", parse.brand, page, limit=BRAND_PAGE)

    def _catalogue_pages(self, path, key, reader, page, extra=(), limit=PRODUCT_PAGE) -> Iterator[CataloguePage]:
        params = [*extra, ("page", str(page)), ("limit", str(limit))]
        for number, body in enumerate(self._pages(path, params), start=page):
            yield self._read("GET", path, lambda b=body, n=number: parse.page(b, key, reader, n))

    # Setting prices and the active switch; OTTO works them off later

    def set_prices(self, prices: Sequence[ArticlePrice]) -> UpdateTask:
        """Set up to 500 prices; without `sale` OTTO presumably takes the sale price away (facts/otto.md §8.1).

        :raises ValueError: none, or more than 500
        """
        return self._start_task(f"{PRODUCTS_PATH}/prices", prices, [_price_body(price) for price in prices])

    def set_active(self, statuses: Sequence[ActiveStatus]) -> UpdateTask:
        """Offer or withdraw up to 500 articles.

        :raises ValueError: none, or more than 500
        """
        body = {"status": [{"sku": entry.sku, "active": entry.active} for entry in statuses]}
        return self._start_task(f"{PRODUCTS_PATH}/active-status", statuses, body)

    def _start_task(self, path: str, entries: Sequence[Any], body: Any) -> UpdateTask:
        if not 0 < len(entries) <= MAX_CATALOGUE_ENTRIES:
            raise ValueError(f"1 to {MAX_CATALOGUE_ENTRIES} entries in a request, not {len(entries)}")
        _status, answer = self._transport.call("POST", path, body=body, repeatable=True)
        return self._read("POST", path, lambda: parse.update_task(Node(answer)))

    def update_task(self, task_id: str) -> UpdateTask:
        """Return how far a task is; what it says of itself beside its state need not be readable.

        :raises OttoNotFound: there is none
        """
        path = f"{PRODUCTS_PATH}/update-tasks/{quote(task_id, safe='')}"
        _status, answer = self._transport.call("GET", path)
        return self._read("GET", path, lambda: parse.update_task(Node(answer), task_id))

    def task_failures(self, task_id: str) -> Iterator[TaskFailure]:
        """Yield what OTTO refused in a task that is done; a refusal that cannot be read names no article."""
        path = f"{PRODUCTS_PATH}/update-tasks/{quote(task_id, safe='')}/failed"
        for body in self._pages(path, []):
            yield from self._read("GET", path, lambda b=body: list(map(parse.task_failure, _results(b))))

    # Delivery (scopes `availability` and `shipping-profiles`, facts/otto.md §7.4, §7.5)

    def delivery_pages(self, cursor: str | None = None, page: int = 0) -> Iterator[CataloguePage]:
        """Yield pages of `DeliveryInformation`; each names the cursor to go on with.

        :param cursor: where an interrupted reading goes on
        :param page: number that the first page gets; OTTO itself does not count them
        :raises OttoInvalid: OTTO does not know the cursor any more
        """
        params = [("cursor", cursor)] if cursor else []
        for number, body in enumerate(self._pages(DELIVERY_PATH, params), start=page):
            read = self._read(
                "GET", DELIVERY_PATH, lambda b=body, n=number: parse.page(b, "results", parse.delivery_information, n)
            )
            yield replace(read, next_cursor=_cursor(next_link(body)))

    def set_delivery_information(self, entries: Sequence[DeliveryInformation]) -> DeliveryResult:
        """Set processing time and shipping profile of up to 200 articles; the answer is read article by article.

        :raises ValueError: none, more than 200, or an article twice: OTTO refuses all then
        """
        skus = {entry.sku for entry in entries}
        if not 0 < len(entries) <= MAX_QUANTITIES or len(skus) < len(entries):
            raise ValueError(f"1 to {MAX_QUANTITIES} different articles in a request")
        body = [
            {"sku": e.sku, "shippingProfileId": e.shipping_profile_id, "processingTime": e.processing_time}
            for e in entries
        ]
        status, answer = self._transport.call("POST", DELIVERY_PATH, body=body, repeatable=True, accept=(400,))
        return self._read("POST", DELIVERY_PATH, lambda: _delivery_result(status, answer, entries))

    def shipping_profile_pages(self) -> Iterator[CataloguePage]:
        """Yield the pages of shipping profiles of the account."""
        for number, body in enumerate(self._pages(PROFILES_PATH, [])):
            yield self._read(
                "GET",
                PROFILES_PATH,
                lambda b=body, n=number: parse.page(b, "results", parse.shipping_profile, n, "shippingProfileId"),
            )

    def shipping_profiles(self) -> list[ShippingProfile]:
        """Return the shipping profiles of the account; those that cannot be read are left out."""
        return [profile for page in self.shipping_profile_pages() for profile in page.records]


def _results(body: Any) -> list[Node]:
    return Node(body).get("results").items()


def _cursor(link: str | None) -> str | None:
    try:
        return dict(parse_qsl(urlsplit(link or "").query)).get("cursor")
    except ValueError:
        return None


def _money_body(money: Money) -> dict:
    return {"amount": float(money.amount), "currency": money.currency}


def _price_body(price: ArticlePrice) -> dict:
    body = {"sku": price.sku, "standardPrice": _money_body(price.price)}
    return {**body, "sale": _sale_body(price.sale)} if price.sale else body


def _sale_body(sale: Sale) -> dict:
    dates = {"startDate": sale.start, "endDate": sale.end}
    return {
        "salePrice": _money_body(sale.price),
        **{name: moment(value) for name, value in dates.items() if value is not None},
    }


def _delivery_result(status: int, answer: Any, entries: Sequence[DeliveryInformation]) -> DeliveryResult:
    """Read article by article what OTTO made of delivery information (facts/otto.md §7.4).

    202 accepts all but what its errors name; of 207 only what its results name counts as accepted; 400 refuses all.

    :raises Unreadable: a 207 without an object
    """
    problems = problems_of(answer.get("errors") if isinstance(answer, dict) else None)
    refused = tuple(_delivery_refusal(problem, entries) for problem in problems)
    if status == 400:
        return DeliveryResult((), refused or (DeliveryRefusal(None, "OTTO does not accept the request"),))
    names = {refusal.sku for refusal in refused}
    if status == 207:
        taken = named_in(Node(answer).get("results").one_or_many())
    else:
        taken = set() if None in names else {entry.sku for entry in entries}
    return DeliveryResult(tuple(entry.sku for entry in entries if entry.sku in taken - names), refused)


def _delivery_refusal(problem: dict, entries: Sequence[DeliveryInformation]) -> DeliveryRefusal:
    """Find the article that OTTO means: it names its SKU, or the shipping profile that only some articles have."""
    detail = tidy(str(problem.get("detail") or problem.get("title") or ""))
    words = detail.split()
    named = next((entry.sku for entry in entries if entry.sku in words), None) or named_sku(
        {entry.sku for entry in entries}, detail
    )
    if named is None:
        same = [entry.sku for entry in entries if entry.shipping_profile_id and entry.shipping_profile_id in words]
        named = same[0] if len(same) == 1 else None
    return DeliveryRefusal(named, sentence(detail))
