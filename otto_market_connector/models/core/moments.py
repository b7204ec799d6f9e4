"""Moments: aware and in UTC on the wire, naive and in UTC in Odoo; days are those of Germany."""

from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import fields

# OTTO Market sells and promises arrivals in Germany: its days begin there, whatever the server's or a person's zone.
GERMANY = ZoneInfo("Europe/Berlin")


def naive(moment):
    """Return a moment of the wire (aware, in UTC) as Odoo stores it: naive, without fractions; False for none."""
    return moment.replace(tzinfo=None, microsecond=0) if moment else False


def aware(moment):
    """Return a moment of Odoo (naive, in UTC) as the wire takes it."""
    return fields.Datetime.to_datetime(moment).replace(tzinfo=timezone.utc)


def german_day(moment):
    """Return the day in Germany of a moment (naive, in UTC, or aware); False for none."""
    try:
        return moment and (moment if moment.tzinfo else aware(moment)).astimezone(GERMANY).date()
    except OverflowError:
        # The first or last day that a calendar has.
        return moment.date()


def today_in_germany():
    """Return the day that it is in Germany."""
    return german_day(fields.Datetime.now())
