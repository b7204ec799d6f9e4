"""Products as OTTO writes them (facts/otto.md §6, §8.1)."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from ..credentials import FIRST_ACCOUNT
from .shelf import VAT, Listed, Problem, Sale, Task

BASE = "/v5/products"


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _money(amount: Any) -> dict:
    return {"amount": float(amount), "currency": "EUR"}


def _sale(sale: Sale) -> dict:
    return {"salePrice": _money(sale.price), "startDate": _zulu(sale.start), "endDate": _zulu(sale.end)}


def product(listed: Listed, origin: str, account: str = FIRST_ACCOUNT) -> dict:
    """Write a variation; its pictures lie in the control interface of its account."""
    owner = "" if account == FIRST_ACCOUNT else f"?account={account}"
    article = listed.article
    pricing = {"standardPrice": _money(listed.price), "vat": VAT.get(article.vat, "FULL")}
    pricing |= {"msrp": _money(listed.price + 10)}
    if listed.sale:
        pricing |= {"sale": _sale(listed.sale)}
    attributes = [{"name": name, "values": [value], "additional": False} for name, value in listed.attributes]
    return {
        "productReference": listed.reference,
        "sku": article.sku,
        "ean": article.ean,
        "productDescription": {
            "category": listed.category,
            "brandId": listed.brand,
            "productLine": _line(listed),
            "description": f"<p>{article.title}</p>",
            "bulletPoints": [f"Artikel {article.article_number}"],
            "attributes": attributes,
        },
        "mediaAssets": [
            {"type": "IMAGE", "location": f"{origin}/_sandbox/images/{quote(article.sku, safe='')}.png{owner}"}
        ],
        "pricing": pricing,
        "compliance": {"productSafety": {"addresses": []}},
    }


def _line(listed: Listed) -> str:
    """Return what variants of a product have in common: the title without colour."""
    colour = next((value for kind, _name, value in listed.article.dimensions if kind == "COLOR"), "")
    return listed.article.title.removesuffix(colour).strip()


def price(listed: Listed) -> dict:
    """Write an article's prices."""
    shown = {"sku": listed.article.sku, "standardPrice": _money(listed.price)}
    return shown | {"sale": _sale(listed.sale)} if listed.sale else shown


def active(listed: Listed) -> dict:
    """Write whether the seller offers an article."""
    return {"sku": listed.article.sku, "active": listed.active, "lastModified": _zulu(listed.status_changed)}


def status(listed: Listed) -> dict:
    """Write what OTTO says about an article."""
    sku = quote(listed.article.sku, safe="")
    shop = f"https://www.otto.de/p/{listed.article.article_number}"
    links = [{"rel": "variation", "href": f"{BASE}/{sku}"}]
    if listed.status in ("ONLINE", "RESTRICTED"):
        links.append({"rel": "shop", "href": shop})
    return {
        "sku": listed.article.sku,
        "moin": f"M{listed.article.article_number[2:]}",
        "status": listed.status,
        "errors": [{"code": code, "title": title} for code, title in listed.errors],
        "information": [{"code": code, "title": title} for code, title in listed.information],
        "links": links,
        "lastModified": _zulu(listed.status_changed),
    }


def content_change(listed: Listed) -> dict:
    """Write when an article's content was changed."""
    return {
        "sku": listed.article.sku,
        "ean": listed.article.ean,
        "productReference": listed.reference,
        "shopLink": f"https://www.otto.de/p/{listed.article.article_number}",
        "lastContentChange": _zulu(listed.changed),
    }


def process(task: Task) -> dict:
    """Write how far a task is."""
    path = f"{BASE}/update-tasks/{task.id}"
    links = [{"rel": "self", "href": path}]
    if task.done:
        links += [{"rel": part, "href": f"{path}/{part}"} for part in ("failed", "succeeded", "unchanged")]
    total = len(task.entries)
    return {
        "state": "done" if task.done else "pending",
        "message": "Task is done" if task.done else "The request is being processed",
        "total": total,
        "progress": total if task.done else 0,
        "succeeded": len(task.succeeded),
        "failed": len(task.failed),
        "unchanged": len(task.unchanged),
        "pingAfter": _zulu(task.due),
        "links": links,
    }


def task_failure(sku: str, found: Problem) -> dict:
    """Write why an article of a task failed."""
    problem = {"code": found.code, "title": found.title, "path": BASE, "jsonPath": "$", "logref": sku}
    return {"variation": f"{BASE}/{sku}", "errors": [problem]}
