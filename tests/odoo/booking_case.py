"""Receipts for the tests of the booking, made as the connector makes them, and what the books say of them."""

import itertools
from collections import defaultdict
from datetime import datetime

from odoo import Command
from odoo.addons.otto_market_connector.models.core.write_guard import as_connector
from odoo.tools import float_round

from tests.harness import OttoCase

PARTNER = "123456789"


def split(gross, rate):
    """Return net and tax of a gross amount, rounded half up as OTTO does."""
    net = float_round(gross / (1 + rate / 100), precision_digits=2)
    return net, float_round(gross - net, precision_digits=2)


class BookingCase(OttoCase):
    """A channel that books: SKR03 by the test company; `chart` gives one of another company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.numbers = itertools.count(1)
        cls.switch_on(cls.channel)

    @classmethod
    def switch_on(cls, channel, **values):
        channel.write({"book_receipts": True, "booking_from": "2022-02-01", **values})

    def channel_of(self, chart):
        """Return a channel that books in the chart `de_skr03` or `de_skr04`."""
        if chart == "de_skr03":
            return self.channel
        company = self.other_company(chart=chart, name=f"Company {chart}")
        carrier = self.carrier.copy({"company_id": False})
        self.env.user.company_ids += company
        channel = self.make_channel(f"Channel {chart}", company_id=company.id, carrier_id=carrier.id)
        self.switch_on(channel)
        return channel

    def receipt(self, kind="purchase", parts=((11.9, 19.0),), linked=None, channel=None, **values):
        """Return a receipt that is kept, as the flow stores it.

        :param parts: (gross, rate) or (gross, rate, line type) of its lines
        :param linked: the invoice that a credit note refers to
        """
        channel = channel or self.channel
        moment = values.pop("created_on", datetime(2026, 3, 10, 9, 30))
        letter = "R" if kind == "purchase" else "E"
        year = values.pop("year", moment.year)
        number = values.pop("number", None) or f"{letter}-DE-{PARTNER}-{year}-{next(self.numbers)}"
        partial = "_partial" if kind == "partial_refund" else ""
        lines, totals = [], defaultdict(lambda: [0.0, 0.0, 0.0])
        for gross, rate, *of_type in parts:
            net, tax = split(gross, rate)
            line_type = of_type[0] if of_type else f"item{partial}"
            lines.append({"line_type": line_type, "tax_rate": rate, "gross": gross, "net": net, "tax": tax})
            for index, amount in enumerate((gross, net, tax)):
                totals[rate][index] = float_round(totals[rate][index] + amount, precision_digits=2)
        totals = values.pop("totals", None) or [(*amounts, rate) for rate, amounts in totals.items()]
        return (
            as_connector(self.env["otto.receipt"].sudo())
            .create(
                {
                    "channel_id": channel.id,
                    "number": number,
                    "kind": kind,
                    "created_on": moment,
                    "shipment_date": moment if kind == "purchase" else False,
                    "order_number": f"b{number[-6:]}",
                    "linked_number": linked.number if linked else False,
                    "linked_id": linked.id if linked else False,
                    "currency_id": self.env.ref("base.EUR").id,
                    "amount_gross": float_round(sum(total[0] for total in totals), precision_digits=2),
                    "amount_net": float_round(sum(total[1] for total in totals), precision_digits=2),
                    "amount_tax": float_round(sum(total[2] for total in totals), precision_digits=2),
                    "line_ids": [Command.create({"tax_type": "VAT", "quantity": 1, **line}) for line in lines],
                    "total_ids": [
                        Command.create({"tax_type": "VAT", "tax_rate": rate, "gross": gross, "net": net, "tax": tax})
                        for gross, net, tax, rate in totals
                    ],
                    **values,
                }
            )
            .with_env(self.env)
        )

    def book(self, channel=None):
        """Book what is due, as the flow does; return its `otto.sync` row."""
        sync = (channel or self.channel)._sync("receipts")
        with self.own_cursor() as env:
            row = sync.with_env(env)
            row._lock()
            row._flow()._book()
        return sync

    def balances(self, moves):
        """Return the balance of each account code in these entries; accounts at zero are left out."""
        found = defaultdict(float)
        for line in moves.line_ids:
            found[line.account_id.with_company(line.company_id).code] += line.balance
        return {code: round(balance, 2) for code, balance in found.items() if round(balance, 2)}

    def report(self, moves):
        """Return the boxes of the German tax report: turnover and tax positive."""
        found = defaultdict(float)
        for line in moves.line_ids:
            for tag in line.tax_tag_ids.with_context(lang="en_US"):
                found[tag.name] -= line.balance
        return {name: round(amount, 2) for name, amount in found.items() if round(amount, 2)}

    def booked(self, channel=None):
        """Return all posted entries of a channel's receipts."""
        return self.env["account.move"].search(
            [("otto_receipt_id.channel_id", "=", (channel or self.channel).id), ("state", "=", "posted")]
        )
