import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.pdf import merge_pdf

from ..binary import to_field

_logger = logging.getLogger(__name__)

# What is validated while the person waits; more is left to the scheduled action.
AT_ONCE = 10
KEPT_DAYS = 90
TIME_ZONE = "Europe/Berlin"
# What a type of operation prints of a delivery when it is validated by hand.
AUTO_PRINTED = (
    "auto_print_delivery_slip",
    "auto_print_return_slip",
    "auto_print_product_labels",
    "auto_print_lot_labels",
    "auto_print_packages",
)


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
    not_before = fields.Datetime("Waits Until", readonly=True, help="DHL is asked again then.")
    note = fields.Text(readonly=True)
    labels = fields.Binary(attachment=True, readonly=True, copy=False)
    has_documents = fields.Boolean(compute="_compute_has_documents")
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

    @api.depends("line_ids.state")
    def _compute_has_documents(self):
        for run in self:
            types = run._done_pickings().picking_type_id
            run.has_documents = any(type_[name] for type_ in types for name in AUTO_PRINTED)

    @api.depends("create_date")
    @api.depends_context("tz", "lang")
    def _compute_display_name(self):
        for run in self:
            moment = fields.Datetime.context_timestamp(run, run.create_date or fields.Datetime.now())
            run.display_name = self.env._("Labels of %s", f"{format_date(self.env, moment)} {moment:%H:%M}")

    @api.model
    def _start(self, pickings):
        """Validate transfers one by one and gather their labels: a few now, more in the background.

        :param pickings: transfers in the order in which the labels are wanted
        :return: a run for each company, so that nobody gets another company's addresses; done already when few
        :raises UserError: there is nothing to validate
        """
        if not pickings.filtered(lambda picking: not self._unfit_reason(picking)):
            raise UserError(
                self.env._("There is no transfer to validate: please choose deliveries that are not cancelled.")
            )
        groups = pickings.grouped("company_id").items()
        runs = self.sudo().create([self._start_values(company, chosen) for company, chosen in groups])
        if len(pickings) > AT_ONCE:
            self._go_on()
        else:
            runs._work_at_once()
        return runs.sudo(False)

    def _start_values(self, company, pickings):
        lines = []
        for place, picking in enumerate(pickings):
            reason = self._unfit_reason(picking)
            state = "failed" if reason else "waiting"
            lines.append({"picking_id": picking.id, "sequence": place, "state": state, "reason": reason})
        commands = [fields.Command.create(values) for values in lines]
        return {"user_id": self.env.uid, "company_id": company.id, "line_ids": commands}

    def _unfit_reason(self, picking):
        """Say why a transfer is not even tried."""
        if picking.state == "cancel":
            return self.env._("%(transfer)s is cancelled.", transfer=picking.name)
        if picking.picking_type_code == "incoming":
            return self.env._("%(transfer)s comes in: labels are for transfers that go out.", transfer=picking.name)
        return False

    def _waiting_lines(self):
        return self.line_ids.filtered(lambda line: line.state == "waiting")

    def _finish(self):
        """Put the labels into one document, in the order of the transfers, and tell the person; once."""
        self.ensure_one()
        if self.state == "done":
            return
        values = {"state": "done", "not_before": False, "note": False}
        try:
            with self.env.cr.savepoint():
                values["labels"] = self._merged_labels()
        except psycopg2.OperationalError:
            raise
        except Exception:
            # Labels that cannot be merged must not keep the run, and those after it, from ending.
            _logger.exception("The labels of label run %s cannot be put into one document", self.id)
            values["note"] = self.env._(
                "The labels cannot be put into one document. Please print them from the transfers, and tell your"
                " administrator."
            )
        self.write(values)
        self.user_id._bus_send("simple_notification", self._notice())

    def _merged_labels(self):
        documents = []
        for line in self.line_ids.filtered(lambda line: line.state == "done"):
            documents += line._readable_labels()
        return to_field(merge_pdf(documents)) if documents else False

    def _notice(self):
        texts = self.with_context(lang=self.user_id.lang, tz=self.user_id.tz or TIME_ZONE)
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

    def _done_pickings(self):
        return self.line_ids.filtered(lambda line: line.state == "done").picking_id

    def action_print_documents(self):
        """Button: print what Odoo prints when a transfer is validated by hand, e.g. delivery slips."""
        self.ensure_one()
        self.check_access("read")
        reports = self._done_pickings()._get_autoprint_report_actions()
        return {"type": "ir.actions.client", "tag": "do_multi_print", "params": {"reports": reports}}

    def action_stop(self):
        """Button: wait no longer; what was not validated yet stays open, the labels of the others are printed.

        A transfer that is in work at this moment is still validated; whoever works on it ends the run.

        :raises UserError: it has ended already, or is ending
        """
        self.ensure_one()
        self.check_access("read")
        run = self.sudo()
        if run.state != "running" or run.try_lock_for_update() != run:
            raise UserError(self.env._("%(run)s is being worked on. Please reload.", run=run.display_name))
        reason = self.env._("Stopped by %(user)s.", user=self.env.user.name)
        for line in run._waiting_lines().try_lock_for_update():
            line._fail(reason)
        if not run._waiting_lines():
            run._finish()
        return True

    def action_print(self):
        """Button: open the document with all labels."""
        self.ensure_one()
        self.check_access("read")
        name = self.env._("Labels-%s.pdf", self.id)
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/labels/{name}",
            "target": "new",
        }

    def action_start_again(self):
        """Button: try the transfers that stayed open once more, in a run of their own."""
        self.ensure_one()
        self.check_access("read")
        still_open = self.line_ids.filtered(lambda line: line.state == "failed").picking_id
        return still_open.action_validate_and_print()

    @api.autovacuum
    def _gc_old_runs(self):
        """Forget runs after some time; the labels stay with their transfers."""
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.search([("state", "=", "done"), ("create_date", "<", before)], limit=1000).unlink()
