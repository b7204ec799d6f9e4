"""What the office and the warehouse see of an order: its state in words, what is offered and hidden, what is found."""

from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user

from tests.harness import OttoCase


class TestOrderInWords(OttoCase):
    def test_r14_each_state_has_its_sentence_and_tone(self):
        announced = self.import_orders(status="ANNOUNCED")
        self.assertEqual(announced.otto_state_tone, "info")
        self.assertIn("Announced", announced.otto_state_text)
        order = self.import_orders()
        order.picking_ids.scheduled_date = fields.Datetime.now() + timedelta(days=1)
        self.assertIn("To be shipped by", order.otto_state_text)
        self.validate(order)
        self.assertIn("is being told", order.otto_state_text)
        self.run_flow("fulfilment")
        self.assertEqual(order.otto_state_tone, "success")
        self.assertIn("writes the invoice", order.otto_state_text)
        cancelled = self.import_orders()
        cancelled.action_cancel()
        self.assertIn("is being told", cancelled.otto_state_text)
        self.assertNotIn("invoice", cancelled.otto_state_text + announced.otto_state_text)

    def test_r20_what_otto_refuses_is_the_sentence(self):
        order = self.import_orders()
        order._otto_note(otto_report_state="refused", otto_refusal="No such number.")
        self.assertEqual((order.otto_state_tone, order.otto_state_text), ("danger", "No such number."))

    def test_r11_overdue_is_said_and_found(self):
        order, other = self.import_orders(), self.import_orders()
        order.picking_ids.scheduled_date = fields.Datetime.now() - timedelta(days=2)
        other.picking_ids.scheduled_date = fields.Datetime.now() + timedelta(days=3)
        self.env.invalidate_all()
        self.assertEqual(order.otto_state_tone, "danger")
        self.assertIn("Overdue", order.otto_state_text)
        self.assertEqual(self.filtered_by("otto_overdue") & (order | other), order)
        self.assertEqual(self.filtered_by("otto_due_today") & (order | other), order)

    def filtered_by(self, name, model="sale.order", view="sale.view_sales_order_filter"):
        """Return what a filter of the search view finds."""
        arch = etree.fromstring(self.env[model].get_view(self.env.ref(view).id, "search")["arch"])
        [node] = arch.xpath(f"//filter[@name='{name}']")
        self.env.flush_all()
        return self.env[model].search(safe_domain(node.get("domain"), self.env))

    def test_every_filter_of_ours_works(self):
        self.import_orders()
        for model, view in (
            ("sale.order", "sale.view_sales_order_filter"),
            ("stock.picking", "stock.view_picking_internal_search"),
            ("otto.issue", "otto_market_connector.view_otto_issue_search"),
        ):
            arch = etree.fromstring(self.env[model].get_view(self.env.ref(view).id, "search")["arch"])
            ours = arch.xpath("//filter[contains(@name, 'otto') or contains(@name, 'tracking')]")
            for node in ours or arch.xpath("//filter"):
                with self.subTest(node.get("name")):
                    if node.get("domain"):
                        self.env[model].search(safe_domain(node.get("domain"), self.env))
                    if "group_by" in (node.get("context") or ""):
                        field = node.get("context").split("'")[3]
                        self.env[model].formatted_read_group([], [field], ["__count"])

    def test_goods_that_are_missing_are_told_from_those_that_are_there(self):
        here = self.import_orders(skus=[self.products[1].default_code])
        self.set_stock(self.products[0], 0)
        missing = self.import_orders(skus=[self.products[0].default_code])
        self.assertEqual((here.otto_goods_state, missing.otto_goods_state), ("ready", "missing"))
        both = here | missing
        self.assertEqual(self.env["sale.order"].search([("otto_goods_state", "=", "missing")]) & both, missing)
        self.assertEqual(self.env["sale.order"].search([("otto_goods_state", "=", "ready")]) & both, here)
        self.validate(here)
        self.assertEqual(here.otto_goods_state, "left")
        self.assertEqual(self.env["sale.order"].search([("otto_goods_state", "=", "left")]) & both, here)

    # What would only be refused is not offered

    def test_buttons_that_lead_nowhere_are_hidden(self):
        announced, order = self.import_orders(status="ANNOUNCED"), self.import_orders()
        self.assertFalse(announced.otto_can_confirm or announced.otto_can_cancel)
        self.assertTrue(order.otto_can_cancel)
        self.validate(order)
        self.assertFalse(order.otto_can_cancel)
        with self.assertRaises(UserError):
            order._action_cancel()
        own = self.env["sale.order"].create({"partner_id": self.env.user.partner_id.id})
        self.assertFalse(own.otto_can_cancel or own.otto_can_confirm)

    def test_lines_can_be_added_only_where_they_are_not_locked(self):
        order = self.import_orders()
        self.assertFalse(order.otto_lines_locked)
        self.channel.lock_lines = True
        self.assertTrue(order.otto_lines_locked)

    # Whose order it is

    def test_an_order_is_nobodys_by_default_and_of_the_team_otto(self):
        self.channel.responsible_id = new_test_user(self.env, "responsible", "sales_team.group_sale_manager")
        order = self.import_orders()
        self.assertFalse(order.user_id)
        self.assertEqual(order.team_id, self.channel.team_id)
        self.assertEqual(self.channel.team_id.name, "OTTO")
        own = new_test_user(self.env, "own_documents", "sales_team.group_sale_salesman")
        self.assertTrue(self.env["sale.order"].with_user(own).search([("id", "=", order.id)]))
        self.channel.salesperson_id = own
        self.assertEqual(self.import_orders().user_id, own)

    def test_a_second_channel_shares_the_team(self):
        self.assertEqual(self.make_channel("Second").team_id, self.channel.team_id)

    # Page at OTTO

    def test_the_page_at_otto_is_linked_in_production_alone(self):
        order = self.import_orders()
        self.assertFalse(order.otto_partner_connect_url)
        self.channel.environment = "production"
        self.assertIn(order.otto_order_number, order.action_otto_partner_connect()["url"])

    # R21

    def test_r21_the_composer_proposes_no_otto_customer(self):
        order = self.import_orders()
        for record in (order, order.picking_ids):
            proposed = record._message_get_suggested_recipients()
            self.assertNotIn(order.partner_id.id, [row.get("partner_id") for row in proposed])
        customer = self.env["res.partner"].create({"name": "Own", "email": "own@example.com"})
        mine = self.env["sale.order"].create({"partner_id": customer.id})
        self.assertIn(mine.partner_id.id, [row.get("partner_id") for row in mine._message_get_suggested_recipients()])

    def test_r21_who_writes_to_an_otto_customer_is_told_that_it_went_to_nobody(self):
        order = self.import_orders()
        order.message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=order.partner_id.ids
        )
        self.assertIn("OTTO Partner Connect", order.message_ids.sorted("id")[-1].body)
        before = len(order.message_ids)
        order.message_post(body="A note", message_type="comment", subtype_xmlid="mail.mt_note")
        self.assertEqual(len(order.message_ids), before + 1)

    # DHL

    def test_a_new_dhl_method_has_the_right_defaults(self):
        with Form(self.env["delivery.carrier"]) as form:
            form.name = "DHL"
            form.delivery_type = "dhl_de"
            self.assertTrue(form.product_id)
        carrier = form.save()
        self.assertTrue(carrier.return_label_on_delivery)
        self.assertEqual(carrier.integration_level, "rate_and_ship")

    def test_r7_the_channel_says_what_its_method_lacks(self):
        self.assertFalse(self.channel.carrier_notice)
        self.carrier.dhl_de_return_billing_number = False
        self.assertIn("return label", self.channel.carrier_notice)
        self.carrier.write({"dhl_de_return_billing_number": "33333333330701", "return_label_on_delivery": False})
        self.assertIn("return label", self.channel.carrier_notice)
        self.carrier.write({"return_label_on_delivery": True, "dhl_de_user": False})
        self.assertIn("DHL User", self.channel.carrier_notice)
        self.channel.carrier_id = False
        self.assertIn("No shipping method", self.channel.carrier_notice)

    def test_the_delivery_slip_has_ottos_number(self):
        order = self.import_orders()
        html = self.env["ir.actions.report"]._render_qweb_html("stock.report_deliveryslip", order.picking_ids.ids)[0]
        self.assertIn(order.otto_order_number, html.decode())

    # Names and times

    def test_scheduled_actions_are_called_in_words_in_every_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        syncs = self.channel.sync_ids
        syncs._name_crons()
        cron = self.channel._sync("orders").cron_id
        self.assertEqual(cron.with_context(lang="en_US").name, "OTTO OTTO Market: Orders from OTTO")
        self.assertEqual(cron.with_context(lang="de_DE").name, "OTTO OTTO Market: Aufträge von OTTO")
        cron.with_context(lang="de_DE").name = "Mine"
        syncs._name_crons()
        self.assertEqual(cron.with_context(lang="de_DE").name, "Mine")

    def test_after_an_update_scheduled_actions_are_called_by_todays_words(self):
        self.env["res.lang"]._activate_lang("de_DE")
        cron = self.channel._sync("fulfilment").cron_id
        former = {"en_US": "OTTO OTTO Market: fulfilment", "de_DE": "OTTO OTTO Market: Versendet und storniert an OTTO"}
        for lang, name in former.items():
            cron.with_context(lang=lang).name = name
        self.env["otto.sync"]._register_hook()
        self.assertEqual(cron.with_context(lang="de_DE").name, former["de_DE"])
        # Odoo calls the hook once all add-ons are updated, and their translations with them.
        self.patch(self.env.registry, "updated_modules", ["otto_market_connector"])
        self.env["otto.sync"]._register_hook()
        self.assertEqual(cron.with_context(lang="en_US").name, "OTTO OTTO Market: Sent and Cancelled to OTTO")
        self.assertEqual(cron.with_context(lang="de_DE").name, "OTTO OTTO Market: Versand und Stornierungen an OTTO")

    def test_lines_are_not_offered_where_nothing_is_to_be_shipped_any_more(self):
        order = self.import_orders()
        self.assertFalse(order.otto_lines_locked)
        self.channel.lock_lines = True
        self.assertTrue(order.otto_lines_locked)
        self.channel.lock_lines = False
        self.validate(order)
        self.assertTrue(order.otto_lines_locked)
        self.run_flow("fulfilment")
        self.run_flow("orders")
        self.assertTrue(order.otto_lines_locked)
        cancelled = self.import_orders()
        cancelled.action_cancel()
        self.assertTrue(cancelled.otto_lines_locked)
        own = self.env["sale.order"].create({"partner_id": self.env.user.partner_id.id})
        self.assertFalse(own.otto_lines_locked)
        for kind in ("list", "kanban"):
            with self.subTest(kind):
                arch = etree.fromstring(self.env["sale.order"].get_view(view_type="form")["arch"])
                ways = arch.xpath(f"//field[@name='order_line']/{kind}/control/*")
                self.assertGreaterEqual(len(ways), 4)
                self.assertEqual({way.get("invisible") for way in ways}, {"parent.otto_lines_locked"})

    def test_columns_for_doubtful_numbers_show_where_one_is(self):
        order = self.import_orders()
        self.validate(order)
        self.assertFalse(order.otto_has_questions)
        row = self.env["otto.parcel"].create({"order_id": self.import_orders().id, "tracking_number": "12"})
        self.assertTrue(row.order_id.otto_has_questions)
        row.number_checked = True
        self.assertTrue(row.order_id.otto_has_questions)

    def test_r20_the_dialog_of_an_issue_opens_and_takes_the_product(self):
        """As the form in the browser does it, which fills in only what is in its view."""
        product = self.products.filtered(lambda one: one.default_code == self.articles[0]["sku"])
        product.write({"default_code": False, "barcode": False})
        order = self.import_orders(skus=[self.articles[0]["sku"]], pieces=1)
        action = self.open_issues("article").action_choose_product()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        self.assertEqual(form.sku, self.articles[0]["sku"])
        form.product_id = product
        form.save().action_match()
        self.run_flow("orders")
        self.assertEqual((order.state, order.order_line[0].product_id), ("sale", product))

    def test_every_list_of_orders_shows_ottos_number_and_status_on_phones(self):
        actions = self.env["ir.actions.act_window"].search([("res_model", "=", "sale.order")])
        ours = actions.filtered(lambda one: (one.xml_id or "").startswith("otto_market_connector.action_otto_orders"))
        self.assertGreaterEqual(len(ours), 13)
        for action in ours:
            with self.subTest(action.name):
                views = {view.view_mode: view.view_id for view in action.view_ids}
                self.assertEqual(views["kanban"], self.env.ref("otto_market_connector.view_otto_order_kanban"))
                self.assertEqual(views["list"], self.env.ref("otto_market_connector.view_otto_order_list"))

    def test_times_are_those_of_the_reader(self):
        moment = fields.Datetime.to_datetime("2026-07-01 10:00:00")
        self.assertIn("12:00", self.channel.with_context(tz="Europe/Berlin", lang="de_DE")._local(moment))
        self.channel.responsible_id.tz = "America/New_York"
        self.assertIn("6:00", self.channel.with_context(tz=False)._local(moment))


class TestStoppedParcel(OttoCase):
    """R15: OTTO cancels after the label was made; the warehouse sees it where it works."""

    def cancelled_after_shipping(self):
        order = self.import_orders()
        self.validate(order)
        self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertTrue(order.otto_stop_parcel)
        return order

    def test_r15_the_transfer_has_banner_filter_and_activity(self):
        order = self.cancelled_after_shipping()
        picking = order.picking_ids
        self.assertTrue(picking.otto_stop_parcel)
        self.assertEqual(self.env["stock.picking"].search([("otto_stop_parcel", "=", True)]), picking)
        self.assertEqual(picking.activity_ids.summary, "Stop this parcel")
        self.assertIn("OTTO has cancelled", picking._dhl_de_warning())

    def test_r15_it_is_one_story_and_not_three(self):
        order = self.cancelled_after_shipping()
        self.run_flow("fulfilment")
        self.assertFalse(self.env["otto.issue"].search([("state", "=", "open")]))
        self.assertFalse(order.otto_refusal)

    def test_r15_the_warehouse_takes_the_goods_back_and_is_done(self):
        order = self.cancelled_after_shipping()
        user = new_test_user(self.env, "packer", "stock.group_stock_user")
        picking = order.picking_ids.with_user(user)
        action = picking.action_otto_take_back()
        wizard = self.env[action["res_model"]].with_user(user).with_context(action["context"]).create({})
        self.assertEqual(wizard.picking_id, picking)
        picking.action_otto_parcel_stopped()
        self.assertFalse(order.otto_stop_parcel or order.picking_ids.activity_ids or order.activity_ids)

    def test_r15_a_run_shows_the_parcel_in_red(self):
        order = self.import_orders()
        with self.own_cursor() as env:
            run = env["dhl.label.run"].browse(order.picking_ids.with_env(env).action_validate_and_print()["res_id"])
            env.cr.commit()
        self.sandbox.act(order.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertTrue(self.env["dhl.label.run"].browse(run.id).line_ids.warning)


def safe_domain(text, env):
    """Return a domain as the client evaluates it."""
    from odoo.tools.safe_eval import safe_eval

    return safe_eval(text, {"uid": env.uid})
