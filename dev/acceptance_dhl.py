"""DHL's part of `make acceptance`: DHL validates a parcel and books none."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from dhl_api import (
    BasicCredentials,
    ContactAddress,
    DhlAuthError,
    DhlClient,
    DhlNotFound,
    ShipmentOrder,
)

DHL_URL = "https://api-sandbox.dhl.com"
PATH = "/parcel/de/shipping/v2"
AUTH_PATH = "/parcel/de/account/auth/ropc/v1"
NEEDED = ("DHL_API_KEY", "DHL_USER", "DHL_PASSWORD", "DHL_BILLING_NUMBER")
# DHL's days end there.
GERMANY = ZoneInfo("Europe/Berlin")
Check = Callable[[], str]


def dhl_checks(environment: dict | os._Environ) -> list[Check]:
    """Return the checks of DHL's interface; none without credentials."""
    if not all(environment.get(name) for name in NEEDED):
        return []
    key, user, password, billing_number = (environment[name] for name in NEEDED)
    url = (environment.get("DHL_URL") or DHL_URL).rstrip("/")
    credentials = BasicCredentials(key, user, password)
    return DhlAcceptance(url, credentials, billing_number).checks()


class DhlAcceptance:
    """The checks of DHL's interface; each returns what it saw, and raises what it did not expect."""

    def __init__(self, url: str, credentials: BasicCredentials, billing_number: str) -> None:
        self._url, self._credentials, self._number = url, credentials, billing_number
        self._client = self._open(credentials)

    def _open(self, credentials: BasicCredentials) -> DhlClient:
        return DhlClient(self._url + PATH, self._url + AUTH_PATH, credentials)

    def checks(self) -> list[Check]:
        """Return all checks in a sensible order."""
        return [self.wrong_password, self.parcel, self.wrong_postcode, self.unknown_label]

    def wrong_password(self) -> str:
        """A wrong password is refused in words."""
        wrong = replace(self._credentials, password="wrong-password")  # noqa: S106 it is meant to be none
        try:
            self._open(wrong).labels(["00340434161094000000"])
        except DhlAuthError as error:
            return error.words[:60]
        raise AssertionError("it was accepted")

    def parcel(self) -> str:
        """A parcel within Germany is valid; nothing is booked."""
        [result] = self._client.create([self._parcel("22179")], validate=True)
        assert result is not None, "the answer says nothing about the parcel"
        assert result.ok, result.words or "; ".join(map(str, result.messages))
        return "valid"

    def wrong_postcode(self) -> str:
        """A parcel to a postcode of four digits is refused, and the refusal names it."""
        [result] = self._client.create([self._parcel("2217")], validate=True)
        assert result is not None, "the answer says nothing about the parcel"
        assert not result.ok, "it is valid"
        return "; ".join(map(str, result.messages))[:60] or result.words

    def unknown_label(self) -> str:
        """A label that was never booked is not found."""
        try:
            found = self._client.labels(["00340434161094000000"])
        except DhlNotFound as error:
            return error.words[:60]
        assert not any(result.label for result in found.values()), "there is one"
        return "not found"

    def _parcel(self, postcode: str) -> ShipmentOrder:
        """Return a parcel of one kilogram that is sent today."""
        here = ContactAddress("Muster Handels GmbH", "Werkstraße", "22179", "Hamburg", "DEU", house="12")
        there = replace(here, name1="Erika Muster", postal_code=postcode)
        return ShipmentOrder(
            "V01PAK", self._number, "Acceptance test", here, there, Decimal(1), ship_date=datetime.now(GERMANY).date()
        )
