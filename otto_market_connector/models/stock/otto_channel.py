from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .const import BRAKE_SHARE
from .stock_changes import CHANGED

# What changes the offers of all articles of a channel.
SETTINGS = {
    "active",
    "sync_direction",
    "import_orders",
    "warehouse_id",
    "stock_location_ids",
    "safety_stock",
    "max_quantity",
    "stock_sharing",
    "stock_live",
    "stock_known_only",
}


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    stock_live = fields.Boolean(
        "Stock Is Live",
        copy=False,
        tracking=True,
        help="Stock goes to OTTO only after a person has switched it on with Go Live.",
    )
    stock_known_only = fields.Boolean(
        "Other Articles Wait for Go Live",
        copy=False,
        tracking=True,
        help="An earlier version sent the stock of articles that were sold, and knew no others. Until somebody presses "
        "Go Live, the others keep the quantity that they have at OTTO.",
    )
    stock_location_ids = fields.Many2many(
        "stock.location",
        string="Stock Locations",
        domain="[('usage', '=', 'internal'), ('company_id', 'in', (False, company_id))]",
        help="Only goods in these locations and below are offered. Empty: all of the warehouse.",
    )
    safety_stock = fields.Integer(help="Pieces of each article that are not offered on OTTO.")
    max_quantity = fields.Integer(
        "Highest Quantity", help="No article is offered with more pieces than this. 0: no limit."
    )
    stock_sharing = fields.Selection(
        [("split", "Divide the stock"), ("full", "Each offers all of it")],
        "Articles with the Same Goods",
        required=True,
        default="split",
        help="What happens when several channels, or several articles, are fed from the same goods. Divided: together "
        "they never offer more than there is; it is enough that one of the channels divides. Each offers all: more is "
        "offered, and the last piece may be sold twice until the next synchronisation.",
    )

    brake_share = fields.Integer(
        "Stop Before Emptying",
        default=BRAKE_SHARE,
        help="Percent of the offered articles. A run that would set more of them to zero, and at least 10, for other "
        "reasons than sales waits until a person confirms it.",
    )
    stock_held_count = fields.Integer(compute="_compute_stock_held_count")

    def _compute_stock_held_count(self):
        self._count("otto.listing", "channel_id", "stock_held_count", [("zero_state", "=", "held")])

    @property
    def _sends_stock(self):
        """Whether this channel's stock goes to OTTO (R2, R6)."""
        return self._sends_changes and self.stock_live

    @api.constrains("brake_share")
    def _check_brake_share(self):
        for channel in self:
            if not 0 <= channel.brake_share <= 100:
                raise ValidationError(
                    self.env._(
                        "%(channel)s: please enter 0 to 100 percent at Stop Before Emptying.", channel=channel.name
                    )
                )

    @api.constrains("safety_stock", "max_quantity")
    def _check_stock_numbers(self):
        for channel in self:
            if channel.safety_stock < 0 or channel.max_quantity < 0:
                raise ValidationError(
                    self.env._(
                        "%(channel)s: the safety stock and the highest quantity cannot be negative. Please enter 0 or "
                        "more.",
                        channel=channel.name,
                    )
                )

    def _stock_roots(self):
        """Return the locations in which, and below which, lies what this channel offers."""
        return self.stock_location_ids or self.warehouse_id.view_location_id

    def _stock_warehouses(self):
        return self.warehouse_id | self.stock_location_ids.warehouse_id

    def write(self, vals):
        """Have the stock sent soon that other settings have changed, of the channels that share the goods as well."""
        if not SETTINGS & vals.keys():
            return super().write(vals)
        concerned = self._channels_on_same_goods()
        result = super().write(vals)
        (concerned | self._channels_on_same_goods())._schedule("stock")
        return result

    def _channels_on_same_goods(self):
        """Return the active channels that offer goods of the same places as one of these, and these."""
        found = self
        for channel in self.sudo().search([("id", "not in", self.ids)]):
            roots = channel._stock_roots().mapped("parent_path")
            mine = [path for one in self.sudo() for path in one._stock_roots().mapped("parent_path")]
            if any(a.startswith(b) or b.startswith(a) for a in roots for b in mine):
                found |= channel
        return found

    def _goods_changed(self, at_once=False):
        """Have the stock sent soon, by all channels that offer goods of the same places."""
        channels = self._channels_on_same_goods()
        if at_once:
            channels._trigger("stock")
        else:
            channels._schedule("stock")
        return super()._goods_changed(at_once)

    def _trigger_changed_stock(self):
        """Before the commit: have the stock of what was changed sent soon, by each channel that has it."""
        product_ids, codes = self.env.cr.precommit.data.pop(CHANGED, ((), ()))
        listings = self.env["otto.listing"].sudo()
        domain = [("product_id", "in", list(self.env["otto.stock.kits"].sudo()._fed_by(product_ids)))]
        if codes:
            domain = ["|", "|", ("sku", "in", list(codes)), ("ean", "in", list(codes)), *domain]
        for [channel] in listings._read_group(domain, ["channel_id"]):
            channel._schedule("stock")
