"""Starts Odoo as its own script does: with workers it starts itself again by the name of its script."""

from odoo.cli import main

main()
