"""R33: customer data of old orders go when the seller says so; books, open work and other people's contacts stay."""

import time
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.addons.otto_market_connector.models.retention import otto_channel
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user
from odoo.tools import SQL

from tests.harness import OttoCase

MONTHS = 24
PLACES = ("partner_id", "partner_invoice_id", "partner_shipping_id")


class TestRetention(OttoCase):
    def setUp(self):
        super().setUp()
        self.channel.write({"retention": True, "retention_months": MONTHS})

    def shipped(self, count=1, months=MONTHS + 1):
        """Return orders that were imported, shipped and told to OTTO some months ago."""
        orders = self.import_orders(count, pieces=1)
        for order in orders:
            self.validate(order)
        self.run_flow("fulfilment")
        self.run_flow("orders")
        self.age(orders, months)
        return orders

    def age(self, orders, months=MONTHS + 1):
        moment = fields.Datetime.now() - relativedelta(months=months)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = %s, otto_last_modified = %s WHERE id IN %s",
            [moment, moment, orders._ids],
        )
        self.env.cr.execute("UPDATE stock_picking SET date_done = %s WHERE sale_id IN %s", [moment, orders._ids])
        self.env.cr.execute("UPDATE otto_receipt SET created_on = %s WHERE order_id IN %s", [moment, orders._ids])
        self.env.cr.execute("UPDATE otto_return SET write_date = %s, announced_on = %s", [moment, moment])
        self.env.invalidate_all()

    def forget(self):
        with self.own_cursor() as env:
            env["otto.channel"]._cron_forget()

    def contacts(self, orders):
        return self.env["res.partner"].union(*(orders[name] for name in PLACES))

    def everything(self):
        """Return all that a search of the whole database for these contacts' words would find."""
        found = []
        for model in ("res.partner", "mail.message", "otto.issue", "dhl.booking", "sale.order", "stock.picking"):
            for row in self.env[model].with_context(active_test=False).search([]).read():
                found.append(" ".join(str(value) for value in row.values()))
        return "\n".join(found)

    def words(self, partners):
        # The postcode may be the company's as well.
        names = ("name", "street", "email", "phone", "otto_email")
        return {partner[name] for partner in partners for name in names if partner[name]}

    # What goes

    def test_r33_nothing_of_the_customer_is_left_and_all_of_the_books_is(self):
        order = self.shipped()
        order.message_post(body=f"Called {order.partner_id.name}", attachments=[("call.txt", b"who called")])
        self.sandbox.advance(5)
        self.run_flow("receipts")
        self.age(order)
        booking = self.env["dhl.booking"].search([("picking_res_id", "=", order.picking_ids.id)])
        booking.write({"remarks": order.partner_shipping_id.street, "error": order.partner_shipping_id.name})
        partners, words = self.contacts(order), self.words(self.contacts(order))
        receipts = self.env["otto.receipt"].search([("order_id", "=", order.id)])
        self.assertTrue(receipts)
        kept = receipts.json_attachment_id | receipts.pdf_attachment_id
        before = (order.amount_total, order.otto_parcel_ids.mapped("tracking_number"), order.order_line.mapped("name"))
        self.assertTrue(order.otto_parcel_ids.label_id)
        self.forget()
        self.assertEqual(order.otto_forgotten_on, fields.Date.context_today(order))
        for word in words:
            self.assertNotIn(word, self.everything())
        self.assertFalse(order.otto_parcel_ids.label_id.exists())
        files = [("res_model", "in", ("sale.order", "stock.picking")), ("res_field", "=", False)]
        self.assertFalse(self.env["ir.attachment"].search(files))
        self.assertFalse(booking.label or booking.remarks or booking.error)
        self.assertIn(booking.shipment_no, before[1])
        self.assertFalse(any(partners.mapped("active")))
        self.assertTrue(all(partners.mapped("country_id")))
        after = (order.amount_total, order.otto_parcel_ids.mapped("tracking_number"), order.order_line.mapped("name"))
        self.assertEqual(after, before)
        self.assertEqual(kept.exists(), kept)
        self.assertTrue(all(kept.mapped("raw")))

    def test_r33_cancelled_orders_too_and_batch_by_batch(self):
        self.patch(otto_channel, "BATCH", 2)
        orders = self.import_orders(5, pieces=1)
        for order in orders:
            self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertEqual(set(orders.mapped("otto_status")), {"cancelled"})
        self.age(orders)
        self.forget()
        self.assertTrue(all(orders.mapped("otto_forgotten_on")))
        self.assertFalse(any(self.contacts(orders).mapped("email")))
        day = orders.mapped("otto_forgotten_on")
        self.forget()
        self.assertEqual(orders.mapped("otto_forgotten_on"), day)

    def test_r33_who_orders_again_is_a_new_contact(self):
        order = self.shipped()
        key = order.partner_shipping_id.otto_address_key
        self.forget()
        self.assertFalse(
            self.env["res.partner"].with_context(active_test=False).search([("otto_address_key", "=", key)])
        )
        again = self.sandbox.make_orders(count=1)
        self.run_flow("orders")
        self.assertFalse(self.contacts(self.order(again)) & self.contacts(order))

    # What stays

    def test_r33_off_nothing_happens(self):
        self.channel.retention = False
        order = self.shipped()
        names = self.words(self.contacts(order))
        self.forget()
        self.assertFalse(order.otto_forgotten_on)
        self.assertEqual(self.words(self.contacts(order)), names)

    def test_r33_what_is_young_open_or_in_work_stays(self):
        cases = {
            "young": lambda order: self.age(order, MONTHS - 1),
            "changed lately by OTTO": lambda order: order._otto_note(otto_last_modified=fields.Datetime.now()),
            "to be told": lambda order: self.set_sql(order, "otto_report_state", "to_send"),
            "refused by OTTO": lambda order: self.set_sql(order, "otto_report_state", "refused"),
            "still to be shipped": lambda order: order._otto_note(otto_status="processable"),
            "shipped lately": lambda order: order.picking_ids.write({"date_done": fields.Datetime.now()}),
            "an open issue": self.report_issue,
            "a label in doubt": lambda order: (
                self.env["dhl.booking"]
                .search([("picking_res_id", "=", order.picking_ids.id)])
                .write({"state": "possibly"})
            ),
            "an open return": lambda order: self.env["otto.return"].create(
                {
                    "channel_id": self.channel.id,
                    "origin": "office",
                    "line_ids": [(0, 0, {"piece_id": order.otto_position_ids[:1].id})],
                }
            ),
        }
        orders = self.shipped(len(cases))
        self.assertEqual(orders._otto_closed_since(fields.Datetime.now() - relativedelta(months=MONTHS)), orders)
        for order, make in zip(orders, cases.values(), strict=True):
            make(order)
        self.env.flush_all()
        self.forget()
        kept = dict(zip(cases, orders, strict=True))
        for case, order in kept.items():
            with self.subTest(case):
                self.assertFalse(order.otto_forgotten_on)
                self.assertTrue(order.partner_id.street)

    def set_sql(self, order, column, value):
        self.env.flush_all()
        query = SQL("UPDATE sale_order SET %s = %s WHERE id = %s", SQL.identifier(column), value, order.id)
        self.env.cr.execute(query)
        self.env.invalidate_all()

    def report_issue(self, order):
        values = {"channel_id": self.channel.id, "kind": "order", "name": "?"}
        self.env["otto.issue"].create({**values, "external_id": order.otto_order_number})

    def test_r33_a_contact_with_another_use_stays_until_that_ends(self):
        uses = {
            "an invoice": lambda partner: self.env["account.move"].create(
                {"move_type": "out_invoice", "partner_id": partner.id}
            ),
            "an order of another kind": lambda partner: self.env["sale.order"].create({"partner_id": partner.id}),
            "a contact below": lambda partner: self.env["res.partner"].create({"name": "x", "parent_id": partner.id}),
            "a bank account": lambda partner: self.env["res.partner.bank"].create(
                {"acc_number": "DE89370400440532013000", "partner_id": partner.id}
            ),
            "a purchase of its own": lambda partner: self.env["stock.picking"].create(
                {
                    "partner_id": partner.id,
                    "picking_type_id": self.channel.warehouse_id.in_type_id.id,
                }
            ),
            "a category": lambda partner: partner.write({"category_id": [(0, 0, {"name": "Good"})]}),
        }
        orders = self.shipped(len(uses))
        made = {}
        for order, (use, make) in zip(orders, uses.items(), strict=True):
            made[use] = make(order.partner_id)
        self.env.flush_all()
        self.forget()
        for order, use in zip(orders, uses, strict=True):
            with self.subTest(use):
                self.assertTrue(order.otto_forgotten_on, "labels and messages go all the same")
                self.assertTrue(order.partner_id.street)
        made["an invoice"].unlink()
        self.forget()
        self.assertFalse(orders[0].partner_id.street)
        self.assertTrue(orders[1].partner_id.street)

    def replaced(self, order):
        """Return the contact of an order that has another one since, as when OTTO changes the address."""
        old = self.contacts(order)
        other = self.env["res.partner"].create({"name": "New address", "company_id": order.company_id.id})
        for place in PLACES:
            self.set_sql(order, place, other.id)
        self.env.cr.execute("UPDATE stock_picking SET partner_id = %s WHERE sale_id = %s", [other.id, order.id])
        self.env.invalidate_all()
        return old

    def test_r33_the_contact_of_an_address_that_otto_changed_goes_too(self):
        order = self.shipped()
        old = self.replaced(order)
        words = self.words(old)
        self.forget()
        self.assertTrue(old[:1].street, "it was ordered lately")
        for partner in old:
            partner.otto_ordered_on = fields.Datetime.now() - relativedelta(months=MONTHS + 1)
        second = self.make_channel("Second shop", retention_months=MONTHS)
        self.forget()
        self.assertTrue(old[:1].street, "the other shop of the company keeps its data")
        second.write({"retention": True, "retention_months": MONTHS + 6})
        self.forget()
        self.assertTrue(old[:1].street, "the other shop of the company keeps its data for longer")
        second.retention_months = MONTHS
        self.forget()
        self.assertFalse(self.words(old) & words)

    def test_r33_contacts_that_a_person_entered_stay(self):
        order = self.shipped()
        person = self.env["res.partner"].create({"name": "Own customer", "street": "Way 1"})
        self.set_sql(order, "partner_id", person.id)
        self.forget()
        self.assertEqual((person.name, person.street), ("Own customer", "Way 1"))

    # People

    def test_r33_the_preview_says_the_numbers_and_changes_nothing(self):
        self.channel.retention = False
        order = self.shipped()
        words = self.words(self.contacts(order))
        count = len(self.contacts(order))
        message = self.channel.action_preview_retention()["params"]["message"]
        self.assertIn("1 orders", message)
        self.assertIn(f"{count} would be made anonymous", message)
        self.assertEqual(self.words(self.contacts(order)), words)
        self.assertFalse(order.otto_forgotten_on)

    def test_r33_the_preview_of_a_big_shop_looks_at_some_only(self):
        self.shipped(2)
        with patch.object(otto_channel, "PREVIEWED", 1), patch.object(otto_channel, "BATCH", 1):
            message = self.channel.action_preview_retention()["params"]["message"]
        self.assertIn("More than 1 orders", message)
        self.assertIn("of the oldest 1,", message)
        with patch.object(otto_channel, "PREVIEWED", 2), patch.object(otto_channel, "BATCH", 1):
            self.assertIn("2 orders are", self.channel.action_preview_retention()["params"]["message"])

    def test_r33_nobody_says_by_hand_that_data_are_removed(self):
        order = self.shipped()
        with self.assertRaisesRegex(UserError, "kept by the OTTO connector"):
            order.otto_forgotten_on = "2026-01-01"
        user = new_test_user(self.env, "retention-user", "otto_market_connector.group_otto_user")
        with self.assertRaises(UserError):
            self.channel.with_user(user).action_preview_retention()

    def test_r33_the_time_is_not_too_short(self):
        with self.assertRaisesRegex(ValidationError, "at least 6 months"):
            self.channel.retention_months = 5

    # The scheduled action, some seconds at a time

    def forget_in_turns(self, most=30, lastcall=None):
        """Have Odoo call the scheduled action with no time at all until nothing remains; return how often it did."""
        cron = self.env.ref("otto_market_connector.ir_cron_retention")
        number, remaining = 0, True
        while remaining:
            number += 1
            self.assertLessEqual(number, most, "something remains")
            with self.own_cursor() as env:
                progress = env["ir.cron.progress"].create({"cron_id": cron.id, "done": 0, "remaining": 0})
                context = {"ir_cron_progress_id": progress.id, "cron_id": cron.id, "lastcall": lastcall}
                context["cron_end_time"] = time.monotonic() - 1
                env(context=context)["otto.channel"]._cron_forget()
                progress.invalidate_recordset()
                remaining, done = progress.remaining, progress.done
            self.assertTrue(done, "Odoo gives up on an action that does nothing")
        return number

    def test_r33_odoo_goes_on_until_all_channels_are_done(self):
        self.patch(otto_channel, "BATCH", 2)
        orders = self.shipped(5)
        second = self.make_channel("Second", retention=True, retention_months=MONTHS)
        seen = []
        forget = type(self.channel)._forget

        def noting(channel, *left):
            seen.append(channel.id)
            return forget(channel, *left)

        self.patch(type(self.channel), "_forget", noting)
        self.assertGreater(self.forget_in_turns(), 2)
        self.assertTrue(all(orders.mapped("otto_forgotten_on")))
        self.assertIn(second.id, seen)
        self.assertEqual(seen.count(second.id), 1)
        seen.clear()
        self.forget_in_turns(lastcall=fields.Datetime.now())
        self.assertEqual(set(seen), {self.channel.id, second.id}, "the next night all have their turn again")

    def test_r33_contacts_that_others_need_hold_up_no_later_ones(self):
        self.patch(otto_channel, "BATCH", 1)
        orders = self.shipped(3)
        partners = self.contacts(orders).sorted("id")
        used = [self.env["sale.order"].create({"partner_id": partner.id}) for partner in partners]
        self.forget_in_turns()
        self.assertTrue(all(partners.mapped("active")))
        used[-1].partner_id = self.company.partner_id
        used[-1].partner_invoice_id = used[-1].partner_shipping_id = self.company.partner_id
        self.forget_in_turns(lastcall=fields.Datetime.now())
        self.assertFalse(partners[-1].active)
        self.assertTrue(all(partners[:-1].mapped("active")))
        self.assertFalse(self.channel.retention_contact)
