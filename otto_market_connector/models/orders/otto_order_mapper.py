"""How an OTTO order looks in Odoo: the values of a new sale order, its lines and pieces."""

from collections import Counter, defaultdict

from odoo import Command, models
from odoo.exceptions import UserError

from ...otto_api import delivery_date, expected_total, order_currency, order_status, status_of
from ..core.languages import german_of
from ..core.moments import german_day, naive
from ..core.write_guard import as_connector, quietly
from .import_batch import in_batch


class OttoOrderMapper(models.AbstractModel):
    _name = "otto.order.mapper"
    _description = "From OTTO's Orders to Sales Orders"
    _inherit = ["otto.component"]

    def _create_orders(self, orders):
        """Create and confirm new orders in batch (R3, R17).

        :param orders: list of OTTO `Order` that Odoo does not have yet
        """
        orders = [order for order in orders if self._is_wanted(order)]
        if not orders:
            return
        self._check_pieces(orders)
        taxes = self.channel._taxes_by_rate(vat_rates(orders))
        products = self.env["otto.order.products"]._products_of_orders(orders, taxes)
        partners = self.env["res.partner"]._otto_find_or_create(orders, self.channel.company_id)
        orders_model = self.env["sale.order"].with_company(self.channel.company_id)
        records = in_batch(quietly(as_connector(orders_model))).create(
            [self._order_values(order, partners, products, taxes) for order in orders]
        )
        records._message_log_batch(
            {record.id: self.env._("Imported from %s.", self.channel.name) for record in records}
        )
        self._create_position_items(records, orders)
        self._note_conversions(records, orders)
        self.env["otto.order.articles"]._report_unknown(records)
        self._confirm_released(records)
        self.env["otto.order.waiting"]._report_waiting(records)
        records._otto_status_changed(self.env["otto.position.item"])
        self._check_totals(records, orders)
        self.channel._goods_changed(at_once=True)

    def _is_wanted(self, order):
        """Tell whether a new order is imported: the switch is on (R3), and there is something to do or to know.

        Announced ones only if OTTO's changes come to Odoo (R2). What was sent or returned without Odoo is imported if
        it was ordered after the channel's start; what was cancelled before Odoo knew it is not.
        """
        if not self.channel.import_orders:
            return False
        status = order_status(order)
        if status == "announced":
            return self.channel._takes_changes
        if status in ("sent", "returned"):
            return naive(order.order_date) >= self.channel.import_from
        return status == "processable"

    def _check_pieces(self, orders):
        """Check that no piece comes twice: each is in one order, once.

        :raises UserError: names the pieces
        """
        ids = [item.id for order in orders for item in order.items]
        domain = [("channel_id", "=", self.channel.id), ("position_id", "in", ids)]
        taken = set(self.env["otto.position.item"].sudo().search(domain).mapped("position_id"))
        twice = taken | {piece for piece, count in Counter(ids).items() if count > 1}
        if twice:
            raise UserError(
                self.env._(
                    "OTTO names pieces twice, in this order or also in another one: %(pieces)s",
                    pieces=", ".join(sorted(twice)[:5]),
                )
            )

    def _link_values(self, order):
        """Return what links a sale order with OTTO's."""
        return {
            "otto_channel_id": self.channel.id,
            "otto_order_id": order.id,
            "otto_order_number": order.number,
            "otto_payment_type": order.payment_method,
            "otto_currency_id": self._currency(order).id,
            "otto_total": self._expected_total(order),
            "otto_terms": self.env["otto.order.terms"]._terms(order),
            **self._order_status_values(order),
        }

    def _order_values(self, order, partners, products, taxes):
        # Without an address for the parcel the order waits, whatever else is known (R17).
        delivery = partners.get(order.delivery_address) or self._announced_partner()
        partner = (order.delivery_address and partners.get(order.invoice_address)) or delivery
        return {
            **self._link_values(order),
            "name": f"{self.channel.order_prefix or ''}{order.number}"
            if self.channel.order_prefix
            else self._next_order_name(),
            "client_order_ref": order.number,
            "origin": self.env._("OTTO %s", order.number),
            "company_id": self.channel.company_id.id,
            "warehouse_id": self.channel.warehouse_id.id,
            "partner_id": partner.id,
            "partner_invoice_id": partner.id,
            "partner_shipping_id": delivery.id,
            "pricelist_id": False,
            "date_order": naive(order.order_date),
            "commitment_date": naive(delivery_date(order)),
            "carrier_id": self.channel.carrier_id.id,
            "team_id": self.channel.team_id.id,
            "user_id": self.channel.salesperson_id.filtered("active").id,
            "preferred_payment_method_line_id": self.channel.payment_method_line_id.id,
            "payment_term_id": False,
            "require_signature": False,
            "require_payment": False,
            "order_line": [
                Command.create(values)
                for values in (*self._piece_line_values(order, products, taxes), *self._fee_line_values(order, taxes))
            ],
        }

    def _order_status_values(self, order):
        return {
            "otto_status": order_status(order),
            # To the microsecond: two changes may come in one second.
            "otto_last_modified": changed_at(order).replace(tzinfo=None),
            "otto_weee_pickup": any(item.weee_pickup and not item.cancelled for item in order.items),
            "otto_suspected_fraud": order.suspected_fraud,
        }

    def _next_order_name(self):
        return self.env["ir.sequence"].with_company(self.channel.company_id).next_by_code("sale.order")

    def _currency(self, order):
        return self._rated_currency(order_currency(order))

    def _rated_currency(self, name):
        """Return a currency that Odoo can convert (R16): never one to one because no rate is known.

        :raises UserError: Odoo does not know the currency, or has no rate of it; says what to do
        """
        company = self.channel.company_id
        currency = self.channel._currency_named(name)
        if not currency:
            raise UserError(self.env._("Odoo does not know the currency %(currency)s of its amounts", currency=name))
        rates = self.env["res.currency.rate"].sudo()
        domain = [("currency_id", "=", currency.id), ("company_id", "in", (False, company.id, company.root_id.id))]
        if currency != company.currency_id and not rates.search_count(domain, limit=1):
            raise UserError(
                self.env._(
                    "there is no rate of the currency %(currency)s in the company %(company)s. Please enter one "
                    "(Invoicing, Configuration, Currencies)",
                    currency=name,
                    company=company.name,
                )
            )
        return currency

    def _announced_partner(self):
        """Return the channel's one placeholder contact for orders that have no address yet (R17)."""
        values = {"name": self.env._("OTTO: announced, no address yet"), "company_id": self.channel.company_id.id}
        key = f"announced-{self.channel.id}"
        partner = self.env["res.partner"].sudo().search([("otto_address_key", "=", key)], limit=1)
        return partner or self.env["res.partner"].sudo().create({**values, "otto_address_key": key})

    def _piece_line_values(self, order, products, taxes):
        """Yield the values of one line for each group of equal pieces; OTTO has no quantities."""
        for sequence, (key, items) in enumerate(piece_groups(order).items()):
            _sku, _price, _currency, rate = key
            product = products.get(items[0].product.sku) or self.channel._unknown_product()
            yield {
                "sequence": sequence + 1,
                "product_id": product.id,
                "name": items[0].product.title,
                "product_uom_id": product.uom_id.id,
                "product_uom_qty": sum(1 for item in items if not item.cancelled),
                "price_unit": self._in_order_currency(order, items[0].price),
                "discount": 0.0,
                "tax_ids": [Command.set(taxes[float(rate)].ids)],
                "otto_sku": items[0].product.sku,
            }

    def _fee_line_values(self, order, taxes):
        """Yield the values of one shipping cost line for each VAT rate of OTTO's initial fees (R10)."""
        if all(item.cancelled for item in order.items):
            return
        product = self.channel._fee_product()
        name = product.with_context(lang=german_of(self.env) or self.env.lang).name
        by_rate = defaultdict(list)
        for fee in order.fees:
            by_rate[float(fee.vat_rate)].append(fee)
        for rate, fees in by_rate.items():
            yield {
                "sequence": 1000,
                "product_id": product.id,
                "name": name,
                "product_uom_qty": 1,
                "price_unit": sum(self._in_order_currency(order, fee.amount) for fee in fees),
                "discount": 0.0,
                "tax_ids": [Command.set(taxes[rate].ids)],
                "is_delivery": True,
            }

    def _in_order_currency(self, order, money):
        """Return an amount as a float in the order's currency, at the order date's rate (R16)."""
        if money.currency == order_currency(order):
            return float(money.amount)
        return self._rated_currency(money.currency)._convert(
            float(money.amount), self._currency(order), self.channel.company_id, german_day(order.order_date)
        )

    def _expected_total(self, order):
        """Return what OTTO says the customer pays, as a float in the order's currency (R18)."""
        return float(expected_total(order, convert=lambda money: self._in_order_currency(order, money)))

    def _note_conversions(self, records, orders):
        """Say in the order that amounts were converted (R16)."""
        for record, order in zip(records, orders, strict=True):
            others = {item.price.currency for item in order.items} - {order_currency(order)}
            if others:
                record.message_post(
                    body=self.env._(
                        "Amounts in %(others)s were converted to %(currency)s at the rate of the order date.",
                        others=", ".join(sorted(others)),
                        currency=order_currency(order),
                    )
                )

    def _create_position_items(self, records, orders):
        """Create the pieces of new orders, each linked to its order line."""
        values = []
        for record, order in zip(records, orders, strict=True):
            lines = record.order_line.filtered("otto_sku").sorted("sequence")
            for line, items in zip(lines, piece_groups(order).values(), strict=True):
                values += [self._position_item_values(item, record, line) for item in items]
        self.env["otto.position.item"].sudo().create(values)

    def _position_item_values(self, item, record, line):
        return {
            "order_id": record.id,
            "order_line_id": line.id,
            "position_id": item.id,
            "sku": item.product.sku,
            "ean": item.product.ean,
            "title": item.product.title,
            "status": status_of(item.status),
            "currency_id": record.currency_id.id,
            "price": line.price_unit if line else float(item.price.amount),
            "vat_rate": float(item.product.vat_rate),
            "expected_delivery": naive(item.expected_delivery),
            "refunded_by_otto": item.return_accepted_by_marketplace,
        }

    def _confirm_released(self, records):
        """Confirm in batch what OTTO has released, whose articles are known and whose address is (R17)."""
        ready = records.filtered(
            lambda order: (
                order.state in ("draft", "sent")
                and order.otto_status in ("processable", "sent", "returned")
                and not order._otto_unknown_lines
                and not order._otto_waits_for_address
            )
        )
        if ready:
            ready = in_batch(quietly(as_connector(ready)))
            ready.action_confirm()
            ready.env["stock.picking"]._otto_note_origins()

    def _check_totals(self, records, orders):
        """Compare each order's total with OTTO's, and report those that differ (R18)."""
        failures, equal = [], []
        for record, order in zip(records, orders, strict=True):
            currency = record.currency_id
            expected = self._expected_total(order)
            if currency.compare_amounts(record.otto_total, expected):
                record._otto_note(otto_total=expected)
            if record.otto_total_differs and not record._otto_total_is_explained():
                text = record._otto_total_text(currency.format(record.amount_total), currency.format(expected))
                failures.append((order.number, text, record))
            else:
                equal.append(order.number)
        self._issues._report(self.channel, "total", failures)
        self._issues._resolve(self.channel, "total", equal)


def piece_groups(order):
    """Group equal pieces: same article, price, currency and VAT rate share an order line."""
    groups = defaultdict(list)
    for item in order.items:
        groups[item.product.sku, item.price.amount, item.price.currency, item.product.vat_rate].append(item)
    return groups


def vat_rates(orders):
    for order in orders:
        yield from (item.product.vat_rate for item in order.items)
        yield from (fee.vat_rate for fee in order.fees)


def changed_at(order):
    """Return when an order was changed last; an older copy never wins over a newer one (R19)."""
    return max(filter(None, (order.last_modified, order.lifecycle_change)))
