"""Kits for the tests beside `mrp`."""

from odoo.fields import Command

# A frame and four screws.
PARTS = {"Frame": 1, "Screw": 4}


def make_kit(product):
    """Make a kit of a product; return its parts."""
    env = product.env
    parts = env["product.product"].create([{"name": name, "is_storable": True, "weight": 0.2} for name in PARTS])
    env["mrp.bom"].create(
        {
            "product_tmpl_id": product.product_tmpl_id.id,
            "type": "phantom",
            "bom_line_ids": [
                Command.create({"product_id": part.id, "product_qty": quantity})
                for part, quantity in zip(parts, PARTS.values(), strict=True)
            ],
        }
    )
    return parts
