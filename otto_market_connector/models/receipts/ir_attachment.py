from odoo import api, models
from odoo.exceptions import UserError

from ..core.write_guard import is_connector

# What a document consists of, and what it hangs on.
KEPT = {
    "raw",
    "datas",
    "db_datas",
    "store_fname",
    "checksum",
    "type",
    "url",
    "name",
    "res_model",
    "res_id",
    "res_field",
}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _otto_receipt_files(self):
        """Return those of these attachments that are documents of receipts."""
        files = self.sudo().filtered(lambda file: file.res_model == "otto.receipt" and file.res_id)
        return self.browse(files.ids)

    def _otto_refuse_receipt_files(self):
        """Refuse that documents of receipts are changed or deleted, by whomever (R27).

        :raises UserError: names them
        """
        files = not is_connector(self.env) and self._otto_receipt_files()
        if files:
            raise UserError(
                self.env._(
                    "%(files)s: documents of OTTO's receipts are kept as received and can be neither changed nor "
                    "deleted.",
                    files=", ".join(files.sudo().mapped("name")[:10]),
                )
            )

    def write(self, vals):
        """Documents of receipts stay what they are.

        :raises UserError: names them
        """
        if KEPT & vals.keys():
            self._otto_refuse_receipt_files()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_otto_receipts(self):
        self._otto_refuse_receipt_files()
