from odoo import fields, models
from odoo.tools import SQL

from ..core.write_guard import as_connector, quietly

# Where a contact of OTTO's orders stands because of these orders; what is noted there is looked at by itself.
OWN_PLACES = {
    ("sale.order", "partner_id"),
    ("sale.order", "partner_invoice_id"),
    ("sale.order", "partner_shipping_id"),
    ("sale.order.line", "order_partner_id"),
    ("stock.picking", "partner_id"),
    ("stock.move", "partner_id"),
    ("stock.move", "restrict_partner_id"),
    ("stock.reference", "partner_id"),
    ("res.partner", "commercial_partner_id"),
}
# Documents whose messages and followers go with them, or say nothing of another use.
OWN_DOCUMENTS = ("sale.order", "stock.picking", "otto.return", "res.partner")
SILENT_MODELS = {"mail.followers", "mail.mail", "mail.message", "mail.notification"}
REMOVED = (
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "email",
    "phone",
    "otto_email",
    "otto_ordered_on",
    "dhl_de_house_number",
    "comment",
    "vat",
    "website",
    "function",
    "ref",
    "image_1920",
    "barcode",
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _otto_free_of_other_use(self, soon_forgotten=None):
        """Return those of these contacts of which nothing in Odoo knows but orders that are forgotten (R33).

        Every stored link of every installed add-on counts: an invoice, a journal entry, a lead, a login, a child.

        :param soon_forgotten: orders that are looked at as if they were forgotten already
        """
        used = self._otto_used_by_orders(soon_forgotten or self.env["sale.order"])
        used |= set(self.filtered("parent_id").ids) | self._otto_used_by_transfers() | self._otto_used_in_messages()
        for table, column in self._otto_links():
            left = tuple(set(self.ids) - used)
            if not left:
                break
            query = SQL(
                "SELECT DISTINCT %(column)s FROM %(table)s WHERE %(column)s IN %(ids)s",
                column=SQL.identifier(column),
                table=SQL.identifier(table),
                ids=left,
            )
            used |= {row[0] for row in self.env.execute_query(query)}
        return self.filtered(lambda partner: partner.id not in used)

    def _otto_links(self):
        """Yield (table, column) of everything stored that may name a contact for another reason than an OTTO order."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._abstract or not model._auto or model._transient or name in SILENT_MODELS:
                continue
            for field in model._fields.values():
                if not field.store or field.comodel_name != "res.partner" or (name, field.name) in OWN_PLACES:
                    continue
                if field.type == "many2one" and not field.company_dependent:
                    yield model._table, field.name
                elif field.type == "many2many" and name not in ("mail.message", "res.partner"):
                    yield field.relation, field.column2

    def _otto_used_by_orders(self, soon_forgotten):
        """Return the ids of contacts of orders that are not forgotten, OTTO's or not."""
        orders = self.env["sale.order"].with_context(active_test=False)
        used = set()
        for name in ("partner_id", "partner_invoice_id", "partner_shipping_id"):
            domain = [(name, "in", self.ids), ("otto_forgotten_on", "=", False), ("id", "not in", soon_forgotten.ids)]
            used |= set(orders.search(domain)[name].ids)
        return used

    def _otto_used_by_transfers(self):
        """Return the ids of contacts of transfers that belong to no OTTO order."""
        domain = [
            ("partner_id", "in", self.ids),
            ("otto_return_id", "=", False),
            "|",
            ("sale_id", "=", False),
            ("sale_id.otto_channel_id", "=", False),
        ]
        return set(self.env["stock.picking"].search(domain).partner_id.ids)

    def _otto_used_in_messages(self):
        """Return the ids of contacts who wrote something on a document of another kind."""
        domain = [("author_id", "in", self.ids), ("model", "not in", (False, *OWN_DOCUMENTS))]
        return set(self.env["mail.message"].search(domain).author_id.ids)

    def _otto_forget(self):
        """Take everything from these contacts that leads to a person; the country stays, for the turnover."""
        if not self:
            return
        self._otto_forget_messages()
        files = self.env["ir.attachment"].search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        files.filtered(lambda file: not file.res_field).unlink()
        self.env["mail.followers"].search([("partner_id", "in", self.ids)]).unlink()
        contacts = quietly(as_connector(self)).with_context(no_vat_validation=True)
        for partner in contacts:
            partner.write(
                {
                    "name": self.env._("OTTO customer, data removed on %s", fields.Date.context_today(self)),
                    "otto_address_key": f"forgotten-{partner.id}",
                    "is_company": False,
                    "active": False,
                    **{name: False for name in REMOVED if name in partner._fields},
                }
            )
