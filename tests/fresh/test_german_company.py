"""Installed as people do it: German, the company in Germany before all else, from Apps; Odoo pulls in what it wants."""

import pytest

from dev import database, postgres

# Odoo installs some forty modules, one after the other.
pytestmark = pytest.mark.timeout(1800)
DATABASE = "otto_fresh"
COMPANY = """
company = env.company
company.write({'name': 'Muster GmbH', 'country_id': env.ref('base.de').id, 'currency_id': env.ref('base.EUR').id})
env.user.lang = 'de_DE'
env.cr.commit()
"""
# What the button *Activate* does; everything below is asked in a new registry.
ACTIVATE = """
env['ir.module.module'].update_list()
env['ir.module.module'].search([('name', '=', 'otto_market_connector')]).button_immediate_install()
"""
LOOK = """
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
env = api.Environment(Registry(env.cr.dbname).cursor(), SUPERUSER_ID, {})
env = env(context={'lang': 'de_DE'})
states = env['ir.module.module'].search([('state', 'in', ('to install', 'to upgrade', 'to remove'))]).mapped('name')
company = env.company
channel = env['otto.channel'].create({'name': 'OTTO Market'})
print('LEFT', states)
print('CHART', company.chart_template)
print('TEAM', channel.team_id.name)
print('FLOWS', len(channel.sync_ids.cron_id))
print('MENU', env.ref('otto_market_connector.menu_otto_issues').name)
"""


@pytest.fixture(scope="module")
def looked():
    """What a fresh database says after the installation."""
    postgres.start()
    database.write_config()
    postgres.drop(DATABASE)
    options = ("-i", "base", "--load-language=de_DE", "--without-demo", "--stop-after-init", "--no-http")
    database.run_odoo("fresh", "-d", DATABASE, *options)
    yield database.shell("fresh", DATABASE, COMPANY + ACTIVATE + LOOK)
    postgres.drop(DATABASE)


def test_a_fresh_german_database_from_apps(looked):
    assert "LEFT []" in looked
    assert "CHART de_skr" in looked
    assert "TEAM OTTO" in looked
    assert "FLOWS 0" not in looked
    assert "MENU OTTO-Probleme" in looked
