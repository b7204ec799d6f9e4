import io
import logging
from functools import partial

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tools import SQL
from odoo.tools.pdf import PdfFileReader

from ..dhl_api import DhlRateLimited, DhlUnavailable
from .delivery_carrier_words import bounded

_logger = logging.getLogger(__name__)


class DhlLabelRunLine(models.Model):
    _name = "dhl.label.run.line"
    _description = "Transfer of a Label Run"
    _order = "run_id, sequence, id"

    run_id = fields.Many2one("dhl.label.run", required=True, ondelete="cascade", index=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    picking_id = fields.Many2one(
        "stock.picking", "Transfer", required=True, ondelete="cascade", readonly=True, index=True
    )
    partner_id = fields.Many2one(related="picking_id.partner_id", string="Contact")
    carrier_tracking_ref = fields.Char(related="picking_id.carrier_tracking_ref")
    return_tracking_ref = fields.Char(related="picking_id.return_tracking_ref")
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Validated"), ("failed", "Still open")],
        default="waiting",
        required=True,
        readonly=True,
    )
    reason = fields.Text(readonly=True)
    warning = fields.Char(compute="_compute_warning", compute_sudo=True)

    @api.depends("picking_id")
    @api.depends_context("lang")
    def _compute_warning(self):
        """Say of a parcel that it needs somebody's eyes although its label is made."""
        for line in self:
            line.warning = line.picking_id._dhl_de_warning()

    def _work_at_once(self):
        """Validate one transfer while the person waits; what it changed is taken back when it fails."""
        try:
            with self.env.cr.savepoint():
                self._validate()
        except UserError as error:
            self._note_refusal(error)
        except psycopg2.OperationalError:
            # Another transaction was faster: Odoo repeats the whole request.
            raise
        except Exception as error:
            # One transfer must not take the others with it.
            _logger.exception("%s", self.id)
            self._fail(self._defect_text(error))

    def _work_apart(self):
        """Validate one transfer in a transaction of its own, repeated as Odoo repeats a request."""
        try:
            retrying(self._validate, self.env)
            return
        except UserError as error:
            note = partial(self._note_refusal, error)
        except Exception as error:
            # One transfer must not stop the others.
            _logger.exception("%s", self.id)
            note = partial(self._fail, self._defect_text(error))
        self.env.cr.rollback()
        retrying(note, self.env)

    def _defect_text(self, error):
        return self.env._("Unexpected error, please tell your administrator: %s", bounded(error))

    def _note_refusal(self, error):
        """Note why the transfer is not validated. Where DHL was not there to refuse it, it may wait for DHL.

        Where DHL possibly booked before it fell silent, a person must decide first.
        """
        cause = getattr(error, "dhl_error", None)
        away = isinstance(cause, DhlRateLimited | DhlUnavailable)
        if not away or cause.maybe_done:
            self._fail(str(error))
        if away and self.run_id._waiting_lines():
            self.run_id._dhl_is_away(cause)

    def _validate(self):
        """Validate the transfer as the person who started the run, unless somebody has stopped the run meanwhile.

        Whoever stops it leaves the transfer in work, which is locked here, and waits for nothing.

        :raises UserError: it cannot be done, or not without an answer from a person
        """
        self.ensure_one()
        self.env.execute_query(SQL("SELECT id FROM dhl_label_run_line WHERE id = %s FOR NO KEY UPDATE", self.id))
        self.invalidate_recordset(["state"])
        if self.state != "waiting":
            return
        user = self.run_id.user_id
        picking = self.picking_id.with_user(user).with_context(
            lang=user.lang, tz=user.tz, allowed_company_ids=self.picking_id.company_id.ids
        )
        if picking.state != "done":
            picking.button_validate()
        if picking.state != "done":
            raise UserError(
                self.env._(
                    "%(transfer)s: Odoo has a question before it can be validated, for example about missing goods. "
                    "Please open the transfer and press Validate there.",
                    transfer=picking.name,
                )
            )
        self.write({"state": "done", "reason": False})

    def _fail(self, reason):
        """Note on the line and on the transfer why it stays open."""
        self.write({"state": "failed", "reason": reason})
        self.picking_id.message_post(body=reason, author_id=self.run_id.user_id.partner_id.id)

    def _readable_labels(self):
        """Return the transfer's labels, the parcel's before the return's, as bytes of PDF documents."""
        documents = []
        for label in self.picking_id._dhl_de_label_documents():
            try:
                PdfFileReader(io.BytesIO(label.raw), strict=False).getNumPages()
            except Exception:
                _logger.warning("%s of %s is no readable PDF", label.name, self.picking_id.name, exc_info=True)
                self.reason = self.env._("%s cannot be read; please print it from the transfer.", label.name)
                continue
            documents.append(label.raw)
        return documents
