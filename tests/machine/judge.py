"""What must hold between OTTO, DHL and Odoo: after every step, and more when all is quiet.

Both sides are read as plain data, Odoo's from its tables; of what people did the machine's own memory knows. What
the simulation with processes asks of the end (`soak.checker`) is asked here as well, as far as kits allow it.
"""

from collections import Counter, defaultdict

from soak import checker, facts, snapshot

# These rules of the simulation know nothing of kits, or of stock that changes without a transfer.
OF_THE_SIMULATION = (
    checker.orders_are_there_once,
    checker.pieces_are_equal,
    checker.totals_are_equal,
    checker.cancelled_here_is_cancelled_there,
    checker.shipments_are_ours,
    checker.labels_are_known,
    checker.refunds_are_made_once,
    checker.receipts_are_there_once,
    checker.nothing_is_a_defect,
)
ON_HAND = """
    SELECT p.default_code AS code, sum(q.quantity)::int AS pieces
      FROM stock_quant q JOIN stock_location l ON l.id = q.location_id JOIN product_product p ON p.id = q.product_id
     WHERE l.usage = 'internal' AND l.parent_path LIKE %s AND p.default_code IS NOT NULL GROUP BY 1
"""
# Nothing of it is open any more: it was cancelled here, or its goods have left.
SETTLED = """
    SELECT o.otto_order_id FROM sale_order o
     WHERE o.otto_channel_id IS NOT NULL AND (o.state = 'cancel' OR EXISTS (
           SELECT FROM stock_picking k JOIN stock_picking_type t ON t.id = k.picking_type_id
            WHERE k.sale_id = o.id AND k.state = 'done' AND t.code = 'outgoing'))
"""
BOOKED = """
    SELECT r.number, r.booking_state AS state, round(r.amount_gross * 100)::int AS gross,
           count(m.id) FILTER (WHERE m.state = 'posted' AND m.reversed_entry_id IS NULL AND NOT EXISTS (
               SELECT FROM account_move v WHERE v.reversed_entry_id = m.id)) AS entries,
           EXISTS (SELECT FROM otto_issue i WHERE i.kind = 'receipt_booking' AND i.external_id = r.number) AS told
      FROM otto_receipt r LEFT JOIN account_move m ON m.otto_receipt_id = r.id GROUP BY r.id
"""
FLOW_ERRORS = "SELECT flow, last_error AS error FROM otto_sync WHERE last_error IS NOT NULL"
WAITING_ARTICLE = "SELECT order_id FROM otto_position_item WHERE sku = %s AND status = 'processable'"
DUE = """
    SELECT 'order ' || name || ' is still ' || otto_report_state AS what FROM sale_order
     WHERE otto_report_state IN ('to_send', 'to_cancel', 'waiting')
    UNION ALL SELECT 'decision ' || id || ' is ' || decision_state FROM otto_return_line
     WHERE decision_state IN ('due', 'asked')
    UNION ALL SELECT 'partial refund ' || id || ' is ' || state FROM otto_price_reduction
     WHERE state IN ('due', 'asked', 'initiated')
    UNION ALL SELECT 'label ' || ref_no || ' is possibly booked' FROM dhl_booking WHERE state = 'possibly'
"""
# What a life has brought about; a machine in which none of it happens has shown nothing.
HAPPENED = """
    SELECT (SELECT count(*) FROM sale_order WHERE otto_channel_id IS NOT NULL) AS orders,
           (SELECT count(*) FROM sale_order WHERE otto_report_state = 'sent') AS sent,
           (SELECT count(*) FROM sale_order WHERE otto_report_state = 'cancelled') AS cancelled,
           (SELECT count(*) FROM sale_order WHERE otto_stop_parcel) AS parcels_to_stop,
           (SELECT count(*) FROM dhl_booking WHERE state = 'cancelled') AS labels_cancelled,
           (SELECT count(*) FROM otto_return) AS returns,
           (SELECT count(*) FROM otto_return_line WHERE received = 'received') AS received,
           (SELECT count(*) FROM otto_return_line WHERE decision_state = 'done') AS decided,
           (SELECT count(*) FROM otto_price_reduction WHERE state = 'processed') AS reduced,
           (SELECT count(*) FROM account_move WHERE otto_receipt_id IS NOT NULL) AS booked
"""
GIVEN_BACK = ("INITIATED", "PROCESSED")


class Judge:
    """Looks at a shop and says what differs.

    :param shop: a `Shop`
    """

    def __init__(self, shop):
        self._shop = shop
        self._env = shop.case.env

    def _rows(self, query, *params):
        self._env.flush_all()
        self._env.cr.execute(query, params)
        return self._env.cr.dictfetchall()

    def happened(self):
        """Return how often what has happened, by name."""
        return Counter(self._rows(HAPPENED)[0])

    # After every step

    def after_a_step(self):
        """Return what must never be, a sentence each."""
        state = self._shop.sandbox.state()
        returns = self._shop.sandbox.returns()
        return [
            *self._offered_too_much(state),
            *self._told_twice(state),
            *self._refunded_too_much(returns),
            *self._accepted_without_a_word(returns),
            *self._booked_twice(),
            *self._defects(),
        ]

    def _offered_too_much(self, state):
        """No quantity is raised above what is free."""
        before, now = self._shop.model.offered, state["quantities"]
        self._shop.model.offered = now
        raised = [sku for sku in self._shop.known if now.get(sku, 0) > before.get(sku, 0)]
        free = self._free(state) if raised else {}
        for sku in raised:
            most = self._shop.model.whole(sku, free)
            if now[sku] > most:
                yield f"{sku}: {now[sku]} offered, {most} are free"

    def after_a_stock_run(self):
        """Return what OTTO offers too much of, although the flow has just read its orders and said that all is well."""
        if self._shop.last_error("stock") or self._shop.last_error("orders"):
            return
        state = self._shop.sandbox.state()
        free = self._free(state)
        for sku in self._shop.known:
            most = self._shop.model.whole(sku, free)
            if state["quantities"].get(sku, 0) > most:
                yield f"{sku}: {state['quantities'][sku]} are still offered, {most} are free"

    def _free(self, state):
        """Return what is on hand, less what is sold and has not left, be it sent at OTTO or not."""
        place = self._shop.channel.warehouse_id.view_location_id.parent_path
        free = Counter({row["code"]: row["pieces"] for row in self._rows(ON_HAND, place + "%")})
        free.subtract(self._shop.model.promised)
        settled = {row["otto_order_id"] for row in self._rows(SETTLED)}
        for order in state["orders"]:
            if order["salesOrderId"] not in settled:
                items = order["positionItems"]
                skus = [item["product"]["sku"] for item in items if facts.status(item) != "cancelled"]
                free.subtract(self._shop.model.goods(skus))
        return free

    def _told_twice(self, state):
        """OTTO has each piece in one shipment."""
        count = Counter(item["positionItemId"] for parcel in state["shipments"] for item in parcel["positionItems"])
        return [f"piece {piece} is in {times} shipments" for piece, times in count.items() if times > 1]

    def _refunded_too_much(self, returns):
        """OTTO was asked for each part of a price as often as a person asked for it."""
        for entry in returns["reductions"]:
            piece = entry["positionItemId"]
            parts = [part for part in entry["priceReductions"] if part["status"] in GIVEN_BACK]
            theirs = Counter(round(part["priceReduction"]["amount"] * 100) for part in parts)
            if more := theirs - Counter(self._shop.model.asked[piece]):
                yield f"piece {piece}: {sorted(more.elements())} cents given back, which nobody asked for"

    def _accepted_without_a_word(self, returns):
        """OTTO pays for a piece when a person said so, or by itself."""
        for entry in returns["returns"]:
            ours = entry["details"].get("reason") not in (*self._shop.OTTOS_REASONS, None)
            if entry["status"] == "ACCEPTED" and ours and entry["positionItemId"] not in self._shop.model.accepted:
                yield f"piece {entry['positionItemId']} was accepted, which nobody said"

    def _booked_twice(self):
        return [f"{row['number']} is booked {row['entries']} times" for row in self._rows(BOOKED) if row["entries"] > 1]

    def _defects(self):
        """Whatever failed was said in words of the trade."""
        failed = self._rows(FLOW_ERRORS)
        issues = [{"flow": row["kind"], "error": row["error"]} for row in self._rows(snapshot.ISSUES)]
        for row in (*failed, *issues):
            if "defect" in (row["error"] or "").lower():
                yield f"{row['flow']}: {row['error']}"

    # When all is quiet

    def is_anything_due(self):
        """Tell whether something is still to be done by itself."""
        return bool(self._rows(DUE))

    def when_quiet(self):
        """Return what must not be once everything was done that was due, a sentence each."""
        taken = self._snapshot()
        # What somebody entered at OTTO itself is not ours.
        for parcel in taken.otto[1]["shipments"]:
            entered = self._shop.model.entered
            parcel["positionItems"] = [row for row in parcel["positionItems"] if row["salesOrderId"] not in entered]
        simulated = [f"{rule.__name__}: {text}" for rule in OF_THE_SIMULATION for text in rule(taken)]
        return [
            *self.after_a_step(),
            *simulated,
            *self._odd_states(taken),
            *self._left_untold(taken),
            *self._wrong_quantities(),
            *self._wrong_prices(),
            *self._not_booked(),
            *(row["what"] for row in self._rows(DUE)),
            *(f"flow {row['flow']}: {row['error']}" for row in self._rows(FLOW_ERRORS)),
        ]

    def _snapshot(self):
        sandbox = self._shop.sandbox
        taken = snapshot.Snapshot(
            otto={1: sandbox.state()},
            dhl=sandbox.dhl_state()["shipments"],
            returns={1: sandbox.returns()},
            receipts={1: sandbox.receipts()},
            odoo={name: self._rows(query) for name, query in snapshot.TABLES.items()},
        )
        # Whoever says that a parcel was stopped knows of it from then on; an issue says what is sent on one side only.
        for order in taken.odoo["orders"]:
            known = order["otto_id"] in self._shop.model.stopped or self._is_told(order, taken)
            order["stop"] = order["stop"] or known
        return taken

    def _odd_states(self, taken):
        """Announced is a quotation, what is to be shipped is confirmed; only an unknown article may keep it."""
        waiting = {row["order_id"] for row in self._rows(WAITING_ARTICLE, self._shop.unknown)}
        told = {
            row["external_id"] for row in taken.odoo["issues"] if row["kind"] == "article" and row["state"] == "open"
        }
        for order in taken.odoo["orders"]:
            # Somebody may have sent it in OTTO's own pages, or the customer has sent it back.
            if order["id"] in waiting and order["status"] in ("processable", "sent", "returned"):
                if order["state"] == "draft" and not told:
                    yield f"{order['name']} waits for an article, and nobody was told"
                taken.odoo["orders"] = [row for row in taken.odoo["orders"] if row["id"] != order["id"]]
        yield from checker.states_fit(taken)

    def _left_untold(self, taken):
        """Goods leave exactly when OTTO knows them as sent, or a person was told why not."""
        gone = defaultdict(Counter)
        for move in taken.odoo["moved"]:
            if move["order_id"] and move["target"] == "customer":
                gone[move["order_id"]][move["sku"]] += move["pieces"]
        sent = defaultdict(list)
        for piece in taken.odoo["pieces"]:
            if piece["status"] in ("sent", "returned"):
                sent[piece["order_id"]].append(piece["sku"])
        for order in taken.odoo["orders"]:
            left, known = gone[order["id"]], self._shop.model.goods(sent[order["id"]])
            if left != known and not facts.told(order):
                yield f"{order['name']}: {dict(left)} left the house, {dict(known)} are sent at OTTO"
            if known and order["report"] != "sent" and not facts.told(order):
                yield f"{order['name']} is sent at OTTO, and {order['report']} in Odoo"

    def _is_told(self, order, taken):
        """Tell whether an issue says that the order is sent on one side only."""
        issues = [row for row in taken.odoo["issues"] if row["kind"] == "shipped" and row["state"] == "open"]
        return any(order["name"] in row["error"] for row in issues)

    def _wrong_quantities(self):
        state = self._shop.sandbox.state()
        free = self._free(state)
        for sku in self._shop.known:
            offered, wanted = state["quantities"].get(sku), self._shop.model.whole(sku, free)
            if offered != wanted:
                yield f"{sku}: OTTO offers {offered}, {wanted} would be right"

    def _wrong_prices(self):
        held = self._shop.sandbox.articles() if self._shop.model.prices else {}
        for sku, cents in self._shop.model.prices.items():
            price = held[sku]["standardPrice"]["amount"]
            if round(price * 100) != cents:
                yield f"{sku} costs {price} at OTTO, it should cost {cents} cents"

    def _not_booked(self):
        """Each receipt has one entry, or somebody was told why not."""
        for row in self._rows(BOOKED):
            if row["entries"] != 1 and not row["told"]:
                yield f"receipt {row['number']} is {row['state']} and has {row['entries']} entries"
