import logging
from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, split_every

_logger = logging.getLogger(__name__)

# Goods may come back and be refunded for some months, and OTTO's receipts and payouts are compared by then.
LEAST_MONTHS = 6
# Orders that are worked off in a transaction; contacts that are looked at in one go.
BATCH = 100
# So many orders are looked at when a person asks what would be removed.
PREVIEWED = 2000
# The round of a scheduled action that was never done.
NEVER = datetime(2000, 1, 1)


class OttoChannel(models.Model):
    """R33: contacts and addresses of old orders are removed where the seller has said so."""

    _inherit = "otto.channel"

    retention = fields.Boolean(
        "Remove Old Customer Data",
        tracking=True,
        help="Once a night, Odoo removes names, addresses, telephone numbers and e-mail addresses of customers whom "
        "only this connector has entered, and the labels and messages of their orders. Orders, amounts, receipts and "
        "journal entries stay. This cannot be undone.",
    )
    retention_months = fields.Integer(
        "Months after the Last Change",
        default=24,
        required=True,
        tracking=True,
        help="So long after the last thing that happened to an order its customer data are removed. Orders in work and "
        "open returns are never touched.",
    )

    retention_contact = fields.Integer(
        readonly=True, copy=False, help="The contact that was looked at last, in an unfinished round."
    )
    retention_turn = fields.Datetime(readonly=True, copy=False, help="The last round in which the channel was done.")

    @api.constrains("retention", "retention_months")
    def _check_retention_months(self):
        for channel in self:
            if channel.retention_months < LEAST_MONTHS:
                raise ValidationError(
                    self.env._(
                        "%(channel)s: customer data are kept for at least %(months)s months, because goods may come "
                        "back and OTTO's receipts are compared until then. Please enter %(months)s or more.",
                        channel=channel.name,
                        months=LEAST_MONTHS,
                    )
                )

    def action_preview_retention(self):
        """Button: say how many orders and contacts would be concerned now; changes nothing."""
        self.ensure_one()
        self.check_access("write")
        channel = self.sudo()
        orders, is_all = channel._some_orders_to_forget(PREVIEWED)
        partners = channel._contacts_of(orders)
        free = partners._otto_free_of_other_use(orders) if partners else partners
        counts = {
            "orders": len(orders),
            "months": self.retention_months,
            "contacts": len(partners),
            "free": len(free),
        }
        message = (
            self.env._(
                "%(orders)s orders are older than %(months)s months and closed. Of their %(contacts)s contacts, "
                "%(free)s would be made anonymous; the others are used elsewhere in Odoo and stay as they are.",
                **counts,
            )
            if is_all
            else self.env._(
                "More than %(orders)s orders are older than %(months)s months and closed. Of the %(contacts)s contacts "
                "of the oldest %(orders)s, %(free)s would be made anonymous; the others are used elsewhere in Odoo and "
                "stay as they are.",
                **counts,
            )
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "title": self.name, "message": message, "sticky": True},
        }

    @api.model
    def _cron_forget(self):
        """Remove the customer data of old orders of all channels that say so; called by the scheduled action.

        Odoo gives it some seconds at a time and calls it again as long as something remains: a channel that is done
        waits until all are.
        """
        turn = self._retention_turn()
        channels = self.sudo().with_context(active_test=False).search([("retention", "=", True)])
        waiting = channels.filtered(lambda channel: not turn or channel.retention_turn != turn)
        for done, channel in enumerate(waiting):
            texts = channel.with_company(channel.company_id).with_context(lang=channel._language())
            left = len(waiting) - done
            if not texts._forget(left):
                return
            channel.retention_turn = turn
            if self.env["ir.cron"]._commit_progress(1, remaining=left - 1) <= 0:
                return

    def _retention_turn(self):
        """Return what is the same for all calls of a night: when the scheduled action was done the last time.

        :return: False when somebody else calls, who has all channels worked off
        """
        context = self.env.context
        return (context["lastcall"] or NEVER) if "lastcall" in context else False

    def _forget(self, left):
        """Forget batch by batch, each in a transaction of its own.

        :param left: how many channels are not done, this one among them
        :return: False when the scheduled action's time is up
        """
        self.ensure_one()
        cron = self.env["ir.cron"]
        for orders in self._orders_to_forget():
            orders._otto_forget()
            _logger.info("%s: customer data of %s orders are removed", self.id, len(orders))
            if cron._commit_progress(len(orders), remaining=left) <= 0:
                return False
        return self._forget_contacts(left)

    def _forget_contacts(self, left):
        """Make contacts anonymous of whom only forgotten orders know, those too that others needed until lately.

        A call whose time is up notes how far it came, and the next one goes on there.
        """
        cron = self.env["ir.cron"]
        waiting = [partner_id for partner_id in self._known_contacts() if partner_id > self.retention_contact]
        for partners in split_every(BATCH, waiting, self.env["res.partner"].browse):
            partners._otto_free_of_other_use()._otto_forget()
            self.retention_contact = partners[-1].id
            if cron._commit_progress(len(partners), remaining=left) <= 0:
                return False
        self.retention_contact = 0
        return True

    def _known_contacts(self):
        """Return the ids of the contacts of forgotten orders, and of no order any more, that are not anonymous yet."""
        self.env.flush_all()
        query = SQL(
            """
            SELECT DISTINCT partner.id
              FROM sale_order AS sale
              JOIN res_partner AS partner
                ON partner.id IN (sale.partner_id, sale.partner_invoice_id, sale.partner_shipping_id)
             WHERE sale.otto_channel_id = %s
               AND sale.otto_forgotten_on IS NOT NULL
               AND partner.otto_address_key !~ '^(announced|forgotten)-'
             ORDER BY partner.id
            """,
            self.id,
        )
        return sorted({row[0] for row in self.env.execute_query(query)} | self._contacts_without_order())

    def _contacts_without_order(self):
        """Return the ids of old contacts that no order names any more, e.g. since OTTO changed the address.

        Nobody can say of which channel they were: they go when all channels of the company say so, and when the one
        that keeps data for longest does.
        """
        channels = self.env["otto.channel"].search([("company_id", "=", self.company_id.id)])
        if not all(channels.mapped("retention")):
            return set()
        months = max((channels | self).mapped("retention_months"))
        query = SQL(
            """
            SELECT partner.id
              FROM res_partner AS partner
             WHERE partner.otto_address_key !~ '^(announced|forgotten)-'
               AND partner.company_id = %(company)s
               AND partner.otto_ordered_on < %(before)s
               AND NOT EXISTS (SELECT 1 FROM sale_order WHERE partner_id = partner.id)
               AND NOT EXISTS (SELECT 1 FROM sale_order WHERE partner_invoice_id = partner.id)
               AND NOT EXISTS (SELECT 1 FROM sale_order WHERE partner_shipping_id = partner.id)
               AND NOT EXISTS (
                    SELECT 1
                      FROM stock_picking AS picking
                      JOIN sale_order AS sale ON sale.id = picking.sale_id
                     WHERE picking.partner_id = partner.id
                       AND sale.otto_forgotten_on IS NULL)
            """,
            company=self.company_id.id,
            before=fields.Datetime.subtract(fields.Datetime.now(), months=months),
        )
        return {row[0] for row in self.env.execute_query(query)}

    def _contacts_of(self, orders):
        partners = (orders.partner_id | orders.partner_invoice_id | orders.partner_shipping_id).sudo()
        return partners.filtered(
            lambda partner: (
                partner.otto_address_key and not partner.otto_address_key.startswith(("announced-", "forgotten-"))
            )
        )

    def _some_orders_to_forget(self, most):
        """Return the oldest orders that are old and closed, about so many, and whether these are all."""
        batches, count = [], 0
        for batch in self._orders_to_forget():
            if count >= most:
                return self.env["sale.order"].concat(*batches), False
            batches.append(batch)
            count += len(batch)
        return self.env["sale.order"].concat(*batches), True

    def _orders_to_forget(self):
        """Yield the orders of this channel that are old and closed, some at a time, the oldest first."""
        orders = self.env["sale.order"].with_context(active_test=False)
        before = fields.Datetime.subtract(fields.Datetime.now(), months=self.retention_months)
        for ids in orders._otto_old_batches(self, before, BATCH):
            closed = orders.browse(ids)._otto_closed_since(before)
            if closed:
                yield closed
