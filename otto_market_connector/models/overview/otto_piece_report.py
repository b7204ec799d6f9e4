from odoo import fields, models
from odoo.tools import SQL

from ..catalogue.otto_listing import STATUSES as LISTING_STATUSES
from ..orders.otto_position_item import STATUSES


class OttoPieceReport(models.Model):
    """Sales by piece: each row is a piece of an order, as OTTO counts."""

    _name = "otto.piece.report"
    _description = "OTTO Sales by Piece"
    _auto = False
    _rec_name = "sku"
    _order = "date desc, id desc"

    date = fields.Datetime("Order Date", readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True)
    channel_id = fields.Many2one("otto.channel", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    sku = fields.Char("SKU", readonly=True)
    title = fields.Char("Article", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Product Category", readonly=True)
    category = fields.Char("Category at OTTO", readonly=True)
    brand = fields.Char(readonly=True)
    listing_status = fields.Selection(LISTING_STATUSES, "Status of the Article", readonly=True)
    status = fields.Selection(STATUSES, readonly=True)
    pieces = fields.Integer(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    turnover = fields.Monetary(readonly=True, help="With taxes; cancelled pieces count nothing.")
    cancelled_rate = fields.Float("Cancelled (%)", readonly=True, aggregator="avg", help="Of all pieces.")
    cancelled_by_us_rate = fields.Float(
        "Cancelled by Us (%)", readonly=True, aggregator="avg", help="Of all pieces: those that the seller cancelled."
    )
    returned_rate = fields.Float(
        "Returned (%)", readonly=True, aggregator="avg", help="Of the pieces that were sent: those that came back."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT p.id, o.date_order AS date, p.order_id, p.channel_id, p.company_id, o.user_id, p.sku,
                   COALESCE(l.title, p.title) AS title, line.product_id, t.categ_id, l.category, l.brand,
                   l.status AS listing_status, p.status, 1 AS pieces, company.currency_id,
                   CASE WHEN p.status = 'cancelled' THEN 0
                        ELSE p.price / COALESCE(NULLIF(o.currency_rate, 0), 1)
                   END AS turnover,
                   CASE WHEN p.status = 'cancelled' THEN 100.0 ELSE 0.0 END AS cancelled_rate,
                   CASE WHEN p.cancelled_by_us THEN 100.0 ELSE 0.0 END AS cancelled_by_us_rate,
                   CASE p.status WHEN 'returned' THEN 100.0 WHEN 'sent' THEN 0.0 END AS returned_rate
              FROM otto_position_item p
              JOIN sale_order o ON o.id = p.order_id
              JOIN res_company company ON company.id = p.company_id
         LEFT JOIN sale_order_line line ON line.id = p.order_line_id
         LEFT JOIN product_product product ON product.id = line.product_id
         LEFT JOIN product_template t ON t.id = product.product_tmpl_id
         LEFT JOIN otto_listing l ON l.channel_id = p.channel_id AND l.sku = p.sku
            """
        )
