from itertools import zip_longest

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_validate_and_print(self):
        """Validate these transfers one by one and gather their labels in one document.

        :return: the action that shows what became of each
        """
        self.check_access("write")
        runs = self.env["dhl.label.run"]._start(self)
        action = {"type": "ir.actions.act_window", "res_model": runs._name}
        if len(runs) == 1:
            return {**action, "name": runs.display_name, "res_id": runs.id, "view_mode": "form"}
        name = self.env._("Label Runs")
        return {**action, "name": name, "domain": [("id", "in", runs.ids)], "view_mode": "list,form"}

    def _dhl_de_warning(self):
        """Hook: say why somebody has to look at this transfer's parcel before it leaves; False when nobody has to."""
        self.ensure_one()
        return False

    def _dhl_de_label_documents(self):
        """Return the attachments with the transfer's labels: each parcel's, followed by its return's."""
        self.ensure_one()
        carrier = self.carrier_id
        if not carrier:
            return self.env["ir.attachment"]
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id), ("mimetype", "=", "application/pdf")]
        attachments = self.env["ir.attachment"].sudo().search(domain, order="id")
        prefixes = (carrier._get_delivery_label_prefix(), carrier.get_return_label_prefix())
        named = {prefix: attachments.filtered(lambda a, p=prefix: (a.name or "").startswith(p)) for prefix in prefixes}
        returns = self._dhl_de_return_numbers()
        pairs = attachments.browse()
        for number, back in zip_longest(self._dhl_de_numbers(), returns, fillvalue=""):
            for prefix, wanted in zip(prefixes, (number, back), strict=True):
                pairs |= named[prefix].filtered(lambda a, n=wanted: n and n in a.name)
        return pairs | named[prefixes[0]] | named[prefixes[1]]
