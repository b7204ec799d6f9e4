"""OTTO's words on a receipt as people read them; what is new at OTTO keeps OTTO's word (facts/otto.md §9.2)."""

from odoo import api, fields, models


class OttoReceipt(models.Model):
    _inherit = "otto.receipt"

    payment_name = fields.Char(
        "Customer's Payment",
        compute="_compute_payment_name",
        help="How the customer pays OTTO. OTTO pays you, less what it keeps.",
    )
    reason_name = fields.Char("Reason", compute="_compute_reason_name", help="Why OTTO has given money back.")

    @api.depends("payment_method")
    @api.depends_context("lang")
    def _compute_payment_name(self):
        """Say how the customer pays, in the words of the order."""
        names = self.env["sale.order"]._otto_payment_names()
        for receipt in self:
            receipt.payment_name = names.get(receipt.payment_method, receipt.payment_method)

    @api.depends("reason")
    @api.depends_context("lang")
    def _compute_reason_name(self):
        names = {
            "RETURN": self.env._("Return"),
            "CANCELLATION": self.env._("Cancellation"),
            "DELIVERY_FEE_REFUND_AFTER_FULL_REFUND": self.env._("Delivery fee, after all articles were refunded"),
            "SERVICE_FULL_REFUND_CANCELLED_BY_SDU": self.env._("Service cancelled by whoever provides it"),
            "SERVICE_FULL_REFUND_CANCELLED_BY_CUSTOMER": self.env._("Service cancelled by the customer"),
            "SERVICE_FULL_REFUND_PRODUCT_RETURNED": self.env._("Service for an article that was returned"),
            "REFUND_COMPLAINT_ITEM": self.env._("Complaint about an article"),
            "REFUND_ESCALATION": self.env._("Escalated complaint"),
            "REFUND_PAYPAL_DISPUTE": self.env._("Dispute at PayPal"),
            "REFUND_CREDIT_CARD_DISPUTE": self.env._("Dispute about a credit card payment"),
            "REFUND_PARTIAL_AMOUNT_AFTER_SERVICE_CANCELLATION": self.env._("Part of a cancelled service"),
        }
        for receipt in self:
            receipt.reason_name = names.get(receipt.reason, receipt.reason)


class OttoReceiptLine(models.Model):
    _inherit = "otto.receipt.line"

    title_name = fields.Char("Description", compute="_compute_title_name")

    @api.depends("title")
    @api.depends_context("lang")
    def _compute_title_name(self):
        """Say what is billed: articles have a title, delivery fees and services only OTTO's word for their kind."""
        names = {
            "DELIVERY_FEE_STANDARD": self.env._("Delivery fee"),
            "DELIVERY_FEE_FREIGHT_SURCHARGE": self.env._("Delivery by a forwarder, surcharge"),
            "DISPOSAL": self.env._("Disposal of the old appliance"),
            "INSURANCE": self.env._("Insurance"),
            "WARRANTY_EXTERNAL": self.env._("Warranty of another company"),
        }
        for line in self:
            line.title_name = names.get(line.title, line.title)
