"""An article that is offered on OTTO, and what may happen to its stock."""

from odoo import Command, fields

from tests.harness import OttoCase

PATH = "/v1/availability/quantities"


class StockCase(OttoCase):
    def setUp(self):
        super().setUp()
        self.article = self.articles[0]
        self.sku = self.article["sku"]
        self.product = self.products.filtered(lambda p: p.default_code == self.sku)
        self.listing = self.env["otto.listing"].create({"channel_id": self.channel.id, "sku": self.sku})
        self.stock = self.channel.warehouse_id.lot_stock_id
        self.outside = self.env.ref("stock.stock_location_customers")

    def articles_are_read(self):
        """All of OTTO's articles were read once: nobody goes live before."""
        self.channel._sync("catalogue").sudo().read_all_on = fields.Datetime.now()

    def offered(self, sku=None, channel=None):
        self.run_flow("stock", channel)
        return self.sandbox.state()["quantities"].get(sku or self.sku)

    def accepted(self, listing):
        """Run the channel's flow and return what OTTO accepted last; channels of these tests share one account."""
        self.run_flow("stock", listing.channel_id)
        return listing.quantity_known and listing.quantity

    def move(self, quantity, source=None, target=None, done=True):
        """Make a stock move, confirmed or done; return it."""
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": quantity,
                "product_uom": self.product.uom_id.id,
                "location_id": (source or self.stock).id,
                "location_dest_id": (target or self.outside).id,
            }
        )
        move._action_confirm()
        if done:
            move.quantity = quantity
            move.picked = True
            move._action_done()
        return move

    def sell(self, quantity, uom=None, confirm=True):
        """Return an order of somebody who is no customer of OTTO."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Laden um die Ecke"}).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": quantity,
                            "product_uom_id": (uom or self.product.uom_id).id,
                        }
                    )
                ],
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def list_article(self, number, **values):
        """Return a listing of another article of the sandbox; without a product its own is found by the SKU."""
        sku = self.articles[number]["sku"]
        return self.env["otto.listing"].create({"channel_id": self.channel.id, "sku": sku, **values})

    def own_product(self, number):
        """Return the product that has the SKU of an article of the sandbox."""
        return self.products.filtered(lambda product: product.default_code == self.articles[number]["sku"])

    def held(self, sku=None):
        """Return what OTTO holds now."""
        return self.sandbox.state()["quantities"].get(sku or self.sku)

    def posted(self):
        """Return the bodies of the quantity requests that came."""
        return [row["body"] for row in self.sandbox.requests() if (row["method"], row["path"]) == ("POST", PATH)]

    def triggers(self, channel=None, flow="stock"):
        """Return the planned runs of a flow."""
        cron = (channel or self.channel)._sync(flow).cron_id
        return self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
