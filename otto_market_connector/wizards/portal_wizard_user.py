from odoo import models
from odoo.exceptions import UserError


class PortalWizardUser(models.TransientModel):
    _inherit = "portal.wizard.user"

    def action_grant_access(self):
        """R21: an OTTO customer gets no invitation to the portal."""
        self._otto_refuse_invitation()
        return super().action_grant_access()

    def action_invite_again(self):
        """R21: an OTTO customer gets no invitation to the portal."""
        self._otto_refuse_invitation()
        return super().action_invite_again()

    def _otto_refuse_invitation(self):
        customers = self.partner_id.sudo().filtered("otto_address_key")
        if customers:
            raise UserError(
                self.env._(
                    "%(customer)s is a customer of OTTO. OTTO talks to its customers: Odoo invites them to no portal "
                    "and sends them no mail.",
                    customer=", ".join(customers.mapped("display_name")),
                )
            )
