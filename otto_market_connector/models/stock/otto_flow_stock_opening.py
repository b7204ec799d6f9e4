"""OTTO's quantities as opening stock: once, page by page, because a person asked for it before *Go Live* (R6)."""

from odoo import fields, models
from odoo.fields import Domain


class OttoSync(models.Model):
    _inherit = "otto.sync"

    opening = fields.Json(readonly=True, help="How far the taking over of OTTO's quantities as opening stock has come.")


class OttoFlowStock(models.AbstractModel):
    _inherit = "otto.flow.stock"

    def _take_over_opening_stock(self):
        """Book OTTO's quantities as counted stock, page by page, each in a transaction; return whether it is done.

        :raises OttoError: OTTO cannot be asked; it goes on with the next run
        """
        opening = self.env["otto.stock.opening"]
        for page in self.client.quantity_pages(self.sync.opening["next"]):
            booked = opening._book({entry.sku: entry.quantity for entry in page.quantities})
            done = self.sync.opening["done"] + booked
            if page.next is None:
                self.sync.opening = False
                self.channel._message_log(
                    body=self.env._("OTTO's quantities were taken over as stock of %(count)s products.", count=done)
                )
                self._checkpoint(booked)
                return True
            self.sync.opening = {"next": page.next, "done": done}
            if self._checkpoint(booked) <= 0:
                self._run_again()
                return False
        self.sync.opening = False
        return True


class OttoStockOpening(models.AbstractModel):
    _name = "otto.stock.opening"
    _description = "OTTO's Quantities as Opening Stock"
    _inherit = ["otto.component"]

    def _place(self):
        """Return the location into which the stock is booked."""
        chosen = self.channel.stock_location_ids.filtered(lambda location: location.usage == "internal")
        return chosen[:1] or self.channel.warehouse_id.lot_stock_id

    def _quantities(self, held):
        """Return what would be booked: of products of which there is nothing, and nothing was ever sold.

        Kits have no stock of their own; of products that are tracked by lot or serial number OTTO's number is not
        enough. Of several articles of a product the largest number counts.

        :param held: dict of SKU to the quantity that OTTO holds
        :return: dict of `product.product` to quantity
        """
        domain = [("channel_id", "=", self.channel.id), ("sku", "in", [sku for sku in held if held[sku] > 0])]
        listings = self.env["otto.listing"].search([*domain, ("product_id", "!=", False)])
        kits = set(self.env["otto.stock.kits"]._kit_ids())
        products = listings.product_id.filtered(
            lambda product: product.is_storable and product.tracking == "none" and product.id not in kits
        )
        products -= self._with_stock(products)
        quantities = {}
        for listing in listings.filtered(lambda row: row.product_id in products):
            quantities[listing.product_id] = max(quantities.get(listing.product_id, 0), held[listing.sku])
        return quantities

    def _with_stock(self, products):
        """Return those of products of which there is stock in the channel's places, or of which something was sold."""
        here = Domain("location_id", "child_of", self.channel._stock_roots().ids)
        ours = Domain("product_id", "in", products.ids)
        quants = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(ours & here & Domain("location_id.usage", "=", "internal"), ["product_id"], ["quantity:sum"])
        )
        sold = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                ours & here & Domain("location_dest_id.usage", "=", "customer") & Domain("state", "=", "done"),
                ["product_id"],
            )
        )
        found = {product.id for product, quantity in quants if quantity} | {product.id for [product] in sold}
        return products.browse(found)

    def _book(self, held):
        """Book OTTO's quantities as counted stock; return of how many products."""
        quantities = self._quantities(held)
        place = self._place()
        quants = (
            self.env["stock.quant"]
            .sudo()
            .with_context(inventory_mode=True, inventory_name=self.env._("Opening stock from OTTO"))
        )
        quants.create(
            [
                {"product_id": product.id, "location_id": place.id, "inventory_quantity": quantity}
                for product, quantity in quantities.items()
            ]
        ).action_apply_inventory()
        return len(quantities)
