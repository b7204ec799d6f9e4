"""A run that would empty the shop waits for a person (R6); what was sold is lowered all the same.

An article is *emptied* when it would be set to zero, OTTO offers it, and the pieces that were sold since OTTO accepted
its quantity do not explain that: a warehouse or place was changed, products were archived, matches lost, a safety stock
was set high, an inventory went wrong. When a run would empty at least `BRAKE_LEAST` articles and more than the share
that the channel allows, these are held back, and an issue says so. Once held back they stay so until they have stock
again, were sold, or a person has confirmed.
"""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...otto_api import OttoError, OttoRateLimited
from .const import BRAKE, BRAKE_LEAST, BRAKE_WINDOW, NAMED, SOLD_OVERLAP

NEVER = fields.Datetime.to_datetime("1970-01-02")


class OttoStockBrake(models.AbstractModel):
    _name = "otto.stock.brake"
    _description = "What Waits Before It Is Set to Zero on OTTO"
    _inherit = ["otto.component"]

    def _without_held(self, offers, flow):
        """Return the offers without those that wait for a person's word; note, report and forget which wait.

        :param offers: list of `Offer`
        :param flow: the stock flow, which asks OTTO
        """
        zeros = [offer for offer in offers if offer.quantity == 0 and (offer.differs or offer.zero_state)]
        self._forget({offer.listing_id for offer in zeros})
        suspects = [offer for offer in zeros if offer.zero_state != "allowed"]
        emptied = self._emptied(suspects, flow)
        are_too_many = self._are_too_many(emptied)
        held = {key: offer for key, offer in emptied.items() if are_too_many or offer.zero_state == "held"}
        self._note_held(held, suspects)
        lowered = self._lowered_by_sales(held.values())
        free = [offer for offer in offers if offer.listing_id not in held]
        return lowered + [offer._replace(is_emptied=offer.listing_id in emptied) for offer in free]

    def _lowered_by_sales(self, held):
        """Return the offers that wait and were sold in part, lowered by that and no more."""
        offers = [offer for offer in held if offer.accepted]
        sold = self._sold(offers, timedelta(0)) if offers else {}
        return [
            offer._replace(quantity=int(offer.accepted - sold[offer.listing_id]))
            for offer in offers
            if sold.get(offer.listing_id)
        ]

    def _emptied(self, suspects, flow):
        """Return by listing id the offers among these that empty what OTTO offers for another reason than sales."""
        if len(suspects) >= BRAKE_LEAST:
            suspects = self._with_held_by_otto(suspects, flow)
        suspects = [offer for offer in suspects if offer.accepted or offer.in_doubt]
        sold = self._sold(suspects, SOLD_OVERLAP) if suspects else {}
        return {
            offer.listing_id: offer for offer in suspects if sold.get(offer.listing_id, 0) < max(1, offer.accepted or 0)
        }

    def _with_held_by_otto(self, suspects, flow):
        """Return the offers with what OTTO holds of the articles of which Odoo never sent a quantity."""
        unknown = [offer.sku for offer in suspects if offer.accepted is None and not offer.in_doubt]
        if not unknown:
            return suspects
        try:
            held = flow._held(unknown)
        except OttoRateLimited:
            raise
        except OttoError:
            # Until OTTO can be asked, they may be on offer.
            held = dict.fromkeys(unknown, 1)
        else:
            known = {sku: quantity for sku, quantity in held.items() if quantity is not None}
            domain = [("channel_id", "=", self.channel.id), ("sku", "in", list(known))]
            flow._take_over(self.env["otto.listing"].search(domain), known)
        return [
            offer._replace(accepted=held.get(offer.sku, 1)) if offer.sku in set(unknown) else offer
            for offer in suspects
        ]

    def _are_too_many(self, emptied):
        domain = [("channel_id", "=", self.channel.id), ("send_stock", "=", True), ("quantity_known", "=", True)]
        listings = self.env["otto.listing"]
        recently = Domain("quantity", "=", 0) & Domain("quantity_emptied_on", ">", fields.Datetime.now() - BRAKE_WINDOW)
        gone = listings.search_count(Domain(domain) & recently)
        offered = listings.search_count([*domain, ("quantity", ">", 0)]) + gone
        count = len(emptied) + gone
        return bool(emptied) and count >= BRAKE_LEAST and count * 100 > self.channel.brake_share * offered

    # What was sold

    def _sold(self, offers, overlap):
        """Return by listing id how many pieces were sold since OTTO accepted the article's quantity.

        Transfers to customers, done or not, and what OTTO has sold and no transfer stands for.

        :param overlap: time before that moment from which sales count as later
        """
        listings = self.env["otto.listing"].browse([offer.listing_id for offer in offers])
        since = {row.id: (row.quantity_date or NEVER) - overlap for row in listings}
        kits = self.env["otto.stock.kits"]
        products = {offer.product_id for offer in offers if offer.product_id}
        parts = kits._kit_parts(products & set(kits._kit_ids()))
        goods = {product_id: parts.get(product_id, {product_id: 1.0}) for product_id in products}
        wanted = {part for needs in goods.values() for part in needs}
        sales = self._sales(wanted, min(since.values()), with_unimported=bool(overlap)) if wanted else {}
        return {
            offer.listing_id: max(
                (
                    sum(sold for moment, sold in sales.get(part, ()) if moment >= since[offer.listing_id]) / need
                    for part, need in goods[offer.product_id].items()
                ),
                default=0,
            )
            for offer in offers
            if offer.product_id
        }

    def _sales(self, product_ids, since, with_unimported):
        """Return by product id the sales since a moment: pairs of moment and quantity.

        :param with_unimported: also those of orders that Odoo does not have, which are noted anew by each reading
        """
        sales = {}
        places = self.channel._stock_roots().ids
        moves = (
            self.env["stock.move"]
            .sudo()
            .search_fetch(
                [
                    ("product_id", "in", list(product_ids)),
                    ("create_date", ">=", since),
                    ("state", "not in", ("draft", "cancel")),
                    ("location_id", "child_of", places),
                    # The first step of a delivery stands for all of them.
                    ("move_orig_ids", "=", False),
                    "|",
                    ("location_dest_id.usage", "=", "customer"),
                    ("location_final_id.usage", "=", "customer"),
                ],
                ["product_id", "create_date", "product_qty"],
            )
        )
        for move in moves:
            sales.setdefault(move.product_id.id, []).append((move.create_date, move.product_qty))
        waiting = SQL(
            """
            SELECT product_id, noted_on, pieces FROM (%s) sold
             WHERE product_id = ANY(%s) AND noted_on >= %s AND (%s OR NOT is_unimported)
            """,
            self.env["otto.stock.available"]._waiting_pieces(),
            list(product_ids),
            since,
            with_unimported,
        )
        for product_id, moment, pieces in self.env.execute_query(waiting):
            sales.setdefault(product_id, []).append((moment, pieces))
        return sales

    # What waits

    def _forget(self, zero_ids):
        """Take the marks from articles that are not to be set to zero any more."""
        domain = [("channel_id", "=", self.channel.id), ("zero_state", "!=", False), ("id", "not in", list(zero_ids))]
        self.env["otto.listing"].search(domain)._otto_note(zero_state=False)

    def _note_held(self, held, suspects):
        """Mark what waits, and tell it when that is news; resolve the issue when nothing waits."""
        listings = self.env["otto.listing"]
        released = [
            offer.listing_id for offer in suspects if offer.zero_state == "held" and offer.listing_id not in held
        ]
        listings.browse(released)._otto_note(zero_state=False)
        new = listings.browse([key for key, offer in held.items() if offer.zero_state != "held"])
        new._otto_note(zero_state="held")
        if not held:
            self.env["otto.issue"]._resolve(self.channel, "stock", [BRAKE])
        elif new or not self._is_reported():
            self._report(held)

    def _is_reported(self):
        return BRAKE in self.env["otto.issue"].sudo()._unsolved(self.channel, "stock").mapped("external_id")

    def _report(self, held):
        domain = [("channel_id", "=", self.channel.id), ("send_stock", "=", True), ("quantity", ">", 0)]
        text = self.env._(
            "%(count)s of the %(offered)s articles that are offered on OTTO would be set to 0 although they were not "
            "sold. They stay as they are until somebody confirms it; all others are sent. Please check warehouse, "
            "stock locations, safety stock, the last inventory, archived products and matches. If it is right, press "
            "Set to Zero on the channel %(channel)s. %(skus)s",
            count=len(held),
            offered=self.env["otto.listing"].search_count([*domain, ("quantity_known", "=", True)]),
            channel=self.channel.name,
            skus=", ".join(offer.sku for offer in list(held.values())[:NAMED]),
        )
        self.env["otto.issue"]._report(self.channel, "stock", [(BRAKE, text, self.channel)])
