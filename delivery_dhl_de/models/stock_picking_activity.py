from odoo import models

from .. import const


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def activity_schedule(self, act_type_xmlid="", date_deadline=None, summary="", note="", **act_values):
        """Leave what concerns a DHL parcel with somebody who is there: Odoo takes even who has left."""
        person = self.env["res.users"].browse(act_values.get("user_id") or ())
        dhl = self.carrier_id.sudo().filtered(lambda carrier: carrier.delivery_type == const.DELIVERY_TYPE)
        if person and dhl and not person.sudo().active:
            act_values["user_id"] = somebody_active(self.env, self.company_id[:1]).id or self.env.uid
        return super().activity_schedule(act_type_xmlid, date_deadline, summary, note, **act_values)


def somebody_active(env, company, *persons):
    """Return the first of these persons who is there and has access to the company, else an inventory administrator."""
    for person in persons:
        if person.active and not person.share and company in person.company_ids:
            return person
    managers = [
        ("all_group_ids", "in", env.ref("stock.group_stock_manager").id),
        ("company_ids", "in", company.ids),
        ("share", "=", False),
    ]
    return env["res.users"].sudo().search(managers, order="id", limit=1)
