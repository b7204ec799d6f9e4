from datetime import datetime, timedelta, timezone

from odoo import fields, models

from ..core.moments import GERMANY, aware

# Of working days, a little more than a year.
MOST_DAYS = 280


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    otto_sku = fields.Char("SKU on OTTO", copy=False, readonly=True)
    otto_position_ids = fields.One2many("otto.position.item", "order_line_id", "Pieces", copy=False)

    @property
    def _otto_lines(self):
        """The lines of OTTO orders among these."""
        return self.filtered("order_id.otto_channel_id")

    @property
    def _otto_priced(self):
        """The lines whose price is OTTO's: articles and fees, not what a person adds."""
        return self._otto_lines.filtered(lambda line: line.otto_sku or line.is_delivery)

    # R18: price, discount and taxes are OTTO's, whatever the quantity or the pricelist

    def _compute_price_unit(self):
        return super(SaleOrderLine, self - self._otto_priced)._compute_price_unit()

    def _compute_discount(self):
        return super(SaleOrderLine, self - self._otto_priced)._compute_discount()

    def _compute_tax_ids(self):
        return super(SaleOrderLine, self - self._otto_priced)._compute_tax_ids()

    def _compute_pricelist_item_id(self):
        otto = self._otto_lines
        otto.pricelist_item_id = False
        return super(SaleOrderLine, self - otto)._compute_pricelist_item_id()

    def _compute_name(self):
        return super(SaleOrderLine, self - self._otto_priced.filtered("name"))._compute_name()

    def _expected_date(self):
        """R11: the day of arrival that OTTO promised."""
        self.ensure_one()
        return (self.order_id.otto_channel_id and self.order_id.commitment_date) or super()._expected_date()

    def _prepare_procurement_values(self):
        """R11: handed over early enough to arrive on the promised day."""
        values = super()._prepare_procurement_values()
        order = self.order_id
        if order.otto_channel_id and order.commitment_date:
            values["date_planned"] = order._otto_hand_over_date(order.commitment_date)
        return values

    # R5: nothing to invoice

    def _compute_qty_to_invoice(self):
        otto = self._otto_lines
        otto.qty_to_invoice = 0
        return super(SaleOrderLine, self - otto)._compute_qty_to_invoice()

    def _compute_invoice_status(self):
        otto = self._otto_lines
        otto.invoice_status = "no"
        return super(SaleOrderLine, self - otto)._compute_invoice_status()

    def _compute_untaxed_amount_to_invoice(self):
        otto = self._otto_lines
        otto.untaxed_amount_to_invoice = 0
        return super(SaleOrderLine, self - otto)._compute_untaxed_amount_to_invoice()

    def _compute_amount_to_invoice(self):
        otto = self._otto_lines
        otto.amount_to_invoice = 0
        return super(SaleOrderLine, self - otto)._compute_amount_to_invoice()

    def _compute_amount_to_invoice_at_date(self):
        otto = self._otto_lines
        otto.amount_to_invoice_at_date = 0
        return super(SaleOrderLine, self - otto)._compute_amount_to_invoice_at_date()


def hand_over_date(arrival, days):
    """Return when a parcel must be handed over to arrive at a moment (R11); days of the week are Germany's.

    :param arrival: naive, in UTC, as is what is returned
    :param int days: transport time in working days; more than a year of it is none
    """
    days = min(days, MOST_DAYS)
    if not datetime.min.year + 1 < arrival.year < datetime.max.year:
        # Nothing can be calculated before year 1 and after the last.
        return arrival
    moment = aware(arrival).astimezone(GERMANY)
    while days > 0:
        moment -= timedelta(days=1)
        if moment.weekday() < 5:
            days -= 1
    return moment.astimezone(timezone.utc).replace(tzinfo=None)
