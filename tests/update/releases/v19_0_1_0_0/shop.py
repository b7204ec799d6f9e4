"""A channel with its sandbox, as 19.0.1.0.0 has it: no chosen stock locations, no articles of OTTO's."""

from .. import v19_0_1_1_0

PIECES = 60


class Shop(v19_0_1_1_0.Shop):
    """A channel with its sandbox; `articles` are OTTO's."""

    def stock_products(self, products):
        """Have goods of products in stock."""
        place = self.channel.warehouse_id.lot_stock_id
        quants = self.env["stock.quant"].with_company(self.channel.company_id).with_context(inventory_mode=True)
        quants.create(
            [{"product_id": product.id, "location_id": place.id, "inventory_quantity": PIECES} for product in products]
        ).action_apply_inventory()
        self.env.cr.commit()
