"""The language of what German customers read."""

GERMAN = "de_DE"


def german_of(env):
    """Return the code of German, False where it is not installed: Odoo refuses to work in such a language."""
    return GERMAN if GERMAN in dict(env["res.lang"].get_installed()) else False
