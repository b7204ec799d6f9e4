"""What the connector's own lines need stays, and is found even when it does not."""

from odoo.exceptions import UserError

from tests.harness import OttoCase

NAMES = ("product_delivery_fee", "product_unknown")


class TestStandardProducts(OttoCase):
    def templates(self):
        return [self.env.ref(f"otto_market_connector.{name}") for name in NAMES]

    def test_they_cannot_be_archived_deleted_or_changed_in_kind(self):
        company = self.env.company.id
        colour = self.env["product.attribute"].create({"name": "Farbe", "value_ids": [(0, 0, {"name": "rot"})]})
        line = {"attribute_id": colour.id, "value_ids": [(6, 0, colour.value_ids.ids)]}
        other = {"service": "consu", "consu": "service"}
        for template in self.templates():
            for records in (template, template.product_variant_id):
                for change in (
                    lambda r: r.action_archive(),
                    lambda r: r.unlink(),
                    lambda r: r.write({"active": False}),
                    lambda r: r.write({"company_id": company}),
                    lambda r: r.write({"sale_ok": True}),
                    lambda r: r.write({"type": other[r.type]}),
                    lambda r: r.write({"attribute_line_ids": [(0, 0, line)]}),
                ):
                    with self.assertRaisesRegex(UserError, "needed by the OTTO connector"):
                        change(records)
            template.write({"name": "Versand", "active": True, "company_id": False, "list_price": 1})

    def test_all_flows_work_when_they_are_archived_all_the_same(self):
        self.env.flush_all()
        ids = [template.id for template in self.templates()]
        self.cr.execute("UPDATE product_template SET active = false WHERE id = ANY(%s)", [ids])
        self.cr.execute("UPDATE product_product SET active = false WHERE product_tmpl_id = ANY(%s)", [ids])
        self.env.invalidate_all()
        orders = self.import_orders(2, fees=[4.95])
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        self.assertFalse(self.run_flow("stock").last_error)
        self.products[0].default_code = self.products[0].barcode = "elsewhere"
        waiting = self.import_orders(skus=[self.articles[0]["sku"]])
        self.assertEqual(waiting.state, "draft")
        for template in self.templates():
            template.active = True

    def test_they_are_made_again_when_they_are_gone(self):
        self.env.flush_all()
        ids = [template.id for template in self.templates()]
        self.cr.execute("DELETE FROM product_product WHERE product_tmpl_id = ANY(%s)", [ids[1:]])
        self.cr.execute("DELETE FROM product_template WHERE id = ANY(%s)", [ids[:1]])
        self.env.registry.clear_cache()
        self.env.invalidate_all()
        orders = self.import_orders(2, fees=[4.95])
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        self.assertFalse(self.run_flow("stock").last_error)
        self.assertEqual(self.channel._fee_product(), orders.order_line.filtered("is_delivery").product_id)
        self.assertEqual(self.channel._unknown_product().type, "consu")
