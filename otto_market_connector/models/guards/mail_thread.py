from odoo import models
from odoo.tools import email_normalize


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """R21: whoever writes what on which record, an OTTO customer gets no mail from Odoo; the writer is told."""
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        ids = [recipient["id"] for recipient in recipients if recipient.get("id")]
        if not ids:
            return recipients
        partners = self.env["res.partner"].sudo().browse(ids)
        customers = partners.filtered("otto_address_key")
        if message.message_type == "comment" and customers & message.sudo().partner_ids:
            self._otto_note_not_sent(customers & message.sudo().partner_ids)
        return [recipient for recipient in recipients if recipient.get("id") not in customers.ids]

    def _otto_note_not_sent(self, customers):
        """Say below a message that it did not reach OTTO's customers, and where they are written to."""
        self.sudo()._message_log(
            body=self.env._(
                "This message was not sent to %(customers)s: OTTO talks to its customers. Please write to them in OTTO "
                "Partner Connect.",
                customers=", ".join(customers.mapped("display_name")),
            )
        )

    def _message_add_suggested_recipients(self, *args, **kwargs):
        """R21: the composer proposes no OTTO customer."""
        return self._otto_without_customers(super()._message_add_suggested_recipients(*args, **kwargs))

    def _message_add_default_recipients(self, *args, **kwargs):
        """R21: nor does the full composer or a template."""
        return self._otto_without_customers(super()._message_add_default_recipients(*args, **kwargs))

    def _otto_without_customers(self, proposed):
        """Return proposed recipients, by record, without OTTO's customers and their addresses."""
        for values in proposed.values():
            partners = values.get("partners")
            customers = partners.sudo().filtered("otto_address_key") if partners else partners
            if not customers:
                continue
            addresses = {email_normalize(customer.email) for customer in customers if customer.email}
            values["partners"] = partners - customers.with_env(partners.env)
            for name in ("email_to_lst", "email_cc_lst"):
                if name in values:
                    values[name] = [one for one in values[name] if email_normalize(one) not in addresses]
        return proposed
