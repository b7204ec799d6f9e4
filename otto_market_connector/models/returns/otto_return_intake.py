"""OTTO's lists of returns in: each entry is a piece (R22)."""

from odoo import models
from odoo.fields import Domain

from ...otto_api import ReturnStatus
from ..core.moments import naive
from ..core.write_guard import quietly
from .const import WITHOUT_GOODS
from .otto_return_news import plain_numbers

STATUS = {
    ReturnStatus.ANNOUNCED: "announced",
    ReturnStatus.MISDIRECTED: "misdirected",
    ReturnStatus.ACCEPTED: "accepted",
    ReturnStatus.REJECTED: "rejected",
}
# Nobody has decided yet.
WAITING = (ReturnStatus.ANNOUNCED, ReturnStatus.MISDIRECTED)


class OttoReturnIntake(models.AbstractModel):
    _name = "otto.return.intake"
    _description = "From OTTO's Lists of Returns to Returns"
    _inherit = ["otto.component"]

    # What is new

    def _news(self, status, entries):
        """Return the entries of a page that say something new, in their order.

        Old are: what a line has in just this way; what a line has a newer word about; what is of orders that Odoo does
        not have and was reported; what was decided before returns were read for the first time.

        :param status: one of OTTO's lists
        :param entries: `ReturnedPiece`
        """
        pieces = self._pieces(entries)
        foreign = self._foreign_orders([entry for entry in entries if entry.position_item_id not in pieces])
        return [
            entry
            for entry in entries
            if (
                self._is_new(status, entry, pieces[entry.position_item_id])
                if entry.position_item_id in pieces
                else status in WAITING and entry.order_id not in foreign
            )
        ]

    def _is_new(self, status, entry, piece):
        occurred, lines = naive(entry.occurred), piece.return_line_ids
        if status != ReturnStatus.ACCEPTED and any(self._is_final(line, status, occurred) for line in lines):
            return False
        newest = max((line.otto_occurred for line in lines if line.otto_occurred), default=None)
        if newest and (newest > occurred or any(self._says_so(line, status, entry) for line in lines)):
            return False
        return status in WAITING or bool(lines) or occurred >= self.sync.create_date.replace(microsecond=0)

    def _is_final(self, line, status, occurred):
        """Tell whether nothing follows on what a line says: an acceptance is final (docs/facts/otto.md §10.2).

        What we told may show in the lists some time later; until then they have the piece as it was before. Once it
        shows, it counts whatever the clocks say: OTTO may have it in the second in which it was decided, or before.
        """
        told = line.decision_state == "done"
        shows = line.decision == "reject" and status == ReturnStatus.REJECTED
        return (
            line.otto_status == "accepted"
            or (told and line.decision == "accept")
            or (told and not shows and bool(line.decided_on) and occurred <= line.decided_on)
        )

    def _says_so(self, line, status, entry):
        """Tell whether a line has this entry already; of the order it may have the status, but not the reason."""
        same = line.otto_status == STATUS[status] and line.otto_occurred == naive(entry.occurred)
        return same and (not entry.reason or bool(line.otto_reason))

    def _pieces(self, entries):
        """Return the pieces that entries name, as a dict by OTTO's id."""
        found = self._own_pieces(entries)
        if missing := {entry.order_id for entry in entries if entry.position_item_id not in found}:
            self.env["otto.order.linker"]._take_over_orders(missing)
            found = self._own_pieces(entries)
        return found

    def _own_pieces(self, entries):
        ids = [entry.position_item_id for entry in entries]
        domain = [("channel_id", "=", self.channel.id), ("position_id", "in", ids)]
        return {piece.position_id: piece for piece in self.env["otto.position.item"].sudo().search(domain)}

    def _foreign_orders(self, entries):
        """Return the OTTO ids of orders among these of which nothing is to be said.

        Another channel of the same account has them, somebody else imports the orders, or a person knows already.
        """
        ids = {entry.order_id for entry in entries}
        if not ids or not self.channel.import_orders:
            return ids
        orders = self.env["sale.order"].sudo().search([("otto_order_id", "in", list(ids))])
        elsewhere = orders.filtered(lambda order: order.otto_channel_id != self.channel).mapped("otto_order_id")
        domain = [("channel_id", "=", self.channel.id), ("kind", "=", "return"), ("external_id", "in", list(ids))]
        # Also solved ones: a person has taken care of them elsewhere.
        reported = self._issues.sudo().search(domain)
        return {*elsewhere, *reported.mapped("external_id")}

    # What is done about it

    def _take(self, status, entries):
        """Take entries of one list over, in batch.

        :param entries: `ReturnedPiece`, the oldest first
        :return: list of (key, text, record) of what could not be done, for the issues
        """
        pieces = self._pieces(entries)
        failures = [self._unknown_piece(entry) for entry in entries if entry.position_item_id not in pieces]
        newest = {entry.position_item_id: entry for entry in entries if entry.position_item_id in pieces}
        rows = [(entry, pieces[item_id]) for item_id, entry in newest.items()]
        if status == ReturnStatus.ANNOUNCED:
            returns = self._take_announced(rows)
        elif status == ReturnStatus.MISDIRECTED:
            returns = self._take_misdirected(rows)
        else:
            returns = self._take_decided(status, rows)
        return failures + self._expect(returns)

    def _expect(self, lines):
        """Make the expected transfers of lines.

        :return: list of (key, text, record) of those that could not be made
        """
        failures = []
        for (record, order), some in lines.grouped(lambda line: (line.return_id, line.order_id)).items():
            reason = order._otto_try_to_expect(some.piece_id, record)
            if reason:
                failures.append((order.otto_order_number, reason, order))
        return failures

    def _unknown_piece(self, entry):
        text = self.env._(
            "OTTO announces a return of order %(order)s, which is not in Odoo. Please import the order (Import Orders) "
            "and press Retry; or receive it in OTTO Partner Connect and mark this as solved.",
            order=entry.order_number or entry.order_id,
        )
        return entry.order_id, text, None

    def _entry_values(self, status, entry):
        return {
            "otto_status": STATUS[status],
            "otto_occurred": naive(entry.occurred),
            "otto_condition": entry.condition,
            "otto_reason": entry.reason,
            "missing_since": False,
        }

    def _current(self, piece):
        """Return the line in which a piece is on its way now: nobody has decided, or OTTO has not answered yet."""
        return piece.return_line_ids.filtered(lambda line: line.is_open or not line.is_settled)[-1:]

    # Announced

    def _take_announced(self, rows):
        """Note announcements on the lines that are there, and make the others; return those without a transfer."""
        new = []
        for entry, piece in rows:
            line = self._current(piece)
            if line:
                line.write(self._entry_values(ReturnStatus.ANNOUNCED, entry))
                line.return_id._otto_add_numbers(entry.carrier, entry.tracking_numbers, naive(entry.occurred))
            else:
                new.append((entry, piece))
        return self._make_announced(new)

    def _make_announced(self, rows):
        """Make lines of announcements: in one return what comes under one number, else what is of one order (R22)."""
        known = self._open_returns(rows)
        records = []
        for entry, piece in rows:
            keys = self._parcel_keys(entry, piece)
            record = next((known[key] for key in keys if key in known), None)
            if record:
                record._otto_add_numbers(entry.carrier, entry.tracking_numbers, naive(entry.occurred))
            else:
                record = self._make_return(
                    origin="announced",
                    carrier=entry.carrier,
                    tracking_number=self._main_number(entry, piece),
                    tracking_numbers=" ".join(plain_numbers(entry.tracking_numbers)) or False,
                    announced_on=naive(entry.occurred),
                    carrier_state="announced",
                )
            known.update(dict.fromkeys(keys, record))
            records.append(record)
        return self._make_lines(
            [
                {"return_id": record.id, "piece_id": piece.id, **self._entry_values(ReturnStatus.ANNOUNCED, entry)}
                for record, (entry, piece) in zip(records, rows, strict=True)
            ]
        )

    def _open_returns(self, rows):
        """Return the returns that further pieces may belong to, as a dict by number, or by order without one."""
        numbers = {number for entry, _piece in rows for number in plain_numbers(entry.tracking_numbers)}
        orders = self.env["sale.order"].union(*(piece.order_id for entry, piece in rows if not entry.tracking_numbers))
        if not (numbers or orders):
            return {}
        by_number = Domain.OR(Domain("tracking_numbers", "like", number) for number in sorted(numbers))
        by_order = Domain("tracking_numbers", "=", False) & Domain("order_ids", "in", orders.ids)
        found = self.env["otto.return"].search(
            Domain("channel_id", "=", self.channel.id)
            & Domain("state", "=", "expected")
            & Domain("origin", "=", "announced")
            & (by_number | by_order),
            order="id",
        )
        known = {}
        for record in found:
            keys = (record.tracking_numbers or "").split() or record.order_ids
            known.update(dict.fromkeys(keys, record))
        return known

    def _parcel_keys(self, entry, piece):
        return plain_numbers(entry.tracking_numbers) or (piece.order_id,)

    def _main_number(self, entry, piece):
        """Return the number under which the parcel is looked for: that of our label, if it is one of them."""
        labels = piece.order_id.otto_parcel_ids.filtered(lambda parcel: parcel.type == "return")
        numbers = plain_numbers(entry.tracking_numbers)
        ours = [number for number in numbers if number in labels.mapped("tracking_number")]
        return next(iter([*ours, *numbers]), False)

    def _make_return(self, **values):
        return quietly(self.env["otto.return"]).create({"channel_id": self.channel.id, **values})

    def _make_lines(self, vals_list):
        return quietly(self.env["otto.return.line"]).create(vals_list).with_env(self.env)

    # Misdirected

    def _take_misdirected(self, rows):
        """Goods that lie in OTTO's warehouse come from there, each with a number of its own: a return for each.

        What was expected in the customer's parcel is expected no longer. What has arrived here already, or is decided,
        keeps its line.
        """
        vals_list = []
        for entry, piece in rows:
            line = self._current(piece)
            values = self._entry_values(ReturnStatus.MISDIRECTED, entry)
            if line and (not line.is_open or line.received != "expected" or line.return_id.origin == "misdirected"):
                line.write(values)
                if entry.warehouse_id and line.return_id.origin == "misdirected":
                    line.return_id.otto_warehouse_id = entry.warehouse_id
                continue
            record = self._make_return(
                origin="misdirected", otto_warehouse_id=entry.warehouse_id, announced_on=naive(entry.occurred)
            )
            if line:
                line._otto_give_up(
                    naive(entry.occurred),
                    self.env._("The goods went to OTTO's warehouse and come from there: return %s.", record.name),
                )
            vals_list.append({"return_id": record.id, "piece_id": piece.id, **values})
        return self._make_lines(vals_list)

    # Decided

    def _take_decided(self, status, rows):
        """Note acceptances and rejections, also of what nobody had announced; return those without a transfer."""
        lines, vals_list, records = self.env["otto.return.line"], [], {}
        for entry, piece in rows:
            values = self._entry_values(status, entry)
            line = self._current(piece) or piece.return_line_ids.filtered(lambda line: not line.withdrawn_on)[-1:]
            if line:
                line.write(values)
                lines |= line
                continue
            goods = status == ReturnStatus.ACCEPTED and entry.reason not in WITHOUT_GOODS
            key = (piece.order_id, goods)
            if key not in records:
                records[key] = self._make_return(origin="unannounced" if goods else "office")
            vals_list.append({"return_id": records[key].id, "piece_id": piece.id, **values})
        made = self._make_lines(vals_list)
        self.env["otto.return"]._otto_decided(lines | made)
        return made.filtered(lambda line: line.return_id.origin == "unannounced")
