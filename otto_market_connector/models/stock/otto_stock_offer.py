"""How many pieces of each article may be offered on OTTO (R6, R17)."""

from collections import Counter, defaultdict
from typing import NamedTuple

from odoo import fields, models
from odoo.tools import SQL

from ...otto_api import OFFERED_QUANTITY_SQL, Supply, offered_quantity
from ...otto_api.const import MAX_QUANTITY
from .const import WAIT, WAIT_LOWER


class Offer(NamedTuple):
    """What may be offered of an article now, and what is known of what OTTO holds.

    :ivar accepted: what OTTO accepted last, None: nothing yet
    :ivar in_doubt: something was sent whose answer did not come; OTTO holds at least `least`, if anything
    :ivar refused: what OTTO refused lately
    :ivar shared: whether other articles are fed from the same goods
    :ivar blocked: whether such an article first has to be lowered
    :ivar product_id: the product whose goods it sells, None: no product is matched
    :ivar is_gone: whether OTTO does not list the article any more; it is not raised
    :ivar zero_state: whether a person has to confirm, or has confirmed, that it is set to zero
    :ivar is_emptied: whether it is set to zero for another reason than sales
    """

    listing_id: int
    sku: str
    accepted: int | None
    quantity: int
    in_doubt: bool = False
    least: int = 0
    refused: int | None = None
    shared: bool = False
    blocked: bool = False
    product_id: int | None = None
    is_gone: bool = False
    zero_state: str | None = None
    is_emptied: bool = False

    @property
    def differs(self) -> bool:
        """Whether OTTO has to be told."""
        told = self.accepted == self.quantity and not self.in_doubt
        if self.is_gone and not self.is_lower:
            return False
        return not told and self.refused != self.quantity and (self.is_lower or not self.blocked)

    @property
    def is_lower(self) -> bool:
        """Whether it is less than what OTTO holds, as far as Odoo knows; OTTO may have lowered its number further."""
        if self.accepted is None or self.quantity == 0:
            return self.quantity == 0
        return self.quantity <= self.least if self.in_doubt else self.quantity < self.accepted

    @property
    def is_too_much(self) -> bool:
        """Whether OTTO offers more than may be offered, or may do so."""
        if self.accepted is None:
            return self.in_doubt and self.refused is None
        return self.in_doubt or self.accepted > self.quantity


class ListingRow(NamedTuple):
    """An article whose stock is sent, as the database has it."""

    id: int
    channel_id: int
    sku: str
    product_id: int | None
    accepted: int | None
    in_doubt: bool
    least: int
    refused: int | None
    safety: int
    maximum: int
    sellable: bool
    divides: bool
    available: float
    is_gone: bool
    zero_state: str | None


class OttoStockOffer(models.AbstractModel):
    _name = "otto.stock.offer"
    _description = "Stock That Is Offered on OTTO"
    _inherit = ["otto.component"]

    @property
    def _available(self):
        return self.env["otto.stock.available"]

    @property
    def _kits(self):
        return self.env["otto.stock.kits"]

    def _offers(self, everything=False):
        """Return an `Offer` for each article of this channel of which OTTO may have to be told.

        On hand minus all open outgoing demand, reserved or not (incoming is not counted), minus the announced pieces of
        all channels on the same warehouse, minus the safety stock; never below zero, whole pieces. The database leaves
        out the articles that stand alone and of which OTTO holds what is offered.

        :param everything: return all articles of this channel, also those of which OTTO holds what is offered, and
            those that wait for *Go Live*
        """
        channels = self.channel._channels_on_same_goods().filtered(lambda channel: channel._sends_stock) | self.channel
        is_sent = self._is_sent(channels, channels - self.channel if everything else channels)
        kits, waiting = self._offered_kits(channels)
        sharing = {part_id for parts in kits.values() for part_id in parts} | self._shared_products(is_sent)
        is_lowered = self._available._is_lowered_by_addons()
        rows = self._listing_rows(is_sent, {*kits, *sharing}, everything or is_lowered)
        parts = {row.id: kits.get(row.product_id) or {row.product_id: 1.0} for row in rows if row.product_id}
        available = defaultdict(float, self._available._available(sharing) if sharing else {})
        available.update({row.product_id: row.available for row in rows if row.product_id not in kits})
        for kit_id, pieces in waiting:
            for part_id, need in kits[kit_id].items():
                available[part_id] -= pieces * need
        if is_lowered:
            self._available._limit_to_free(available)
        return self._block(self._offers_of(rows, parts, available), parts)

    def _offered_kits(self, channels):
        """Return the kits that are offered, with their parts, and pairs of kit and pieces that wait for a transfer."""
        kit_ids = self._kits._kit_ids()
        if not kit_ids:
            return {}, []
        listed = self.env["otto.listing"].search([("channel_id", "in", channels.ids), ("product_id", "in", kit_ids)])
        query = SQL("SELECT * FROM (%s) waiting WHERE product_id = ANY(%s)", self._available._waiting_query(), kit_ids)
        waiting = self.env.execute_query(query)
        kits = self._kits._kit_parts({*listed.product_id.ids, *(kit_id for kit_id, _pieces in waiting)})
        return kits, [(kit_id, pieces) for kit_id, pieces in waiting if kit_id in kits]

    def _offers_of(self, rows, parts, available):
        """Return the rows with their `Offer`; goods are divided as soon as one of the channels divides them."""
        # What OTTO does not list any more takes no share; it is only lowered, to what there is.
        needs = [(row, part_id) for row in rows if not row.is_gone for part_id in parts.get(row.id, ())]
        sharers = Counter(part_id for _row, part_id in needs)
        divided = {part_id for row, part_id in needs if row.divides}
        places = Counter()
        offers = []
        for row in rows:
            supplies = []
            for part_id, need in parts.get(row.id, {}).items():
                is_divided = part_id in divided and not row.is_gone
                count, place = (sharers[part_id], places[part_id]) if is_divided else (1, 0)
                supplies.append(Supply(available[part_id], need, count, place))
                places[part_id] += not row.is_gone
            quantity = offered_quantity(supplies, row.safety, row.maximum) if row.sellable else 0
            shared = any(supply.sharers > 1 for supply in supplies)
            offers.append((row, _offer(row, quantity, shared)))
        return offers

    def _block(self, offers, parts):
        """Return this channel's offers; goods of which others offer too much are not raised before those are lowered.

        :param offers: list of `ListingRow` and `Offer`
        """
        late = defaultdict(set)
        for row, offer in offers:
            if offer.shared and offer.is_too_much and not offer.is_gone:
                for part_id in parts[row.id]:
                    late[part_id].add(row.id)
        return [
            offer._replace(
                blocked=not offer.in_doubt and any(late[part_id] - {row.id} for part_id in parts.get(row.id, ()))
            )
            for row, offer in offers
            if row.channel_id == self.channel.id
        ]

    def _shared_products(self, is_sent):
        """Return the ids of the products that several articles offer; see `_is_sent`."""
        query = SQL(
            """
            SELECT listing.product_id FROM otto_listing listing
             WHERE %s AND listing.product_id IS NOT NULL AND listing.status IS DISTINCT FROM 'GONE'
          GROUP BY 1 HAVING COUNT(*) > 1
            """,
            is_sent,
        )
        return {product_id for [product_id] in self.env.execute_query(query)}

    def _is_sent(self, channels, limited):
        """Return the condition that a listing's stock is sent; what is gone at OTTO only as long as it has a number.

        :param limited: channels of which articles may wait for *Go Live*
        """
        self.env["otto.listing"].flush_model()
        condition = (
            "listing.channel_id = ANY(%s) AND listing.send_stock "
            "AND (listing.status IS DISTINCT FROM 'GONE' OR listing.quantity_known OR listing.quantity_in_doubt)"
        )
        is_sent = SQL(condition, channels.ids)
        waiting = limited.filtered("stock_known_only").ids
        return SQL("%s AND NOT (%s)", is_sent, self._awaits_go_live(waiting)) if waiting else is_sent

    def _awaits_go_live(self, channel_ids):
        """Return the condition that a listing is of one of these channels and was neither sent nor sold yet."""
        self.env["otto.position.item"].flush_model(["channel_id", "sku"])
        return SQL(
            """
            listing.channel_id = ANY(%s) AND listing.quantity_known IS NOT TRUE
            AND listing.quantity_in_doubt IS NOT TRUE
            AND NOT EXISTS (SELECT FROM otto_position_item piece
                             WHERE piece.channel_id = listing.channel_id AND piece.sku = listing.sku)
            """,
            channel_ids,
        )

    def _any_awaits_go_live(self):
        """Tell whether articles of this channel have a product and wait for *Go Live*."""
        self.env["otto.listing"].flush_model()
        query = SQL(
            """
            SELECT FROM otto_listing listing
             WHERE listing.product_id IS NOT NULL AND listing.send_stock AND listing.status IS DISTINCT FROM 'GONE'
               AND %s
             LIMIT 1
            """,
            self._awaits_go_live(self.channel.ids),
        )
        return bool(self.env.execute_query(query))

    def _listing_rows(self, is_sent, together, everything):
        """Return a `ListingRow` for each article of this channel of which OTTO may hold something else.

        :param is_sent: see `_is_sent`
        :param together: ids of products whose articles hang on one another; all of these are returned, of all channels
        :param everything: return all articles of this channel
        """
        for model in ("otto.channel", "product.product", "product.template"):
            self.env[model].flush_model()
        now = fields.Datetime.now()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT * FROM (
                    SELECT listing.id, listing.channel_id, listing.sku, listing.product_id,
                           CASE WHEN listing.quantity_known THEN listing.quantity END AS accepted,
                           COALESCE(listing.quantity_in_doubt, FALSE) AS in_doubt,
                           COALESCE(listing.quantity_least, 0) AS least,
                           CASE WHEN listing.quantity_refused_on > CASE
                                     WHEN listing.quantity_known AND listing.quantity_refused < listing.quantity
                                     THEN %(wait_lower)s::timestamp ELSE %(wait)s::timestamp END
                                THEN listing.quantity_refused END AS refused,
                           COALESCE(CASE WHEN listing.own_safety_stock THEN listing.safety_stock
                                         ELSE channel.safety_stock END, 0) AS safety,
                           COALESCE(NULLIF(listing.max_quantity, 0), NULLIF(channel.max_quantity, 0), %(most)s)
                               AS maximum,
                           COALESCE(product.active AND template.active AND template.sale_ok, FALSE) AS sellable,
                           channel.stock_sharing = 'split' AS divides,
                           COALESCE(available.quantity, 0) AS available,
                           listing.status IS NOT DISTINCT FROM 'GONE' AS is_gone, listing.zero_state
                      FROM otto_listing listing
                      JOIN otto_channel channel ON channel.id = listing.channel_id
                 LEFT JOIN product_product product ON product.id = listing.product_id
                 LEFT JOIN product_template template ON template.id = product.product_tmpl_id
                 LEFT JOIN (%(available)s) available ON available.product_id = listing.product_id
                     WHERE %(is_sent)s AND (listing.product_id IS NOT NULL OR listing.quantity_in_doubt
                           OR listing.quantity_known AND listing.quantity > 0)
                ) listed
                 WHERE product_id = ANY(%(together)s)
                    OR channel_id = %(channel)s AND (%(everything)s OR in_doubt OR zero_state IS NOT NULL
                       OR accepted IS DISTINCT FROM (%(alone)s))
              ORDER BY id
                """,
                wait=now - WAIT,
                wait_lower=now - WAIT_LOWER,
                most=MAX_QUANTITY,
                available=self._available._available_query(),
                is_sent=is_sent,
                together=list(together),
                channel=self.channel.id,
                everything=everything,
                alone=SQL(OFFERED_QUANTITY_SQL),
            )
        )
        return list(map(ListingRow._make, rows))


def _offer(row, quantity, shared):
    return Offer(
        row.id,
        row.sku,
        row.accepted,
        quantity,
        row.in_doubt,
        row.least,
        row.refused,
        shared,
        product_id=row.product_id,
        is_gone=row.is_gone,
        zero_state=row.zero_state,
    )
