"""`make acceptance`: what only the sandbox of this repository has shown, asked of OTTO and DHL themselves.

Reads and validates only: nothing is changed, booked or sent. Credentials come from the environment:

* `OTTO_CLIENT_ID`, `OTTO_CLIENT_SECRET`; `OTTO_URL` (default: OTTO's own sandbox);
* `DHL_API_KEY`, `DHL_USER`, `DHL_PASSWORD`, `DHL_BILLING_NUMBER`; `DHL_URL` (default: DHL's test environment).

Each line names what was asked and how it went; docs/unproven.md says what each of them would prove.
"""

import itertools
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from dev.console import run_main, table
from dev.settings import ADDONS, ROOT, Problem

for addon in ADDONS:
    sys.path.insert(0, str(ROOT / addon))

from dev.acceptance_dhl import dhl_checks  # noqa: E402
from otto_api import (  # noqa: E402
    DEFAULT_SCOPES,
    RECEIPT_SCOPES,
    REDUCTION_SCOPES,
    RETURN_SCOPES,
    RETURN_STATUSES,
    OAuth2Credentials,
    OttoAuthError,
    OttoClient,
    OttoError,
    OttoNotFound,
)

OTTO_URL = "https://sandbox.api.otto.market"
SCOPES = tuple(dict.fromkeys((*DEFAULT_SCOPES, *RETURN_SCOPES, *REDUCTION_SCOPES, *RECEIPT_SCOPES)))
DAYS = 30
# Pages that are read of a long list.
PAGES = 5
NOBODY = "00000000-0000-4000-8000-000000000000"
Check = Callable[[], str]


def main() -> int:
    """Run all checks for which there are credentials; return 1 when one fails."""
    checks = [*otto_checks(os.environ), *dhl_checks(os.environ)]
    if not checks:
        raise Problem("Set OTTO_CLIENT_ID and OTTO_CLIENT_SECRET, or DHL_API_KEY, DHL_USER and DHL_PASSWORD.")
    rows = [(check.__doc__, *outcome(check)) for check in checks]
    table(rows, ("what was asked", "", "answer"))
    failed = sum(row[1] == "FAILED" for row in rows)
    print(f"\n{len(rows) - failed} of {len(rows)} are as the sandbox of this repository has it.")
    return 1 if failed else 0


def outcome(check: Check) -> tuple[str, str]:
    """Run a check; return "ok" or "FAILED", and what was seen. Errors carry the other side's words, never a secret."""
    try:
        return "ok", check()
    except (OttoError, AssertionError) as error:
        return "FAILED", str(error).splitlines()[0]
    except Exception as error:  # noqa: BLE001 a list that stops at its first surprise would be of little use
        return "FAILED", f"{type(error).__name__}: {error}".splitlines()[0]


def otto_checks(environment: dict | os._Environ) -> list[Check]:
    """Return the checks of OTTO's interface; none without credentials."""
    client_id, secret = environment.get("OTTO_CLIENT_ID"), environment.get("OTTO_CLIENT_SECRET")
    if not (client_id and secret):
        return []
    url = environment.get("OTTO_URL") or OTTO_URL
    credentials = OAuth2Credentials(client_id, secret, SCOPES)
    return OttoAcceptance(url, credentials).checks()


class OttoAcceptance:
    """The checks of OTTO's interface; each returns what it saw, and raises what it did not expect."""

    def __init__(self, url: str, credentials: OAuth2Credentials) -> None:
        self._url, self._credentials = url, credentials
        self._client = OttoClient(url, credentials)
        self._since = datetime.now(timezone.utc) - timedelta(days=DAYS)

    def checks(self) -> list[Check]:
        """Return all checks in a sensible order."""
        return [
            self.wrong_secret,
            self.scopes,
            self.same_twice,
            self.pages,
            self.far_future,
            self.single_order,
            self.unknown_order,
            self.unknown_shipment,
            self.articles,
            self.quantities,
            self.returns,
            self.return_parcels,
            self.reductions,
        ]

    def wrong_secret(self) -> str:
        """A wrong secret is refused in words."""
        wrong = replace(self._credentials, client_secret="wrong-" + NOBODY)
        try:
            next(OttoClient(self._url, wrong).order_pages(), None)
        except OttoAuthError as error:
            return error.words[:60]
        raise AssertionError("it was accepted")

    def scopes(self) -> str:
        """The credentials are good and have the scopes that the connector asks for."""
        report = self._client.check(self._credentials.scopes)
        assert report.ok, report.error or f"missing: {', '.join(report.missing)}"
        return ", ".join(report.granted)

    def same_twice(self) -> str:
        """Two readings of the same orders are equal."""
        first, second = self._orders(), self._orders()
        assert first == second, f"{len(first)} and {len(second)} orders, or changed ones; try again when all is quiet"
        return f"{len(first)} orders of {DAYS} days"

    def pages(self) -> str:
        """Small pages hold what large ones hold, each order once."""
        large = [order.id for order in itertools.islice(self._client.orders(changed_since=self._since), 60)]
        small = [order.id for order in itertools.islice(self._client.orders(changed_since=self._since, limit=7), 60)]
        assert small == large, "they differ"
        assert len(set(small)) == len(small), "an order came twice"
        return f"{len(small)} orders in pages of 7"

    def far_future(self) -> str:
        """A reading from the year 2999 on is empty and no error; the next one from now back loses nothing."""
        before = self._orders()
        future = list(self._client.orders(changed_since=datetime(2999, 1, 1, tzinfo=timezone.utc)))
        assert not future, f"{len(future)} orders"
        assert self._orders().keys() >= before.keys(), "orders are missing afterwards"
        return "empty"

    def single_order(self) -> str:
        """An order read alone is the order of the list."""
        order = next(self._client.orders(changed_since=self._since), None)
        if order is None:
            return f"no order in {DAYS} days"
        assert self._client.order(order.id).id == self._client.order(order.number).id == order.id, "they differ"
        return order.number

    def unknown_order(self) -> str:
        """An order that is not there is a 404."""
        return self._not_found(lambda: self._client.order(NOBODY))

    def unknown_shipment(self) -> str:
        """A tracking number that nobody has used is a 404 with a code."""
        return self._not_found(lambda: self._client.shipment("DHL", "00340434160000000000"))

    def articles(self) -> str:
        """The list of articles can be read."""
        return self._read(self._client.article_pages(), "records", "articles")

    def quantities(self) -> str:
        """The list of quantities can be read."""
        return self._read(self._client.quantity_pages(), "quantities")

    def returns(self) -> str:
        """All four lists of returns can be read."""
        return ", ".join(
            f"{self._read(self._client.return_pages(status), 'pieces')} {status.lower()}" for status in RETURN_STATUSES
        )

    def return_parcels(self) -> str:
        """The list of return parcels can be read."""
        return self._read(self._client.return_parcel_pages(self._since), "parcels")

    def reductions(self) -> str:
        """The list of price reductions can be read."""
        return self._read(self._client.price_reduction_pages(), "pieces")

    def _orders(self) -> dict[str, tuple]:
        found = self._client.orders(changed_since=self._since)
        return {order.id: (order.number, len(order.items)) for order in found}

    def _read(self, pages: Iterator, name: str, what: str = "") -> str:
        """Read some pages; an entry that cannot be read is a failure here."""
        count = 0
        for page in itertools.islice(pages, PAGES):
            broken = getattr(page, "broken", ()) or getattr(page, "unreadable", ())
            assert not broken, f"cannot be read: {broken}"
            count += len(getattr(page, name))
        return f"{count} {what or name}"

    @staticmethod
    def _not_found(ask: Callable[[], object]) -> str:
        try:
            ask()
        except OttoNotFound as error:
            return " ".join(error.codes) or error.words[:60]
        raise AssertionError("something was found")


if __name__ == "__main__":
    run_main(main)
