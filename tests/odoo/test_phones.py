"""What the office and the warehouse open on a phone is made of cards: a list is cut there (docs/rules.md, R20)."""

from ast import literal_eval

from lxml import etree

from tests.harness import OttoCase

OURS = ("otto_market_connector.", "delivery_dhl_de.")
# For whoever sits at a desk: settings, logs, accounts, and the tables of the reports.
AT_A_DESK = {
    "otto_market_connector.action_otto_channel",
    "otto_market_connector.action_otto_request",
    "otto_market_connector.action_otto_statement_line",
    "otto_market_connector.action_otto_piece_report",
    "otto_market_connector.action_otto_piece_rates",
    "otto_market_connector.action_otto_turnover_report",
}
# Forms and dialogs that people use with a parcel in the other hand, and the field of their rows.
ROWS = (
    ("otto.return", "line_ids"),
    ("otto.return.receive", "line_ids"),
    ("otto.return.receive", "extra_ids"),
    ("otto.return.decide", "line_ids"),
    ("dhl.label.run", "line_ids"),
)


class TestPhones(OttoCase):
    def lists(self):
        """Return our window actions that open a list, by external id."""
        actions = self.env["ir.actions.act_window"].search([("view_mode", "ilike", "list")])
        ids = actions.get_external_id()
        return {ids[action.id]: action for action in actions if ids[action.id].startswith(OURS)}

    def test_every_list_of_the_office_and_the_warehouse_has_cards(self):
        lists = self.lists()
        self.assertGreaterEqual(len(lists), 25)
        for name, action in lists.items():
            if name in AT_A_DESK:
                continue
            with self.subTest(name):
                self.assertIn("kanban", action.view_mode.split(","))
                chosen = action.view_ids.filtered(lambda view: view.view_mode == "kanban").view_id
                cards = chosen or self.env["ir.ui.view"].search(
                    [("model", "=", action.res_model), ("type", "=", "kanban")]
                )
                self.assertTrue(cards)

    def test_what_is_exempt_still_exists(self):
        self.assertLessEqual(AT_A_DESK, set(self.lists()))

    def test_rows_are_cards_that_can_be_opened(self):
        for model, name in ROWS:
            with self.subTest(f"{model} {name}"):
                arch = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
                [field] = arch.xpath(f"//field[@name='{name}']")
                self.assertEqual(field.get("mode"), "list,kanban")
                kanban = field.find("kanban")
                # What is changed in the list is changed in the form that a card opens.
                if (rows := field.find("list")).get("editable"):
                    of_list = {node.get("name") for node in rows.iter("field")}
                    of_form = {node.get("name") for node in field.find("form").iter("field")}
                    self.assertEqual(of_list, of_form)
                    self.assertNotEqual(kanban.get("can_open"), "0")

    def test_deliveries_show_ottos_number_and_what_must_be_stopped(self):
        action = self.env.ref("otto_market_connector.action_otto_deliveries")
        cards = action.view_ids.filtered(lambda view: view.view_mode == "kanban").view_id
        arch = etree.fromstring(self.env["stock.picking"].get_view(cards.id, "kanban")["arch"])
        self.assertTrue(arch.xpath("//field[@name='otto_order_number']"))
        self.assertTrue(arch.xpath("//div[@invisible='not otto_stop_parcel']"))


class TestBins(OttoCase):
    def test_lines_have_no_bin_where_none_can_be_taken_out(self):
        view = self.env.ref("sale.view_order_form")
        [before] = etree.fromstring(view.arch).xpath("//field[@name='order_line'][@options]")
        arch = etree.fromstring(self.env["sale.order"].get_view(view_type="form")["arch"])
        [after] = arch.xpath("//field[@name='order_line'][@options]")
        options = literal_eval(after.get("options"))
        self.assertEqual(options.pop("delete"), [("otto_lines_locked", "=", False)])
        # The rest is Odoo's.
        self.assertEqual(options, literal_eval(before.get("options")))
