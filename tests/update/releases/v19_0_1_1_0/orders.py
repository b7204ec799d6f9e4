"""Orders in every state."""

from .settings import user


def told(shop, stopped_state="cancelled") -> None:
    """Orders that OTTO has been told of: sent with DHL's numbers and typed ones, cancelled, refused.

    :param stopped_state: what the version calls an order that OTTO has cancelled while its parcel was on the way
    """
    sent, returned, typed, cancelled, refused, stopped = (shop.order(6 + place) for place in range(6))
    cancelled.action_cancel()
    shop.rows(typed, "shipment", "return")
    for order in (sent, returned, typed):
        shop.validate(order)
    shop.run("outbound")
    shop.at_otto(returned, "return")
    shop.validate(refused)
    shop.sandbox.fault("status", "/v1/shipments", method="POST", status=400)
    shop.run("outbound")
    shop.validate(stopped)
    shop.at_otto(stopped, "cancel")
    shop.run("outbound")
    shop.run("orders")
    states = [order.otto_outbound_state for order in (sent, returned, typed, cancelled, refused, stopped)]
    assert states == ["sent", "sent", "sent", "cancelled", "refused", stopped_state], states
    assert stopped.otto_stop_parcel
    assert returned.otto_status == "returned"


def told_by_hand(shop) -> None:
    """The second company's: sent with DHL's numbers, cancelled, and the quotation of an article that was unknown."""
    sent, cancelled = shop.order(6), shop.order(7)
    shop.validate(sent)
    cancelled.action_cancel()
    shop.run("outbound")
    assert (sent.otto_outbound_state, cancelled.otto_outbound_state) == ("sent", "cancelled")


def otto_changes(shop) -> None:
    """Orders as OTTO changed them: cancelled, cancelled in part, sent elsewhere; announced; with an unknown article."""
    whole, part, elsewhere = shop.order(6), shop.order(7, pieces=3), shop.order(8)
    announced, unknown = shop.order(9, status="ANNOUNCED"), shop.order(1)
    shop.at_otto(whole, "cancel")
    shop.at_otto(part, "cancel", part.otto_position_ids[:1].mapped("position_id"))
    shop.at_otto(elsewhere, "send")
    shop.run("orders")
    assert (whole.state, part.order_line[0].product_uom_qty) == ("cancel", 2)
    assert (elsewhere.otto_status, announced.state, unknown.state) == ("sent", "draft", "draft")


def due(shop) -> None:
    """Orders that OTTO is to be told of when the update comes, and those that wait for something."""
    to_send, by_run, waiting, to_cancel = (shop.order(10 + place) for place in range(4))
    shop.order(14, pieces=2)
    shop.rows(shop.order(15), "shipment")
    for order in (to_send, waiting):
        shop.validate(order)
    by_run.picking_ids.with_user(user(shop.env, "manager")).action_validate_and_print()
    waiting.otto_parcel_ids.filtered(lambda parcel: parcel.type == "return").unlink()
    to_cancel.action_cancel()
    shop.env.cr.commit()
    states = [order.otto_outbound_state for order in (to_send, by_run, waiting, to_cancel)]
    assert states == ["to_send", "to_send", "waiting", "to_cancel"], states


def due_by_hand(shop) -> None:
    """The second company's: with typed numbers, and a cancellation."""
    typed, to_cancel = shop.order(8), shop.order(9)
    shop.rows(typed, "shipment", "return")
    shop.validate(typed)
    to_cancel.action_cancel()
    shop.env.cr.commit()
    assert (typed.otto_outbound_state, to_cancel.otto_outbound_state) == ("to_send", "to_cancel")
