"""R19 at DHL: no label twice and none forgotten, whatever happens between DHL's work and Odoo's commit."""

from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError

from tests.odoo.dhl_case import ORDERS, DhlCommittedCase


class TestDhlOnce(DhlCommittedCase):
    def lose_answer(self):
        """Have DHL book without its answer arriving; return the text shown."""
        self.sandbox.fault("lost", ORDERS, dhl=True, method="POST")
        return self.refusal()

    def test_r19_the_retry_after_a_rollback_uses_the_very_label(self):
        number = self.rolled_back()
        self.assertEqual(self.states(), ["booked"])
        self.assertEqual(self.read("state", "carrier_tracking_ref"), ["assigned", False])
        self.validate()
        self.assertEqual(self.read("state", "carrier_tracking_ref"), ["done", number])
        self.assertEqual(self.states(), ["used"])
        self.assertEqual(self.asked("POST"), 1)
        self.assertEqual([row["state"] for row in self.at_dhl()], ["booked"])

    def test_r19_a_mended_address_gets_a_new_label_and_the_old_one_is_cancelled(self):
        old = self.rolled_back()
        with self.transaction() as env:
            env["res.partner"].browse(self.ids["customer"]).street = "Neue Straße 5"
        self.validate()
        self.assertEqual(self.states(), ["cancelled", "used"])
        parcels = {row["shipmentNo"]: row for row in self.at_dhl()}
        [new] = self.read("carrier_tracking_ref")
        self.assertEqual((parcels[old]["state"], parcels[new]["state"]), ("canceled", "booked"))
        self.assertEqual(parcels[new]["request"]["consignee"]["addressStreet"], "Neue Straße")

    def test_r19_no_new_label_while_the_old_one_cannot_be_cancelled(self):
        self.rolled_back()
        with self.transaction() as env:
            env["res.partner"].browse(self.ids["customer"]).street = "Neue Straße 5"
        self.sandbox.fault("status", ORDERS, dhl=True, method="DELETE", status=503)
        self.assertIn("must be cancelled at DHL before", self.refusal())
        self.assertEqual(self.states(), ["booked"])
        self.assertEqual(len(self.at_dhl()), 1)

    def test_r19_a_lost_answer_books_no_second_time(self):
        text = self.lose_answer()
        [name] = self.read("name")
        for part in (name, "possibly booked", "Not Booked at DHL", "geschaeftskunden.dhl.de"):
            self.assertIn(part, text)
        self.assertEqual(self.states(), ["possibly"])
        self.assertIn("possibly booked", self.refusal())
        self.assertEqual((len(self.at_dhl()), self.asked("POST")), (1, 1))

    def test_r19_server_error_and_unreadable_answer_are_lost_answers_too(self):
        self.sandbox.fault("html", ORDERS, dhl=True, method="POST", status=502)
        self.assertIn("possibly booked", self.refusal())
        self.assertEqual(self.states(), ["possibly"])

    def test_r19_a_person_says_not_booked(self):
        self.sandbox.fault("status", ORDERS, dhl=True, method="POST", status=500)
        self.refusal()
        with self.transaction() as env:
            self.last_booking(env).action_not_booked()
        self.validate()
        self.assertEqual(self.states(), ["cancelled", "used"])
        self.assertEqual(len(self.at_dhl()), 1)

    def test_r19_a_person_enters_the_number_and_the_label_is_used(self):
        self.lose_answer()
        [parcel] = self.at_dhl()
        with self.entered(parcel["shipmentNo"]) as wizard:
            wizard.action_use()
        self.assertEqual(self.states(), ["booked"])
        self.sweep()
        self.assertEqual(self.states(), ["booked"], "The sweeper took back what a person has confirmed.")
        self.validate()
        self.assertEqual(
            self.read("carrier_tracking_ref", "return_tracking_ref"),
            [parcel["shipmentNo"], parcel["returnShipmentNo"]],
        )
        self.assertEqual((self.states(), self.asked("POST")), (["used"], 1))

    def test_r19_a_person_has_the_found_parcel_cancelled(self):
        self.lose_answer()
        with self.entered(self.at_dhl()[0]["shipmentNo"]) as wizard:
            wizard.action_cancel()
        self.assertEqual((self.states(), len(self.at_dhl("canceled"))), (["cancelled"], 1))
        self.validate()
        self.assertEqual(len(self.at_dhl("booked")), 1)

    def test_r19_a_number_that_dhl_does_not_know_is_refused(self):
        self.lose_answer()
        with self.entered("00340434000000000000") as wizard:
            for action in (wizard.action_use, wizard.action_cancel):
                with self.assertRaisesRegex(UserError, "DHL"):
                    action()
        self.assertEqual(self.states(), ["possibly"])

    def test_r19_a_number_of_another_transfer_is_refused(self):
        self.lose_answer()
        with self.transaction() as env:
            booking = self.last_booking(env)
            env.cr.execute("UPDATE dhl_booking SET ref_no = 'WH/OUT/99999' WHERE id = %s", [booking.id])
        with (
            self.entered(self.at_dhl()[0]["shipmentNo"]) as wizard,
            self.assertRaisesRegex(UserError, "belongs to the reference"),
        ):
            wizard.action_use()
        self.assertEqual(self.states(), ["possibly"])

    def test_r19_only_a_stock_manager_decides(self):
        self.lose_answer()
        with self.transaction() as env:
            user = env["res.users"].search([("login", "=", "dhl-clerk")]) or env["res.users"].create(
                {"name": "Clerk", "login": "dhl-clerk", "group_ids": [(4, env.ref("stock.group_stock_user").id)]}
            )
            with self.assertRaises(AccessError):
                self.last_booking(env).with_user(user).action_not_booked()
            with self.assertRaises(AccessError):
                self.last_booking(env).with_user(user).write({"state": "cancelled"})

    def test_r19_of_two_parcels_the_good_one_is_kept_for_the_retry(self):
        with self.transaction() as env:
            line = self.picking_in(env).move_line_ids
            heavy = env["stock.package"].create({"shipping_weight": 40})
            line.copy({"quantity": 1, "result_package_id": heavy.id})
            line.quantity = 1
        self.assertIn("The weight is too high", self.refusal())
        self.assertEqual(self.read("state", "carrier_tracking_ref"), ["assigned", False])
        self.assertEqual(sorted(self.states()), ["booked", "refused"])
        with self.transaction() as env:
            self.picking_in(env).move_line_ids.result_package_id.shipping_weight = 4
        self.validate()
        self.assertEqual(self.states().count("used"), 2)
        self.assertEqual([row["state"] for row in self.at_dhl()], ["booked", "booked"])

    def test_r19_the_sweeper_cancels_what_no_transfer_carries(self):
        number = self.rolled_back()
        self.sweep(late=False)
        self.assertEqual((self.states(), len(self.at_dhl("booked"))), (["booked"], 1))
        self.sweep()
        self.assertEqual(self.states(), ["cancelled"])
        self.assertEqual([row["shipmentNo"] for row in self.at_dhl("canceled")], [number])

    def test_r19_the_sweeper_leaves_what_a_transfer_carries(self):
        self.validate()
        with self.transaction() as env:
            # As after a process that ended between the commit and what follows it.
            env.cr.execute("UPDATE dhl_booking SET state = 'booked' WHERE picking_res_id = %s", [self.ids["picking"]])
        self.sweep()
        self.assertEqual((self.states(), len(self.at_dhl("booked"))), (["used"], 1))

    def test_r19_the_sweeper_leaves_a_transfer_that_is_being_worked_on(self):
        self.rolled_back()
        with self.transaction() as env:
            self.assertTrue(self.picking_in(env).try_lock_for_update(allow_referencing=True))
            self.sweep()
        self.assertEqual(self.states(), ["booked"])
        with self.transaction() as env:
            # As by a worker whose transfer others cannot see yet.
            self.assertTrue(env["dhl.booking"]._grab(self.ids["picking"]))
            self.sweep()
        self.assertEqual(self.states(), ["booked"])
        self.sweep()
        self.assertEqual(self.states(), ["cancelled"])

    def test_r19_a_parcel_that_was_closed_before_the_sweeper_came_is_left_to_a_person(self):
        self.manifest(self.rolled_back())
        self.sweep()
        self.assertEqual(self.states(), ["possibly"])
        with self.transaction() as env:
            self.assertIn("already manifested", self.picking_in(env).activity_ids.note)

    def test_r19_the_sweeper_tries_again_when_dhl_is_away(self):
        self.rolled_back()
        self.sandbox.fault("status", ORDERS, dhl=True, method="DELETE", status=503)
        self.sweep()
        self.assertEqual(self.states(), ["booked"])
        self.sweep()
        self.assertEqual(self.states(), ["cancelled"])

    def test_r19_a_killed_process_leaves_a_doubt_that_a_person_is_told_once(self):
        self.killed()
        self.sweep()
        self.sweep()
        self.assertEqual(self.states(), ["possibly"])
        with self.transaction() as env:
            activity = self.picking_in(env).activity_ids
            self.assertEqual(len(activity), 1)
            self.assertIn("Possibly booked at DHL", activity.summary)
        self.assertIn("Odoo was stopped", self.refusal())

    def test_r19_a_killed_process_is_noticed_by_the_next_try_even_before_the_sweeper(self):
        self.killed()
        self.assertIn("Odoo was stopped", self.refusal())
        self.assertEqual((self.states(), self.asked("POST")), (["possibly"], 1))

    def test_r19_another_reference_makes_no_other_label(self):
        number = self.rolled_back()
        with self.transaction() as env:
            self.picking_in(env).name = "WH/OUT/RENAMED"
        self.validate()
        self.assertEqual(self.read("carrier_tracking_ref"), [number])
        self.assertEqual(self.asked("POST"), 1)

    def test_r19_two_at_once_book_one_label(self):
        with self.registry.cursor() as cr:
            first = self.picking_in(self.env(cr=cr, user=self.env.ref("base.user_admin").id))
            first.button_validate()
            self.assertIn("right now", self.refusal_at_booking())
            cr.commit()
        self.assertEqual((self.states(), len(self.at_dhl())), (["used"], 1))

    def killed(self):
        """Leave what a process leaves that ends between DHL's work and noting its answer."""
        self.rolled_back()
        with self.transaction() as env:
            env.cr.execute(
                "UPDATE dhl_booking SET state = 'intent', shipment_no = NULL WHERE picking_res_id = %s",
                [self.ids["picking"]],
            )

    def refusal_at_booking(self):
        """Return what a second worker is told that wants labels while the first has not committed yet."""
        with self.registry.cursor() as cr:
            picking = self.picking_in(self.env(cr=cr, user=self.env.ref("base.user_admin").id))
            try:
                picking.carrier_id.send_shipping(picking)
            except UserError as error:
                cr.rollback()
                return str(error)
        return self.fail("A second label was booked.")

    @contextmanager
    def entered(self, number):
        """Give the wizard "Booked: Enter Numbers" with a number."""
        with self.transaction() as env:
            booking = self.last_booking(env)
            self.assertEqual(booking.action_enter_numbers()["res_model"], "dhl.booking.number")
            yield env["dhl.booking.number"].create({"booking_id": booking.id, "shipment_no": number})
