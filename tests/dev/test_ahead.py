"""What later versions of Odoo lack is seen in the add-ons' code, however it is written."""

import pytest

from dev import ahead

GOOD = '''
def _total(self, users):
    """Nothing of read_group or _cr here."""
    groups = self._read_group([], ["company_id"], ["__count"])
    return to_field(b""), self.env.cr, users, groups
'''


def complaints(folder, text, name="otto_market_connector/models/x.py"):
    path = folder / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return ahead.complaints(folder)


@pytest.mark.parametrize(
    "text",
    [
        "self.env['ir.config_parameter'].sudo().get_param('x')",
        "get = parameters.get_param",
        "getattr(self, 'get_param')('x')",
        "import base64",
        "import base64 as b",
        "import io, base64",
        "from base64 import b64encode",
        "def name_get(self): pass",
        "_sql_constraints = []",
        "self.read_group([], [], [])",
        "fields.Float(group_operator='sum')",
        "user.write({'groups_id': []})",
        "group.users",
        "self._cr.commit()",
        "self._context.get('x')",
    ],
)
def test_what_goes_away_is_seen(tmp_path, text):
    [complaint] = complaints(tmp_path, f"x = 1\n{text}\n")
    assert complaint.startswith("otto_market_connector/models/x.py:2: instead of ")


def test_todays_code_is_not(tmp_path):
    assert complaints(tmp_path, GOOD) == []


@pytest.mark.parametrize("name", ["otto_market_connector/otto_api/x.py", "delivery_dhl_de/binary.py"])
def test_the_wire_and_the_helper_use_base64(tmp_path, name):
    assert complaints(tmp_path, "import base64\n", name) == []


def test_the_addons_are_ready():
    assert ahead.check()
