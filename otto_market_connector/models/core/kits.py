"""Kits (phantom bills of materials): sold as one, they lie in the stock and leave it as their parts.

Manufacturing is no must: where it is not installed, there are no kits.
"""

from collections import Counter


def kit_boms(products, company):
    """Return the bills of materials by which products are kits.

    :return: dict of `product.product` to `mrp.bom`; products that are no kits are not in it
    """
    if "mrp.bom" not in products.env or not products:
        return {}
    found = products.env["mrp.bom"].sudo()._bom_find(products, company_id=company.id, bom_type="phantom")
    return {product: bom for product, bom in found.items() if bom}


def kit_parts(bom, product, quantity, uom, never_values=None):
    """Return the goods in so many of a kit, kits within kits taken apart as well.

    :param quantity: how many of the kit, in `uom`
    :param never_values: values of attributes that make no variants
    :return: `Counter` of part (`product.product`) to its quantity in the part's own unit, not rounded
    """
    parts = Counter()
    for (part, _line), need in kit_line_parts(bom, product, quantity, uom, never_values).items():
        parts[part] += need
    return parts


def kit_line_parts(bom, product, quantity, uom, never_values=None):
    """Return the goods in so many of a kit as `kit_parts` does, each line of its bills of materials on its own.

    :return: `Counter` of (part, `mrp.bom.line`) to its quantity in the part's own unit, not rounded
    """
    parts = Counter()
    times = uom._compute_quantity(quantity, bom.product_uom_id, round=False) / bom.product_qty
    _boms, lines = bom.explode(product, times, never_attribute_values=never_values or False)
    for line, data in lines:
        part = line.product_id
        if part.type == "consu":
            parts[part, line] += line.product_uom_id._compute_quantity(data["qty"], part.uom_id, round=False)
    return parts
