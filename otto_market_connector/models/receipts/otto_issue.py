from odoo import api, fields, models

from ..core.texts import key_of


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(
        selection_add=[
            ("receipt", "Receipt"),
            ("receipt_missing", "No Receipt"),
            ("receipt_total", "Receipt Differs from Order"),
            ("receipt_refund", "Refund without Return"),
            ("receipt_pdf", "PDF of a Receipt"),
        ],
        ondelete={
            "receipt": "cascade",
            "receipt_missing": "cascade",
            "receipt_total": "cascade",
            "receipt_refund": "cascade",
            "receipt_pdf": "cascade",
        },
    )

    @api.model
    def _not_settled(self, channel, kind, records, name):
        """Return those of some records that no person has settled: what was marked as solved is not reported again.

        :param records: iterable of records, with all rights
        :param name: the field of the records by which the issues are known
        :return: list of records
        """
        records = list(records)
        domain = [
            ("channel_id", "=", channel.id),
            ("kind", "=", kind),
            ("state", "=", "solved"),
            ("external_id", "in", [key_of(record[name]) for record in records]),
        ]
        settled = set(self.sudo().search(domain).mapped("external_id")) if records else set()
        return [record for record in records if key_of(record[name]) not in settled]
