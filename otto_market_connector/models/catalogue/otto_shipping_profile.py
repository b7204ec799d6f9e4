from odoo import fields, models


class OttoShippingProfile(models.Model):
    """How OTTO promises delivery: kept in OTTO Partner Connect, read from there."""

    _name = "otto.shipping.profile"
    _description = "OTTO Shipping Profile"
    _order = "name"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    profile_id = fields.Char("Profile ID", required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    processing_time = fields.Integer(readonly=True, help="Working days until a parcel is handed over.")
    transport_time = fields.Integer(readonly=True, help="Working days between handing a parcel over and its arrival.")
    order_cutoff = fields.Char(readonly=True)

    _channel_profile_unique = models.Constraint("UNIQUE(channel_id, profile_id)", "A profile is kept once.")
