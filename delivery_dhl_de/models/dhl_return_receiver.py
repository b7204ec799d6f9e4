from odoo import fields, models


class DhlReturnReceiver(models.Model):
    """Where returns on demand from a country go; DHL keeps the address itself under the receiver ID."""

    _name = "dhl.return.receiver"
    _description = "Receiver of DHL Returns"
    _order = "country_id"
    _rec_name = "receiver_id"

    carrier_id = fields.Many2one("delivery.carrier", required=True, ondelete="cascade", index=True)
    country_id = fields.Many2one("res.country", "Sent From", required=True)
    receiver_id = fields.Char(
        "Receiver ID",
        required=True,
        size=50,
        help="As in DHL's business customer portal under Returns, Settings; for example deu.",
    )

    _carrier_country_unique = models.Constraint(
        "UNIQUE(carrier_id, country_id)", "A shipping method has one receiver for each country."
    )
