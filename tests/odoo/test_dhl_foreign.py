"""What DHL sends is foreign: texts are bounded and never HTML, documents are looked at before they count."""

import zlib
from contextlib import contextmanager
from unittest.mock import patch

from odoo.addons.delivery_dhl_de import documents
from odoo.addons.delivery_dhl_de.dhl_api import DhlClient, DhlInvalid, DhlUnavailable, answers
from odoo.exceptions import UserError

from tests.odoo.dhl_case import DhlCase, DhlCommittedCase

HOSTILE = "<a href='https://evil.example'>here</a> <img src='https://evil.example/x.png'> & " + "x" * 5000
NO_PDFS = [b"<html>login</html>", b"%PDF-1.4 and no more", b"%PD", b"\x89PNG\r\n\x1a\n"]


def check_text(case, html):
    """Check that a note or message holds DHL's words as text, and not all of them."""
    case.assertIn("evil.example", html)
    case.assertNotRegex(html, r"<a [^>]*evil|<img")
    case.assertLess(len(html), 3000)


class TestDhlForeign(DhlCase):
    def test_odoos_own_note_about_the_second_transfer_is_text(self):
        good, bad = self.delivery(), self.delivery()
        create = DhlClient.create
        answers_in_turn = iter([create, None])

        def first_only(client, *args, **kwargs):
            if next(answers_in_turn):
                return create(client, *args, **kwargs)
            raise DhlInvalid(HOSTILE)

        with patch.object(DhlClient, "create", first_only):
            (good | bad).button_validate()
        check_text(self, bad.activity_ids.note)
        check_text(self, " ".join(bad.message_ids.filtered(lambda m: "evil" in (m.body or "")).mapped("body")))

    def test_an_error_that_cannot_be_foreseen_shows_no_tags_either(self):
        with patch.object(DhlClient, "cancel", side_effect=DhlInvalid(HOSTILE)):
            picking = self.shipped()
            with self.assertRaises(UserError) as caught:
                picking.cancel_shipment()
        self.assertLess(len(str(caught.exception)), 1500)

    def test_a_label_that_grows_to_gigabytes_is_no_pdf(self):
        picking = self.shipped()
        label = picking._dhl_de_label_documents()[:1].raw
        self.assertTrue(documents.is_pdf(label))
        start = label.index(b"1 0 obj")
        for layers in (1, 2):
            packed = zlib.compress(bytes(documents.MOST_UNPACKED + 1), 9)
            for _layer in range(layers - 1):
                packed = zlib.compress(packed, 9)
            filters = b"/FlateDecode " * layers
            bomb = b"900 0 obj\n<</Filter[%s]/Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
                filters, len(packed), packed,
            )  # fmt: skip
            grown = label[:start] + bomb + label[start:]
            self.assertFalse(documents.is_pdf(grown))
            with patch.object(documents, "MOST_UNPACKED", 10 * documents.MOST_UNPACKED):
                self.assertTrue(documents.is_pdf(grown))
        self.assertFalse(documents.is_pdf(label + b"stream\n" * (documents.MOST_STREAMS + 2)))


class TestDhlForeignKept(DhlCommittedCase):
    """What is noted stays when the validation is rolled back."""

    def test_dhls_words_are_text_in_activities_and_messages(self):
        with patch.object(DhlClient, "create", side_effect=DhlUnavailable(HOSTILE, maybe_done=True)):
            self.refusal()
        with self.transaction() as env:
            self.assertLess(len(self.last_booking(env).error), 1000)
        self.sweep()
        with self.transaction() as env:
            check_text(self, self.picking_in(env).activity_ids.note)

    def test_r19_a_label_that_is_no_pdf_does_not_count_and_its_parcel_is_not_forgotten(self):
        for content in NO_PDFS:
            with patch.object(answers, "document", return_value=content):
                self.assertRegex(self.refusal(), "no PDF that can be read")
            self.assertEqual(self.states()[-1], "booked")
        self.assertEqual(self.read("carrier_tracking_ref"), [False])
        self.validate()
        self.assertEqual([row["state"] for row in self.at_dhl()], ["canceled"] * len(NO_PDFS) + ["booked"])
        self.assertEqual(self.read("carrier_tracking_ref"), [self.at_dhl("booked")[0]["shipmentNo"]])

    def test_r19_a_return_label_that_is_no_pdf_does_not_count(self):
        real, calls = answers.document, iter(range(9))
        with patch.object(answers, "document", lambda value: b"<html>" if next(calls) else real(value)):
            self.assertRegex(self.refusal(), "return label is no PDF")
        self.sweep()
        self.assertEqual((self.states(), len(self.at_dhl("canceled"))), (["cancelled"], 1))

    @contextmanager
    def wizard(self):
        """Give the wizard for a delivery that DHL booked while its answer was lost."""
        self.sandbox.fault("lost", "/parcel", dhl=True, method="POST")
        self.refusal()
        with self.transaction() as env:
            booking = self.last_booking(env)
            yield env["dhl.booking.number"].create({"booking_id": booking.id, "shipment_no": "x"})

    def test_the_number_of_a_possibly_booked_parcel_is_tidied_and_looked_at(self):
        with self.wizard() as wizard:
            number = self.at_dhl()[0]["shipmentNo"]
            for wrong in ("12345", "WH/OUT/00042", "1Z999AA10123456784"):
                wizard.shipment_no = wrong
                with self.assertRaisesRegex(UserError, "no number of a DHL parcel"):
                    wizard.action_use()
            self.assertEqual(self.asked("GET"), 0)
            wizard.shipment_no = f" {number[:5]}\u00a0{number[5:]}\u200b"
            wizard.action_use()
        with self.transaction() as env:
            self.assertEqual(self.last_booking(env).shipment_no, number)

    def test_the_number_of_a_return_is_not_taken_for_the_parcels(self):
        self.validate()
        with self.transaction() as env:
            self.picking_in(env).cancel_shipment()
            number = self.last_booking(env).return_shipment_no
        with self.transaction() as env:
            self.sandbox.fault("lost", "/parcel", dhl=True, method="POST")
            with self.assertRaises(UserError):
                self.picking_in(env).send_to_shipper()
        with self.transaction() as env:
            values = {"booking_id": self.last_booking(env).id, "shipment_no": number}
            wizard = env["dhl.booking.number"].create(values)
            for button in (wizard.action_use, wizard.action_cancel):
                with self.assertRaisesRegex(UserError, "number of a return label"):
                    button()


class TestDhlReference(DhlCase):
    def test_another_addon_puts_its_number_on_the_label_and_on_the_returns(self):
        def with_order(picking):
            return f"{picking.name} 4711-0815"

        with patch.object(self.registry["stock.picking"], "_dhl_reference", with_order):
            picking = self.shipped()
        sent = self.sent()
        self.assertEqual(sent["refNo"], f"{picking.name} 4711-0815")
        self.assertEqual(sent["services"]["dhlRetoure"]["refNo"], f"{picking.name} 4711-0815")
        self.assertEqual(self.bookings(picking).ref_no, f"{picking.name} 4711-0815")


class TestDhlTypedNumbers(DhlCase):
    def test_what_was_typed_or_pasted_is_cancelled_and_linked_by_its_number(self):
        picking = self.shipped()
        number = picking.carrier_tracking_ref
        spaced = " ".join(number[place : place + 4] for place in range(0, len(number), 4))
        page = f"https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode={number}"
        for written in (f"\u200b{spaced}", page, "-".join((number[:4], number[4:]))):
            picking.carrier_tracking_ref = written
            self.assertEqual(picking._dhl_de_numbers(), [number])
            self.assertTrue(self.carrier.dhl_de_get_tracking_link(picking).endswith(f"={number}"))
        picking.cancel_shipment()
        self.assertEqual([row["state"] for row in self.at_dhl()], ["canceled"])
        self.assertFalse(picking.carrier_tracking_ref)
