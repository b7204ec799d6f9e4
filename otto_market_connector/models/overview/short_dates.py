"""Days and times as short as a card needs them, in the form of the user's language."""

from babel.dates import format_skeleton

from odoo.tools.misc import babel_locale_parse, get_lang


def in_short(env, skeleton, moment):
    """Return a day or a moment in the form that a language has for it.

    :param skeleton: which parts, e.g. ``MMMd``: *27. Nov.* in German, *Nov 27* in English
    :param moment: a date, or a datetime in the time zone in which it is shown
    """
    return format_skeleton(skeleton, moment, locale=babel_locale_parse(get_lang(env).code))
