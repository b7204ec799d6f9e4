"""A channel with its sandbox: what its flows and people do."""

PIECES = 60


class Shop:
    """A channel with its sandbox; `articles` are OTTO's."""

    def __init__(self, env, sandbox, channel):
        self.env, self.sandbox, self.channel = env, sandbox, channel
        self.articles = sandbox.state()["articles"]

    def run(self, flow):
        """Run a flow as its scheduled action does."""
        self.env.cr.commit()
        sync = self.channel._sync(flow)
        sync._run()
        self.env.cr.commit()
        assert not sync.last_error, (flow, sync.last_error)

    def order(self, article=6, status="PROCESSABLE", **wishes):
        """Have OTTO sell an article, import the order and return it."""
        wishes = {"pieces": 1, "skus": [self.articles[article]["sku"]], **wishes}
        [otto_id] = self.sandbox.make_orders(count=1, status=status, **wishes)
        self.run("orders")
        order = self.env["sale.order"].search([("otto_order_id", "=", otto_id)])
        assert len(order) == 1, otto_id
        return order

    def validate(self, order):
        """Validate the order's delivery as the warehouse does."""
        order.picking_ids.button_validate()
        self.env.cr.commit()
        assert set(order.picking_ids.mapped("state")) == {"done"}, order.name
        return order

    def at_otto(self, order, action, items=None):
        """Do to an order what happens at OTTO without the interface."""
        self.sandbox.act(order.otto_order_id, action, items)

    def rows(self, order, *types):
        """Enter numbers in the tab Shipping by hand."""
        for place, type_ in enumerate(types):
            number = f"00340434161{order.id:05d}{place:04d}"
            self.env["otto.parcel"].create({"order_id": order.id, "type": type_, "tracking_number": number})

    def read_articles(self):
        """Read all articles; one is gone when they are read again."""
        self.run("catalogue")
        self.sandbox.change_article(self.articles[5]["sku"], gone=True)
        self.channel.action_read_all_articles()
        self.run("catalogue")

    def stock_products(self, products):
        """Have goods of products in stock."""
        place = self.channel.stock_location_ids[:1] or self.channel.warehouse_id.lot_stock_id
        quants = self.env["stock.quant"].with_company(self.channel.company_id).with_context(inventory_mode=True)
        quants.create(
            [{"product_id": product.id, "location_id": place.id, "inventory_quantity": PIECES} for product in products]
        ).action_apply_inventory()
        self.env.cr.commit()

    def found_products(self):
        """Return the products of the channel's articles."""
        return self.env["otto.listing"].search([("channel_id", "=", self.channel.id)]).product_id
