from odoo import api, fields, models
from odoo.tools import SQL

from ..core.write_guard import as_connector

CONNECTOR_FIELDS = {
    "price_task",
    "price_task_on",
    "sent_price",
    "sent_sale_price",
    "sent_sale_start",
    "sent_sale_end",
    "price_refused",
}


class OttoListing(models.Model):
    _inherit = "otto.listing"

    price_task = fields.Char(readonly=True, index="btree_not_null", help="OTTO is working on the new price.")
    price_task_on = fields.Datetime(readonly=True)
    # What was sent with the task, or refused: the pricelist may say something else when OTTO is done.
    sent_price = fields.Monetary(readonly=True)
    sent_sale_price = fields.Monetary(readonly=True)
    sent_sale_start = fields.Datetime(readonly=True)
    sent_sale_end = fields.Datetime(readonly=True)
    price_refused = fields.Boolean(readonly=True, help="OTTO refuses this price; another one is sent.")

    @api.model
    def _connector_fields(self):
        return super()._connector_fields() | CONNECTOR_FIELDS

    def _price_is(self, wanted):
        return wanted.equals(self.price, self.sale_price, self.sale_start, self.sale_end)

    def _was_refused(self, wanted):
        return self.price_refused and wanted.equals(
            self.sent_price, self.sent_sale_price, self.sent_sale_start, self.sent_sale_end
        )

    def _note_sent_prices(self, wanted, task_id):
        """Note what was sent with a task.

        :param wanted: dict of listing to `Wanted`
        """
        sent_on = fields.Datetime.now() if task_id else False
        for listing in as_connector(self):
            want = wanted[listing]
            listing.write(
                {
                    "price_task": task_id,
                    "price_task_on": sent_on,
                    "sent_price": want.price,
                    "sent_sale_price": want.sale_price,
                    "sent_sale_start": want.sale_start,
                    "sent_sale_end": want.sale_end,
                    "price_refused": not task_id,
                }
            )

    def _note_worked_off(self, refused):
        """Note what OTTO accepted: what was sent, whatever the pricelist says by now.

        :param refused: the articles among these whose price OTTO refused
        """
        self.flush_model()
        self.env.execute_query(
            SQL(
                """
                UPDATE otto_listing
                   SET price = sent_price, sale_price = sent_sale_price,
                       sale_start = sent_sale_start, sale_end = sent_sale_end
                 WHERE id = ANY(%s)
             RETURNING id
                """,
                (self - refused).ids,
            )
        )
        self.invalidate_model(["price", "sale_price", "sale_start", "sale_end"])
        as_connector(refused).price_refused = True
        as_connector(self).write({"price_task": False, "price_task_on": False})
