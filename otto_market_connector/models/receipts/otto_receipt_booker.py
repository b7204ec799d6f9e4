"""From receipts to journal entries: exact to the cent, in batch, each receipt once (R31)."""

import itertools
from collections import defaultdict
from datetime import timedelta

from odoo import Command, models

from ..core.write_guard import as_connector, quietly
from .const_booking import PURPOSES, REDUCTION, REVENUE


class OttoReceiptBooker(models.AbstractModel):
    _name = "otto.receipt.booker"
    _description = "From OTTO's Receipts to Journal Entries"
    _inherit = ["otto.component"]

    # What may not be booked

    def _obstacle(self, receipt):
        """Return why a receipt cannot be booked, in the user's words; nothing when it can.

        :param receipt: an `otto.receipt`
        """
        return self._obstacle_of_kind(receipt) or self._obstacle_of_amounts(receipt) or self._obstacle_of_table(receipt)

    def _obstacle_of_kind(self, receipt):
        if receipt.kind == "other":
            return self.env._("OTTO calls it %s, which the connector does not know", receipt.kind_name or "-")
        if not receipt.is_real:
            return self.env._(
                "OTTO calls it no tax document (a technical receipt, or its VAT is reported by the one-stop shop). "
                "Please ask your tax adviser whether it has to be booked by hand"
            )
        if receipt.is_deemed_supplier:
            return self.env._("OTTO owes the VAT as the deemed supplier. Please ask your tax adviser how it is booked")
        return None

    def _obstacle_of_amounts(self, receipt):
        currency = receipt.currency_id
        if not receipt.total_ids:
            return self.env._("it has no totals")
        for total in receipt.total_ids:
            if currency.compare_amounts(total.net + total.tax, total.gross):
                return self.env._(
                    "its net %(net)s and tax %(tax)s do not make the total of %(gross)s at %(rate)s %%. Please ask "
                    "OTTO",
                    net=currency.format(total.net),
                    tax=currency.format(total.tax),
                    gross=currency.format(total.gross),
                    rate=f"{total.tax_rate:g}",
                )
        if currency != self.channel.currency_id and not self._has_rate(currency):
            return self.env._(
                "there is no rate of the currency %(currency)s in the company %(company)s. Please enter one "
                "(Invoicing, Configuration, Currencies)",
                currency=currency.name,
                company=self.channel.company_id.name,
            )
        return None

    def _has_rate(self, currency):
        root = self.channel.company_id.root_id
        domain = [("currency_id", "=", currency.id), ("company_id", "in", (False, root.id))]
        return bool(self.env["res.currency.rate"].sudo().search_count(domain, limit=1))

    def _obstacle_of_table(self, receipt):
        for total in receipt.total_ids:
            for purpose in {REVENUE, *self._purposes(receipt, total)}:
                row = self.channel._booking_row(purpose, total.tax_type, total.tax_rate)
                if not row:
                    return self.env._(
                        "the channel's table has no account for %(type)s of %(rate)s %%. Please add one (the channel's "
                        "page Booking)",
                        type=total.tax_type,
                        rate=f"{total.tax_rate:g}",
                    )
                if not row.tax_id and not receipt.currency_id.is_zero(total.tax):
                    return self.env._(
                        "the account %(account)s has no tax for the %(rate)s %% of OTTO's receipt. Please enter one "
                        "(the channel's page Booking)",
                        account=row.account_id.with_company(self.channel.company_id).display_name,
                        rate=f"{total.tax_rate:g}",
                    )
        return None

    # Booking

    def _book(self, receipts):
        """Book receipts in one go; those of one invoice are reconciled with each other, and with what OTTO paid.

        :param receipts: `otto.receipt` without an obstacle and without a journal entry
        """
        moves = self._make_moves(receipts)
        receipts._note_booked(moves)
        self._reconcile(receipts)
        self.env["account.bank.statement.line"]._otto_receipts_changed(receipts)

    def _make_moves(self, receipts):
        """Make and post one journal entry for each receipt.

        Posted as they are: Odoo neither adds tax lines nor rounds, because OTTO's amounts are the customer's.
        """
        taken = self._names_taken(receipts)
        moves_model = quietly(as_connector(self.env["account.move"].sudo().with_company(self.channel.company_id)))
        moves = moves_model.with_context(skip_invoice_sync=True, mail_notrack=True).create(
            [self._move_values(receipt, taken) for receipt in receipts]
        )
        for move, receipt in zip(moves, receipts, strict=True):
            if not move._sequence_matches_date():
                # A journal whose numbers a person gave a form of their own.
                move.write(self._own_number(receipt, move.date, taken))
        # Not softly: it is tomorrow already in Germany when it is still today in UTC.
        moves._post(soft=False)
        return moves

    def _move_values(self, receipt, taken):
        date = self._accounting_date(receipt.receipt_date)
        number = {"name": receipt.number, "ref": receipt.order_number}
        if receipt.number in taken or str(date.year) not in receipt.number:
            number = self._own_number(receipt, date, taken)
        taken.add(number["name"])
        partner = self._debtor(receipt)
        return {
            **number,
            "move_type": "entry",
            "journal_id": self.channel.booking_journal_id.id,
            "company_id": self.channel.company_id.id,
            "currency_id": receipt.currency_id.id,
            "date": date,
            "delivery_date": receipt.supply_date,
            "partner_id": partner.id,
            "otto_receipt_id": receipt.id,
            "otto_receipt_booked": True,
            "line_ids": [Command.create(values) for values in self._line_values(receipt, partner, date)],
        }

    def _debtor(self, receipt):
        customer = self.channel.booking_debtor == "customer" and receipt.order_id.partner_invoice_id
        return (customer or self.channel.booking_partner_id).commercial_partner_id

    # Numbers and days

    def _names_taken(self, receipts):
        """Return the numbers that other entries of the journal have already, as far as they begin like these."""
        numbers = receipts.mapped("number")
        moves = self.env["account.move"].sudo()
        journal = [("journal_id", "=", self.channel.booking_journal_id.id)]
        # Own numbers name the receipt's as their reference, also where the receipt was read anew since.
        found = moves.search_fetch([*journal, "|", ("name", "in", numbers), ("ref", "in", numbers)], ["name"])
        # Own numbers exist of receipts only that were booked before.
        again = receipts.filtered("move_ids")
        found |= again.move_ids
        return set(found.mapped("name"))

    def _own_number(self, receipt, date, taken):
        """Return number and reference of an entry that cannot have OTTO's number as it is.

        Odoo reads a year in OTTO's number and refuses a date of another one: a receipt that falls into a closed year,
        or whose year in Germany is not yet the one of OTTO's number. The same goes for a number that is taken.
        """
        names = (f"{receipt.number}/OTTO/{date.year}/{count}" for count in itertools.count(1))
        return {"name": next(name for name in names if name not in taken), "ref": receipt.number}

    def _accounting_date(self, day):
        """Return a day, or the first one after it that no lock of the company's books covers.

        Receipts are sales for the lock of sales too, although their journal is of another type.
        """
        company = self.channel.company_id.sudo()
        while locks := company._get_lock_date_violations(day, purchase=False):
            day = max(lock for lock, _field in locks) + timedelta(days=1)
        return day

    # Lines

    def _line_values(self, receipt, partner, date):
        """Return the lines of a receipt's entry: the debtor's, then revenue and tax of each rate."""
        sign = self._sign(receipt)
        texts = {"name": self._text(receipt), "partner_id": partner.id, "currency_id": receipt.currency_id.id}
        convert = self._converter(receipt.currency_id, date)
        lines = [
            values for total in receipt.total_ids for values in self._lines_of_total(receipt, total, sign, convert)
        ]
        debtor = {
            "account_id": self.channel.booking_receivable_id.id,
            "amount_currency": -_sum(line["amount_currency"] for line in lines),
            "balance": -_sum(line["balance"] for line in lines),
            "date_maturity": date,
            "tax_ids": [],
        }
        currency, own = receipt.currency_id, self.channel.currency_id
        debtor["amount_currency"] = currency.round(debtor["amount_currency"])
        debtor["balance"] = own.round(debtor["balance"])
        return [{**texts, "display_type": "product", **line} for line in (debtor, *lines)]

    def _sign(self, receipt):
        """Return 1 for what is owed to the seller, -1 for what is given back; OTTO writes both as positive amounts."""
        return -1 if receipt._is_credit and receipt.amount_gross >= 0 else 1

    def _text(self, receipt):
        return f"OTTO {receipt.order_number}" if receipt.order_number else "OTTO"

    def _converter(self, currency, date):
        """Return a function from an amount of the receipt to what goes on a line: amount in its currency, balance."""
        own, company = self.channel.currency_id, self.channel.company_id
        if currency == own:
            return lambda amount: {"amount_currency": currency.round(amount), "balance": currency.round(amount)}
        return lambda amount: {
            "amount_currency": currency.round(amount),
            "balance": currency._convert(amount, own, company, date),
        }

    def _lines_of_total(self, receipt, total, sign, convert):
        """Return revenue by account and the tax of one rate, with the boxes of the tax report."""
        document = "refund" if receipt._is_credit else "invoice"
        shares = self._shares(receipt, total)
        for row, net in shares.items():
            base = row.tax_id._otto_repartition(document, "base")
            yield {
                "account_id": row.account_id.id,
                "tax_ids": row.tax_id.ids,
                "tax_tag_ids": [] if self._is_cash_basis(row.tax_id) else base.tag_ids.ids,
                **convert(-sign * net),
            }
        if not receipt.currency_id.is_zero(total.tax):
            yield self._tax_line(next(iter(shares)), total, document, sign, convert)

    def _tax_line(self, row, total, document, sign, convert):
        tax, repartition = row.tax_id, row.tax_id._otto_repartition(document, "tax")
        account, tags = repartition.account_id or row.account_id, repartition.tag_ids
        if self._is_cash_basis(tax):
            account, tags = tax.cash_basis_transition_account_id, tags.browse()
        return {
            "account_id": account.id,
            "name": tax.name,
            "tax_ids": [],
            "tax_repartition_line_id": repartition.id,
            "tax_tag_ids": tags.ids,
            "tax_base_amount": abs(convert(total.net)["balance"]),
            **convert(-sign * total.tax),
        }

    def _is_cash_basis(self, tax):
        """Tell whether a tax is due when the money comes: Odoo books it from a transition account then."""
        return tax.tax_exigibility == "on_payment" and bool(tax.cash_basis_transition_account_id)

    def _shares(self, receipt, total):
        """Return the net amount of a total by row of the table of accounts, the largest first.

        OTTO rounds its totals by themselves, so lines may differ from them by cents: the largest share takes these.
        """
        shares = defaultdict(float)
        for purpose, net in self._purposes(receipt, total).items():
            shares[self.channel._booking_row(purpose, total.tax_type, total.tax_rate)] += net
        if not shares:
            fallback = REDUCTION if receipt.kind == "partial_refund" else REVENUE
            return {self.channel._booking_row(fallback, total.tax_type, total.tax_rate): total.net}
        first, *others = sorted(shares, key=lambda row: (-abs(shares[row]), row.id))
        rounded = {row: receipt.currency_id.round(shares[row]) for row in others}
        return {first: receipt.currency_id.round(total.net - _sum(rounded.values())), **rounded}

    def _purposes(self, receipt, total):
        """Return the net amounts of a receipt's lines of one rate, by purpose."""
        found = defaultdict(float)
        for line in receipt.line_ids:
            if line.tax_type == total.tax_type and line.tax_rate == total.tax_rate:
                found[PURPOSES[line.line_type]] += line.net
        return {purpose: net for purpose, net in found.items() if net}

    # Reconciliation

    def _reconcile(self, receipts):
        """Reconcile credit notes with the invoices that they refer to, whichever was booked first."""
        invoices = (receipts | receipts.linked_id).filtered(lambda receipt: not receipt._is_credit)
        plan = [lines for invoice in invoices for lines in self._open_lines(invoice)]
        if plan:
            quietly(self.env["account.move.line"].sudo())._reconcile_plan(plan)

    def _open_lines(self, invoice):
        """Yield the debtor's open lines of an invoice and its credit notes, by account, where both sides are open."""
        family = (invoice | invoice.refund_ids).filtered(lambda receipt: receipt.booking_state == "booked")
        lines = family.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        )
        for group in lines.grouped(lambda line: (line.account_id, line.currency_id)).values():
            if group.filtered(lambda line: line.balance > 0) and group.filtered(lambda line: line.balance < 0):
                yield group


def _sum(amounts):
    return sum(amounts, 0.0)
