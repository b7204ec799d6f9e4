import logging
from datetime import timezone

from odoo import fields, models
from odoo.exceptions import UserError

from ...otto_api import (
    AWAY,
    DEFAULT_SCOPES,
    REDUCTION_SCOPES,
    RETURN_SCOPES,
    OAuth2Credentials,
    OttoAuthError,
    OttoClient,
    OttoError,
    OttoForbidden,
    OttoRateLimited,
    OttoUnavailable,
    PasswordCredentials,
)
from ...otto_api.foreign import WORDS_LIMIT
from .texts import stored

_logger = logging.getLogger(__name__)

BASE_URLS = {
    "production": "https://api.otto.market",
    "sandbox": "https://sandbox.api.otto.market",
}
# What only some flows need; apps that were made before these flows lack it.
MORE_SCOPES = tuple(scope for scope in (*RETURN_SCOPES, *REDUCTION_SCOPES) if scope not in DEFAULT_SCOPES)


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

    def action_test_connection(self):
        """Button: ask OTTO for a token and say in words what is right or wrong; whatever OTTO answers, it says so.

        :raises UserError: the channel is not set up
        """
        self.ensure_one()
        self.check_access("write")
        try:
            scopes = (*DEFAULT_SCOPES, *MORE_SCOPES)
            report = self._otto_client(scopes).check(scopes)
            ok = not report.error and set(report.missing) <= set(MORE_SCOPES)
            message = self._connection_report_text(report)
        except OttoError as error:
            ok, message = False, self._otto_error_text(error)
        except UserError:
            raise
        except Exception:
            _logger.exception("otto.channel %s: the connection cannot be tested", self.id)
            ok, message = False, self._unreadable_text()
        self.sudo().write({"connection_state": "ok" if ok else "failed", "connection_message": message})
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if ok else "danger",
                "title": self.name,
                "message": message,
                "sticky": not ok,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _connection_report_text(self, report):
        if report.error:
            return self._otto_error_text(report.error)
        if report.missing and set(report.missing) <= set(MORE_SCOPES):
            return self.env._(
                "Connected: OTTO accepts the credentials. For returns and partial refunds the app still lacks these "
                "permissions: %(scopes)s. Everything else works. Please add them to the app in OTTO Partner Connect.",
                scopes=", ".join(report.missing),
            )
        if report.missing:
            return self.env._(
                "OTTO accepts the credentials, but the app lacks these permissions: %(scopes)s. "
                "Please add them to the app in OTTO Partner Connect.",
                scopes=", ".join(report.missing),
            )
        return self.env._("Connected: OTTO accepts the credentials and all permissions are there.")

    def _otto_error_text(self, error):
        """Say an `OttoError` in the user's words, with the remedy."""
        words = {"words": _sentence(stored(error.words or "", WORDS_LIMIT))}
        if isinstance(error, OttoForbidden) and error.blocked:
            return self.env._(
                "OTTO blocks this server for a while: %(words)s It is tried again later by itself. If it goes on, ask "
                "OTTO to unblock the server's address.",
                **words,
            )
        if isinstance(error, OttoForbidden):
            return self.env._(
                "OTTO refuses access: %(words)s Please check the permissions of the app in OTTO Partner Connect.",
                **words,
            )
        if isinstance(error, OttoRateLimited):
            return self._wait_text(error)
        if error.status in (400, 401):
            return self.env._("OTTO does not accept the request or the credentials: %(words)s", **words)
        if isinstance(error, OttoUnavailable):
            return self._no_connection_text(error) or self.env._(
                "OTTO cannot be reached: %(words)s It is tried again later by itself.", **words
            )
        return self.env._("OTTO answers: %(words)s", **words)

    def _wait_text(self, error):
        """Say until when OTTO takes no more requests of this account."""
        until = self._local(_naive(error.until))
        return self.env._(
            "OTTO takes no more requests of this account before %(until)s. What Odoo does by itself goes on then; "
            "please try again after that.",
            until=until,
        )

    def _no_connection_text(self, error):
        """Say which server did not answer, where a person has to do something about it; False where waiting helps."""
        server = {"host": stored(error.host, WORDS_LIMIT), "detail": stored(error.detail, WORDS_LIMIT)}
        if error.key == "no_security":
            return self.env._(
                "There is no secure connection to %(host)s: its certificate or encryption cannot be trusted "
                "(%(detail)s). Nothing was sent. Please check the address of the channel, a proxy in between, and the "
                "clock and certificates of this server.",
                **server,
            )
        if error.key in ("unknown_host", "wrong_address"):
            return self.env._(
                "OTTO cannot be reached: there is no server %(host)s. Please check the address of the channel and this "
                "server's connection to the internet.",
                **server,
            )
        if error.key == AWAY:
            return self.env._(
                "OTTO has not answered a moment ago, so nobody waits for it again before %(until)s. Odoo asks again by "
                "itself after that; if it goes on, please check this server's connection to the internet.",
                until=self._local(_naive(error.until)),
            )
        if error.key == "odd_login":
            return self.env._("The credentials contain characters that cannot be sent. Please enter them again.")
        if error.key == "unreadable":
            return self._unreadable_text()
        return False

    def _unreadable_text(self):
        return self.env._(
            "The server that was asked gives an answer that cannot be read. Please check the address of the channel. "
            "If it is right, it is tried again later by itself."
        )


def _naive(moment):
    """Return an aware moment as Odoo stores it."""
    return moment.astimezone(timezone.utc).replace(tzinfo=None, microsecond=0)


def _sentence(words):
    return words if words.endswith((".", "!", "?")) else f"{words}."
