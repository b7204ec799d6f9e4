"""OTTO's catalogue as typed records; see `parse` for the rules of reading."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from .dialects import problems_of
from .node import ODD, Node, Unreadable, reason_of, scalar
from .parse import link, money, sentence
from .types_catalogue import (
    ActiveStatus,
    Article,
    ArticlePrice,
    Attribute,
    Brand,
    BrokenRecord,
    CataloguePage,
    ContentChange,
    DeliveryInformation,
    MarketplaceStatus,
    Notice,
    Sale,
    ShippingProfile,
    TaskFailure,
    UpdateTask,
)
from .wire import next_link

DESCRIPTION_LIMIT = 50_000


def page(body: Any, key: str, reader: Callable[[Node], Any], number: int, named: str = "sku") -> CataloguePage:
    """Read a page of a list; a record that cannot be read does not stop the others (R20).

    :param key: where the list stands; OTTO has been seen to call it `resources` as well
    :param named: the field that says which record one is that cannot be read
    :raises Unreadable: when the page itself holds no list
    """
    root = Node(body)
    nodes = root.get(key)
    if nodes.value is None and isinstance(root.get("resources").value, dict):
        nodes = root.get("resources").get(key)
    if nodes.value is None:
        raise Unreadable(f"{key} is missing")
    records, broken = [], []
    for node in nodes.items():
        try:
            records.append(reader(node))
        except ODD as error:
            name = scalar(node.value.get(named)) if isinstance(node.value, dict) else None
            broken.append(BrokenRecord(name, reason_of(error)))
    return CataloguePage(number, tuple(records), tuple(broken), bool(next_link(body) and nodes.value))


def article(node: Node) -> Article:
    """Read a product variation."""
    described, pricing = node.get("productDescription"), node.get("pricing")
    description = described if described.value is not None else Node({}, described.path)
    prices = pricing if pricing.value is not None else Node({}, pricing.path)
    images = [asset for asset in node.get("mediaAssets").items() if asset.get("type").optional_text() == "IMAGE"]
    return Article(
        sku=node.get("sku").text(),
        product_reference=node.get("productReference").optional_text() or node.get("sku").text(),
        ean=node.get("ean").optional_text(),
        moin=node.get("moin").optional_text(),
        category=description.get("category").optional_title(),
        brand_id=description.get("brandId").optional_text(),
        product_line=description.get("productLine").optional_title(),
        description=description.get("description").optional_title(DESCRIPTION_LIMIT),
        bullet_points=tuple(point.title() for point in description.get("bulletPoints").items()),
        attributes=tuple(_attribute(entry) for entry in description.get("attributes").items()),
        images=tuple(filter(None, (link(asset.get("location")) for asset in images))),
        price=prices.get("standardPrice").maybe(money),
        sale=prices.get("sale").maybe(_sale),
        vat=prices.get("vat").optional_text() or "",
        msrp=prices.get("msrp").maybe(money),
    )


def _attribute(node: Node) -> Attribute:
    values = tuple(value.title() for value in node.get("values").items())
    return Attribute(node.get("name").title(), values, node.get("additional").flag())


def _sale(node: Node) -> Sale:
    return Sale(
        node.get("salePrice").maybe(money) or money(node.get("salePrice")),
        node.get("startDate").optional_moment(),
        node.get("endDate").optional_moment(),
    )


def article_price(node: Node) -> ArticlePrice:
    """Read an article's prices."""
    return ArticlePrice(node.get("sku").text(), money(node.get("standardPrice")), node.get("sale").maybe(_sale))


def active_status(node: Node) -> ActiveStatus:
    """Read whether the seller offers an article."""
    return ActiveStatus(node.get("sku").text(), node.get("active").flag(), node.get("lastModified").optional_moment())


def marketplace_status(node: Node) -> MarketplaceStatus:
    """Read what OTTO makes of an article."""
    shop = [link(each.get("href")) for each in node.get("links").one_or_many() if each.get("rel").value == "shop"]
    return MarketplaceStatus(
        sku=node.get("sku").text(),
        status=node.get("status").text(),
        moin=node.get("moin").optional_text(),
        errors=_notices(node.get("errors")),
        information=_notices(node.get("information")),
        shop_url=shop[0] if shop else None,
        modified=node.get("lastModified").optional_moment(),
    )


def _notices(node: Node) -> tuple[Notice, ...]:
    """Read reasons or remarks; they are read as far as they go, because the record says enough without them."""
    return tuple(
        Notice(scalar(problem.get("code")) or "", sentence(str(problem.get("title") or problem.get("detail") or "")))
        for problem in problems_of(node.value)
    )


def content_change(node: Node) -> ContentChange:
    """Read when an article's content was changed."""
    return ContentChange(node.get("sku").text(), node.get("lastContentChange").optional_moment())


def brand(node: Node) -> Brand:
    """Read a brand."""
    usable = node.get("usable")
    return Brand(node.get("id").text(), node.get("name").title(), usable.value is None or usable.flag())


def update_task(node: Node, task_id: str | None = None) -> UpdateTask:
    """Read how far a task is; a number or moment that cannot be read is not known.

    :param task_id: if it is known already; else it stands at the end of the link to itself
    """
    counts = [_known(node.get(name), _count) for name in ("total", "progress", "succeeded", "failed", "unchanged")]
    return UpdateTask(
        task_id or _task_id(node),
        node.get("state").text().lower(),
        *counts,
        _known(node.get("pingAfter"), Node.optional_moment),
        sentence(str(node.get("message").value or "")),
    )


def _task_id(node: Node) -> str:
    own = [each.get("href").text() for each in node.get("links").one_or_many() if each.get("rel").value == "self"]
    if not own:
        raise Unreadable("links is missing")
    return own[0].rstrip("/").rpartition("/")[2]


def _known(node: Node, reader: Callable[[Node], Any]) -> Any:
    """Read what nothing hangs on; None when it cannot be read."""
    try:
        return reader(node)
    except ODD:
        return None


def _count(node: Node) -> int:
    return node.maybe(Node.whole) or 0


def task_failure(node: Node) -> TaskFailure:
    """Read why an article was refused; it is named by its address. Without one that can be read nobody knows which."""
    try:
        variation = node.get("variation").key()
        return TaskFailure(unquote(variation.partition("/products/")[2] or variation), _notices(node.get("errors")))
    except ODD:
        return TaskFailure(None, ())


def delivery_information(node: Node) -> DeliveryInformation:
    """Read an article's processing time and shipping profile."""
    return DeliveryInformation(
        node.get("sku").text(),
        node.get("shippingProfileId").optional_text(),
        node.get("processingTime").optional_text() or "DEFAULT",
    )


def shipping_profile(node: Node) -> ShippingProfile:
    """Read a shipping profile."""
    return ShippingProfile(
        id=node.get("shippingProfileId").text(),
        name=node.get("shippingProfileName").title(),
        working_days=tuple(day.text() for day in node.get("workingDays").items()),
        order_cutoff=node.get("orderCutoff").optional_text() or "",
        delivery_type=node.get("deliveryType").optional_text() or "",
        processing_time=_count(node.get("defaultProcessingTime")),
        transport_time=_count(node.get("transportTime")),
    )
