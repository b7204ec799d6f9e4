from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_validate_and_print(self):
        """Validate these transfers one by one and gather their labels in one document.

        :return: the action that shows what became of each
        """
        self.check_access("write")
        run = self.env["dhl.label.run"]._start(self)
        return {
            "type": "ir.actions.act_window",
            "name": run.display_name,
            "res_model": run._name,
            "res_id": run.id,
            "view_mode": "form",
        }

    def _dhl_de_label_documents(self):
        """Return the attachments with the transfer's labels, those of the parcels before those of the returns."""
        self.ensure_one()
        carrier = self.carrier_id
        if not carrier:
            return self.env["ir.attachment"]
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id), ("mimetype", "=", "application/pdf")]
        attachments = self.env["ir.attachment"].sudo().search(domain, order="id")
        prefixes = (carrier._get_delivery_label_prefix(), carrier.get_return_label_prefix())
        named = {prefix: attachments.filtered(lambda a, p=prefix: (a.name or "").startswith(p)) for prefix in prefixes}
        return named[prefixes[0]] + named[prefixes[1]]
