"""Issues: one for a cause, tried again, settled, ignored, removed after a while (R20)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from tests.harness import OttoCase


class TestIssues(OttoCase):
    def unknown(self, product, pieces=1):
        """Import an order of an article that no product matches."""
        sku = product.default_code
        product.write({"default_code": False, "barcode": False})
        order = self.import_orders(skus=[sku], pieces=pieces)
        self.assertEqual(order.state, "draft")
        return sku, order

    def choose(self, issue, product, user=None):
        """Choose the product in the issue's dialog."""
        action = issue.with_user(user or self.env.user).action_choose_product()
        wizard = self.env[action["res_model"]].with_user(user or self.env.user).with_context(action["context"])
        return wizard.create({"product_id": product.id}).action_match()

    # One issue for a cause

    def test_r20_one_issue_for_an_article_however_many_orders_wait(self):
        sku, first = self.unknown(self.products[0])
        others = self.import_orders(count=7, skus=[sku])
        issue = self.open_issues("article")
        self.assertEqual((issue.external_id, issue.order_count), (sku, 8))
        self.assertEqual(sum(order.name in issue.name for order in first | others), 5)
        self.assertIn("3 more", issue.name)
        self.assertEqual(self.env["sale.order"].search(issue.action_open_waiting()["domain"]), first | others)

    def test_r20_two_unknown_articles_of_one_order_are_two_issues_and_go_alone(self):
        self.products[:2].write({"default_code": False, "barcode": False})
        skus = [article["sku"] for article in self.articles[:2]]
        order = self.import_orders(skus=skus, pieces=2)
        issues = self.open_issues("article")
        self.assertEqual(sorted(issues.mapped("external_id")), sorted(skus))
        self.choose(issues.filtered(lambda issue: issue.external_id == skus[0]), self.products[0])
        self.run_flow("orders")
        self.assertEqual(self.open_issues("article").external_id, skus[1])
        self.choose(self.open_issues("article"), self.products[1])
        self.run_flow("orders")
        self.assertFalse(self.open_issues("article"))
        self.assertEqual(order.state, "sale")

    def test_r20_the_words_say_whether_none_or_several_match(self):
        sku, _order = self.unknown(self.products[0])
        self.assertIn("No product matches", self.open_issues("article").name)
        self.products[:2].write({"default_code": sku})
        self.open_issues("article").action_retry()
        self.run_flow("orders")
        words = self.open_issues("article").name
        self.assertIn("Several products match", words)
        self.assertIn(self.products[0].display_name, words)

    def test_r20_the_articles_page_is_the_record(self):
        sku = self.products[0].default_code
        listing = self.env["otto.listing"].create({"channel_id": self.channel.id, "sku": sku})
        self.unknown(self.products[0])
        self.assertEqual(self.open_issues("article").action_open_record()["res_id"], listing.id)

    def test_r20_a_product_chosen_in_the_issue_repairs_every_order(self):
        sku, first = self.unknown(self.products[0])
        others = self.import_orders(count=2, skus=[sku])
        issue, user = self.open_issues("article"), new_test_user(self.env, "office", "sales_team.group_sale_salesman")
        self.choose(issue, self.products[3], user)
        self.run_flow("orders")
        self.assertEqual(set((first | others).mapped("state")), {"sale"})
        self.assertEqual((first | others).order_line.filtered("otto_sku").product_id, self.products[3])
        self.assertEqual(issue.state, "solved")

    def test_r20_candidates_are_products_with_the_code(self):
        sku, _order = self.unknown(self.products[0])
        self.products[:2].write({"default_code": sku})
        self.assertEqual(self.open_issues("article")._otto_candidates(), self.products[:2])

    def test_r20_the_article_issue_of_an_older_version_is_settled(self):
        _sku, order = self.unknown(self.products[0])
        issue = self.open_issues("article")
        issue.sudo().external_id = order.otto_order_number
        self.import_orders()
        self.assertEqual(issue.state, "solved")
        self.assertEqual(self.open_issues("article").external_id, _sku)

    # On the order and the channel

    def test_r20_the_order_counts_its_issues_and_opens_them(self):
        _sku, order = self.unknown(self.products[0])
        other = self.import_orders(skus=[self.products[1].default_code])
        self.assertEqual((order.otto_issue_count, other.otto_issue_count), (1, 0))
        self.assertEqual(
            self.env["otto.issue"].search(order.action_otto_open_issues()["domain"]), self.open_issues("article")
        )
        for kind, about, record in (("report", other, other), ("changed", order, None)):
            with self.own_cursor() as env:
                failures = [(about.otto_order_number, "It failed.", record)]
                env["otto.issue"]._report(self.channel.with_env(env), kind, failures)
        self.assertEqual((order.otto_issue_count, other.otto_issue_count), (2, 1))
        found = self.env["sale.order"].search([("otto_issue_count", ">", 0)])
        self.assertEqual(found & (order | other), order | other)
        self.assertEqual(self.channel.issue_count, 3)

    # Retry answers

    def test_r20_retry_answers_for_one_and_many(self):
        self.unknown(self.products[0])
        self.unknown(self.products[1])
        answer = self.open_issues("article").action_retry()
        self.assertIn("2", answer["params"]["message"])
        self.assertEqual(answer["params"]["type"], "info")
        self.channel._sync("orders").cron_id.active = False
        self.assertEqual(self.open_issues("article").action_retry()["params"]["type"], "warning")
        self.open_issues("article").action_solve()
        self.assertIn("nothing", self.env["otto.issue"].search([]).action_retry()["params"]["message"])

    # Ignore

    def ignore(self, issues, reason="Sold off"):
        action = issues.action_ignore()
        wizard = self.env[action["res_model"]].with_context(action["context"])
        wizard.create({"reason": reason}).action_ignore()

    def test_r20_ignored_issues_stay_silent_until_it_has_worked_once(self):
        sku, _order = self.unknown(self.products[0])
        issue = self.open_issues("article")
        self.ignore(issue)
        self.assertEqual((issue.state, issue.ignore_reason), ("ignored", "Sold off"))
        self.assertEqual(issue.ignored_by_id, self.env.user)
        self.assertFalse(self.channel.activity_ids)
        before = issue.count
        self.import_orders(skus=[sku])
        self.assertEqual(issue.state, "ignored")
        self.assertGreater(issue.count, before)
        self.assertFalse(self.open_issues("article") or self.channel.activity_ids)
        self.products[0].default_code = sku
        issue._retry_now()
        self.run_flow("orders")
        self.assertEqual(issue.state, "solved")
        self.products[0].default_code = "other"
        self.import_orders(skus=[sku])
        self.assertEqual(self.open_issues("article").external_id, sku)

    def test_r20_several_are_ignored_with_one_reason_and_taken_up_again(self):
        self.unknown(self.products[0])
        self.unknown(self.products[1])
        issues = self.open_issues("article")
        self.ignore(issues)
        self.assertEqual(set(issues.mapped("state")), {"ignored"})
        issues.action_reopen()
        self.assertEqual(set(issues.mapped("state")), {"open"})
        self.assertEqual(len(self.channel.activity_ids), 1)

    # Defects

    def test_r20_the_traceback_is_for_administrators_and_holds_no_secret(self):
        flow = type(self.env["otto.flow.orders"])
        error = ValueError("Authorization: Bearer abc.def-secret")
        with patch.object(flow, "_work_off", side_effect=error):
            self.run_flow("orders")
        issue = self.open_issues("connection")
        self.assertIn("ValueError", issue.traceback)
        self.assertNotIn("abc.def-secret", issue.traceback)
        for groups in ("otto_market_connector.group_otto_manager", "sales_team.group_sale_manager"):
            user = new_test_user(self.env, groups, groups)
            with self.assertRaises(AccessError):
                issue.with_user(user).read(["traceback"])
        self.run_flow("orders")
        self.assertEqual(issue.state, "solved")

    # After a while

    def test_r20_settled_issues_are_removed_after_a_while_and_open_ones_never(self):
        for product in self.products[:3]:
            self.unknown(product)
        old, ignored, open_one = self.open_issues("article")
        old.action_solve()
        self.ignore(ignored)
        long_ago = fields.Datetime.now() - timedelta(days=61)
        (old | open_one).sudo().write({"last_seen": long_ago, "closed_on": long_ago})
        self.env["otto.issue"]._gc_settled()
        self.assertFalse(old.exists())
        self.assertTrue(open_one.exists() and ignored.exists())

    def test_r20_a_person_who_changes_the_language_keeps_one_activity(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.unknown(self.products[0])
        self.channel.responsible_id.lang = "de_DE"
        self.unknown(self.products[1])
        self.assertEqual(len(self.channel.activity_ids), 1)
