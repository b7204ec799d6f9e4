from odoo import fields, models


class OttoSync(models.Model):
    _inherit = "otto.sync"

    flow = fields.Selection(selection_add=[("greetings", "Greetings")], ondelete={"greetings": "cascade"})


class OttoFlowGreetings(models.AbstractModel):
    _name = "otto.flow.greetings"
    _description = "Greetings"
    _inherit = ["otto.flow"]
    _interval = 7
    _kinds = ("greeting",)

    def _work_off(self):
        self.channel.message_post(body=f"Hello, {len(self.client.order(self._number()).items)} pieces")

    def _number(self):
        return self.env.context.get("number") or self._issues_to_retry().external_id


class OttoIssue(models.Model):
    _inherit = "otto.issue"

    kind = fields.Selection(selection_add=[("greeting", "Greeting")], ondelete={"greeting": "cascade"})


class OttoFlowOrders(models.AbstractModel):
    _inherit = "otto.flow.orders"

    def _import_orders(self, orders):
        super()._import_orders(orders)
        self.channel.message_post(body=f"{len(orders)} orders read")
