from odoo import api, fields, models

from ..core.write_guard import as_connector
from .otto_position_item import STATUSES
from .sale_order_line import hand_over_date

# From the warehouse to the customer, or straight from the supplier (`stock_dropshipping`).
LEAVING = ("outgoing", "dropship")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    otto_channel_id = fields.Many2one("otto.channel", "OTTO Channel", copy=False, readonly=True, index="btree_not_null")
    otto_order_id = fields.Char("OTTO Order ID", copy=False, readonly=True, index="btree_not_null")
    otto_order_number = fields.Char("OTTO Order Number", copy=False, readonly=True, index="trigram")
    otto_status = fields.Selection(
        STATUSES,
        "OTTO Status",
        copy=False,
        readonly=True,
        tracking=True,
        help="The smallest status of the pieces of the order.",
    )
    otto_payment_type = fields.Char("Customer's Payment at OTTO", copy=False, readonly=True)
    otto_payment_name = fields.Char(
        "Customer's Payment",
        compute="_compute_otto_payment_name",
        help="How the customer pays OTTO. OTTO pays you: the payment method of the order is OTTO Payments.",
    )
    otto_currency_id = fields.Many2one("res.currency", copy=False, readonly=True)
    otto_last_modified = fields.Datetime("Last Changed by OTTO", copy=False, readonly=True)
    otto_total = fields.Monetary("Total at OTTO", copy=False, readonly=True)
    otto_total_differs = fields.Boolean("Total Differs from OTTO", compute="_compute_otto_total_differs", store=True)
    otto_terms = fields.Char(
        "Address and Fees Known",
        copy=False,
        readonly=True,
        help="Fingerprints of the address and fees that OTTO named last.",
    )
    otto_weee_pickup = fields.Boolean(
        "Old Appliance Is Picked Up",
        copy=False,
        readonly=True,
        help="The customer has booked at OTTO that an old appliance is taken along.",
    )
    otto_suspected_fraud = fields.Boolean(
        "Suspected Fraud", copy=False, readonly=True, help="OTTO suspects that the order is a fraud."
    )
    otto_position_ids = fields.One2many("otto.position.item", "order_id", copy=False)

    _otto_order_unique = models.UniqueIndex(
        "(otto_channel_id, otto_order_id) WHERE otto_channel_id IS NOT NULL",
        "This OTTO order has already been imported.",
    )
    # The one for parts of a number needs an extension of PostgreSQL, and does not find a whole one in every version.
    _otto_number_idx = models.Index("(otto_order_number) WHERE otto_order_number IS NOT NULL")
    # Orders that may have been OTTO's before, by the texts in which OTTO's number may stand.
    _otto_former_reference_idx = models.Index("(client_order_ref) WHERE otto_channel_id IS NULL")
    _otto_former_name_idx = models.Index("(name) WHERE otto_channel_id IS NULL")
    _otto_former_origin_idx = models.Index("(origin) WHERE otto_channel_id IS NULL")

    @property
    def _otto_orders(self):
        """The OTTO orders among these."""
        return self.filtered("otto_channel_id")

    @property
    def _otto_unknown_lines(self):
        """The lines of articles that Odoo does not know, of which pieces are still wanted."""
        lines = self._otto_orders.order_line.filtered(lambda line: line.otto_sku and line.product_uom_qty)
        if not lines:
            return lines
        return lines.filtered(lambda line: line.product_id == lines.order_id.otto_channel_id.sudo()._unknown_product())

    @property
    def _otto_waits_for_address(self):
        """Whether OTTO has not said yet where the order goes; what others have sent already needs no address."""
        self.ensure_one()
        key = self.partner_shipping_id.sudo().otto_address_key or ""
        return key.startswith("announced-") and self.otto_status in ("announced", "processable")

    @api.depends("amount_total", "otto_total", "state", "currency_id", "otto_channel_id")
    def _compute_otto_total_differs(self):
        """R18, after every change by whomever; a cancelled order keeps its lines in Odoo."""
        for order in self:
            order.otto_total_differs = bool(
                order.otto_channel_id
                and order.state != "cancel"
                and order.currency_id.compare_amounts(order.amount_total, order.otto_total)
            )

    @api.depends("otto_payment_type")
    @api.depends_context("lang")
    def _compute_otto_payment_name(self):
        """Say how the customer pays in words; a way of paying that is new at OTTO keeps OTTO's word."""
        names = self._otto_payment_names()
        for order in self:
            order.otto_payment_name = names.get(order.otto_payment_type, order.otto_payment_type)

    @api.model
    def _otto_payment_names(self):
        """Return the words for OTTO's ways of paying, by OTTO's word."""
        return {
            "INVOICE_SINGLE": self.env._("Invoice"),
            "INVOICE_INSTALLMENTS": self.env._("Invoice, in instalments"),
            "PREPAYMENT": self.env._("Prepayment"),
            "DIRECT_DEBIT": self.env._("Direct debit"),
            "DIRECT_DEBIT_INSTALLMENTS": self.env._("Direct debit, in instalments"),
            "PAYPAL": self.env._("PayPal"),
            "CREDIT_CARD": self.env._("Credit card"),
            "CREDIT_CARD_ONLINE": self.env._("Credit card"),
        }

    # What Odoo would compute otherwise

    def _compute_pricelist_id(self):
        """OTTO's prices stand: no pricelist."""
        otto = self._otto_orders
        otto.pricelist_id = False
        return super(SaleOrder, self - otto)._compute_pricelist_id()

    @api.depends("otto_currency_id")
    def _compute_currency_id(self):
        """R16: the order's currency is OTTO's."""
        otto = self._otto_orders.filtered("otto_currency_id")
        for order in otto:
            order.currency_id = order.otto_currency_id
        return super(SaleOrder, self - otto)._compute_currency_id()

    @api.depends("otto_channel_id")
    def _compute_preferred_payment_method_line_id(self):
        """R12: OTTO Payments, whoever the customer is."""
        otto = self._otto_orders
        for order in otto:
            order.preferred_payment_method_line_id = order.otto_channel_id.payment_method_line_id
        return super(SaleOrder, self - otto)._compute_preferred_payment_method_line_id()

    def _compute_payment_term_id(self):
        """R12: OTTO pays; the customer has no payment term."""
        otto = self._otto_orders
        otto.payment_term_id = False
        return super(SaleOrder, self - otto)._compute_payment_term_id()

    def _compute_require_signature(self):
        """OTTO's customers sign nothing in Odoo."""
        otto = self._otto_orders
        otto.require_signature = False
        return super(SaleOrder, self - otto)._compute_require_signature()

    def _compute_require_payment(self):
        """OTTO's customers pay nothing in Odoo."""
        otto = self._otto_orders
        otto.require_payment = False
        return super(SaleOrder, self - otto)._compute_require_payment()

    def _compute_team_id(self):
        """The channel's team, whoever is responsible."""
        otto = self._otto_orders
        for order in otto:
            order.team_id = order.otto_channel_id.team_id
        return super(SaleOrder, self - otto)._compute_team_id()

    def _compute_user_id(self):
        """The channel's salesperson, by default nobody: who may see own orders only sees those of nobody, too."""
        otto = self._otto_orders
        for order in otto:
            order.user_id = order.otto_channel_id.salesperson_id.filtered("active")
        return super(SaleOrder, self - otto)._compute_user_id()

    # R5: OTTO writes the invoice

    @api.depends("otto_channel_id")
    def _compute_invoice_status(self):
        """R5: an OTTO order never counts as to invoice."""
        otto = self._otto_orders
        otto.invoice_status = "no"
        return super(SaleOrder, self - otto)._compute_invoice_status()

    # Confirmation

    def action_confirm(self):
        """Confirm OTTO orders apart from others: their date stays OTTO's."""
        otto = self._otto_orders
        if otto and otto != self:
            return (self - otto).action_confirm() and otto.action_confirm()
        return super().action_confirm()

    def _prepare_confirmation_values(self):
        values = super()._prepare_confirmation_values()
        if self._otto_orders:
            del values["date_order"]
        return values

    def _confirmation_error_message(self):
        """R17: announced orders wait until OTTO releases them."""
        if self.otto_channel_id and self.otto_status == "announced":
            return self.env._(
                "Order %(order)s is only announced by OTTO: the customer has not paid yet and there is no address. "
                "It is confirmed by itself when OTTO releases it.",
                order=self.name,
            )
        if self.otto_channel_id and self._otto_waits_for_address:
            return self.env._(
                "Order %(order)s has no delivery address: OTTO has released it without one. It is confirmed by itself "
                "when OTTO names the address.",
                order=self.name,
            )
        if self._otto_unknown_lines:
            return self.env._(
                "Order %(order)s has an article that no product in Odoo matches. Please set the SKU as the internal "
                "reference of a product and press Retry on the issue; the order is then confirmed by itself.",
                order=self.name,
            )
        return super()._confirmation_error_message()

    # Delivery lines

    def _remove_delivery_line(self):
        """R10: OTTO's fees stay; the shipping wizard does not replace them."""
        return super(SaleOrder, self - self._otto_orders)._remove_delivery_line()

    def _create_delivery_line(self, carrier, price_unit):
        """R10, R18: the customer pays OTTO's fees and nothing else."""
        if self.otto_channel_id:
            return self.env["sale.order.line"]
        return super()._create_delivery_line(carrier, price_unit)

    # R11: when the parcel leaves

    def _otto_hand_over_date(self, arrival):
        """Return when the order's parcel must be handed over to arrive at a moment."""
        self.ensure_one()
        channel = self.otto_channel_id
        skus = {sku for sku in self.order_line.mapped("otto_sku") if sku}
        return hand_over_date(arrival, channel._transport_days(skus) or channel.transport_days)

    def _otto_parcel_is_made(self):
        """Hook: tell whether the parcel has its label, may have it, or has left; its address cannot change any more."""
        self.ensure_one()
        deliveries = self.sudo().picking_ids.filtered(lambda picking: picking.picking_type_code in LEAVING)
        return any(
            delivery.state == "done" or delivery.carrier_tracking_ref or delivery.dhl_possibly_booked
            for delivery in deliveries
        )

    def _otto_total_is_explained(self):
        """Hook: tell whether people are asked already for what makes the total differ from OTTO's."""
        self.ensure_one()
        return False

    def _otto_total_text(self, odoo, otto):
        """Say that the total differs and what to do (R18); extended where the reason is known.

        :param odoo, otto: the totals of both sides in words
        """
        self.ensure_one()
        return self.env._(
            "Order %(order)s: the total is %(odoo)s, OTTO's is %(otto)s. Please check the lines and taxes.",
            order=self.name,
            odoo=odoo,
            otto=otto,
        )

    # What the connector notes, and whom it tells

    def _otto_note(self, **values):
        """Write what the connector notes about these orders, whoever triggered it."""
        as_connector(self.sudo()).write(values)

    def _otto_cancelled_by_otto(self):
        """Hook: OTTO has cancelled all pieces of these orders; called with the connector's mark."""

    def _otto_linked(self):
        """Hook: orders that were in Odoo already belong to a channel again, with their pieces."""

    def _otto_taken_over(self):
        """Hook: these orders belong to another channel of their account now; called with the connector's mark."""

    def _otto_status_changed(self, cancelled):
        """Hook: these orders are new, or OTTO has changed the status of pieces; called with the connector's mark.

        :param cancelled: pieces (`otto.position.item`) of these orders that were not cancelled before
        """
