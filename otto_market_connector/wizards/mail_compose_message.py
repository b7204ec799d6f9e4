from odoo import models


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _process_mail_values_state(self, mail_values_dict):
        """R21: what is written to many at once goes past the notifications; OTTO customers are taken out here."""
        mail_values_dict = super()._process_mail_values_state(mail_values_dict)
        commands = [command for values in mail_values_dict.values() for command in values.get("recipient_ids") or []]
        recipients = self.env["res.partner"].sudo().browse({command[1] for command in commands})
        customers = set(recipients.filtered("otto_address_key").ids)
        for values in mail_values_dict.values():
            kept = [command for command in values.get("recipient_ids") or [] if command[1] not in customers]
            if len(kept) == len(values.get("recipient_ids") or []):
                continue
            values["recipient_ids"] = kept
            if not kept and not values.get("email_to"):
                values.update(state="cancel", failure_type="mail_optout", is_notification=False)
        return mail_values_dict
