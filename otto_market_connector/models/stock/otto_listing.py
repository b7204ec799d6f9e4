"""What OTTO holds of an article, as far as Odoo knows: accepted, refused, or in doubt (R6, R19)."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

from ..core.write_guard import as_connector, is_connector

# Written by the connector only: whoever could change them could have too much offered.
CONNECTOR_FIELDS = {
    "quantity",
    "quantity_known",
    "quantity_date",
    "quantity_in_doubt",
    "quantity_least",
    "quantity_refused",
    "quantity_refused_on",
    "quantity_compared_on",
    "quantity_emptied_on",
    "zero_state",
}

# What changes the offer of an article, and of those that share its goods.
SETTINGS = {"product_id", "send_stock", "own_safety_stock", "safety_stock", "max_quantity"}


class OttoListing(models.Model):
    _inherit = "otto.listing"

    quantity = fields.Integer("Quantity on OTTO", readonly=True, help="What OTTO accepted last.")
    quantity_known = fields.Boolean(readonly=True)
    quantity_date = fields.Datetime("Accepted At", readonly=True)
    quantity_in_doubt = fields.Boolean(
        "Answer Missing",
        readonly=True,
        help="A quantity was sent, but OTTO's answer did not come: OTTO may hold the old or the new one. It is sent "
        "again.",
    )
    quantity_least = fields.Integer(
        "Least on OTTO", readonly=True, help="While an answer is missing: the least that OTTO may hold."
    )
    quantity_refused = fields.Integer("Refused Quantity", readonly=True)
    quantity_refused_on = fields.Datetime("Refused At", readonly=True, help="A refused quantity is not sent at once.")
    quantity_compared_on = fields.Datetime("Compared At", readonly=True)
    quantity_emptied_on = fields.Datetime(
        "Emptied At", readonly=True, help="When it was set to zero for another reason than sales."
    )
    zero_state = fields.Selection(
        [("held", "Not Set to Zero Yet"), ("allowed", "Confirmed")],
        "Setting to Zero",
        readonly=True,
        index="btree_not_null",
        help="A run would have set too many articles to zero: each waits until a person confirms it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """See `write`."""
        for vals in vals_list:
            self._check_connector_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        """What OTTO holds is known to the connector alone; what a person changes here is sent soon."""
        self._check_connector_fields(vals)
        result = super().write(vals)
        if SETTINGS & vals.keys():
            self.channel_id._goods_changed()
        return result

    def _check_connector_fields(self, vals):
        if CONNECTOR_FIELDS & vals.keys() and not is_connector(self.env):
            raise AccessError(
                self.env._(
                    "The quantity on OTTO is what OTTO accepted; it cannot be entered. Please change the stock or the "
                    "safety stock instead."
                )
            )

    @api.constrains("safety_stock", "max_quantity")
    def _check_stock_numbers(self):
        for listing in self:
            if listing.safety_stock < 0 or listing.max_quantity < 0:
                raise ValidationError(
                    self.env._(
                        "%(sku)s: the safety stock and the highest quantity cannot be negative. Please enter 0 or "
                        "more.",
                        sku=listing.sku,
                    )
                )

    @api.model
    def _note_sending(self, offers):
        """Note that quantities are about to be sent: until OTTO's answer is read, it may hold the old or the new one.

        :param offers: `Offer` of articles
        """
        self._write_quantities(
            SQL(
                """
                quantity_in_doubt = TRUE, quantity_refused_on = NULL,
                quantity_least = LEAST(
                    CASE WHEN listing.quantity_in_doubt THEN listing.quantity_least ELSE listing.quantity END,
                    sent.quantity)
                """
            ),
            offers,
        )

    @api.model
    def _note_accepted(self, offers):
        """Note what OTTO accepted, all in one statement; the moment to the fraction, because sales count from it."""
        self._write_quantities(
            SQL(
                """
                quantity = sent.quantity, quantity_known = TRUE, quantity_in_doubt = FALSE,
                quantity_date = clock_timestamp() AT TIME ZONE 'UTC',
                quantity_emptied_on = CASE WHEN sent.is_emptied THEN clock_timestamp() AT TIME ZONE 'UTC' END,
                zero_state = CASE WHEN sent.quantity = 0 THEN NULL ELSE listing.zero_state END
                """
            ),
            offers,
        )

    @api.model
    def _note_refused(self, offers):
        """Note what OTTO refused: it holds what it held before, in doubt only if it was so before."""
        self._write_quantities(
            SQL(
                "quantity_refused = sent.quantity, quantity_refused_on = %s, quantity_in_doubt = sent.in_doubt",
                fields.Datetime.now(),
            ),
            offers,
        )

    def _write_quantities(self, assignments, offers):
        if not offers:
            return
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                UPDATE otto_listing listing SET %s
                  FROM unnest(%s, %s, %s, %s) AS sent(id, quantity, in_doubt, is_emptied)
                 WHERE listing.id = sent.id
             RETURNING listing.id
                """,
                assignments,
                [offer.listing_id for offer in offers],
                [offer.quantity for offer in offers],
                [offer.in_doubt for offer in offers],
                [offer.is_emptied for offer in offers],
            )
        )
        self.invalidate_model(list(CONNECTOR_FIELDS))

    @api.model
    def _forget_refusals(self, channel, skus):
        """Have refused quantities sent again at once, because a person asks for it."""
        domain = [("channel_id", "=", channel.id), ("sku", "in", list(skus)), ("quantity_refused_on", "!=", False)]
        as_connector(self.search(domain)).quantity_refused_on = False
