"""The client of DHL's Parcel DE Shipping API v2."""

from collections.abc import Sequence

from . import answers
from .connection import DhlConnection
from .types import PROFILE, CancelResult, ClosingResult, LabelOptions, ShipmentOrder, ShipmentResult

# DHL takes at most this many shipments in a request.
BATCH = 30
# No answer speaks of more parcels; each of more would be read and put into words.
MOST_ITEMS = 2 * BATCH


class DhlClient(DhlConnection):
    """Books, fetches, cancels and closes parcels; see `DhlConnection` for how it is made."""

    def create(  # pylint: disable=method-required-super
        self, orders: Sequence[ShipmentOrder], options: LabelOptions | None = None, *, validate: bool = False
    ) -> tuple[ShipmentResult | None, ...]:
        """Book parcels; return DHL's answer for each, in the order of the request.

        None stands for a parcel that DHL's answer leaves out: whether it is booked is not known.
        Sent exactly once. Only an expired token is renewed and the request sent again: DHL refused it unread.

        :param validate: DHL checks only, nothing is booked and no label made
        :raises ValueError: no parcel or more than 30
        :raises DhlError: the request as a whole failed; `maybe_done` tells whether parcels may be booked
        """
        if not 1 <= len(orders) <= BATCH:
            raise ValueError(f"DHL takes 1 to {BATCH} shipments in a request, not {len(orders)}")
        query = (options or LabelOptions()).create_query()
        if validate:
            query["validate"] = "true"
        body = {"profile": PROFILE, "shipments": [order.payload() for order in orders]}
        answer = self._call("POST", "/orders", query, body, may_be_done=not validate)
        results = [answers.shipment_result(item) for item in answer["items"]]
        if len(results) == len(orders):
            return tuple(results)
        by_reference = {result.ref_no: result for result in results if result.ref_no}
        return tuple(by_reference.get(order.ref_no) for order in orders)

    def labels(self, shipment_numbers: Sequence[str], options: LabelOptions | None = None) -> dict[str, ShipmentResult]:
        """Fetch the labels of parcels once more, while they are not closed; return the answers by number.

        :raises DhlNotFound: DHL knows none of the numbers
        :raises DhlError: the request as a whole failed
        """
        query = list((options or LabelOptions()).label_query().items())
        query += [("shipment", number) for number in shipment_numbers]
        answer = self._call("GET", "/orders", query)
        results = [answers.shipment_result(item) for item in answer["items"]]
        return {result.shipment_no: result for result in results}

    def cancel(self, shipment_numbers: Sequence[str]) -> dict[str, CancelResult]:
        """Cancel parcels, with them their enclosed returns; return DHL's answers by number.

        :raises DhlError: the request as a whole failed
        """
        query = [("profile", PROFILE), *(("shipment", number) for number in shipment_numbers)]
        answer = self._call("DELETE", "/orders", query, may_be_done=True)
        results = [answers.cancel_result(item) for item in answer["items"]]
        if len(results) == len(shipment_numbers) == 1:
            return {shipment_numbers[0]: results[0]}
        return {result.shipment_no: result for result in results}

    def close(self, shipment_numbers: Sequence[str]) -> dict[str, ClosingResult]:
        """Close parcels for the day ("manifest"): from then on they cannot be cancelled. Closing twice does no harm.

        :raises ValueError: no parcel or more than 30
        :raises DhlError: the request as a whole failed
        """
        if not 1 <= len(shipment_numbers) <= BATCH:
            raise ValueError(f"DHL takes 1 to {BATCH} shipments in a request, not {len(shipment_numbers)}")
        body = {"profile": PROFILE, "shipmentNumbers": list(shipment_numbers)}
        answer = self._call("POST", "/manifests", {}, body, may_be_done=True)
        results = [answers.closing_result(item) for item in answer["items"]]
        return {result.shipment_no: result for result in results}

    def _call(self, method: str, path: str, query, body=None, *, may_be_done: bool = False) -> dict:
        """Send a request, return an answer that speaks of each item.

        :raises DhlError: every other answer
        """
        answer = self._exchange(method, path, query, body)
        read = self._body(answer)
        if answer.status_code in (200, 207, 400) and answers.has_items(read):
            return {**read, "items": read["items"][:MOST_ITEMS]}
        raise answers.error_of(
            answer, f"{method} {path}", now=self._clock(), may_be_done=may_be_done, secrets=self._secrets
        )
