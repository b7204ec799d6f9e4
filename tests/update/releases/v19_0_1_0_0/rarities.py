"""What the two shops do not show by themselves: every value of every column, in rows that no flow works on."""

from ..every_value import fill, update

DIRECTIONS, ISSUES, BOOKINGS = 4, 14, 14


def build(env, channel) -> None:
    """Add archived channels with all that hangs on a channel, and what DHL's add-on keeps."""
    values = {"environment": "sandbox", "import_orders": False, "company_id": channel.company_id.id}
    channels = env["otto.channel"].create(
        [{**values, "name": f"Früher {place}", "journal_id": channel.journal_id.id} for place in range(DIRECTIONS)]
    )
    channels.active = False
    fill(env, channels, "name", "active")
    fill(env, channels.sync_ids, "flow")
    base = {"channel_id": channels[0].id}
    fill(env, env["otto.listing"].create([{**base, "sku": f"FRÜHER-{place}"} for place in range(2)]), "sku")
    issues = [{**base, "kind": "order", "external_id": f"F{place}", "name": "x"} for place in range(ISSUES)]
    fill(env, env["otto.issue"].create(issues), "external_id", "res_model", "res_id")
    pieces(env, channel)
    dhl(env, channel)
    env.cr.commit()


def pieces(env, channel) -> None:
    """A piece and an order with a status that nobody knows; a total that differs."""
    domain = [("otto_channel_id", "=", channel.id)]
    settled = env["sale.order"].search([*domain, ("state", "=", "cancel"), ("otto_status", "=", "cancelled")], limit=1)
    update(env, settled, {"otto_status": "unknown", "otto_payment_type": "PAYPAL"})
    update(env, settled.otto_position_ids[:1], {"status": "unknown", "ean": "4006381333931"})
    sent = env["sale.order"].search([*domain, ("otto_outbound_state", "=", "sent")], limit=1)
    update(env, sent, {"otto_total_differs": True})
    update(env, sent.partner_id, {"otto_email": "k4711@kunden.example"})


def dhl(env, channel) -> None:
    """Shipping methods with all of DHL's settings, bookings in every state."""
    template = channel.carrier_id
    carriers = env["delivery.carrier"].browse()
    for place in range(len(env["delivery.carrier"]._fields["dhl_de_label_format"].get_values(env))):
        carriers |= template.copy({"name": f"DHL früher {place}", "active": False})
    fill(env, carriers, only="dhl_de_")
    carriers[0].dhl_de_return_address_id = channel.company_id.partner_id.copy({"name": "Rücksendungen"})
    env["stock.package.type"].create({"name": "Karton M", "package_carrier_type": "dhl_de"})
    values = {
        "carrier_id": template.id,
        "company_id": channel.company_id.id,
        "user_id": env.ref("base.user_admin").id,
        "picking_res_id": 0,
        "environment": "x",
    }
    bookings = [{**values, "ref_no": f"R{place}"} for place in range(BOOKINGS)]
    fill(env, env["dhl.booking"].create(bookings), "ref_no", "picking_res_id")
