"""What the two shops do not show by themselves: every value of every column, in rows that no flow works on.

Uses the names of 19.0.1.2.0, as all of this folder does.
"""

import base64
from datetime import datetime, timedelta

from odoo import Command

from ..every_value import fill, update

DIRECTIONS, STATUSES, KINDS_AND_STATES, STATES_AND_KINDS = 4, 7, 22, 14


def unimported(env, channel) -> None:
    """An order that could be read only in part sold two pieces."""
    sku = env["otto.listing"].search([("channel_id", "=", channel.id), ("match", "=", "sku")])[-1].sku
    values = {"channel_id": channel.id, "otto_order_id": "0e0c5d1c-1111-4222-8333-944455556666"}
    env["otto.unimported.item"].create({**values, "sku": sku, "pieces": 2})


def build(env, mine, other) -> None:
    """Add archived channels with all that hangs on a channel, and what DHL's add-on keeps.

    :param mine: the first company's channel
    :param other: the second company's channel
    """
    env["otto.unimported.item"].create({"channel_id": other.id, "otto_order_id": "unlesbar", "pieces": 1})
    channels = archived_channels(env, mine)
    fill(env, channels.sync_ids, "flow")
    on_channel(env, channels[0])
    pieces(env, mine)
    dhl(env, mine)
    env.cr.commit()


def archived_channels(env, like):
    """Channels that were given up, one for each direction; each with other settings."""
    values = {"environment": "sandbox", "import_orders": False, "company_id": like.company_id.id}
    channels = env["otto.channel"].create(
        [{**values, "name": f"Früher {place}", "journal_id": like.journal_id.id} for place in range(DIRECTIONS)]
    )
    channels[0].write({"carrier_id": like.carrier_id.id, "pricelist_id": like.pricelist_id.id, "active": False})
    channels[1:].active = False
    fill(env, channels, "name", "active")
    return channels


def on_channel(env, channel) -> None:
    """Everything that hangs on a channel, in every state."""
    profiles = env["otto.shipping.profile"].create(
        [{"channel_id": channel.id, "profile_id": f"p{place}", "name": "x"} for place in range(2)]
    )
    fill(env, profiles)
    product = env["product.product"].search([("is_storable", "=", True)], limit=1)
    listings = env["otto.listing"].create(
        [
            {"channel_id": channel.id, "sku": f"FRÜHER-{place}", "shipping_profile_id": profiles[0].id}
            for place in range(STATUSES)
        ]
    )
    fill(env, listings, "sku", "processing_time")
    update(env, listings[:2], {"product_id": product.id, "made_product_id": product.id, "currency_id": 1})
    issues = env["otto.issue"].create(
        [
            {"channel_id": channel.id, "kind": "order", "external_id": f"F{place}", "name": "x"}
            for place in range(KINDS_AND_STATES)
        ]
    )
    fill(env, issues, "external_id", "res_model", "res_id")
    held = [{"channel_id": channel.id, "otto_order_id": f"früher {place}"} for place in range(2)]
    fill(env, env["otto.unimported.item"].create(held), "otto_order_id")


def pieces(env, channel) -> None:
    """A piece and an order with a status that nobody knows, on an order that is settled; a total that differs."""
    domain = [("otto_channel_id", "=", channel.id)]
    settled = env["sale.order"].search([*domain, ("state", "=", "cancel"), ("otto_status", "=", "cancelled")], limit=1)
    settled._otto_note(otto_status="unknown", otto_payment_type="PAYPAL")
    settled.otto_position_ids[:1].sudo().write({"status": "unknown", "ean": "4006381333931"})
    sent = env["sale.order"].search([*domain, ("otto_report_state", "=", "sent")], limit=1)
    sent._otto_note(otto_total=sent.otto_total + 1)
    assert sent.otto_total_differs
    update(env, sent, {"otto_suspected_fraud": True})
    update(env, sent.partner_id, {"otto_email": "k4711@kunden.example"})


def dhl(env, channel) -> None:
    """Shipping methods with all of DHL's settings, bookings in every state, label runs."""
    template = channel.carrier_id
    carriers = env["delivery.carrier"].browse()
    for place in range(len(env["delivery.carrier"]._fields["dhl_de_label_format"].get_values(env))):
        carriers |= template.copy({"name": f"DHL früher {place}", "active": False})
    fill(env, carriers, only="dhl_de_")
    carriers[0].dhl_de_return_address_id = channel.company_id.partner_id.copy({"name": "Rücksendungen"})
    country = env.ref("base.at")
    env["dhl.return.receiver"].create({"carrier_id": template.id, "country_id": country.id, "receiver_id": "aut"})
    env["stock.package.type"].create({"name": "Karton M", "package_carrier_type": "dhl_de"})
    values = {
        "carrier_id": template.id,
        "company_id": channel.company_id.id,
        "user_id": env.ref("base.user_admin").id,
        "picking_res_id": 0,
        "environment": "x",
    }
    bookings = [{**values, "ref_no": f"R{place}"} for place in range(STATES_AND_KINDS)]
    fill(env, env["dhl.booking"].create(bookings), "ref_no", "picking_res_id")
    label_runs(env, channel)


def label_runs(env, channel) -> None:
    """A run that waits for DHL until tomorrow, and one that is done."""
    domain = [("sale_id.otto_channel_id", "=", channel.id), ("state", "=", "assigned")]
    picking = env["stock.picking"].search(domain, limit=1)
    states = ("waiting", "done", "failed")
    lines = [Command.create({"picking_id": picking.id, "state": s, "sequence": 3, "reason": s}) for s in states]
    values = {"user_id": env.ref("base.user_admin").id, "company_id": channel.company_id.id}
    env["dhl.label.run"].create(
        {**values, "not_before": datetime.now() + timedelta(days=1), "note": "DHL antwortet nicht.", "line_ids": lines}
    )
    env["dhl.label.run"].create(
        {**values, "state": "done", "labels": base64.b64encode(b"%PDF-1.4 labels"), "line_ids": lines[1:]}
    )
