"""What OTTO bills and refunds of an order, against what the order says (R28)."""

from collections import Counter

from odoo import models

from .otto_receipt_line import SHIPPED


class OttoReceiptSums(models.AbstractModel):
    _name = "otto.receipt.sums"
    _description = "Sums of an Order's Receipts"
    _inherit = ["otto.component"]

    def _problems(self, order):
        """Return what does not fit in the receipts of an order.

        :return: list of sentences, empty when all is right
        """
        receipts = order.otto_receipt_ids.filtered(lambda receipt: receipt.currency_id == order.currency_id)
        purchases = receipts.filtered(lambda receipt: receipt.kind == "purchase")
        problems = [
            self._totals_problem(receipts),
            self._unknown_problem(order, receipts),
            self._twice_problem(purchases),
            self._articles_problem(purchases),
            self._fee_problem(order, purchases),
            *(self._refund_problem(refund, receipts) for refund in receipts if refund.kind == "refund"),
            self._credit_problem(purchases, receipts.filtered(lambda receipt: receipt._is_credit)),
        ]
        return [problem for problem in problems if problem]

    def _totals_problem(self, receipts):
        """The lines of a receipt make its totals."""
        odd = receipts.filtered(
            lambda r: r.currency_id.compare_amounts(sum(r.line_ids.mapped("gross")), r.amount_gross)
        )
        return odd and self.env._("the lines of %(numbers)s do not add up to its total.", numbers=_names(odd))

    def _unknown_problem(self, order, receipts):
        """Only pieces of the order are billed; services have ids of their own."""
        own = set(order.otto_position_ids.mapped("position_id"))
        odd = receipts.filtered(
            lambda receipt: any(set(ids_of(line)) - own for line in receipt.line_ids if is_article(line))
        )
        return odd and self.env._("%(numbers)s has pieces that the order does not have.", numbers=_names(odd))

    def _twice_problem(self, purchases):
        """No piece is billed twice."""
        billed = Counter(piece for line in purchases.line_ids if is_article(line) for piece in ids_of(line))
        twice = {piece for piece, times in billed.items() if times > 1}
        odd = purchases.filtered(lambda receipt: any(twice & set(ids_of(line)) for line in receipt.line_ids))
        return odd and self.env._("the same pieces are billed twice, on %(numbers)s.", numbers=_names(odd))

    def _articles_problem(self, purchases):
        """Articles cost what the order says, before or after discounts."""
        lines = purchases.line_ids.filtered(lambda line: is_article(line) and len(line.piece_ids) == len(ids_of(line)))
        currency = purchases.currency_id[:1]
        expected = sum(lines.piece_ids.mapped("price"))
        if not lines or self._is_billed(lines, expected, currency):
            return False
        return self.env._(
            "OTTO bills %(billed)s for the articles on %(numbers)s, the order says %(expected)s.",
            billed=currency.format(sum(lines.mapped("gross"))),
            numbers=_names(purchases),
            expected=currency.format(expected),
        )

    def _fee_problem(self, order, purchases):
        """The delivery fee is billed once, with the first shipment."""
        lines = purchases.line_ids.filtered(lambda line: line.line_type == "delivery")
        fees = order.order_line.filtered(lambda line: line.is_delivery and not line.otto_sku)
        currency, expected = order.currency_id, sum(fees.mapped("price_total"))
        if not purchases or self._is_billed(lines, expected, currency):
            return False
        shipped = order.otto_position_ids.filtered(lambda piece: piece.status in SHIPPED)
        if not lines and shipped - purchases.line_ids.piece_ids:
            # The receipt of the first shipment may come last.
            return False
        return self.env._(
            "OTTO bills a delivery fee of %(billed)s on %(numbers)s, the order has %(expected)s.",
            billed=currency.format(sum(lines.mapped("gross"))),
            numbers=_names(purchases),
            expected=currency.format(expected),
        )

    def _is_billed(self, lines, expected, currency):
        """Tell whether lines come to an amount, before or after the discounts that are taken off them."""
        billed, discount = sum(lines.mapped("gross")), sum(lines.mapped("discount"))
        return any(not currency.compare_amounts(amount, expected) for amount in (billed, billed + discount))

    def _refund_problem(self, refund, receipts):
        """A refund gives back what the pieces cost, less what was refunded of them before."""
        lines = refund.line_ids.filtered(is_article)
        pieces, currency = lines.piece_ids, refund.currency_id
        price, gross = sum(pieces.mapped("price")), sum(lines.mapped("gross"))
        discount, deducted = sum(lines.mapped("discount")), sum(lines.mapped("refunded_before"))
        partial = receipts.filtered(lambda receipt: receipt.kind == "partial_refund").line_ids
        earlier = sum(line.gross for line in partial if line.piece_ids and line.piece_ids <= pieces)
        right = any(
            not currency.compare_amounts(gross + off + taken, price)
            for off in (deducted, earlier)
            for taken in (0, discount)
        )
        if not pieces or right:
            return False
        return self.env._(
            "%(number)s refunds %(gross)s, the pieces cost %(price)s and %(earlier)s was refunded before.",
            number=refund.number,
            gross=currency.format(gross),
            price=currency.format(price),
            earlier=currency.format(max(deducted, earlier)),
        )

    def _credit_problem(self, purchases, credits):
        """Never more is given back than was billed."""
        currency = purchases.currency_id[:1]
        billed, refunded = sum(purchases.mapped("amount_gross")), sum(credits.mapped("amount_gross"))
        if not purchases or currency.compare_amounts(refunded, billed) <= 0:
            return False
        return self.env._(
            "%(refunded)s was refunded on %(numbers)s, and only %(billed)s was billed.",
            refunded=currency.format(refunded),
            numbers=_names(credits),
            billed=currency.format(billed),
        )


def is_article(line):
    """Tell whether a line of a receipt is one of articles: of goods that the order has as pieces."""
    return line.line_type in ("item", "item_partial")


def ids_of(line):
    """Return OTTO's ids of the pieces of a line, also of those that are not in Odoo."""
    return [name for name in (line.position_ids_text or "").split("\n") if name]


def _names(receipts):
    return ", ".join(receipts.sorted("number").mapped("number")[:5])
