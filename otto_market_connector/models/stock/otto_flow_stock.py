"""Stock out (R6): only what differs from what OTTO accepted, 200 in a request, answers read piece by piece."""

from odoo import fields, models
from odoo.tools import SQL

from ...otto_api import OttoInvalid, OttoUnavailable, Quantity
from .const import BATCH, WAITING
from .outbox import Outbox


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("stock", "Stock to OTTO")], ondelete={"stock": "cascade"})


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(selection_add=[("stock", "Stock")], ondelete={"stock": "cascade"})


class OttoFlowStock(models.AbstractModel):
    _name = "otto.flow.stock"
    _description = "Stock to OTTO"
    _inherit = ["otto.flow"]

    _interval = 15
    _sequence = 30
    _kinds = ("stock",)

    @property
    def _listings(self):
        return self.env["otto.listing"]

    def _is_wanted_soon(self):
        return self.channel._sends_stock or bool(self.sync.opening)

    def _work_off(self):
        """Send to OTTO the quantities that differ from what OTTO accepted last; once a day compare with what it holds.

        Before a person has switched the channel live nothing is sent, not even a zero.

        :raises OttoError: when OTTO cannot be asked; accepted batches are committed
        """
        if not self.channel._sends_changes:
            return
        self._ensure_listings()
        self.env["otto.product.matching"]._match_products()
        if self.sync.opening and not self._take_over_opening_stock():
            return
        if not self.channel.stock_live:
            return
        self._tell_what_waits()
        self._retry_refused()
        if self._send_changed() <= 0:
            return
        if self._compare_quantities():
            self._send_changed()

    def _ensure_listings(self):
        """Make a listing for each article that was ordered but is not listed yet."""
        self.env["otto.position.item"].flush_model(["channel_id", "sku", "ean", "title"])
        self.env["otto.listing"].flush_model(["channel_id", "sku"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (piece.sku) piece.sku, piece.ean, piece.title
                  FROM otto_position_item piece
                 WHERE piece.channel_id = %s
                   AND NOT EXISTS (SELECT FROM otto_listing listing
                                    WHERE listing.channel_id = piece.channel_id AND listing.sku = piece.sku)
                """,
                self.channel.id,
            )
        )
        self.env["otto.listing"].create(
            [{"channel_id": self.channel.id, "sku": sku, "ean": ean, "title": title} for sku, ean, title in rows]
        )

    def _retry_refused(self):
        """Have what OTTO refused sent again for which a person pressed *Retry* (R20)."""
        if issues := self._issues_to_retry():
            self._listings._forget_refusals(self.channel, issues.mapped("external_id"))

    def _tell_what_waits(self):
        """Say once that articles wait for *Go Live*: an earlier version sent only the stock of what was sold (R6)."""
        if not self.channel.stock_known_only or not self.env["otto.stock.offer"]._any_awaits_go_live():
            self._resolve("stock", [WAITING])
            return
        if WAITING in self.env["otto.issue"].sudo()._unsolved(self.channel, "stock").mapped("external_id"):
            return
        text = self.env._(
            "Before the update only the stock of articles that were sold went to OTTO. Others have a product now and "
            "keep the quantity that they have at OTTO. Please press Go Live on the channel %(channel)s: it shows what "
            "would change, and from then on their stock is sent too.",
            channel=self.channel.name,
        )
        self._report("stock", [(WAITING, text, self.channel)])

    # Sending

    def _send_changed(self):
        """Send what differs; what OTTO does not take stops nothing else (R20).

        :return: seconds that the scheduled action may still work
        :raises OttoError: at the end, when something could not be sent
        """
        outbox = Outbox()
        seconds = self._send_after_reading(outbox) if self._read_orders() else self._send_lower(outbox)
        if outbox.has_shared:
            # What was lowered here may now be raised there.
            (self.channel._channels_on_same_goods() - self.channel)._schedule("stock")
        if outbox.last_error:
            raise outbox.last_error
        return seconds

    def _send_after_reading(self, outbox):
        """Send batch by batch; OTTO's orders have just been read, and are read again after each batch.

        OTTO's numbers are absolute: what was sold since the last reading is offered again by them. So what was sold
        while a batch was under way is lowered by the next one, at once. That a number is lower than the accepted one
        does not help: OTTO may have lowered its own further, by what it sold.

        :return: seconds that the scheduled action may still work
        """
        seconds, seen = float("inf"), None
        while True:
            news = self._last_news()
            if self._ask_for_noted():
                if not self._read_orders():
                    break
                news = max(news, self._last_news())
            if seen is None or news > seen or (outbox.shares_changed and not outbox.offers):
                seen = max(seen or 0, news)
                outbox.fill(self._changed_offers())
            batch = outbox.next_batch(BATCH)
            if not batch:
                return seconds
            seconds = self._send_batch(outbox, batch)
            if seconds <= 0:
                self._run_again()
                return seconds
            if any(offer.quantity for offer in batch) and not self._read_orders():
                break
        return self._send_lower(outbox)

    def _send_lower(self, outbox):
        """Send only what lowers what OTTO holds, because sales cannot be read."""
        offers = [offer for offer in self._changed_offers() if offer.is_lower and offer.listing_id not in outbox.failed]
        seconds = self._send_batches(outbox, [offer for offer in offers if not offer.quantity])
        if seconds <= 0:
            return seconds
        lower = [offer for offer in offers if offer.quantity]
        held = self._held([offer.sku for offer in lower])
        if len(held) < len(lower):
            self._run_again()
        # What OTTO does not know is on offer nowhere.
        return self._send_batches(
            outbox, [self._lowered(offer, held[offer.sku]) for offer in lower if held.get(offer.sku)]
        )

    def _lowered(self, offer, held):
        """Return an offer that lowers what OTTO holds by as much as there is less, while sales cannot be read.

        OTTO may have lowered its number by what it sold meanwhile; what may be offered by Odoo's count could be more.
        """
        less = 0 if offer.in_doubt else offer.accepted - offer.quantity
        return offer._replace(quantity=max(0, min(offer.quantity, held - less)))

    def _changed_offers(self):
        """Return the offers of which OTTO has to be told; without those that wait for a person's word."""
        offers = self.env["otto.stock.offer"]._offers()
        return [offer for offer in self.env["otto.stock.brake"]._without_held(offers, self) if offer.differs]

    def _send_batches(self, outbox, offers):
        """Send all of these; see `_send_batch`."""
        outbox.fill(offers)
        seconds = float("inf")
        while seconds > 0 and (batch := outbox.next_batch(BATCH)):
            seconds = self._send_batch(outbox, batch)
        return seconds

    def _send_batch(self, outbox, batch):
        """Send quantities; what is too large or not understood is halved until the bad article is alone.

        :return: seconds that the scheduled action may still work
        :raises OttoError: OTTO could not work on several batches in a row
        """
        try:
            self._send_quantities(batch)
        except OttoInvalid as error:
            if len(batch) > 1:
                outbox.halve(batch)
                return float("inf")
            self._note_refusals(batch, {batch[0].sku: error.words})
            outbox.note_done(batch)
        except OttoUnavailable as error:
            outbox.note_failure(batch, error)
        else:
            outbox.note_done(batch)
        return self._checkpoint(len(batch), remaining=len(outbox.offers))

    def _send_quantities(self, offers):
        """Send quantities and note, piece by piece, what OTTO accepted and refused; the caller commits it.

        That they are on their way is committed before: whatever becomes of the answer, it is not forgotten (R19).

        :param offers: up to 200 `Offer`
        :raises OttoError: OTTO took none of them, or it is in doubt what it took
        """
        self._listings._note_sending(offers)
        self._checkpoint()
        result = self.client.set_quantities([Quantity(offer.sku, offer.quantity, None) for offer in offers])
        accepted = set(result.accepted)
        self._listings._note_accepted([offer for offer in offers if offer.sku in accepted])
        self._note_refusals(offers, {refusal.sku or "?": refusal.reason for refusal in result.refused})
        self._resolve("stock", accepted)

    def _note_refusals(self, offers, reasons):
        """Note what OTTO refused, and tell it.

        :param reasons: dict of SKU, or "?" where OTTO names none, to OTTO's words
        """
        self._listings._note_refused([offer for offer in offers if offer.sku in reasons])
        # OTTO does not list them any more: that it does not know them either is no news.
        gone = {offer.sku for offer in offers if offer.is_gone}
        failures = [
            (
                sku,
                self.env._(
                    "OTTO refuses the stock of article %(sku)s. Please check the SKU at OTTO. %(words)s",
                    sku=sku,
                    words=self.channel._otto_quoted(reason),
                ),
                None,
            )
            for sku, reason in reasons.items()
            if sku not in gone
        ]
        self._report("stock", failures)
