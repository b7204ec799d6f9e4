"""What is under way when the update comes, and what people have set for themselves."""

from datetime import datetime, timedelta

from odoo import Command

from .settings import user


def waiting_for_otto(shop) -> None:
    """A processing time that OTTO is to be told, prices that OTTO is working on."""
    listings = shop.env["otto.listing"].search([("channel_id", "=", shop.channel.id)])
    assert any(listings.mapped("price_task"))
    profile = shop.channel.shipping_profile_ids[:1]
    listing = listings.filtered(lambda row: row.sku == shop.articles[6]["sku"])
    listing.write({"processing_time": "4", "shipping_profile_id": profile.id})
    assert listing.delivery_to_send
    shop.env.cr.commit()


def people_settings(env, channel) -> None:
    """What people have set beside the add-ons' own records."""
    filters = [
        ("An OTTO melden", "sale.order", "[('otto_report_state', '=', 'to_send')]", "{}"),
        ("Nach Meldung", "sale.order", "[]", "{'group_by': ['otto_report_state', 'otto_status']}"),
        ("Abgesagt, nicht erledigt", "sale.order", "[('otto_cancel_sent_on', '!=', False)]", "{}"),
        ("Ohne Produkt", "otto.listing", "[('match', 'in', ['none', 'ambiguous'])]", "{}"),
        ("Nicht gemeldet", "otto.issue", "[('kind', '=', 'report')]", "{}"),
    ]
    env["ir.filters"].create(
        [
            {"name": name, "model_id": model, "domain": domain, "context": context, "user_ids": False}
            for name, model, domain, context in filters
        ]
    )
    lines = [Command.create({"name": name}) for name in ("name", "otto_report_state", "otto_cancel_sent_on")]
    env["ir.exports"].create({"name": "OTTO", "resource": "sale.order", "export_fields": lines})
    env["ir.default"].set("otto.channel", "transport_days", 4)
    own_view(env)
    syncs = {sync.flow: sync.cron_id for sync in channel.sync_ids}
    syncs["orders"].interval_number = 7
    syncs["stock"].write({"priority": 2, "nextcall": datetime(2031, 5, 4, 3, 2, 1)})
    syncs["catalogue"].write({"interval_number": 3, "interval_type": "days"})
    syncs["fulfilment"].active = False
    env.ref("delivery_dhl_de.ir_cron_sweep_bookings").interval_number = 25
    env.ref("delivery_dhl_de.ir_cron_label_runs").active = False
    channel.message_post(body="Zugang am Montag erneuert.")
    channel.message_subscribe(user(env, "office").partner_id.ids)


def own_view(env) -> None:
    """A person's own change of the list of orders, with two fields of the connector."""
    env["ir.ui.view"].create(
        {
            "name": "Eigene Spalten",
            "model": "sale.order",
            "inherit_id": env.ref("sale.view_quotation_tree").id,
            "arch": '<field name="name" position="after">'
            '<field name="otto_report_state" optional="hide"/>'
            '<field name="otto_cancel_sent_on" optional="hide"/></field>',
        }
    )


def in_the_middle(shop) -> None:
    """The flows were interrupted in the middle of what they read; runs are planned."""
    now = datetime.now().replace(microsecond=0)
    values = {"stage": "prices", "stage_page": 0, "stage_cursor": False, "began": now - timedelta(minutes=3)}
    shop.channel._sync("catalogue").sudo().write(values)
    comparison = {"began": str(now - timedelta(minutes=3)), "next": None, "drifted": 0, "lines": []}
    shop.channel._sync("stock").sudo().comparison = comparison
    shop.channel._trigger("fulfilment")
    shop.channel._schedule("stock")
    shop.channel._sync("orders").sudo().cron_id._trigger(at=now + timedelta(days=2))
