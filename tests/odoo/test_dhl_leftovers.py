"""R19: parcels that no transfer carries, and cancellations that Odoo forgot; what DHL and a person are asked."""

from odoo import api
from odoo.addons.delivery_dhl_de.models import dhl_booking_sweep

from tests.odoo.dhl_case import ORDERS, DhlCommittedCase

PRODUCTION = "https://api-eu.dhl.com"


class TestDhlLeftovers(DhlCommittedCase):
    def set_booking(self, **values):
        """Write on the delivery's newest booking."""
        with self.transaction() as env:
            self.last_booking(env).sudo().write(values)

    def set_carrier(self, **values):
        with self.transaction() as env:
            env["delivery.carrier"].browse(self.ids["carrier"]).write(values)

    def activities(self):
        with self.transaction() as env:
            return [(activity.summary, activity.note) for activity in self.picking_in(env).activity_ids]

    def hours_pass(self):
        """Let the bookings be answered two hours ago."""
        with self.transaction() as env:
            env.cr.execute("UPDATE dhl_booking SET answered_at = answered_at - interval '2 hours'")

    def test_r19_a_cancellation_that_odoo_rolled_back_is_shown_and_settled_by_pressing_again(self):
        self.validate()
        with self.registry.cursor() as cr:
            self.picking_in(api.Environment(cr, self.env.ref("base.user_admin").id, {})).cancel_shipment()
            cr.rollback()
        self.assertEqual(self.states(), ["cancelled"])
        number, shown = self.read("carrier_tracking_ref", "dhl_cancelled_number")
        self.assertEqual(number, shown)
        self.sweep()
        self.sweep()
        [(summary, note)] = self.activities()
        self.assertIn(number, summary)
        self.assertIn("no longer valid", note)
        with self.transaction() as env:
            self.assertIsNone(self.picking_in(env).cancel_shipment())
        self.assertEqual(self.asked("DELETE"), 1)
        self.assertEqual(self.read("carrier_tracking_ref", "dhl_cancelled_number"), [False, ""])

    def test_r19_a_test_label_of_an_environment_that_was_left_is_no_parcel(self):
        self.rolled_back()
        self.set_carrier(prod_environment=True)
        self.sweep()
        self.assertEqual((self.states(), self.asked("DELETE")), (["cancelled"], 0))

    def test_r19_a_doubt_of_the_test_environment_ends_with_the_switch(self):
        self.sandbox.fault("lost", ORDERS, dhl=True, method="POST")
        self.refusal()
        self.assertEqual(self.read("dhl_possibly_booked"), [True])
        self.set_carrier(prod_environment=True)
        self.assertEqual(self.read("dhl_possibly_booked"), [False])
        self.sweep()
        self.assertEqual((self.states(), self.activities()), (["cancelled"], []))

    def test_r19_a_parcel_in_production_is_left_to_a_person_after_the_switch(self):
        self.rolled_back()
        self.set_booking(environment=PRODUCTION)
        self.sweep()
        self.assertEqual((self.states(), self.asked("DELETE")), (["possibly"], 0))
        [(_summary, note)] = self.activities()
        self.assertIn("booked in production", note)
        self.assertIn("Leave It at DHL", note)
        self.assertIn("inventory administrator", note)
        with self.transaction() as env:
            wizard = env["dhl.booking.number"].create({"booking_id": self.last_booking(env).id, "shipment_no": "1"})
            for action in (wizard.action_use, wizard.action_cancel):
                with self.assertRaisesRegex(Exception, "switched to another one"):
                    action()
        self.assertFalse([r for r in self.sandbox.requests(dhl=True) if r["method"] in ("GET", "DELETE")])

    def test_r19_a_number_that_dhl_does_not_know_and_nobody_cancelled_is_left_to_a_person(self):
        """The login may be another contract's by now."""
        self.rolled_back()
        self.sandbox.reset(seed=7, orders=0, articles=20)
        self.sweep()
        self.assertEqual(self.states(), ["possibly"])
        with self.transaction() as env:
            self.last_booking(env).action_leave()
        self.assertEqual(self.states(), ["left"])
        self.validate()
        self.assertEqual(self.states(), ["left", "used"])

    def test_r19_a_number_that_dhl_does_not_know_after_a_lost_answer_is_cancelled(self):
        self.rolled_back()
        self.sandbox.fault("lost", ORDERS, dhl=True, method="DELETE")
        self.sweep()
        self.assertEqual(self.states(), ["booked"])
        self.sweep()
        self.assertEqual((self.states(), self.asked("DELETE")), (["cancelled"], 2))

    def test_r19_the_earlier_label_is_cancelled_with_its_own_carrier(self):
        self.rolled_back()
        with self.transaction() as env:
            old = env["delivery.carrier"].browse(self.ids["carrier"])
            new = old.copy({"name": "Other contract", "dhl_de_auth": "oauth"})
            for name in ("dhl_de_user", "dhl_de_password", "dhl_de_api_key", "dhl_de_api_secret", "dhl_de_api_url"):
                new[name] = old[name]
            self.addCleanup(self.remove, new.id)
            self.picking_in(env).carrier_id = new
            env["res.partner"].browse(self.ids["customer"]).street = "Neue Straße 5"
        self.validate()
        self.assertEqual(self.states(), ["cancelled", "used"])
        logins = {r["method"]: r["auth"] for r in self.sandbox.requests(dhl=True) if r["path"] == ORDERS}
        self.assertEqual(logins, {"DELETE": "dhl-api-key + Basic", "POST": "Bearer"})

    def remove(self, carrier):
        with self.transaction() as env:
            env["dhl.booking"].sudo().search([("carrier_id", "=", carrier)]).unlink()
            env["stock.picking"].search([("carrier_id", "=", carrier)]).carrier_id = False
            env["delivery.carrier"].browse(carrier).unlink()

    def test_r20_a_leftover_that_dhl_does_not_cancel_is_told_after_an_hour_and_stays_usable(self):
        number = self.rolled_back()
        self.sandbox.fault("status", ORDERS, dhl=True, method="DELETE", status=401, times=None)
        self.sweep()
        self.assertEqual((self.states(), self.activities()), (["booked"], []))
        self.hours_pass()
        self.sweep()
        self.sweep()
        [(summary, note)] = self.activities()
        self.assertIn(number, summary)
        self.assertIn("does not accept the login", note)
        self.validate()
        self.assertEqual((self.read("carrier_tracking_ref"), self.asked("POST")), ([number], 1))

    def test_r20_one_booking_that_cannot_be_looked_after_stops_no_other(self):
        self.rolled_back()
        with self.transaction() as env:
            broken = self.last_booking(env).sudo().copy({"picking_res_id": 0, "shipment_no": "1", "state": "booked"})
            broken_id = broken.id
            env.cr.execute(
                "UPDATE dhl_booking SET write_date = write_date - interval '1 day' WHERE id = %s", [broken_id]
            )
        take_back = dhl_booking_sweep.DhlBooking._take_back

        def fail(bookings, booking_id):
            if booking_id == broken_id:
                raise KeyError("somebody's defect")
            return take_back(bookings, booking_id)

        self.patch(type(self.env["dhl.booking"]), "_take_back", fail)
        with self.assertLogs("odoo.addons.delivery_dhl_de.models.dhl_booking_sweep", "ERROR"):
            self.sweep()
        self.assertEqual(self.states(), ["cancelled"])
        with self.transaction() as env:
            self.assertIn("somebody's defect", env["dhl.booking"].browse(broken_id).sweep_error)

    def test_r19_a_confirmed_parcel_whose_transfer_got_another_number_is_cancelled(self):
        self.sandbox.fault("lost", ORDERS, dhl=True, method="POST")
        self.refusal()
        [parcel] = self.at_dhl()
        with self.transaction() as env:
            values = {"booking_id": self.last_booking(env).id, "shipment_no": parcel["shipmentNo"]}
            env["dhl.booking.number"].create(values).action_use()
        with self.transaction() as env:
            self.picking_in(env).carrier_tracking_ref = "00340434161094042557"
        self.sweep()
        self.assertEqual((self.states(), len(self.at_dhl("canceled"))), (["cancelled"], 1))

    def test_r19_a_found_parcel_without_its_return_label_is_not_used(self):
        self.set_carrier(return_label_on_delivery=False)
        self.sandbox.fault("lost", ORDERS, dhl=True, method="POST")
        self.refusal()
        self.set_carrier(return_label_on_delivery=True)
        with self.transaction() as env:
            values = {"booking_id": self.last_booking(env).id, "shipment_no": self.at_dhl()[0]["shipmentNo"]}
            with self.assertRaisesRegex(Exception, "without its return label.*Cancel the Parcel"):
                env["dhl.booking.number"].create(values).action_use()
        self.assertEqual(self.states(), ["possibly"])

    def test_r19_the_number_of_another_booking_is_refused(self):
        self.sandbox.fault("lost", ORDERS, dhl=True, method="POST")
        self.refusal()
        number = self.at_dhl()[0]["shipmentNo"]
        with self.transaction() as env:
            booking = self.last_booking(env)
            values = {"picking_res_id": 0, "picking_name": "WH/OUT/OTHER", "state": "used", "shipment_no": number}
            booking.sudo().copy(values)
        with self.transaction() as env:
            booking = self.last_booking(env)
            wizard = env["dhl.booking.number"].create({"booking_id": booking.id, "shipment_no": number})
            for action in (wizard.action_use, wizard.action_cancel):
                with self.assertRaisesRegex(Exception, "is the DHL parcel of WH/OUT/OTHER"):
                    action()
        self.assertFalse(self.at_dhl("canceled"))

    def test_r19_a_deleted_scheduled_action_undoes_nothing(self):
        cron = "delivery_dhl_de.ir_cron_sweep_bookings"
        with self.transaction() as env:
            data = env["ir.model.data"].search([("module", "=", "delivery_dhl_de"), ("name", "=", cron.split(".")[1])])
            data.name = "gone"
        try:
            self.sandbox.fault("lost", ORDERS, dhl=True, method="POST")
            self.assertIn("possibly booked", self.refusal())
            self.assertEqual(self.states(), ["possibly"])
        finally:
            with self.transaction() as env:
                env["ir.model.data"].browse(data.id).name = cron.split(".")[1]

    def test_r20_a_german_user_reads_german_words_only(self):
        for fault, options in (("lost", {}), ("html", {"status": 502}), ("broken", {})):
            self.sandbox.clear_faults()
            self.sandbox.fault(fault, ORDERS, dhl=True, method="POST", **options)
            with self.registry.cursor() as cr:
                env = api.Environment(cr, self.env.ref("base.user_admin").id, {"lang": "de_DE"})
                with self.assertRaises(Exception) as caught:
                    self.picking_in(env).button_validate()
                cr.rollback()
            with self.transaction() as env:
                reason = self.last_booking(env).error
                self.last_booking(env).action_not_booked()
            for text in (str(caught.exception), reason):
                self.assertNotRegex(text, r"(?i)answer|time\b|connection|\bcut\b|read|HTTP \d|possibly|please|error \d")
            self.assertIn(reason, str(caught.exception))
