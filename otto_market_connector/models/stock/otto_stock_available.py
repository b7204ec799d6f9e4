"""What is there and not yet promised to anybody (R6, R17), as SQL: there may be 100,000 products."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...otto_api import SOLD_NOT_SENT

# Where add-ons change what Odoo calls free, and those of Odoo whose changes `_on_hand` and kits follow themselves.
FREE_METHODS = {
    "_compute_quantities",
    "_compute_quantities_dict",
    "_get_domain_locations",
    "_get_domain_locations_new",
}
KNOWN_ADDONS = {f"odoo.addons.{name}" for name in ("stock", "mrp", "purchase_stock", "product_expiry")}


class OttoStockAvailable(models.AbstractModel):
    _name = "otto.stock.available"
    _description = "Goods That Are There and Not Sold"
    _inherit = ["otto.component"]

    def _available(self, product_ids):
        """Return what is there and not yet sold of products, in each product's own unit; may be negative.

        :param product_ids: collection of ids
        :return: dict of product id to float; products of which nothing is known are not in it
        """
        found = SQL("SELECT product_id, quantity FROM (%s) found", self._available_query())
        return dict(self.env.execute_query(SQL("%s WHERE product_id = ANY(%s)", found, list(product_ids))))

    def _available_query(self):
        """Return a query of product id and quantity: on hand, minus open outgoing demand, minus what waits for one.

        Never more than Odoo itself calls free: what is reserved for whatever purpose is not offered either.
        """
        for model in ("stock.quant", "stock.move", "stock.location", "sale.order", "sale.order.line"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT product_id, LEAST(SUM(quantity), SUM(free)) AS quantity
              FROM (%s UNION ALL %s UNION ALL %s) part GROUP BY product_id
            """,
            self._on_hand(),
            self._outgoing_demand(),
            SQL("SELECT product_id, -pieces::float8, 0 FROM (%s) waiting", self._waiting_query()),
        )

    def _on_hand(self):
        """Return a query of product id, quantity on hand where this channel sells from, and what of it is not reserved.

        Lots past their removal date (`product_expiry`) are left out, but for what is reserved of them: Odoo counts so.
        """
        domain = [("location_id", "child_of", self.channel._stock_roots().ids), ("location_id.usage", "=", "internal")]
        expired = SQL("0")
        if "removal_date" in self.env["stock.quant"]._fields:
            expired = SQL(
                """
                CASE WHEN stock_quant.removal_date <= %s
                     THEN GREATEST(stock_quant.quantity - COALESCE(stock_quant.reserved_quantity, 0), 0) ELSE 0 END
                """,
                fields.Datetime.now(),
            )
        # A counted quant has no quantity until the count is applied.
        return self._sums(
            "stock.quant",
            domain,
            SQL("COALESCE(SUM(stock_quant.quantity - %s), 0)::float8", expired),
            SQL(
                "COALESCE(SUM(stock_quant.quantity - COALESCE(stock_quant.reserved_quantity, 0) - %s), 0)::float8",
                expired,
            ),
        )

    def _outgoing_demand(self):
        """Return a query of product id and open demand, negative, that takes goods from here; several steps count once.

        Reserved or not. Demand of a place above the chosen ones may be met from them, so it counts as well.
        """
        roots = self.channel._stock_roots().ids
        here = Domain("location_id", "child_of", roots)
        if self.channel.stock_location_ids:
            here |= Domain("location_id", "parent_of", roots)
        away = ~Domain("location_dest_id", "child_of", roots)
        further = Domain("location_final_id", "!=", False) & ~Domain("location_final_id", "child_of", roots)
        domain = (
            Domain("state", "not in", ("draft", "cancel", "done"))
            & here
            & (away | (Domain("move_dest_ids", "=", False) & further))
        )
        return self._sums("stock.move", domain, SQL("-COALESCE(SUM(stock_move.product_qty), 0)::float8"), SQL("0"))

    def _sums(self, model, domain, total, free):
        query = self.env[model].sudo()._search(domain)
        query.groupby = SQL.identifier(query.table, "product_id")
        return query.select(SQL.identifier(query.table, "product_id"), SQL("%s AS quantity, %s AS free", total, free))

    def _is_lowered_by_addons(self):
        """Tell whether an add-on that the database's sums do not know has a say in what Odoo calls free."""
        for cls in type(self.env["product.product"]).__mro__:
            for name in FREE_METHODS & vars(cls).keys():
                if getattr(vars(cls)[name], "__module__", "").split(".models")[0] not in KNOWN_ADDONS:
                    return True
        return False

    def _limit_to_free(self, available):
        """Lower quantities to what Odoo calls free in the channel's places, asked of all products in one go.

        :param available: dict of product id to what may be promised
        """
        products = self.env["product.product"].sudo().browse(filter(None, available))
        places = self.channel._stock_roots().ids
        for product in products.with_context(location=places, prefetch_fields=False):
            available[product.id] = min(available[product.id], product.free_qty)

    def _waiting_query(self):
        """Return a query of product id and pieces that OTTO has sold and for which no transfer stands."""
        query = "SELECT product_id, SUM(pieces)::float8 AS pieces FROM (%s) piece GROUP BY product_id"
        return SQL(query, self._waiting_pieces())

    def _waiting_pieces(self):
        """Return a query of product id, pieces, since when they are known, and whether Odoo does not have their order.

        Announced ones; those that wait for a repair; those whose transfer a person has cancelled; those of orders that
        Odoo does not have. A piece whose article was unknown belongs to the product that its SKU has by now.
        """
        for model in ("otto.position.item", "otto.unimported.item", "otto.listing"):
            self.env[model].flush_model()
        return SQL(
            """
            SELECT CASE WHEN line.product_id IS NULL OR line.product_id = %(unknown)s THEN listing.product_id
                        ELSE line.product_id END AS product_id, 1 AS pieces, piece.create_date AS noted_on,
                   FALSE AS is_unimported
              FROM otto_position_item piece
              JOIN sale_order ON sale_order.id = piece.order_id
         LEFT JOIN sale_order_line line ON line.id = piece.order_line_id
         LEFT JOIN otto_listing listing ON listing.channel_id = piece.channel_id AND listing.sku = piece.sku
             WHERE piece.status = ANY(%(sold)s) AND sale_order.state != 'cancel'
               AND sale_order.warehouse_id = ANY(%(warehouses)s)
               AND NOT EXISTS (SELECT FROM stock_move move WHERE move.sale_line_id = line.id AND move.state != 'cancel')
         UNION ALL
            SELECT listing.product_id, item.pieces, item.create_date, TRUE
              FROM otto_unimported_item item
              JOIN otto_channel channel ON channel.id = item.channel_id
              JOIN otto_listing listing ON listing.channel_id = item.channel_id AND listing.sku = item.sku
             WHERE channel.warehouse_id = ANY(%(warehouses)s)
            """,
            unknown=self.channel._unknown_product().id,
            sold=list(SOLD_NOT_SENT),
            warehouses=self.channel._stock_warehouses().ids,
        )
