"""A receipt of OTTO: the customer's invoice or credit note, which OTTO writes in the seller's name."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.moments import german_day
from ..core.write_guard import is_connector
from .const import CREDITS, RECEIPT_TYPES


def refuse_change(records):
    """Refuse that anybody but the connector makes or changes a receipt or what belongs to it.

    :raises UserError: says so
    """
    if not is_connector(records.env):
        raise UserError(
            records.env._(
                "Receipts are kept as OTTO wrote them: they are read by the OTTO connector, and nobody can make, "
                "change or delete one. If one is wrong, please talk to OTTO."
            )
        )


class OttoReceipt(models.Model):
    """Receipts are kept as received, for ever; amounts of refunds are positive, as OTTO writes them."""

    _name = "otto.receipt"
    _description = "OTTO Receipt"
    _rec_name = "number"
    _order = "created_on desc, id desc"

    channel_id = fields.Many2one("otto.channel", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True, precompute=True, index=True)
    number = fields.Char(required=True, readonly=True, index="trigram")
    kind = fields.Selection(RECEIPT_TYPES, required=True, readonly=True)
    kind_name = fields.Char("OTTO's Word for the Kind", readonly=True)
    reason = fields.Char("OTTO's Reason", readonly=True)
    created_on = fields.Datetime("Written On", required=True, readonly=True)
    receipt_date = fields.Date(
        "Date", compute="_compute_receipt_date", store=True, precompute=True, index=True, help="The day in Germany."
    )
    shipment_date = fields.Datetime("Shipped On", readonly=True)
    supply_date = fields.Date(
        "Date of Supply",
        compute="_compute_supply_date",
        help="The day in Germany on which the goods left; of a credit note, on which it was written.",
    )
    order_id = fields.Many2one("sale.order", readonly=True, ondelete="set null", index="btree_not_null")
    order_number = fields.Char("OTTO Order Number", readonly=True, index="trigram")
    otto_order_id = fields.Char("OTTO Order ID", readonly=True, index="btree_not_null")
    order_date = fields.Datetime("Ordered On", readonly=True)
    linked_number = fields.Char("Number of the Invoice", readonly=True, index="btree_not_null")
    linked_id = fields.Many2one("otto.receipt", "Invoice", readonly=True, ondelete="restrict", index="btree_not_null")
    refund_ids = fields.One2many("otto.receipt", "linked_id", "Refunds", readonly=True)
    is_real = fields.Boolean(
        "Is a Tax Document",
        readonly=True,
        default=True,
        help="Off: OTTO calls the receipt a technical one, or its VAT is reported by the one-stop shop.",
    )
    is_deemed_supplier = fields.Boolean("OTTO Owes the VAT", readonly=True)
    is_negated = fields.Boolean(
        "Negative at OTTO", readonly=True, help="OTTO wrote the amounts of this refund with a minus."
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount_gross = fields.Monetary("Taxes Included", readonly=True)
    amount_net = fields.Monetary("Untaxed", readonly=True)
    amount_tax = fields.Monetary("Tax", readonly=True)
    amount_due = fields.Monetary(
        readonly=True,
        help="What the customer still had to pay; after a prepayment or a voucher less than the turnover.",
    )
    payment_method = fields.Char("Customer's Payment at OTTO", readonly=True)
    country_id = fields.Many2one("res.country", "Delivered To", readonly=True)
    line_ids = fields.One2many("otto.receipt.line", "receipt_id", "Lines", readonly=True)
    total_ids = fields.One2many("otto.receipt.total", "receipt_id", "Totals by Tax Rate", readonly=True)
    json_attachment_id = fields.Many2one(
        "ir.attachment", "JSON", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    pdf_attachment_id = fields.Many2one(
        "ir.attachment", "PDF", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    pdf_state = fields.Selection(
        [("waiting", "PDF Awaited"), ("there", "PDF There"), ("missing", "PDF Missing for a Week")],
        "PDF at OTTO",
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    pdf_tried_on = fields.Datetime("PDF Asked For On", readonly=True)
    pdf_file = fields.Binary("Document", related="pdf_attachment_id.datas", exportable=False)
    pdf_name = fields.Char(related="pdf_attachment_id.name")
    json_url = fields.Char("JSON File", compute="_compute_json_url")
    is_checked = fields.Boolean("Compared with the Order", readonly=True)

    _channel_number_unique = models.Constraint(
        "UNIQUE(channel_id, number)",
        "This receipt has already been read.",
    )
    # What each run looks for, and finds seldom.
    _unchecked_idx = models.Index("(channel_id, created_on) WHERE is_checked IS NOT TRUE")
    _without_order_idx = models.Index("(channel_id, created_on) WHERE order_id IS NULL")
    _pdf_awaited_idx = models.Index(
        "(channel_id, pdf_tried_on NULLS FIRST, created_on, id) WHERE pdf_state IN ('waiting', 'missing')"
    )

    @property
    def _is_credit(self):
        """Whether the receipt takes turnover back: its amounts count negative."""
        self.ensure_one()
        return self.kind in CREDITS

    @api.depends("created_on")
    def _compute_receipt_date(self):
        """The day in Germany: a receipt of New Year's night belongs to the new year there, not in UTC."""
        for receipt in self:
            receipt.receipt_date = german_day(receipt.created_on)

    @api.depends("shipment_date", "receipt_date")
    def _compute_supply_date(self):
        for receipt in self:
            receipt.supply_date = german_day(receipt.shipment_date) or receipt.receipt_date

    @api.depends("json_attachment_id")
    def _compute_json_url(self):
        for receipt in self:
            file = receipt.json_attachment_id
            receipt.json_url = file and f"/web/content/{file.id}?download=true"

    def _keep_pdf(self, pdf):
        """Keep the receipt's document as received.

        :param bytes pdf: the document
        """
        self.ensure_one()
        self.pdf_attachment_id = self.env["ir.attachment"].create(
            {
                "name": f"{self.number}.pdf",
                "raw": pdf,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
                "company_id": self.company_id.id,
            }
        )
        self.write({"pdf_state": "there", "pdf_tried_on": fields.Datetime.now()})
        self._otto_pdf_stored()

    def _otto_pdf_stored(self):
        """Hook: these receipts have their PDF now; called with the connector's mark."""

    # Kept as received: nobody makes, changes or deletes one

    @api.model_create_multi
    def create(self, vals_list):
        """Receipts are made by the connector alone.

        :raises UserError: somebody else makes one
        """
        refuse_change(self)
        return super().create(vals_list)

    def write(self, vals):
        """Receipts are changed by the connector alone.

        :raises UserError: somebody else changes one
        """
        refuse_change(self)
        return super().write(vals)

    def copy_data(self, default=None):
        """A receipt has no copies.

        :raises UserError: always
        """
        refuse_change(self)
        return super().copy_data(default)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._refuse_deletion()

    def _refuse_deletion(self):
        """Refuse that receipts are deleted, by whomever.

        :raises UserError: names them
        """
        raise UserError(
            self.env._(
                "The receipts %(numbers)s cannot be deleted: the law wants receipts to be kept for eight years, and "
                "OTTO does not keep them that long.",
                numbers=", ".join(self.mapped("number")[:10]),
            )
        )
