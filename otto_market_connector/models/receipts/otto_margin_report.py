from odoo import fields, models
from odoo.tools import SQL

from .const import LINE_TYPES, RECEIPT_TYPES


class OttoMarginReport(models.Model):
    """An estimate of the margin by article and month; what it is made of stands in docs/anleitung.md.

    Receipts, less what the goods cost, less an estimate of OTTO's commission, less the parcels as far as their price is
    known. A refund takes all of it back, a partial refund only its own amount (R30).
    """

    _name = "otto.margin.report"
    _description = "OTTO Margin (Estimate)"
    _auto = False
    _order = "date desc, id desc"

    receipt_id = fields.Many2one("otto.receipt", readonly=True)
    channel_id = fields.Many2one("otto.channel", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(RECEIPT_TYPES, readonly=True)
    line_type = fields.Selection(LINE_TYPES, readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    category_id = fields.Many2one("product.category", "Product Category", readonly=True)
    sku = fields.Char("SKU", readonly=True)
    quantity = fields.Float(readonly=True)
    gross = fields.Monetary("Taxes Included", readonly=True)
    net = fields.Monetary("Untaxed", readonly=True)
    cost = fields.Monetary("Cost of the Goods", readonly=True)
    commission = fields.Monetary("Commission (Estimate)", readonly=True)
    shipping_cost = fields.Monetary("Shipping", readonly=True)
    margin = fields.Monetary("Margin (Estimate)", readonly=True)

    @property
    def _table_query(self):
        return SQL("%(rates)s %(lines)s", rates=self._rates(), lines=self._lines())

    def _rates(self):
        """The rates of each category: those of the nearest category above it that has some of its own.

        `step`: by how much a rate is higher than the one below it; the sum of the steps that a price reaches, each for
        the part above its limit, is the commission by parts.
        """
        return SQL(
            """
            WITH owner AS (
                SELECT DISTINCT ON (rate.channel_id, category.id)
                       rate.channel_id, category.id AS category_id, rate.category_id AS owner_id
                  FROM otto_commission rate
                  JOIN product_category own ON own.id = rate.category_id
                  JOIN product_category category ON category.parent_path LIKE own.parent_path || '%%'
              ORDER BY rate.channel_id, category.id, LENGTH(own.parent_path) DESC
            ), step AS (
                SELECT channel_id, category_id, price_from, percent, percent - COALESCE(LAG(percent) OVER (
                           PARTITION BY channel_id, category_id ORDER BY price_from), 0) AS step
                  FROM otto_commission
            )
            """
        )

    def _lines(self):
        return SQL(
            """
            SELECT line.id, receipt.id AS receipt_id, receipt.channel_id, receipt.company_id, receipt.currency_id,
                   receipt.receipt_date AS date, receipt.kind, line.line_type, line.product_id, line.sku,
                   template.categ_id AS category_id,
                   CASE WHEN line.line_type = 'item' THEN line.quantity ELSE 0 END * sign.value AS quantity,
                   line.gross * sign.value AS gross, line.net * sign.value AS net, part.cost, part.commission,
                   part.shipping_cost,
                   line.net * sign.value - part.cost - part.commission - part.shipping_cost AS margin
              FROM otto_receipt_line line
              JOIN otto_receipt receipt ON receipt.id = line.receipt_id
              JOIN otto_channel channel ON channel.id = receipt.channel_id
         LEFT JOIN product_product product ON product.id = line.product_id
         LEFT JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN owner ON owner.channel_id = channel.id AND owner.category_id = template.categ_id
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN receipt.kind IN ('refund', 'partial_refund') THEN -1 ELSE 1 END AS value,
                          CASE WHEN line.line_type = 'item' THEN GREATEST(line.quantity, 1) ELSE 1 END AS pieces) sign
         LEFT JOIN LATERAL (
                   SELECT CASE WHEN channel.commission_by_parts
                          THEN SUM(step.step * GREATEST(line.gross / sign.pieces - step.price_from, 0))
                          ELSE (ARRAY_AGG(step.percent ORDER BY step.price_from DESC)
                                FILTER (WHERE step.price_from <= line.gross / sign.pieces))[1]
                               * line.gross / sign.pieces END / 100 AS amount
                     FROM step
                    WHERE step.channel_id = channel.id AND step.category_id IS NOT DISTINCT FROM owner.owner_id
                   ) commission ON TRUE
        CROSS JOIN LATERAL (
                   SELECT COALESCE(CASE WHEN line.line_type = 'item' THEN line.cost END, 0) * sign.value AS cost,
                          COALESCE(line.shipping_cost, 0) AS shipping_cost,
                          COALESCE(ROUND((CASE WHEN line.line_type IN ('item', 'delivery')
                                   THEN commission.amount * sign.pieces END * sign.value)::numeric, 2), 0) AS commission
                   ) part
            """
        )
