"""What DHL has booked, and the numbers it gives out (facts/dhl.md §5, §9.6)."""

import base64
import random
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ..clock import Clock
from ..otto.catalogue import gs1_check_digit
from .countries import GERMANY
from .schema import Retoure, Shipment

BERLIN = ZoneInfo("Europe/Berlin")
State = Literal["booked", "canceled", "manifested"]
NumberStyle = Literal["production", "sandbox"]
PARCEL_ROUTE, RETURN_ROUTE = "99000943", "99000933"
NUMERIC_COUNTRIES = {"DEU": "276", "GBR": "826", "CHE": "756", "AUT": "040", "FRA": "250"}


@dataclass(slots=True)
class Booking:
    """A parcel DHL has booked, with the request that asked for it."""

    shipment_no: str
    return_no: str | None
    routing_code: str
    return_routing_code: str | None
    shipment: Shipment
    request: dict
    created: datetime
    state: State = "booked"
    manifested: datetime | None = None
    fetched: bool = False

    @property
    def retoure(self) -> Retoure | None:
        """The enclosed return, if one was asked for."""
        return self.shipment.services.dhl_retoure


@dataclass(slots=True)
class CustomerReturn:
    """A return that was booked on demand, with the request that asked for it."""

    number: str
    routing_code: str
    receiver: str
    label_type: str
    request: dict
    created: datetime


class Depot:
    """DHL's memory."""

    def __init__(
        self, clock: Clock, style: NumberStyle = "production", seed: int = 7, closing: str | None = None
    ) -> None:
        self.clock = clock
        self._style = style
        self._closing = time.fromisoformat(closing) if closing else None
        self.reset(seed)

    def reset(self, seed: int) -> None:
        """Forget all; numbers start again from a seed."""
        self._rng = random.Random(f"dhl/{seed}")
        self._counter = self._rng.randrange(10**9, 9 * 10**9)
        self.bookings: dict[str, Booking] = {}
        self.returns: dict[str, CustomerReturn] = {}
        # Documents that can be fetched by a token: (shipment number, PDF in Base64).
        self.documents: dict[str, tuple[str, str]] = {}

    def book(self, shipment: Shipment, request: dict, *, codeable: bool) -> Booking:
        """Book a parcel that was judged fit."""
        self._counter += 1
        address, retoure = shipment.consignee, shipment.services.dhl_retoure
        if address is None:
            raise ValueError("A parcel needs an address.")
        back = None
        if retoure:
            postcode = retoure.address.postal_code if retoure.address else "53113"
            back = self._route(GERMANY, postcode, RETURN_ROUTE, True)
        booking = Booking(
            shipment_no=self._number(shipment),
            return_no=self._return_number() if retoure else None,
            routing_code=self._route(address.country, address.postal_code, PARCEL_ROUTE, codeable),
            return_routing_code=back,
            shipment=shipment,
            request=request,
            created=self.clock.now(),
        )
        self.bookings[booking.shipment_no] = booking
        return booking

    def book_return(self, request: dict, label_type: str) -> CustomerReturn:
        """Book a return on demand that was judged fit."""
        self._counter += 1
        route = self._route(GERMANY, request["shipper"]["postalCode"], RETURN_ROUTE, True)
        booked = CustomerReturn(
            self._return_number(), route, request["receiverId"], label_type, request, self.clock.now()
        )
        self.returns[booked.number] = booked
        return booked

    def keep_document(self, booking: Booking, encoded: str) -> str:
        """Keep a document for a later download and return its token."""
        token = base64.b64encode(self._rng.randbytes(48)).decode()
        self.documents[token] = (booking.shipment_no, encoded)
        return token

    def cancel(self, booking: Booking) -> None:
        """Cancel a booked parcel; its return goes with it."""
        booking.state = "canceled"

    def manifest(self, booking: Booking) -> None:
        """Close a parcel: it can no longer be cancelled."""
        booking.state, booking.manifested = "manifested", self.clock.now()

    async def close_day(self) -> None:
        """FastAPI dependency: close what was booked before the last daily closing, as DHL does (facts/dhl.md §3.3).

        A real DHL does so at that moment; nobody can tell the difference between two calls.
        """
        if self._closing is None:
            return
        now = self.clock.now().astimezone(BERLIN)
        last = datetime.combine(now.date(), self._closing, BERLIN)
        last = last if last <= now else datetime.combine(now.date() - timedelta(days=1), self._closing, BERLIN)
        for booking in self.bookings.values():
            if booking.state == "booked" and booking.created < last:
                self.manifest(booking)

    def _number(self, shipment: Shipment) -> str:
        if shipment.product in ("V53WPAK", "V54EPAK", "V66WPI"):
            digits = f"{self._counter % 10**8:08d}"
            return f"CD{digits}{_upu_check_digit(digits)}DE"
        if self._style == "sandbox":
            return f"003404{shipment.billing_number[-9:]}{self._counter:010d}"
        digits = f"00340434{self._counter:011d}"
        return digits + str(gs1_check_digit(digits))

    def _return_number(self) -> str:
        if self._style == "sandbox":
            return f"60701{self._counter % 10**9:09d}"
        digits = f"99999{self._counter % 10**6:06d}"
        return digits + str(gs1_check_digit(digits))

    def _route(self, country: str, postcode: str, kind: str, codeable: bool) -> str:
        # Many trailing zeros are DHL's sign for an address that could not be encoded.
        tail = f"{self._rng.randrange(1, 99999):05d}0" if codeable else "000000"
        return f"403{NUMERIC_COUNTRIES.get(country, '276')}{postcode.replace(' ', '')}+{kind}{tail}"


def _upu_check_digit(digits: str) -> int:
    remainder = (
        11 - sum(int(digit) * weight for digit, weight in zip(digits, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    )
    return {10: 0, 11: 5}.get(remainder, remainder)
