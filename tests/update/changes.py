"""What an update from each landed version may change; all that is not named here must stay as it was.

Every later change of tables, columns or values is declared here, beside its migration script. `Changes` says how.
Where a version's shops may be updated from several versions, the entries add up: copy what still holds.
"""

import re

from tests.update.compare import Changes

FIELDS = {"otto_outbound_state": "otto_report_state", "otto_told_on": "otto_cancel_sent_on"}
FLOWS = {"outbound": "fulfilment", "products": "catalogue"}
# What the scheduled actions are called, by what they were called after.
ACTIONS = {
    "en_US": {
        "orders": "Orders from OTTO",
        "outbound": "Sent and Cancelled to OTTO",
        "stock": "Stock to OTTO",
        "products": "Articles from OTTO",
        "prices": "Prices to OTTO",
    },
    "de_DE": {
        "orders": "Aufträge von OTTO",
        # An update keeps a translation that is there, and with it yesterday's German of the flow.
        "outbound": "Versendet und storniert an OTTO",
        "stock": "Bestand an OTTO",
        "products": "Artikel von OTTO",
        "prices": "Preise an OTTO",
    },
}
# Where each flow notes what all of them noted in `otto_sync.reconciled_on`.
NOTED = {"catalogue": "read_all_on", "stock": "compared_on", "fulfilment": "followed_up_on"}


def renamed(text):
    """Return a text that a person saved with the new names of fields."""
    for old, new in FIELDS.items():
        text = text and re.sub(rf"\b{old}\b", new, text)
    return text


def named_values(text):
    """Return a person's filter with the new names of fields, flows and kinds."""
    text = renamed(text)
    for old, new in {**FLOWS, "outbound": "report"}.items():
        text = text and text.replace(f"'{old}'", f"'{new}'")
    return text


for words in ACTIONS.values():
    # What the flows are called since 19.0.1.2.0; processing times are one of their own there.
    words.update({new: words[old] for old, new in FLOWS.items()})
ACTIONS["en_US"]["delivery"] = "Processing Times to OTTO"
ACTIONS["de_DE"]["delivery"] = "Bearbeitungszeiten an OTTO"


def action(name, lang="en_US"):
    """Return the name of a flow's scheduled action, which is in words now; one that a person gave stays."""
    found = re.fullmatch(rf"(OTTO .*): ({'|'.join(ACTIONS['en_US'])})", name or "")
    return f"{found[1]}: {ACTIONS[lang][found[2]]}" if found else name


def actions(names):
    """Return the names of an action in all languages."""
    if action(names.get("en_US")) == names.get("en_US"):
        return names
    return {lang: action(names["en_US"], lang) for lang in ACTIONS}


def is_new_flow(row):
    """Tell whether a row belongs to a flow or scheduled action that is new.

    Flows: processing times, returns, receipts. Actions: customer data that are removed, DHL that may be back.
    """
    names = [row.get("flow"), row.get("cron_name"), *(row.get("name") or {}).values()] if row else []
    new = ("delivery", "returns", "receipts", "Processing Times to OTTO", "Returns", "Receipts")
    new += (
        "remove old customer data",
        "ask whether it answers again",
        "alte Kundendaten entfernen",
        "wieder antwortet",
    )
    return any(str(name).endswith(new) for name in names if name)


def has_read_orders(row):
    """Tell whether the row of a flow of orders had read some before the update."""
    return row["flow"] == "orders" and bool(row["cursor"] or row["last_success"])


# New columns, with what present rows get there.
ADDED = {
    "otto_sync": {
        "reconciled_on": lambda row: row["flow"] not in NOTED or row["reconciled_on"] is None,
        "read_all_on": lambda row: row["flow"] == "catalogue" or row["read_all_on"] is None,
        "compared_on": lambda row: row["flow"] == "stock" or row["compared_on"] is None,
        "followed_up_on": lambda row: row["flow"] == "fulfilment" or row["followed_up_on"] is None,
        "price_cursor": lambda row: row["flow"] == "prices" or not row["price_cursor"],
        # Who has read orders before does not begin anew.
        "open_read_on": lambda row: bool(row["open_read_on"]) == has_read_orders(row),
        "reconciled_to": None,
        "opening": None,
        "readings": lambda row: not row["readings"],
        "returns_read_on": None,
        "scans_cursor": None,
        "receipts_read_on": None,
        "receipts_before": None,
    },
    # What worked goes on: nothing waits for *Go Live* or for a person's word about a number.
    "otto_channel": {
        "stock_live": True,
        "stock_known_only": lambda row: not row["stock_known_only"],
        "brake_share": 20,
        "return_number_days": 42,
        "return_days": 7,
        "return_transport_days": 7,
        "return_condition_default": "A",
        "receipts_from": None,
        "receipts_read_from": None,
        "commission_by_parts": True,
        "book_receipts": lambda row: not row["book_receipts"],
        "booking_debtor": "otto",
        "booking_from": None,
        "booking_journal_id": None,
        "booking_partner_id": None,
        "booking_receivable_id": None,
        "salesperson_id": None,
        "log_until": None,
        "tested_carrier_id": None,
        "opening_stock_choice": None,
        "statement_journal_id": None,
        # What leads to customers stays until somebody says otherwise.
        "retention": lambda row: not row["retention"],
        "retention_months": 24,
        "retention_contact": lambda row: not row["retention_contact"],
        "retention_turn": None,
        "requests_a_minute": 1200,
        "missing_scopes": None,
    },
    "account_bank_statement_line": {
        "otto_channel_id": None,
        "otto_details": None,
        "otto_key": None,
        "otto_order_number": None,
        "otto_reason": None,
        "otto_state": None,
        "otto_type": None,
    },
    "otto_issue": {
        "traceback": None,
        "closed_on": None,
        "ignore_reason": None,
        "ignored_by_id": None,
        "solved_by_id": None,
    },
    "account_move": {
        "otto_receipt_booked": lambda row: not row["otto_receipt_booked"],
        "otto_receipt_id": None,
    },
    # OTTO names these moments with its next change of the order.
    "otto_position_item": {
        "refunded_by_otto": lambda row: not row["refunded_by_otto"],
        "released_on": None,
        "sent_on": None,
        "cancelled_by_us": None,
        # Looked at by the next run of the receipts.
        "receipt_settled": lambda row: not row["receipt_settled"],
    },
    "stock_package": {"dhl_entered_weight": lambda row: row["dhl_entered_weight"] == (row["shipping_weight"] or None)},
    # Of open transfers, what Odoo has not computed.
    "stock_picking": {
        "otto_return_id": None,
        "dhl_entered_weight": lambda row: (
            row["dhl_entered_weight"] is None
            or (row["dhl_entered_weight"] == row["shipping_weight"] and row["state"] not in ("done", "cancel"))
        ),
    },
    "otto_parcel": {"number_checked": True},
    "otto_listing": {"quantity_emptied_on": None, "zero_state": None},
    "otto_unimported_item": {"issue_key": None, "since": None, "settled": lambda row: not row["settled"]},
    "dhl_booking": {"doubt_since": None},
    "res_partner": {"dhl_de_house_number": None, "otto_ordered_on": None},
    "sale_order": {
        "otto_terms": None,
        "otto_forgotten_on": None,
        "otto_suspected_fraud": lambda row: not row["otto_suspected_fraud"],
        "otto_weee_pickup": lambda row: not row["otto_weee_pickup"],
    },
}
NEW_TABLES = frozenset(
    {
        "account_bank_statement_line_otto_receipt_rel",
        "otto_guided_start",
        "otto_return_decide",
        "otto_return_decide_line_rel",
        "otto_return_otto_return_receive_rel",
        "otto_return_otto_return_scan_rel",
        "otto_return_receive",
        "otto_return_receive_extra",
        "otto_return_receive_line",
        "otto_return_scan",
        "otto_statement_account",
        "otto_statement_import",
        "otto_statement_mapping",
        "otto_price_reduction",
        "otto_price_reduction_ask",
        "otto_return",
        "otto_return_line",
        "otto_return_line_move_rel",
        "otto_return_location",
        "otto_return_order_rel",
        "otto_booking_account",
        "otto_commission",
        "otto_receipt",
        "otto_receipt_export",
        "otto_receipt_line",
        "otto_receipt_line_piece_rel",
        "otto_receipt_total",
        "otto_channel_otto_receipt_export_rel",
        "otto_return_refund",
        "otto_return_refund_piece_rel",
        "otto_stock_go_live",
        "otto_stock_go_live_line",
        "otto_stock_recheck",
        "otto_article_match",
        "otto_issue_ignore",
        "otto_issue_otto_issue_ignore_rel",
        "otto_request",
        "otto_budget",
        "dhl_outage",
    }
)
NEW_ROWS = {
    "otto_sync": is_new_flow,
    "ir_cron": is_new_flow,
    "ir_act_server": is_new_flow,
    # Of the new product for shipping with DHL.
    "product_value": lambda row: (row["description"] or "").startswith("Price update from None"),
    # Odoo notes that it has made these.
    "mail_message": lambda row: row["model"] in ("product.template", "product.product", "ir.actions.server", "ir.cron"),
    # Odoo keeps the code of each new action: of the flows, and of the menus of the guided start.
    "ir_actions_server_history": lambda row: row["code"].endswith(
        ("._run()", "._start()", "._start_another()", "._cron_forget()", "._cron_ask()")
    ),
    "ir_act_server_group_rel": lambda row: True,
    # Which views the menus of the app open.
    "ir_act_window_view": lambda row: row["view_mode"] in ("list", "kanban", "form"),
    # The icon of the app.
    "ir_attachment": lambda row: (row["res_model"], row["res_field"]) == ("ir.ui.menu", "web_icon_data"),
}

VALUES = {
    "otto_sync": {"flow": FLOWS},
    "otto_issue": {"kind": {"outbound": "report"}, "external_id": FLOWS},
    "ir_cron": {"cron_name": action},
    "ir_act_server": {"name": actions},
    "ir_filters": {"domain": named_values, "context": renamed},
    "ir_exports_line": {"name": renamed},
    "ir_ui_view": {"arch_db": lambda arch: {lang: renamed(text) for lang, text in arch.items()}},
}
MOVED = {"otto_sync": {"reconciled_on": lambda row: row[NOTED.get(row["flow"], "reconciled_on")]}}

# The two landings of the first version. It did not read articles, sent no prices, and had no labels in one run.
WARNING = 6  # the id of Odoo's `mail.mail_activity_data_warning`
# What a row of the tables of then has in columns that are empty at first.
EMPTY = {
    "dhl_booking": ("cancel_asked", "sweep_error"),
    "otto_channel": ("create_products", "max_quantity", "pricelist_id", "return_address_carrier_id", "send_prices"),
    "otto_listing": (
        *("article_number", "attributes", "brand", "brand_code", "category", "currency_id", "delivery_to_send"),
        *("image_url", "is_active", "made_product_id", "max_quantity", "own_safety_stock", "picture_to_fetch", "price"),
        *("price_refused", "price_task", "price_task_on", "processing_time", "product_reference", "safety_stock"),
        *("quantity_compared_on", "quantity_in_doubt", "quantity_least", "quantity_refused", "quantity_refused_on"),
        *("sale_end", "sale_price", "sale_start", "seen_on", "sent_price", "sent_sale_end", "sent_sale_price"),
        *("sent_sale_start", "shipping_profile_id", "shop_url", "status", "status_reason", "to_read", "vat"),
    ),
    "otto_sync": ("began", "comparison", "stage", "stage_cursor", "stage_page"),
}


def is_empty(column):
    """Return a function that tells whether a row has nothing in a column."""
    return lambda row: not row[column]


def has_ottos_total(row):
    """Tell whether an order has the total that OTTO has, if its version knew that; cancelled ones keep their lines."""
    is_known = row["otto_channel_id"] and row["state"] != "cancel" and not row["otto_total_differs"]
    return row["otto_total"] == (row["amount_total"] if is_known else None)


def warned_before(row):
    """Return the type of an activity in the first version: what asks to stop a parcel was one of Odoo's warnings."""
    asks_to_stop = row["res_model"] == "sale.order" and row["activity_type_id"] > WARNING
    return WARNING if asks_to_stop else row["activity_type_id"]


def is_new_to_first(row):
    """Tell whether a row belongs to a flow that is new, also in the version after the first."""
    names = [row.get("flow"), row.get("cron_name"), *(row.get("name") or {}).values()]
    new = ("catalogue", "prices", "Articles from OTTO", "Prices to OTTO")
    return is_new_flow(row) or any(str(name).endswith(new) for name in names if name)


FIRST_ADDED = {
    **{table: {column: is_empty(column) for column in columns} for table, columns in EMPTY.items()},
    "delivery_carrier": {"dhl_de_return_label_type": "SHIPMENT_LABEL"},
    "mail_activity": {"activity_type_id": lambda row: row["activity_type_id"] is not None},
    "sale_order": {"otto_total": has_ottos_total},
}
FIRST_ADDED["dhl_booking"]["kind"] = "shipment"
# What was not sent before waits for *Go Live*.
FIRST_ADDED["otto_channel"].update(stock_sharing="split", stock_known_only=True)
# Who chose the products was not noted: they stay.
FIRST_ADDED["otto_listing"].update(
    send_stock=True, match=lambda row: row["match"] == ("manual" if row["product_id"] else "none")
)

FIRST = Changes(
    columns={"sale_order": FIELDS},
    values=VALUES,
    moved={**MOVED, "mail_activity": {"activity_type_id": warned_before}},
    added={table: {**ADDED.get(table, {}), **FIRST_ADDED.get(table, {})} for table in {*ADDED, *FIRST_ADDED}},
    new_tables=NEW_TABLES
    | {
        "dhl_label_run",
        "dhl_label_run_line",
        "dhl_return_receiver",
        "otto_channel_stock_location_rel",
        "otto_shipping_profile",
        "otto_unimported_item",
    },
    new_rows={
        **NEW_ROWS,
        **dict.fromkeys(("otto_sync", "ir_cron", "ir_act_server"), is_new_to_first),
        "ir_actions_server_history": lambda row: (
            NEW_ROWS["ir_actions_server_history"](row)
            or row["code"].endswith(("._cron_work()", ".action_validate_and_print()"))
        ),
    },
)

CHANGES = {
    "19.0.1.0.0-5ede8bc": FIRST,
    "19.0.1.0.0-d5e8779": FIRST,
    "19.0.1.2.0-24cf3b1": Changes(
        values={"ir_cron": {"cron_name": action}, "ir_act_server": {"name": actions}},
        added=ADDED,
        new_tables=NEW_TABLES,
        new_rows=NEW_ROWS,
    ),
    "19.0.1.1.0": Changes(
        tables={"otto_held_piece": "otto_unimported_item"},
        columns={"sale_order": FIELDS},
        values=VALUES,
        moved=MOVED,
        added=ADDED,
        new_tables=NEW_TABLES,
        new_rows=NEW_ROWS,
        xmlids={
            "otto_market_connector.rule_otto_held_piece": "otto_market_connector.rule_otto_unimported_item",
        },
    ),
}
