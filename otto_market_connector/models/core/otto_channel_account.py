"""Which account of OTTO Market a channel works for: no two channels at work have the same one (R1, R19)."""

from urllib.parse import urlsplit

from odoo import api, models
from odoo.addons.delivery_dhl_de.dhl_api import tidy
from odoo.exceptions import ValidationError

from .otto_channel_connection import BASE_URLS

ACCOUNT_FIELDS = ("active", "environment", "base_url", "login", "client_id", "username")


class OttoChannel(models.Model):
    _inherit = "otto.channel"

    def _otto_account(self):
        """Return what tells this channel's account from others, None while no credentials are entered.

        The address counts without its writing: blanks, capitals, the usual port and a path make no other account.

        :return: tuple of address, kind of login and its name
        """
        channel = self.sudo()
        url = channel.base_url if channel.environment == "own" else BASE_URLS[channel.environment]
        name = channel.client_id if channel.login == "oauth2" else channel.username
        name = " ".join(tidy(name or "").split()).casefold()
        return (_server(url), channel.login, name) if url and name else None

    @api.constrains(*ACCOUNT_FIELDS)
    def _check_account_once(self):
        """Refuse a second channel at work for one account, in whatever company: each order would come twice.

        An archived channel does no work; it is refused when it is taken up again.
        """
        others = self.sudo().search([("active", "=", True)])
        for channel in self.filtered("active"):
            account = channel._otto_account()
            same = (others - channel).filtered(lambda other, account=account: other._otto_account() == account)
            if account and same:
                raise ValidationError(
                    self.env._(
                        "The channel %(channel)s has the same OTTO account as %(other)s (%(company)s). Each order "
                        "would be imported and shipped twice. Please use the other channel, or archive it first.",
                        channel=channel.name,
                        other=same[0].name,
                        company=same[0].company_id.name,
                    )
                )


def _server(url):
    """Return which server an address names, however it is written."""
    text = tidy(url).replace(" ", "").casefold()
    try:
        parts = urlsplit(text)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
        # With a dot at the end it is the same name (RFC 1034).
        return f"{(parts.hostname or text).rstrip('.')}:{port}"
    except ValueError:
        return text
