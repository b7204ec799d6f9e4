import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tools.pdf import merge_pdf

# What is validated while the person waits; more is left to the scheduled action (Odoo ends a request after 120 s).
AT_ONCE = 10
KEPT_DAYS = 90


class DhlLabelRun(models.Model):
    """Many transfers validated one after the other, and their labels in one document.

    Each transfer has a transaction of its own: what can be shipped is done, what cannot stays open with its reason.
    """

    _name = "dhl.label.run"
    _description = "Label Run"
    _order = "id desc"

    user_id = fields.Many2one("res.users", "Started by", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    line_ids = fields.One2many("dhl.label.run.line", "run_id", "Transfers", readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("done", "Done")], default="running", required=True, readonly=True, index=True
    )
    labels = fields.Binary(attachment=True, readonly=True, copy=False)
    total = fields.Integer("Transfers in All", compute="_compute_counts")
    worked = fields.Integer("Worked Off", compute="_compute_counts")
    failed = fields.Integer("Still Open", compute="_compute_counts")
    progress = fields.Float("Progress (%)", compute="_compute_counts")

    @api.depends("line_ids.state")
    def _compute_counts(self):
        for run in self:
            states = run.line_ids.mapped("state")
            run.total = len(states)
            run.failed = states.count("failed")
            run.worked = run.total - states.count("waiting")
            run.progress = 100 * run.worked / run.total if states else 0

    @api.depends("create_date")
    def _compute_display_name(self):
        for run in self:
            moment = fields.Datetime.context_timestamp(run, run.create_date or fields.Datetime.now())
            run.display_name = self.env._("Labels of %s", moment.strftime("%d.%m.%Y %H:%M"))

    @api.model
    def _start(self, pickings):
        """Validate transfers one by one and gather their labels: up to ten now, more in the background.

        :param pickings: transfers in the order in which the labels are wanted
        :return: the run; it is done already when there were few
        :raises UserError: there is nothing to validate
        """
        pickings = pickings.filtered(lambda picking: picking.state != "cancel")
        if not pickings:
            raise UserError(self.env._("There is no transfer to validate: please choose some that are not cancelled."))
        run = self.sudo().create(
            {
                "user_id": self.env.uid,
                "company_id": pickings[0].company_id.id,
                "line_ids": [
                    fields.Command.create({"picking_id": picking.id, "sequence": place})
                    for place, picking in enumerate(pickings)
                ],
            }
        )
        if len(pickings) > AT_ONCE:
            self._go_on()
        else:
            for line in run.line_ids:
                line._work_at_once()
            run._finish()
        return run.sudo(False)

    @api.model
    def _cron_work(self):
        """Work off what was started, each transfer in a transaction of its own; called by the scheduled action."""
        runs = self.search([("state", "=", "running")], order="id")
        waiting = runs.line_ids.filtered(lambda line: line.state == "waiting")
        remaining = len(waiting)
        for run in runs:
            for line in run.line_ids.filtered(lambda line: line.state == "waiting"):
                line._work_apart()
                remaining -= 1
                if self.env["ir.cron"]._commit_progress(1, remaining=remaining) <= 0:
                    self._go_on()
                    return
            retrying(run._finish, self.env)
            self.env["ir.cron"]._commit_progress(remaining=remaining)

    def _go_on(self):
        """Begin the next round at once: left alone, Odoo comes back to a job whose time is up after a minute."""
        self.env.ref("delivery_dhl_de.ir_cron_label_runs").sudo()._trigger()

    def _finish(self):
        """Put the labels into one document, in the order of the transfers, and tell the person."""
        self.ensure_one()
        documents = []
        for line in self.line_ids.filtered(lambda line: line.state == "done"):
            documents += line._readable_labels()
        merged = base64.b64encode(merge_pdf(documents)) if documents else False
        self.write({"state": "done", "labels": merged})
        self.user_id._bus_send("simple_notification", self._notice())

    def _notice(self):
        texts = self.with_context(lang=self.user_id.lang)
        return {
            "title": texts.display_name,
            "message": texts.env._(
                "%(done)s of %(total)s transfers are validated, %(open)s stay open.",
                done=self.total - self.failed,
                total=self.total,
                open=self.failed,
            ),
            "type": "warning" if self.failed else "success",
            "sticky": bool(self.failed),
        }

    def action_print(self):
        """Button: open the document with all labels."""
        self.ensure_one()
        name = self.env._("Labels-%s.pdf", self.id)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/labels/{name}",
            "target": "new",
        }

    def action_start_again(self):
        """Button: try the transfers that stayed open once more, in a run of their own."""
        self.ensure_one()
        still_open = self.line_ids.filtered(lambda line: line.state == "failed").picking_id
        return still_open.action_validate_and_print()

    @api.autovacuum
    def _gc_old_runs(self):
        """Forget runs after some time; the labels stay with their transfers."""
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("state", "=", "done"), ("create_date", "<", before)], limit=1000).unlink()
