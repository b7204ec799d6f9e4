"""What Odoo's fields for documents and pictures hold, and bytes: the one place of both add-ons that knows how.

Odoo 19.0 keeps them as base64; a later version that keeps bytes changes these two functions alone.
"""

import base64


def to_field(content):
    """Return what a Binary field takes.

    :param content: bytes, or nothing (None, False, empty)
    :return: the field's value, False for nothing
    """
    return base64.b64encode(content) if content else False


def from_field(value):
    """Return the bytes that a Binary field holds, empty for none."""
    return base64.b64decode(value or b"")
