"""The figures by which OTTO judges sellers, and sales by piece."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.addons.otto_market_connector.models.core.moments import german_day
from odoo.addons.otto_market_connector.models.orders.sale_order_line import hand_over_date
from odoo.addons.otto_market_connector.models.overview.otto_channel_figures import day_of, last_day
from odoo.tests import new_test_user
from odoo.tools import SQL

from tests.harness import OttoCase


class TestServiceFigures(OttoCase):
    def figures(self):
        self.channel.invalidate_recordset()
        return {row["key"]: row for row in self.channel.overview_figures}

    def pieces(self, count):
        orders = self.import_orders(count, pieces=1)
        pieces = orders.otto_position_ids.sudo()
        pieces.write({"expected_delivery": False, "released_on": False, "sent_on": False})
        return pieces

    def test_r11_the_last_day_is_counted_as_everywhere_else(self):
        # Midnight in Germany is the day before in UTC.
        arrivals = [datetime(2026, 11, 1, 23) + timedelta(days=days) for days in range(7)]
        for days in range(40):
            for arrival in arrivals:
                expected = german_day(hand_over_date(arrival, days))
                self.assertTrue(not days or expected.weekday() < 5)
                query = SQL("SELECT %s", last_day(day_of(SQL("%s", arrival)), SQL("%s", days)))
                [(found,)] = self.env.execute_query(query)
                self.assertEqual(found, expected, (arrival, days))

    def test_nothing_to_compute_from_is_a_dash(self):
        self.assertEqual({row["value"] for row in self.figures().values()}, {"–"})

    def test_handed_over_in_time(self):
        self.channel.transport_days = 2
        in_time, on_the_day, late, unsent, open_piece = self.pieces(5)
        # Wednesday: the last day of handing over is Monday.
        arrival = datetime(2026, 11, 4, 12)
        (in_time | on_the_day | late | unsent).write({"expected_delivery": arrival})
        open_piece.expected_delivery = fields.Datetime.add(fields.Datetime.now(), days=20)
        (in_time | on_the_day | late).write({"status": "sent"})
        in_time.sent_on = arrival - timedelta(days=6)
        # Monday evening in Germany.
        on_the_day.sent_on = datetime(2026, 11, 2, 22, 30)
        late.sent_on = datetime(2026, 11, 2, 23, 30)
        figure = self.figures()["in_time"]
        self.assertEqual(figure["value"], "50.0 %")
        self.assertEqual(figure["level"], "danger")
        self.assertIn("Of 4 pieces", figure["explanation"])
        (late | unsent).write({"status": "sent", "sent_on": arrival - timedelta(days=6)})
        self.assertEqual(self.figures()["in_time"]["level"], "success")

    def test_hours_from_release_to_sent(self):
        quick, slow, unsent = self.pieces(3)
        now = fields.Datetime.now()
        (quick | slow | unsent).write({"released_on": fields.Datetime.subtract(now, hours=50)})
        quick.sent_on = fields.Datetime.subtract(now, hours=40)
        slow.sent_on = fields.Datetime.subtract(now, hours=20)
        self.assertEqual(self.figures()["hours"]["value"], "20 h")

    def test_cancelled_by_us_are_not_those_that_otto_cancelled(self):
        ours, theirs = self.import_orders(2, pieces=1)
        self.import_orders(2, pieces=1)
        ours.action_cancel()
        self.run_flow("fulfilment")
        self.sandbox.advance(120)
        self.sandbox.act(theirs.otto_order_id, "cancel")
        self.run_flow("orders")
        self.assertEqual(ours.otto_position_ids.mapped("status"), ["cancelled"])
        self.assertTrue(ours.otto_position_ids.cancelled_by_us)
        self.assertFalse(theirs.otto_position_ids.cancelled_by_us)
        self.assertEqual(self.figures()["cancelled"]["value"], "25.0 %")

    def test_the_return_rate_is_of_what_was_sent(self):
        pieces = self.pieces(5)
        pieces[0].status = "returned"
        pieces[1:4].write({"status": "sent"})
        self.assertEqual(self.figures()["returned"]["value"], "25.0 %")

    def test_old_orders_do_not_count(self):
        pieces = self.pieces(2)
        pieces.write({"status": "sent"})
        pieces[0].write({"status": "returned"})
        now = fields.Datetime.now()
        pieces[0].order_id._otto_note(date_order=fields.Datetime.subtract(now, days=91))
        self.assertEqual(self.figures()["returned"]["value"], "0.0 %")
        pieces[1].order_id._otto_note(date_order=fields.Datetime.subtract(now, days=31))
        self.assertEqual(self.figures()["cancelled"]["value"], "–")

    def test_otto_s_moments_are_kept_and_follow(self):
        order = self.import_orders(1, pieces=1)
        piece = order.otto_position_ids
        self.assertTrue(piece.released_on)
        self.assertFalse(piece.sent_on)
        self.validate(order)
        self.run_flow("fulfilment")
        self.run_flow("orders")
        piece.invalidate_recordset()
        self.assertEqual(piece.status, "sent")
        self.assertGreaterEqual(piece.sent_on, piece.released_on)


class TestReporting(OttoCase):
    def rows(self, **values):
        return self.env["otto.piece.report"].search([("channel_id", "=", self.channel.id)])

    def test_every_piece_is_a_row_and_cancelled_ones_turn_over_nothing(self):
        orders = self.import_orders(3, pieces=2)
        orders[0].otto_position_ids.sudo().write({"status": "cancelled", "cancelled_by_us": True})
        self.env.flush_all()
        rows = self.rows()
        self.assertEqual(len(rows), len(orders.otto_position_ids))
        goods = orders[1:].otto_position_ids
        self.assertAlmostEqual(sum(rows.mapped("turnover")), sum(goods.mapped("price")))
        [(number, cancelled, ours, returned)] = rows._read_group(
            [("channel_id", "=", self.channel.id)],
            [],
            ["pieces:sum", "cancelled_rate:avg", "cancelled_by_us_rate:avg", "returned_rate:avg"],
        )
        self.assertEqual(number, len(rows))
        self.assertAlmostEqual(cancelled, 100 * (len(rows) - len(goods)) / len(rows))
        self.assertAlmostEqual(ours, cancelled)
        self.assertFalse(returned)

    def test_returns_are_a_share_of_what_was_sent(self):
        pieces = self.import_orders(5, pieces=1).otto_position_ids.sudo()
        pieces[0].status = "returned"
        pieces[1:4].write({"status": "sent"})
        self.env.flush_all()
        [(returned,)] = self.rows()._read_group([("channel_id", "=", self.channel.id)], [], ["returned_rate:avg"])
        self.assertAlmostEqual(returned, 25)

    def test_it_knows_article_product_and_category(self):
        order = self.import_orders(1, pieces=1)
        self.env.flush_all()
        row = self.rows()
        self.assertEqual(row.product_id, order.order_line.filtered("otto_sku").product_id)
        self.assertEqual(row.categ_id, row.product_id.categ_id)
        self.assertEqual(row.title, order.otto_position_ids.title)

    def test_whoever_sees_own_orders_only_sees_their_pieces_only(self):
        order = self.import_orders(1, pieces=1)
        own = new_test_user(self.env, "own-report", "sales_team.group_sale_salesman")
        every = new_test_user(self.env, "all-report", "sales_team.group_sale_salesman_all_leads")
        order.user_id = every
        self.env.flush_all()
        report = self.env["otto.piece.report"]
        self.assertFalse(report.with_user(own).search([("order_id", "=", order.id)]))
        self.assertTrue(report.with_user(every).search([("order_id", "=", order.id)]))

    def test_odoo_s_sales_analysis_knows_channel_and_status(self):
        order = self.import_orders(1, pieces=1)
        self.env.flush_all()
        row = self.env["sale.report"].search([("otto_channel_id", "=", self.channel.id)], limit=1)
        self.assertEqual(row.order_reference, order)
        self.assertEqual(row.otto_status, "processable")
