import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...otto_api import (
    DEFAULT_SCOPES,
    OAuth2Credentials,
    OttoAuthError,
    OttoClient,
    OttoError,
    OttoForbidden,
    PasswordCredentials,
)

_logger = logging.getLogger(__name__)

BASE_URLS = {
    "production": "https://api.otto.market",
    "sandbox": "https://sandbox.api.otto.market",
}


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    environment = fields.Selection(
        [("production", "Production"), ("sandbox", "OTTO's Sandbox"), ("own", "Own Address")],
        required=True,
        default="production",
        tracking=True,
    )
    base_url = fields.Char("Own Address of the API", groups="base.group_system", copy=False)
    login = fields.Selection(
        [("oauth2", "App (Client ID and Secret)"), ("api_user", "API User (User Name and Password)")],
        "Log in with",
        required=True,
        default="oauth2",
        help="Make an app in OTTO Partner Connect; only accounts that still have an API user may go on using it.",
    )
    client_id = fields.Char("Client ID", groups="base.group_system", copy=False)
    client_secret = fields.Char(groups="base.group_system", copy=False, exportable=False)
    username = fields.Char("User Name", groups="base.group_system", copy=False)
    password = fields.Char(groups="base.group_system", copy=False, exportable=False)
    connection_state = fields.Selection(
        [("unknown", "Not Tested"), ("ok", "Connected"), ("failed", "Failed")],
        default="unknown",
        readonly=True,
        copy=False,
    )
    connection_message = fields.Text(readonly=True, copy=False)
    missing_scopes = fields.Char("Missing Permissions", readonly=True, copy=False)
    missing_scopes_text = fields.Text("What Missing Permissions Stop", compute="_compute_missing_scopes_text")

    @api.depends("missing_scopes")
    def _compute_missing_scopes_text(self):
        for channel in self:
            missing = (channel.missing_scopes or "").split()
            channel.missing_scopes_text = channel._missing_scopes_words(missing) if missing else False

    def _otto_client(self, scopes=()):
        """Return an `OttoClient` for this channel.

        :param scopes: what an app is asked for instead of the usual scopes
        :raises UserError: when the channel is not set up; names the channel and the field.
        """
        self.ensure_one()
        channel = self.sudo()
        url = channel.base_url if channel.environment == "own" else BASE_URLS[channel.environment]
        if not url:
            raise UserError(
                self.env._("Please enter the address of the API on the OTTO channel %(channel)s.", channel=self.name)
            )
        return OttoClient(
            url, self._otto_credentials(scopes), observer=self._request_observer(), budget=self._request_budget()
        )

    def _otto_credentials(self, scopes=()):
        """Return the channel's credentials for the wire (R1).

        :param scopes: what an app is asked for instead of the usual scopes
        :raises UserError: when they are not entered; names the channel and the fields
        """
        channel = self.sudo()
        if channel.login == "api_user":
            names, form, more = ("username", "password"), PasswordCredentials, {}
        else:
            names, form = ("client_id", "client_secret"), OAuth2Credentials
            more = {"scopes": tuple(scopes)} if scopes else {}
        if not all(channel[name] for name in names):
            raise UserError(
                self.env._(
                    "Please enter %(fields)s on the OTTO channel %(channel)s.",
                    fields=", ".join(channel._fields[name]._description_string(self.env) for name in names),
                    channel=self.name,
                )
            )
        return form(*(channel[name] for name in names), **more)

    def _note_connection(self, error=None):
        """Show on the channel at once when OTTO stops or starts accepting its credentials; say it once."""
        blocked = isinstance(error, OttoForbidden) and error.blocked
        if error is None and self.connection_state == "failed":
            self.write({"connection_state": "ok", "connection_message": False})
        elif isinstance(error, OttoAuthError) and not blocked and self.connection_state != "failed":
            self.write({"connection_state": "failed", "connection_message": self._otto_error_text(error)})

    def _scope_needs(self):
        """Hook: say what needs which of OTTO's permissions; each room adds what is not a flow of its own.

        :return: list of (name in the user's language, scopes that are asked for together); OTTO refuses all of them
            when the app lacks one (facts/otto.md §3.2)
        """
        labels = dict(self.env["otto.sync"]._fields["flow"]._description_selection(self.env))
        flows = self.env["otto.sync"]._flows()
        return [(labels[flow], self.env[f"otto.flow.{flow}"]._scopes or DEFAULT_SCOPES) for flow in flows]

    def _wanted_scopes(self):
        """Return every permission that anything needs, first those without which nothing works."""
        more = [scope for _name, scopes in self._scope_needs() for scope in scopes]
        return tuple(dict.fromkeys((*DEFAULT_SCOPES, *more)))

    def action_test_connection(self):
        """Button: ask OTTO for a token and say in words what is right or wrong; whatever OTTO answers, it says so.

        :raises UserError: the channel is not set up
        """
        self.ensure_one()
        self.check_access("write")
        level, message, missing = self._check_connection()
        values = {"connection_state": "failed" if level == "danger" else "ok", "connection_message": message}
        self.sudo().write({**values, "missing_scopes": " ".join(missing)})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": level,
                "title": self.name,
                "message": message,
                "sticky": level != "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _check_connection(self):
        """Ask OTTO for a token with everything that anything needs.

        :return: level of a notice (success, warning, danger), the sentence, the permissions that the app lacks
        :raises UserError: the channel is not set up
        """
        wanted = self._wanted_scopes()
        try:
            report = self._otto_client(wanted).check(wanted)
        except OttoError as error:
            return "danger", self._otto_error_text(error), ()
        except UserError:
            raise
        except Exception:
            _logger.exception("otto.channel %s: the connection cannot be tested", self.id)
            return "danger", self._unreadable_text(), ()
        if report.error:
            return "danger", self._otto_error_text(report.error), ()
        if not report.missing:
            return "success", self.env._("Connected: OTTO accepts the credentials and all permissions are there."), ()
        level = "danger" if set(report.missing) & set(DEFAULT_SCOPES) else "warning"
        return level, self._missing_scopes_words(report.missing), report.missing

    def _missing_scopes_words(self, missing):
        """Name every permission that the app lacks, and what does not work without it.

        :param missing: scopes
        """
        stopped = {}
        for scope in missing:
            names = tuple(name for name, scopes in self._scope_needs() if scope in scopes)
            stopped.setdefault(names, []).append(scope)
        lines = [
            self.env._(
                "Without %(scopes)s these do not work: %(names)s.", scopes=", ".join(scopes), names=", ".join(names)
            )
            for names, scopes in stopped.items()
        ]
        begin = self.env._("OTTO accepts the credentials, but the app lacks permissions.")
        end = [self.env._("Please add them to the app in OTTO Partner Connect.")]
        if not set(missing) & set(DEFAULT_SCOPES):
            end.insert(0, self.env._("Everything else works."))
        return "\n".join([begin, *lines, " ".join(end)])
