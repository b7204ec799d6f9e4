from odoo import models
from odoo.exceptions import ValidationError


class AccountTax(models.Model):
    _inherit = "account.tax"

    def _otto_repartition(self, document, kind):
        """Return the lines of this tax for its base or for the tax itself; none without a tax.

        :param document: `invoice` or `refund`
        :param kind: `base` or `tax`
        """
        lines = self[f"{document}_repartition_line_ids"]
        return lines.filtered(lambda line: line.repartition_type == kind)

    def _otto_check_whole(self):
        """Let only a tax be chosen that books all of it on one account.

        :raises ValidationError: names the tax
        """
        for document in ("invoice", "refund"):
            if len(self._otto_repartition(document, "tax")) != 1:
                raise ValidationError(
                    self.env._(
                        "The tax %(tax)s is split or has no line for the tax. Please choose one that books the "
                        "whole tax on one account.",
                        tax=self.name,
                    )
                )
