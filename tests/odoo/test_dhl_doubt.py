"""R19: DHL was asked to cancel and its answer is lost: a state of its own, asked again, shown, told in the end."""

from unittest.mock import patch

from odoo.exceptions import UserError

from tests.odoo.dhl_case import ORDERS, DhlCommittedCase


class TestDhlDoubt(DhlCommittedCase):
    def cancel(self, expected):
        """Press *Cancel*; check that it is refused in these words."""
        with self.transaction() as env, self.assertRaisesRegex(UserError, expected):
            self.picking_in(env).cancel_shipment()

    def lose_answers(self, kind="lost", **options):
        """Have DHL cancel, and its answer not arrive."""
        self.sandbox.fault(kind, ORDERS, dhl=True, method="DELETE", **options)

    def hours_pass(self):
        """Let the doubt be two hours old."""
        with self.transaction() as env:
            env.cr.execute("UPDATE dhl_booking SET doubt_since = doubt_since - interval '2 hours'")

    def activities(self):
        """Return (summary, note) of the delivery's activities."""
        with self.transaction() as env:
            return [(activity.summary, activity.note) for activity in self.picking_in(env).activity_ids]

    def test_r19_a_cancellation_in_doubt_is_shown_and_finished_by_the_sweeper(self):
        self.validate()
        self.lose_answers()
        self.cancel("possibly cancelled.*do not hand over")
        self.assertEqual(self.states(), ["cancel_doubt"])
        self.assertEqual(self.read("dhl_cancel_in_doubt"), [True])
        with self.transaction() as env:
            found = env["stock.picking"].search([("dhl_cancel_in_doubt", "=", True)])
            self.assertEqual(found.ids, [self.ids["picking"]])
        self.sweep()
        self.assertEqual(self.states(), ["cancelled"])
        self.assertEqual(
            self.read("carrier_tracking_ref", "return_tracking_ref", "dhl_cancel_in_doubt"), [False, False, False]
        )
        self.assertFalse(self.activities())

    def test_r19_what_dhl_did_not_cancel_is_cancelled_by_the_sweeper(self):
        self.validate()
        self.lose_answers("status", status=500)
        self.cancel("possibly cancelled")
        self.assertEqual(len(self.at_dhl("booked")), 1)
        self.sweep()
        self.assertEqual((self.states(), len(self.at_dhl("canceled"))), (["cancelled"], 1))
        self.assertEqual(self.read("carrier_tracking_ref"), [False])

    def test_r19_odoo_killed_in_between_leaves_the_doubt_not_a_valid_label(self):
        self.validate()
        with (
            self.registry.cursor() as cr,
            patch.object(self.registry["dhl.booking"], "_ask_to_cancel", side_effect=KeyboardInterrupt),
            self.assertRaises(KeyboardInterrupt),
        ):
            self.picking_in(self.env(cr=cr)).cancel_shipment()
        self.assertEqual(self.states(), ["cancel_doubt"])
        self.sweep()
        self.assertEqual(self.states(), ["cancelled"])

    def test_r19_a_parcel_that_dhl_closed_meanwhile_is_told_as_booked(self):
        self.validate()
        [number] = self.read("carrier_tracking_ref")
        self.lose_answers("status", status=500)
        self.cancel("possibly cancelled")
        self.manifest(number)
        self.sweep()
        self.assertEqual(self.states(), ["used"])
        self.assertEqual(self.read("carrier_tracking_ref", "dhl_cancel_in_doubt"), [number, False])
        [(summary, note)] = self.activities()
        self.assertIn(f"Not cancelled at DHL: {number}", summary)
        self.assertIn("still booked", note)
        self.sweep()
        self.assertEqual(len(self.activities()), 1)

    def test_r19_a_doubt_that_stays_is_told_once_and_asked_again_and_again(self):
        self.validate()
        self.lose_answers(times=4)
        self.cancel("possibly cancelled")
        self.sweep()
        self.assertFalse(self.activities())
        for _run in range(3):
            self.hours_pass()
            self.sweep()
        self.assertEqual(self.asked("DELETE"), 5)
        self.assertEqual(self.states(), ["cancelled"])
        [(summary, note)] = self.activities()
        self.assertIn("Possibly cancelled at DHL", summary)
        self.assertIn("do not hand over", note)

    def test_r19_pressing_cancel_again_settles_it(self):
        self.validate()
        self.lose_answers()
        self.cancel("possibly cancelled")
        with self.transaction() as env:
            self.assertIsNone(self.picking_in(env).cancel_shipment())
        self.assertEqual((self.states(), self.read("carrier_tracking_ref")), (["cancelled"], [False]))

    def test_r19_a_refusal_leaves_no_doubt(self):
        self.validate()
        [number] = self.read("carrier_tracking_ref")
        self.manifest(number)
        self.cancel("does not cancel")
        self.assertEqual((self.states(), self.read("dhl_cancel_in_doubt")), (["used"], [False]))

    def test_r19_before_a_new_label_the_doubtful_one_is_cancelled(self):
        self.validate()
        self.lose_answers()
        self.cancel("possibly cancelled")
        with self.transaction() as env:
            self.picking_in(env).carrier_tracking_ref = False
        with self.transaction() as env:
            self.picking_in(env).send_to_shipper()
        self.assertEqual(self.states(), ["cancelled", "used"])

    def test_the_activity_goes_to_somebody_who_is_there(self):
        self.validate()
        with self.transaction() as env:
            gone = env["res.users"].create({"name": "Gone", "login": "dhl-gone"})
            gone.group_ids += env.ref("stock.group_stock_user")
            self.picking_in(env).user_id = gone
            self.addCleanup(self.forget, gone.id)
            self.last_booking(env).sudo().user_id = gone
            gone.active = False
        self.lose_answers(times=3)
        self.cancel("possibly cancelled")
        self.hours_pass()
        self.sweep()
        with self.transaction() as env:
            person = self.picking_in(env).activity_ids.user_id
            self.assertTrue(person.active)
            self.assertTrue(person.has_group("stock.group_stock_manager"))

    def forget(self, user_id):
        """Take off a user that this test made."""
        with self.transaction() as env:
            env["stock.picking"].search([("user_id", "=", user_id)]).user_id = False
            env["dhl.booking"].sudo().search([("user_id", "=", user_id)]).user_id = False
            env["res.users"].browse(user_id).unlink()
