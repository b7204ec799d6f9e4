from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """R21: whoever writes what on which record, an OTTO customer gets no mail from Odoo."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        ids = [recipient["id"] for recipient in recipients if recipient.get("id")]
        if not ids:
            return recipients
        partners = self.env["res.partner"].sudo().browse(ids)
        customers = set(partners.filtered("otto_address_key").ids)
        return [recipient for recipient in recipients if recipient.get("id") not in customers]
