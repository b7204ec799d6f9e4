"""Moments: aware and in UTC on the wire, naive and in UTC in Odoo."""

from datetime import timezone

from odoo import fields


def naive(moment):
    """Return a moment of the wire (aware, in UTC) as Odoo stores it: naive, without fractions; False for none."""
    return moment.replace(tzinfo=None, microsecond=0) if moment else False


def aware(moment):
    """Return a moment of Odoo (naive, in UTC) as the wire takes it."""
    return fields.Datetime.to_datetime(moment).replace(tzinfo=timezone.utc)
