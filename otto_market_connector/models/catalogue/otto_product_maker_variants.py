"""Articles of one product reference as variants of one product: by attributes that differ, with exact prices (R6)."""

from odoo import Command, models
from odoo.exceptions import UserError


def telling_names(rows):
    """Return the names of the attributes that differ between articles and together tell all of them apart, else none.

    :param rows: for each article a dict of attribute name to its values
    """
    common = [name for name in rows[0] if all(len(row.get(name) or ()) == 1 for row in rows)]
    names = [name for name in common if len({row[name][0] for row in rows}) > 1]
    combinations = {tuple(row[name][0] for name in names) for row in rows}
    return names if len(combinations) == len(rows) else []


def price_parts(rows, prices):
    """Split prices into a basic one and an extra for each attribute value, so that every sum is exact.

    :param rows: for each article a dict of attribute name to its one value
    :param prices: the price of each article in cents
    :return: basic price and dict of (name, value) to extra, or None where no such extras were found
    """
    base, cheapest = min(zip(prices, range(len(rows)), strict=True))
    extras = dict.fromkeys(rows[cheapest].items(), 0)
    waiting = list(zip(rows, prices, strict=True))
    while waiting:
        # The article with the fewest unknown extras first: one unknown is determined by the price, more are free.
        row, price = waiting.pop(
            min(range(len(waiting)), key=lambda place: sum(part not in extras for part in waiting[place][0].items()))
        )
        if not add_extras(extras, row, price - base):
            return None
    return base, extras


def add_extras(extras, row, above):
    """Add the extras of an article's values that are not known yet; return whether its price can be exact.

    :param extras: dict of (name, value) to extra in cents; changed
    :param above: how much the article costs more than the basic price
    """
    unknown = [part for part in row.items() if part not in extras]
    extras.update(dict.fromkeys(unknown[1:], 0))
    rest = above - sum(extras[part] for part in row.items() if part in extras)
    if unknown:
        extras[unknown[0]] = rest
    return bool(unknown) or not rest


class OttoProductMaker(models.AbstractModel):
    _inherit = "otto.product.maker"

    def _create_variants(self, listings):
        """Make one product with a variant for each article; return whether that was possible."""
        rows = [self._attribute_row(listing) for listing in listings]
        names = telling_names(rows)
        if len(listings) == 1 or not names or len(set(listings.mapped("vat"))) > 1:
            return False
        singles = [{name: row[name][0] for name in names} for row in rows]
        parts = price_parts(singles, [self._cents(self._own_price(listing)) for listing in listings])
        if parts is None:
            return False
        base, extras = parts
        template = (
            self.env["product.template"]
            .sudo()
            .create(
                {
                    **self._template_values(listings[0]),
                    "name": self._common_title(listings[0]),
                    "list_price": base / 100,
                    "attribute_line_ids": self._attribute_lines(singles, names),
                }
            )
        )
        self._set_extras(template, extras)
        for listing, row in zip(listings, singles, strict=True):
            self._add_variant(template, listing, row)
        return True

    def _made_siblings(self, listings):
        """Return the articles of the same reference that are the variants of one product which was made for them."""
        if not listings[0].product_reference:
            return listings.browse()
        domain = [
            ("channel_id", "=", self.channel.id),
            ("product_reference", "=", listings[0].product_reference),
            ("made_product_id", "!=", False),
        ]
        siblings = self.env["otto.listing"].search(domain).filtered(lambda row: row.made_product_id == row.product_id)
        templates = siblings.product_id.product_tmpl_id
        if len(templates) != 1 or templates.sudo().product_variant_ids != siblings.product_id:
            return siblings.browse()
        return siblings

    def _join_variant(self, siblings, listing):
        """Make an article a variant of its siblings' product; return whether that was possible.

        The prices of the variants that are there stay as they are.
        """
        template = siblings.product_id.product_tmpl_id.sudo()
        row = self._joining_row(template, siblings, listing)
        if not row or template.taxes_id._filter_taxes_by_company(self.channel.company_id) != self._tax_of_article(
            listing
        ):
            return False
        extras = {
            (value.attribute_id.name, value.name): self._cents(value.price_extra)
            for value in template.attribute_line_ids.product_template_value_ids
        }
        present = set(template.attribute_line_ids.attribute_id.mapped("name"))
        others = self._attribute_row(siblings[0])
        kept = {(name, others[name][0]): 0 for name in row if name not in present}
        known = {**extras, **kept}
        if not add_extras(known, row, self._cents(self._own_price(listing)) - self._cents(template.list_price)):
            return False
        self._extend_template(template, dict(kept), row)
        self._set_extras(template, {part: known[part] for part in row.items() if part not in extras})
        self._add_variant(template, listing, row)
        return True

    def _joining_row(self, template, siblings, listing):
        """Return the values, by attribute name, that make an article a further variant of a product; else none.

        Beside the attributes of the product these are some in which all present variants agree.
        """
        attributes = template.attribute_line_ids.attribute_id
        if attributes.filtered(lambda attribute: attribute.create_variant != "dynamic"):
            return {}
        rows = [self._attribute_row(row) for row in (*siblings, listing)]
        names = attributes.mapped("name")
        if any(len(row.get(name) or ()) != 1 for row in rows for name in names):
            return {}
        for sibling, row in zip(siblings, rows[:-1], strict=True):
            values = sibling.product_id.sudo().product_template_attribute_value_ids
            if {(value.attribute_id.name, value.name) for value in values} != {(name, row[name][0]) for name in names}:
                return {}
        names += [
            name
            for name, values in rows[-1].items()
            if name not in names
            and len(values) == 1
            and all(len(row.get(name) or ()) == 1 and row[name] == rows[0][name] for row in rows[:-1])
            and values != rows[0][name]
        ]
        combinations = {tuple(row[name][0] for name in names) for row in rows}
        return {name: rows[-1][name][0] for name in names} if len(combinations) == len(rows) else {}

    def _extend_template(self, template, kept, row):
        """Give a product the attributes and values that one more variant needs.

        :param kept: keys are (name, value) of attributes that are new to the product, with its variants' value
        """
        # First with the one value that all present variants have: Odoo then notes it on each of them.
        lines = [Command.create(self._line_values(name, [value])) for name, value in kept]
        if lines:
            template.write({"attribute_line_ids": lines})
        for line in template.attribute_line_ids:
            value = self._value(line.attribute_id, row[line.attribute_id.name])
            if value not in line.value_ids:
                line.write({"value_ids": [Command.link(value.id)]})

    def _add_variant(self, template, listing, row):
        variant = template._create_product_variant(self._combination(template, row))
        if not variant or variant.default_code:
            raise UserError(self.env._("its variant of %(product)s is taken.", product=template.display_name))
        variant.write(self._code_values(listing))
        self._link_created(listing, variant)

    def _attribute_row(self, listing):
        return dict(listing.attributes or [])

    def _common_title(self, listing):
        """Return the title without what tells the variants apart."""
        title = listing.title or listing.sku
        for _name, values in reversed(listing.attributes or []):
            for value in values[:1]:
                title = title.removesuffix(value).strip()
        return title or listing.sku

    def _attribute_lines(self, rows, names):
        return [
            Command.create(self._line_values(name, list(dict.fromkeys(row[name] for row in rows)))) for name in names
        ]

    def _line_values(self, name, values):
        attribute = self._attribute(name)
        ids = [self._value(attribute, value).id for value in values]
        return {"attribute_id": attribute.id, "value_ids": [Command.set(ids)]}

    def _attribute(self, name):
        """Return an attribute whose variants are made one by one: not every combination exists on OTTO."""
        attributes = self.env["product.attribute"].sudo()
        domain = [("name", "=", name), ("create_variant", "=", "dynamic")]
        return attributes.search(domain, limit=1) or attributes.create({"name": name, "create_variant": "dynamic"})

    def _value(self, attribute, name):
        domain = [("attribute_id", "=", attribute.id), ("name", "=", name)]
        values = self.env["product.attribute.value"].sudo()
        return values.search(domain, limit=1) or values.create({"attribute_id": attribute.id, "name": name})

    def _combination(self, template, row):
        return template.attribute_line_ids.product_template_value_ids.filtered(
            lambda value: row.get(value.attribute_id.name) == value.name
        )

    def _set_extras(self, template, extras):
        for value in template.attribute_line_ids.product_template_value_ids:
            extra = extras.get((value.attribute_id.name, value.name), 0)
            if extra:
                value.price_extra = extra / 100

    def _cents(self, amount):
        return round(amount * 100)
