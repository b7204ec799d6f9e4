from odoo import api, fields, models

from .concurrency import CONCURRENCY, TRIES
from .texts import key_of, stored

# What a later try that works settles: *ignored* is only told no more.
UNSOLVED = ("open", "ignored")


class OttoIssue(models.Model):
    _name = "otto.issue"
    _description = "OTTO Issue"
    _order = "last_seen desc, id desc"

    channel_id = fields.Many2one("otto.channel", required=True, ondelete="cascade", index=True, readonly=True)
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    # Each flow adds the kinds that its runs can repair; these belong to the flow that they name.
    kind = fields.Selection([("connection", "Connection"), ("standstill", "Standstill")], required=True, readonly=True)
    external_id = fields.Char("Concerns", required=True, readonly=True, help="Order number, SKU or flow.")
    name = fields.Text("What Failed and What to Do", required=True, readonly=True)
    # No foreign keys: an issue outlives the rollback of the record that it is about.
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    traceback = fields.Text(readonly=True, groups="base.group_system", help="Of a defect, for whoever mends it.")
    count = fields.Integer("Times", default=1, readonly=True)
    first_seen = fields.Datetime(default=fields.Datetime.now, readonly=True)
    last_seen = fields.Datetime(default=fields.Datetime.now, readonly=True)
    retry = fields.Boolean("To Be Tried Again", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("ignored", "Ignored"), ("solved", "Solved")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    closed_on = fields.Datetime("Settled On", readonly=True)
    ignore_reason = fields.Text("Ignored Because", readonly=True)
    ignored_by_id = fields.Many2one("res.users", readonly=True)

    _open_unique = models.UniqueIndex("(channel_id, kind, external_id) WHERE state = 'open'")

    @api.depends("kind", "external_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for issue in self:
            issue.display_name = f"{labels.get(issue.kind, '')}: {issue.external_id or ''}"

    @api.model
    def _report(self, channel, kind, failures):
        """Record failures through a cursor of its own, so that they survive the rollback they report (R20).

        :param kind: one of the values of `kind`
        :param failures: list of (external id, text in the user's words, record or None), for a defect with its
            traceback as a fourth
        """
        if failures:
            self._apart(lambda issues: issues._write_failures(channel.with_env(issues.env), kind, failures))

    @api.model
    def _apart(self, work):
        """Do something to issues through a cursor of its own.

        The calling transaction never writes issues or their activities itself: a report that follows in it would wait
        for it for ever.

        :param work: function that gets this model on that cursor, with all rights
        """
        for attempt in range(TRIES):
            try:
                with self.env.registry.cursor() as cr:
                    work(self.with_env(self.env(cr=cr, su=True)))
                return
            except CONCURRENCY:
                # Another flow reports at the same moment; its transaction is over now.
                if attempt == TRIES - 1:
                    raise

    @api.model
    def _write_failures(self, channel, kind, failures):
        known = {issue.external_id: issue for issue in self._unsolved(channel, kind)}
        for external_id, text, record, *traceback in failures:
            # Both may be OTTO's words, and what cannot be stored would stop the flow that reports it.
            external_id, text = key_of(external_id), stored(text)
            values = {"name": text, "traceback": stored(traceback[0]) if traceback else False}
            if record:
                values.update(res_model=record._name, res_id=record.id)
            issue = known.get(external_id)
            if issue:
                issue.write({**values, "count": issue.count + 1, "last_seen": fields.Datetime.now()})
            else:
                known[external_id] = self.create(
                    {**values, "channel_id": channel.id, "kind": kind, "external_id": external_id}
                )
        self._update_activity(channel, kind)

    @api.model
    def _resolve(self, channel, kind, external_ids):
        """Mark issues as solved, ignored ones too: a later try worked (R20)."""
        keys = {key_of(external_id) for external_id in external_ids}

        def solved(issues):
            return issues._unsolved(channel.with_env(issues.env), kind).filtered(lambda i: i.external_id in keys)

        if solved(self.sudo()):
            self._apart(lambda issues: solved(issues)._solve())

    def _solve(self):
        self._close("solved")

    def _close(self, state, **noted):
        """Take issues off the list and count again what is left for each person.

        :param noted: why, and who says so
        """
        self.write({"state": state, "closed_on": fields.Datetime.now(), "retry": False, **noted})
        for (channel, kind), _issues in self.grouped(lambda issue: (issue.channel_id, issue.kind)).items():
            self._update_activity(channel, kind)

    @api.model
    def _open(self, channel, kind):
        return self.search([("channel_id", "=", channel.id), ("kind", "=", kind), ("state", "=", "open")])

    @api.model
    def _unsolved(self, channel, kind):
        """Return the issues of a kind that are open, or ignored and not settled."""
        return self.search([("channel_id", "=", channel.id), ("kind", "=", kind), ("state", "in", UNSOLVED)])

    @api.model
    def _update_activity(self, channel, kind):
        """Keep one open activity for each channel and kind, with the number of open issues (R20)."""
        summaries = self._summaries(kind)
        count = len(self._open(channel, kind))
        activity = channel.activity_ids.filtered(
            lambda act: act.activity_type_id == self._activity_type() and (act.summary or "").startswith(summaries)
        )
        summary = f"{self._summaries(kind, self.env.lang)[0]} {count}"
        person = channel._whom_to_tell()
        if not count:
            activity.unlink()
        elif activity:
            # Two flows that reported at the same moment may have made one each.
            activity[1:].unlink()
            activity[:1].summary = summary
            if not channel._can_be_told(activity[:1].user_id, channel):
                activity[:1].user_id = person
        else:
            channel.activity_schedule(
                activity_type_id=self._activity_type().id,
                summary=summary,
                user_id=person.id,
            )

    @api.model
    def _summaries(self, kind, lang=None):
        """Return how the summary of a kind's activity begins, in a language or in all: people change theirs."""
        langs = [lang] if lang else [code for code, _name in self.env["res.lang"].get_installed()]
        field = self._fields["kind"]
        return tuple(f"OTTO {dict(field._description_selection(self.with_context(lang=x).env))[kind]}:" for x in langs)

    @api.model
    def _activity_type(self):
        return self.env.ref("otto_market_connector.mail_activity_type_issue")
