"""The purchaser opens a receipt beside the DHL carrier."""

from odoo.tests import TransactionCase


class TestDhlReaders(TransactionCase):
    test_tags = frozenset({"post_install"})
    test_module = "delivery_dhl_de"

    def test_a_purchaser_reads_a_receipt(self):
        purchaser = self.env["res.users"].create(
            {
                "name": "Purchaser",
                "login": "purchaser",
                "group_ids": [(6, 0, [self.env.ref("purchase.group_purchase_user").id])],
            }
        )
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)], limit=1)
        receipt = self.env["stock.picking"].create({"picking_type_id": warehouse.in_type_id.id})
        [values] = receipt.with_user(purchaser).read(["dhl_booking_count", "dhl_possibly_booked"])
        self.assertEqual((values["dhl_booking_count"], values["dhl_possibly_booked"]), (0, False))
