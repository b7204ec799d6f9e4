"""What OTTO changes in orders that Odoo has: released, partly or wholly cancelled, sent, returned."""

from collections import defaultdict

from odoo import models

from ...otto_api import status_of
from ..core.texts import key_of
from ..core.write_guard import as_connector


class OttoOrderUpdater(models.AbstractModel):
    _name = "otto.order.updater"
    _description = "From OTTO's Changes to Sales Orders"
    _inherit = ["otto.component"]

    def _update_orders(self, orders_by_record):
        """Bring known orders to OTTO's newest state, in batch; older copies are left aside (R19).

        :param orders_by_record: dict of `sale.order` to OTTO `Order`
        """
        waiting = self.env["otto.order.waiting"]
        waiting._resolve_settled(self.env["sale.order"].concat(*orders_by_record))
        fresh = {record: order for record, order in orders_by_record.items() if not self._is_older(record, order)}
        news = {record for record, order in fresh.items() if self._has_news(record, order)}
        changed = {record: order for record, order in fresh.items() if record in news or record._otto_unknown_lines}
        if not changed:
            return
        mapper = self.env["otto.order.mapper"]
        records = as_connector(self.env["sale.order"].concat(*changed))
        orders = list(changed.values())
        self.env["otto.order.terms"]._take_terms(changed, records)
        self._report_added(changed)
        cancelled = self._update_positions(records, orders)
        for record, order in zip(records, orders, strict=True):
            record.write(mapper._order_status_values(order))
        repaired = self._repair_articles(records)
        self._reduce_lines(records)
        records.filtered(lambda record: record.otto_status == "cancelled")._otto_cancelled_by_otto()
        self.env["otto.order.articles"]._report_unknown(records)
        mapper._confirm_released(records)
        waiting._report_waiting(records)
        records._otto_status_changed(cancelled)
        mapper._check_totals(records, orders)
        # The stock's run reads the orders itself: one that only waits for its product would call it for ever.
        if news or repaired:
            self.channel._goods_changed(at_once=True)

    def _is_older(self, record, order):
        """Tell whether Odoo knows a later state of an order than this copy of OTTO's."""
        values = self.env["otto.order.mapper"]._order_status_values(order)
        return bool(record.otto_last_modified and values["otto_last_modified"] < record.otto_last_modified)

    def _has_news(self, record, order):
        """Tell whether OTTO's copy says something that Odoo does not have yet."""
        values = self.env["otto.order.mapper"]._order_status_values(order)
        if values["otto_last_modified"] != record.otto_last_modified:
            return True
        known = {piece.position_id: piece.status for piece in record.otto_position_ids}
        return (
            any(item.id in known and known[item.id] != status_of(item.status) for item in order.items)
            or (record._otto_waits_for_address and order.delivery_address)
            or (record.otto_terms and record.otto_terms != self.env["otto.order.terms"]._terms_to_note(record, order))
        )

    def _report_added(self, orders_by_record):
        """Say once that OTTO has put pieces into an order that Odoo knows; they are not in Odoo."""
        numbers = [key_of(record.otto_order_number) for record in orders_by_record]
        domain = [("channel_id", "=", self.channel.id), ("kind", "=", "changed"), ("external_id", "in", numbers)]
        told = " ".join(self._issues.sudo().search(domain).mapped("name"))
        failures = []
        for record, order in orders_by_record.items():
            known = set(record.otto_position_ids.mapped("position_id"))
            added = [item for item in order.items if not (item.cancelled or item.id in known or item.id in told)]
            if added:
                failures.append((record.otto_order_number, self._added_text(record, added), record))
        self._issues._report(self.channel, "changed", failures)

    def _added_text(self, record, added):
        return self.env._(
            "Order %(order)s (OTTO %(number)s): OTTO has added pieces after the order was imported; they are not in "
            "Odoo, and OTTO is not told that they are sent: %(pieces)s. Please look at the order in OTTO Partner "
            "Connect, then press Mark as Solved.",
            order=record.name,
            number=record.otto_order_number,
            pieces=", ".join(f"{item.product.title} ({item.product.sku}, {item.id})" for item in added),
        )

    def _update_positions(self, records, orders):
        """Write the new status of each piece, one write for each status.

        :return: the pieces that OTTO has cancelled since
        """
        pieces = {piece.position_id: piece for piece in records.otto_position_ids}
        by_status = defaultdict(self.env["otto.position.item"].browse)
        refunded = self.env["otto.position.item"]
        for order in orders:
            for item in order.items:
                piece = pieces.get(item.id)
                if piece and piece.status != status_of(item.status):
                    by_status[status_of(item.status)] |= piece
                if piece and item.return_accepted_by_marketplace and not piece.refunded_by_otto:
                    refunded |= piece
        for status, changed in by_status.items():
            changed.sudo().status = status
        refunded.sudo().refunded_by_otto = True
        return by_status["cancelled"]

    def _reduce_lines(self, records):
        """Set each line to its pieces that are not cancelled; the price stays (R18).

        What has left the stock is still on the line: a person has been asked to stop the parcel.
        """
        wanted = {}
        for line in records.order_line.filtered("otto_position_ids"):
            left = min(line.qty_delivered, line.product_uom_qty)
            quantity = max(sum(1 for piece in line.otto_position_ids if piece.status != "cancelled"), left)
            if line.product_uom_qty != quantity and line.order_id.otto_status != "cancelled":
                wanted[line] = quantity
        # Odoo takes nothing out of the deliveries of orders that it locks at confirmation.
        locked = records.order_line.browse(line.id for line in wanted).order_id.filtered("locked")
        locked.action_unlock()
        for line, quantity in wanted.items():
            # What left and came back is wanted by nobody: Odoo would deliver it again.
            came_back = line._get_qty_procurement() < quantity < line.product_uom_qty
            line.with_context(skip_procurement=came_back).product_uom_qty = quantity
        locked.action_lock()

    def _repair_articles(self, records):
        """Match again the articles that were unknown when the order came (R20); tell whether a product was found."""
        lines = records.filtered(lambda record: record.state in ("draft", "sent"))._otto_unknown_lines
        if not lines:
            return False
        found = self.env["otto.product.matching"]._find_products(
            (piece.sku, piece.ean) for piece in lines.otto_position_ids
        )
        for line in lines:
            if line.otto_sku in found:
                line.write({"product_id": found[line.otto_sku].id, "product_uom_id": found[line.otto_sku].uom_id.id})
        return bool(found)
