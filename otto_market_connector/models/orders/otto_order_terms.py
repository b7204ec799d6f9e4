"""Address, dates and fees that OTTO changes: taken over until the parcel has its label, then said (R11, R17, R18)."""

import hashlib

from odoo import models

from ...otto_api import delivery_date
from ..core.moments import naive
from .otto_order_mapper import vat_rates


class OttoOrderTerms(models.AbstractModel):
    _name = "otto.order.terms"
    _description = "Address, Dates and Fees of OTTO's Orders"
    _inherit = ["otto.component"]

    def _terms(self, order):
        """Return the fingerprints of an order's addresses and fees, to see what OTTO changes."""
        key = self.env["res.partner"]._otto_address_key
        addresses = [
            key(address, self.channel.company_id) if address else ""
            for address in (order.delivery_address, order.invoice_address)
        ]
        fees = [
            (f"{fee.amount.amount.normalize():f}", fee.amount.currency, f"{fee.vat_rate.normalize():f}")
            for fee in order.fees
        ]
        return f"{_fingerprint(addresses)}:{_fingerprint(sorted(fees))}"

    def _take_terms(self, orders, records):
        """Take over what OTTO changed in addresses, dates and fees of known orders.

        :param orders: dict of `sale.order` to its newer OTTO `Order`
        :param records: the same orders with the connector's mark
        """
        moved = records.filtered(lambda record: self._has_new_address(record, orders[record]))
        partners = self.env["res.partner"]._otto_find_or_create(
            [orders[record] for record in moved], self.channel.company_id
        )
        failures = []
        for record in records:
            order = orders[record]
            changes = self._changes(record, order, moved)
            if changes and record._otto_parcel_is_made():
                failures.append((record.otto_order_number, self._too_late_text(record, order, changes), record))
            elif changes:
                self._write_changes(record, order, changes, partners)
            self._note_terms(record, order)
        self._issues._report(self.channel, "changed", failures)

    def _has_new_address(self, record, order):
        if not order.delivery_address:
            return False
        return record._otto_waits_for_address or self._differs(record, order, 0)

    def _differs(self, record, order, part):
        """Tell whether OTTO named something else before; nothing is known of orders of earlier versions."""
        before = (record.otto_terms or "").split(":")
        return len(before) == 2 and before[part] != self._terms(order).split(":")[part]

    def _changes(self, record, order, moved):
        """Return what OTTO changed: any of *address*, *date* and *fees*."""
        known = {piece.position_id: piece.expected_delivery for piece in record.otto_position_ids}
        dates = [
            item.id in known and (known[item.id] or False) != naive(item.expected_delivery)
            for item in order.items
            if item.expected_delivery and not item.cancelled
        ]
        found = {"address": record in moved, "date": any(dates), "fees": self._differs(record, order, 1)}
        if all(item.cancelled for item in order.items):
            return []
        return [name for name, is_changed in found.items() if is_changed]

    def _terms_to_note(self, record, order):
        """Return what OTTO named last; an order that goes on without its address keeps the one that is known."""
        terms = self._terms(order)
        if not order.delivery_address and record.otto_terms:
            terms = f"{record.otto_terms.split(':')[0]}:{terms.split(':')[1]}"
        return terms

    def _note_terms(self, record, order):
        record.otto_terms = self._terms_to_note(record, order)
        dates = {item.id: naive(item.expected_delivery) for item in order.items if item.expected_delivery}
        for piece in record.otto_position_ids.sudo():
            if dates.get(piece.position_id, piece.expected_delivery) != piece.expected_delivery:
                piece.expected_delivery = dates[piece.position_id]

    # Before the label

    def _write_changes(self, record, order, changes, partners):
        """Write what OTTO changed, on the order and on what is under way already."""
        values = {"otto_payment_type": order.payment_method}
        if "address" in changes:
            delivery = partners[order.delivery_address]
            partner = partners.get(order.invoice_address) or delivery
            values |= {
                "partner_id": partner.id,
                "partner_invoice_id": partner.id,
                "partner_shipping_id": delivery.id,
            }
        known = record.commitment_date
        if "date" in changes:
            values["commitment_date"] = naive(delivery_date(order))
        # The transfers get the new address as well; they are still open.
        record.with_context(update_delivery_shipping_partner=True).write(values)
        moves = record.order_line.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        if "address" in changes:
            moves.partner_id = record.partner_shipping_id
        if "date" in changes and known:
            self._shift(moves, record, known)
        if "fees" in changes:
            self._write_fees(record, order)
        if record.state == "sale":
            record._message_log(
                body=self.env._("OTTO has changed: %(changes)s.", changes=", ".join(self._words(changes)))
            )

    def _shift(self, moves, record, known):
        """Move what is planned by as much as the day of handing over moves (R11)."""
        by = record._otto_hand_over_date(record.commitment_date) - record._otto_hand_over_date(known)
        for move in moves:
            move.date += by

    def _write_fees(self, record, order):
        """Bring the shipping cost lines to OTTO's fees: one for each VAT rate (R10)."""
        mapper = self.env["otto.order.mapper"]
        taxes = self.channel._taxes_by_rate(vat_rates([order]))
        locked = record.filtered("locked")
        locked.action_unlock()
        left = record.order_line.filtered("is_delivery")
        for values in mapper._fee_line_values(order, taxes):
            tax_ids = values["tax_ids"][0][2]
            line = left.filtered(lambda line, tax_ids=tax_ids: line.tax_ids.ids == tax_ids)[:1]
            if line:
                line.price_unit = values["price_unit"]
            else:
                record.write({"order_line": [(0, 0, values)]})
            left -= line
        # Odoo deletes no lines of confirmed orders.
        left.price_unit = 0
        locked.action_lock()

    # After it

    def _too_late_text(self, record, order, changes):
        address, where = order.delivery_address, ""
        if address and "address" in changes:
            street = f"{address.street} {address.house_number}".strip()
            where = ", ".join(filter(None, (street, f"{address.zip_code} {address.city}")))
        return self.env._(
            "Order %(order)s (OTTO %(number)s): OTTO has changed %(changes)s after the label was made. Nothing was "
            "changed in Odoo. %(where)sIf the parcel is still here, cancel its label on the transfer, correct the "
            "order and make a new one; otherwise look at the order in OTTO Partner Connect. Then press Mark as Solved.",
            order=record.name,
            number=record.otto_order_number,
            changes=", ".join(self._words(changes)),
            where=self.env._("The new address is: %s. ", where) if where else "",
        )

    def _words(self, changes):
        words = {
            "address": self.env._("the address"),
            "date": self.env._("the expected delivery date"),
            "fees": self.env._("the delivery fee"),
        }
        return [words[name] for name in changes]


def _fingerprint(value):
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
