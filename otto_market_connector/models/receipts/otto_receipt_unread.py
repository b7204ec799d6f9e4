"""What cannot be read today must not be lost: the data of such receipts, kept as received (R27)."""

from odoo import models

from ..core.texts import key_of
from ..core.write_guard import as_connector


class OttoReceiptUnread(models.AbstractModel):
    _name = "otto.receipt.unread"
    _description = "Receipts of OTTO That Cannot Be Read"
    _inherit = ["otto.component"]

    def _keep(self, receipts):
        """Keep the data of receipts that cannot be read or stored, once each, as files of the channel.

        :param receipts: iterable of `otto_api.BrokenReceipt` or `otto_api.Receipt`
        """
        files = {f"{key_of(receipt.number)}.json": receipt.raw for receipt in receipts if receipt.number}
        if not files:
            return
        attachments = as_connector(self.env["ir.attachment"].sudo())
        of_channel = {"res_model": self.channel._name, "res_id": self.channel.id}
        domain = [*((name, "=", value) for name, value in of_channel.items()), ("name", "in", list(files))]
        known = set(attachments.search(domain).mapped("name"))
        attachments.create(
            [
                {
                    "name": name,
                    "raw": raw.encode("utf-8", "replace"),
                    "mimetype": "application/json",
                    "company_id": self.channel.company_id.id,
                    **of_channel,
                }
                for name, raw in files.items()
                if name not in known
            ]
        )
