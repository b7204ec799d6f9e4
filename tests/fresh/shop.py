"""A shop at work, for the tests of installing, removing and installing again; runs in `odoo shell`."""

from datetime import date

from odoo import Command

from dev.environment import CARRIER
from sandbox.running import RunningSandbox

PIECES = 60


class Shop:
    """A company's channel with its sandbox: what its flows and people do."""

    def __init__(self, env, sandbox: RunningSandbox, company=None):
        self.env, self.sandbox = env, sandbox
        self.company = company or env.company
        self.articles = list(sandbox.state()["articles"])
        self.channel = env["otto.channel"].browse()

    def connect(self, **values):
        """Make a channel, and a shipping method where none is given."""
        self.channel = self.env["otto.channel"].create(
            {
                "name": f"OTTO {self.company.name}",
                "company_id": self.company.id,
                "environment": "own",
                "base_url": self.sandbox.otto_url,
                "client_id": "sandbox-client",
                "client_secret": "sandbox-secret",
                "carrier_id": values.pop("carrier_id", None) or self.carrier().id,
                "import_from": "2020-01-01 00:00:00",
                "stock_live": True,
                **values,
            }
        )

    def carrier(self):
        """Make a shipping method."""
        product = self.env["product.product"].create({"name": "DHL", "type": "service", "list_price": 0})
        return self.env["delivery.carrier"].create(
            {
                "name": f"DHL {self.company.name}",
                "delivery_type": "dhl_de",
                "product_id": product.id,
                "company_id": self.company.id,
                "return_label_on_delivery": True,
                **CARRIER,
                "dhl_de_api_url": self.sandbox.dhl_url,
            }
        )

    def products(self, count: int):
        """Have goods of the first articles in stock."""
        products = self.env["product.product"].create(
            [
                {
                    "name": article["title"],
                    "default_code": article["sku"],
                    "barcode": article["ean"],
                    "is_storable": True,
                    "weight": 0.4,
                    "company_id": self.company.id,
                }
                for article in self.articles[:count]
            ]
        )
        place = self.channel.warehouse_id.lot_stock_id
        quants = self.env["stock.quant"].with_company(self.company).with_context(inventory_mode=True)
        quants.create(
            [{"product_id": product.id, "location_id": place.id, "inventory_quantity": PIECES} for product in products]
        ).action_apply_inventory()
        self.env.cr.commit()
        return products

    def run(self, *flows: str) -> None:
        """Run flows as their scheduled actions do."""
        for flow in flows:
            self.env.cr.commit()
            sync = self.channel._sync(flow)
            sync._run()
            self.env.cr.commit()
            assert not sync.last_error, (flow, sync.last_error)

    def order(self, article=0, status="PROCESSABLE", **wishes):
        """Have OTTO sell an article, import the order and return it."""
        wishes = {"pieces": 1, "skus": [self.articles[article]["sku"]], **wishes}
        [otto_id] = self.sandbox.make_orders(count=1, status=status, **wishes)
        self.run("orders")
        order = self.env["sale.order"].search([("otto_order_id", "=", otto_id)])
        assert len(order) == 1, otto_id
        return order

    def validate(self, order) -> None:
        """Validate the order's delivery as the warehouse does."""
        order.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel")).button_validate()
        self.env.cr.commit()
        assert "done" in order.picking_ids.mapped("state"), order.name


def saved_by_people(env) -> None:
    """Filters, exports and a view of their own with fields of both add-ons, and some of Odoo's."""
    filters = [
        ("OTTO", "otto.listing", "[]"),
        ("An OTTO melden", "sale.order", "[('otto_report_state', '=', 'to_send')]"),
        ("Mit Rücksendeetikett", "stock.picking", "[('return_tracking_ref', '!=', False)]"),
        ("Angebote", "sale.order", "[('state', '=', 'draft')]"),
    ]
    env["ir.filters"].create(
        [{"name": name, "model_id": model, "domain": domain, "user_ids": False} for name, model, domain in filters]
    )
    for model, fields in (("sale.order", ("name", "otto_status")), ("otto.issue", ("name",))):
        lines = [Command.create({"name": name}) for name in fields]
        env["ir.exports"].create({"name": "Liste", "resource": model, "export_fields": lines})
    for name, xmlid, field in (
        ("Aufträge", "sale.view_quotation_tree", "otto_status"),
        ("Lieferungen", "stock.vpicktree", "return_tracking_ref"),
        ("Kunde", "sale.view_order_tree", "client_order_ref"),
    ):
        parent = env.ref(xmlid)
        arch = f'<field name="name" position="after"><field name="{field}" optional="hide"/></field>'
        env["ir.ui.view"].create({"name": name, "model": parent.model, "inherit_id": parent.id, "arch": arch})


def build(env, otto_url: str, dhl_url: str) -> None:
    """Orders in every state, a return, receipts in the books: everything that an add-on leaves behind."""
    shop = Shop(env, RunningSandbox(otto_url, dhl_url, 0))
    shop.sandbox.receipt_rules(receipt_seconds=0, pdf_seconds=0)
    # Companies have their books before the first order is sent.
    shop.connect(book_receipts=True, booking_from=date(2022, 1, 1))
    shop.products(6)
    shop.run("catalogue", "stock")
    sent, returned, open_, cancelled = (shop.order(place, pieces=2) for place in range(4))
    shop.order(4, status="ANNOUNCED")
    # Of this one the parcel has its label, and OTTO has not heard of it.
    labelled = shop.order(5)
    for order in (sent, returned):
        shop.validate(order)
    cancelled.action_cancel()
    shop.run("fulfilment")
    shop.sandbox.announce_return([returned.otto_position_ids[0].position_id])
    shop.sandbox.reduce_price(sent.otto_position_ids[0].position_id, 1.0)
    shop.run("orders", "returns", "receipts")
    shop.run("receipts")
    shop.validate(labelled)
    # An order that sells something unknown, and a channel's message and activity.
    shop.order(9)
    shop.channel.message_post(body="Zugang am Montag erneuert.")
    shop.channel.activity_schedule("mail.mail_activity_data_todo", summary="Preise")
    saved_by_people(env)
    env.cr.commit()
    assert open_.state == "sale"
    assert env["account.move"].search_count([("otto_receipt_id", "!=", False)])
