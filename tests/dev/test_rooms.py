"""Each room of the add-on uses only rooms below it (docs/architecture.md)."""

import ast

from dev import rooms


def test_no_room_uses_what_only_a_room_above_it_defines():
    assert rooms.violations() == []


def test_the_rooms_are_those_that_are_there():
    there = {path.parent.name for path in rooms.MODELS.glob("*/__init__.py")}
    assert there == set(rooms.MAY_USE)


def test_no_room_may_use_one_that_may_use_it():
    order = list(rooms.MAY_USE)
    for room, used in rooms.MAY_USE.items():
        assert all(order.index(name) < order.index(room) for name in used), room


def make_room(folder, room, text):
    (folder / room).mkdir()
    (folder / room / "file.py").write_text(text)


def test_calls_upward_are_found_by_method_model_field_flow_and_import(tmp_path):
    make_room(
        tmp_path,
        "stock",
        "class Offer:\n    _name = 'otto.flow.stock'\n    otto_offer = Char()\n    def _offers(self):\n        pass\n",
    )
    make_room(
        tmp_path,
        "core",
        "from ..stock.file import Offer\n"
        "def work(self):\n"
        "    self._offers()\n"
        "    self.env['otto.flow.stock']\n"
        "    self.search([('otto_offer', '=', 1)])\n"
        "    self.channel._trigger('stock')\n",
    )
    named = [line.split(": ")[1].split(" is of ")[0] for line in rooms.violations(tmp_path)]
    assert sorted(named) == ["_offers", "flow stock", "import from stock", "otto.flow.stock", "otto_offer"]


def test_a_hook_that_is_extended_above_is_defined_below():
    tree = ast.parse(
        "class A:\n    def _news(self):\n        return super()._news()\n    def _own(self):\n        pass\n"
    )
    assert list(rooms.definitions(tree)) == ["_own"]


def test_no_file_overwrites_what_another_defines_for_the_same_model():
    assert rooms.overwritten() == []


def test_an_overwritten_method_is_found(tmp_path):
    text = "class Channel:\n    _inherit = 'otto.channel'\n\n    def _chart(self):\n        return {}\n"
    make_room(tmp_path, "stock", text)
    make_room(tmp_path, "prices", text.replace("return {}", "return super()._chart()"))
    assert rooms.overwritten(tmp_path) == []
    make_room(tmp_path, "orders", text)
    assert rooms.overwritten(tmp_path) == ["otto.channel._chart: orders/file.py, stock/file.py"]
