"""The seller's side of the shop: product data, prices, marketplace status, active switch, delivery information.

Everything is derived from an article when it is asked for, so that 100,000 articles cost nothing; only what was changed
is kept.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from .model import Article

# OTTO lists far more brands than a seller has; the seller's own stand behind them, on the second page.
OTHER_BRANDS = {f"B{number:07d}": f"Marke {number}" for number in range(1000)}
BRANDS = {"K5J8PJFR": "Musterhaus", "CMWBBRW2": "Nordlicht", "X7QW2P9A": "Grünfink"}
CATEGORIES = {
    "BW": "Bettwäsche", "LMP": "Stehlampe", "GS": "Gartenstuhl", "KB": "Kinderbuch", "UET": "Übertopf",
    "ESP": "Espressobohnen", "DRJ": "Outdoorjacke", "WK": "Wasserkocher", "TEE": "Tee", "SR": "Schuhregal",
    "HF": "Hausschuh", "AH": "Heckenschere", "WKL": "Kalender", "KH": "Kissenhülle", "PFA": "Pfanne", "GEW": "Gewürz",
}  # fmt: skip
VAT = {Decimal(19): "FULL", Decimal(7): "REDUCED", Decimal(0): "FREE"}
STATUSES = ("PENDING", "ONLINE", "RESTRICTED", "REJECTED", "INACTIVE")
# What every twentieth article looks like: status, errors, information, as (code, title).
SPECIAL = {
    7: ("RESTRICTED", (("800020 - PRODUCTDATASHEET_MISSING", "Das Produktdatenblatt fehlt."),), ()),
    13: ("REJECTED", (("600007 - BRAND_BLOCKED", "Die Marke ist für Sie nicht freigegeben."),), ()),
    17: ("PENDING", (), (("300007 - INCOMPLETE_MEDIA_ASSET_IMPORT", "Die Bilder werden zur Zeit verarbeitet."),)),
    19: ("INACTIVE", (), ()),
}
PROFILES = {
    "2f236e76-543e-5a0b-ac79-53f5db132e44": ("DHL Paket Standard", 1, 2, "13:30"),
    "5b1d6a52-0f0c-4b7e-9a57-0e6a3b1c77aa": ("DHL Paket Werkstatt", 5, 2, "10:00"),
}
DEFAULT_PROFILE = next(iter(PROFILES))
PICTURES = ("good", "broken", "missing")
# How long OTTO knows a task is not documented; that it forgets it some day is the sandbox's own.
TASK_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Sale:
    """A lower price for some time."""

    price: Decimal
    start: datetime
    end: datetime


@dataclass(slots=True)
class Listed:
    """What OTTO knows about an article beside what is sold of it."""

    article: Article
    reference: str
    brand: str
    category: str
    price: Decimal
    sale: Sale | None
    active: bool
    status: str
    errors: tuple[tuple[str, str], ...]
    information: tuple[tuple[str, str], ...]
    changed: datetime
    status_changed: datetime
    profile: str = DEFAULT_PROFILE
    processing_time: str = "DEFAULT"
    attributes: tuple[tuple[str, str], ...] = ()
    picture: str = "good"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an entry of a task fails: OTTO's code (OTTO's error list) and words."""

    code: str
    title: str


Entry = tuple[str, Problem | None, dict[str, Any]]
UNKNOWN_SKU = Problem("100001", "SKU is unknown")  # own code


@dataclass(slots=True)
class Task:
    """Something OTTO works off later: for each SKU what is to be set, or why it is refused."""

    id: str
    due: datetime
    entries: list[Entry] = field(default_factory=list)
    succeeded: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[tuple[str, Problem]] = field(default_factory=list)
    done: bool = False


class Shelf:
    """All articles in the order in which OTTO lists them."""

    def __init__(self, articles: Iterable[Article], now: datetime, task_seconds: float) -> None:
        self._start = now
        self._wait = timedelta(seconds=task_seconds)
        self._articles = {article.sku: (place, article) for place, article in enumerate(articles)}
        self._references = self._group()
        self._kept: dict[str, Listed] = {}
        self.skus = list(self._articles)
        # What will be gone after a page was answered: (page, SKU).
        self._leaving: list[tuple[int, str]] = []
        self.tasks: dict[str, Task] = {}

    def _group(self) -> dict[str, str]:
        """Put up to three articles of a kind that differ in colour or size under one product reference."""
        seen: dict[str, set] = {}
        references = {}
        for sku, (place, article) in self._articles.items():
            reference = f"{_code(sku)}-{place // 16 // 3}"
            group = seen.setdefault(reference, set())
            if group and (article.dimensions in group or len(article.dimensions) != len(next(iter(group)))):
                reference = f"{_code(sku)}-{place}-solo"
            else:
                group.add(article.dimensions)
            references[sku] = reference
        return references

    def get(self, sku: str) -> Listed | None:
        """Return what OTTO knows of an article, None if there is none."""
        if sku not in self._articles:
            return None
        return self._kept.get(sku) or self._made(*self._articles[sku])

    def _made(self, place: int, article: Article) -> Listed:
        status, errors, information = SPECIAL.get(place % 20, ("ONLINE", (), ()))
        sale = None
        if place % 10 == 4:
            sale = Sale(
                (article.price * Decimal("0.9")).quantize(Decimal("0.01")),
                self._start - timedelta(days=1),
                self._start + timedelta(days=14),
            )
        return Listed(
            article=article,
            reference=self._references[article.sku],
            brand=list(BRANDS)[place % 16 % len(BRANDS)],
            category=CATEGORIES.get(_code(article.sku), "Sonstiges"),
            price=article.price,
            sale=sale,
            active=status != "INACTIVE",
            status=status,
            errors=errors,
            information=information,
            changed=self._start - timedelta(days=2),
            status_changed=self._start - timedelta(days=2),
            attributes=tuple((name, value) for _kind, name, value in article.dimensions),
        )

    def change(self, sku: str, now: datetime, **values: Any) -> Listed:
        """Change an article, as OTTO or the seller in OTTO's own pages would.

        :raises KeyError: there is no such article
        """
        listed = self.get(sku)
        if listed is None:
            raise KeyError(sku)
        moved = {"status_changed": now} if {"status", "errors", "active"} & values.keys() else {"changed": now}
        self._kept[sku] = replace(listed, **values, **moved)
        return self._kept[sku]

    def forget(self, sku: str) -> None:
        """Take an article off the shop."""
        self.skus.remove(sku)
        self._articles.pop(sku)
        self._kept.pop(sku, None)

    def forget_later(self, sku: str, page: int) -> None:
        """Take an article off the shop as soon as a page of a list was answered: those behind it move up."""
        self._leaving.append((page, sku))

    def page_answered(self, page: int) -> None:
        """Take off what was to leave after this page."""
        leaving = [sku for at, sku in self._leaving if at == page and sku in self._articles]
        self._leaving = [(at, sku) for at, sku in self._leaving if at != page]
        for sku in leaving:
            self.forget(sku)

    def new_task(self, entries: list[Entry], now: datetime) -> Task:
        """Note something to be worked off: (SKU, why it is refused or None, values)."""
        task = Task(str(uuid.uuid4()), now + self._wait, entries)
        self.tasks[task.id] = task
        return task

    def settle(self, now: datetime) -> None:
        """Work off what is due and forget what is long done."""
        self.tasks = {key: task for key, task in self.tasks.items() if task.due + TASK_KEPT > now}
        for task in self.tasks.values():
            if not task.done and task.due <= now:
                self._work_off(task, now)

    def _work_off(self, task: Task, now: datetime) -> None:
        for sku, problem, values in task.entries:
            listed = self.get(sku)
            if problem or listed is None:
                task.failed.append((sku, problem or UNKNOWN_SKU))
            elif all(getattr(listed, name) == value for name, value in values.items()):
                task.unchanged.append(sku)
            else:
                self.change(sku, now, **values)
                task.succeeded.append(sku)
        task.done = True


def _code(sku: str) -> str:
    return sku.split("/")[0].split("-")[0]
