import re

from odoo import models
from odoo.exceptions import UserError

from .. import const
from ..dhl_api import DhlAuthError, DhlRateLimited, DhlUnavailable, tidy
from ..dhl_api.watch import AWAY

# Characters of DHL's words about one thing.
MOST_WORDS = 500
MOST_REMARKS = 20


class DeliveryCarrier(models.Model):
    """DHL's answers and failures in the user's words."""

    _inherit = "delivery.carrier"

    def _dhl_de_error(self, error, picking=None):
        """Return a UserError that says what is wrong with DHL's answer and what to do.

        :param error: a `DhlError`; it stays on the UserError as `dhl_error`, for those who decide by its kind
        """
        text = self._dhl_de_reason(error)
        if isinstance(error, DhlRateLimited | DhlUnavailable):
            text += " " + self.env._("Please try again in a few minutes.")
        return with_cause(UserError(f"{picking.name}: {text}" if picking else text), error)

    def _dhl_de_reason(self, error):
        """Return what is wrong with DHL's answer, for those who try again themselves."""
        words = sentence(self._dhl_de_words(error))
        names = {"carrier": self.name, "environment": self._dhl_de_environment_name(), "words": words}
        if isinstance(error, DhlAuthError):
            return self.env._(
                "DHL (%(environment)s) does not accept the login of the shipping method %(carrier)s: %(words)s Please"
                " have the user, password and API key checked.",
                **names,
            )
        if isinstance(error, DhlRateLimited):
            return self.env._("DHL takes no more requests at the moment.")
        if isinstance(error, DhlUnavailable):
            return self.env._("DHL cannot be reached: %(words)s", **names)
        return self.env._("DHL refuses: %(words)s", **names)

    def _dhl_de_environment_name(self):
        return self.env._("production") if self.prod_environment else self.env._("test environment")

    def _dhl_de_words(self, answer):
        """Return what DHL says, or what became of the request when DHL says nothing.

        :param answer: a `DhlError` or DHL's result about one parcel
        """
        key = getattr(answer, "key", "")
        if key:
            return self._dhl_de_failure(key, answer)
        return bounded(" ".join(self._dhl_de_remarks(answer.messages)) or answer.words)

    def _dhl_de_remarks(self, messages):
        """Return DHL's messages, each once, with the name of the field that they are about."""
        texts = []
        for message in messages:
            field, text = self._dhl_de_field(bounded(message.property)), bounded(message.text)
            texts.append(sentence(f"{field}: {text}" if field else text))
        return list(dict.fromkeys(texts))[:MOST_REMARKS]

    def _dhl_de_failure(self, key, error):
        host = bounded(getattr(error, "host", ""))
        texts = {
            "connect_timeout": self.env._("The connection was not made in time."),
            "timeout": self.env._("DHL did not answer in time."),
            "no_security": self.env._(
                "The connection to %(host)s is not secure: %(detail)s.",
                host=host,
                detail=bounded(getattr(error, "detail", "")).rstrip("."),
            ),
            "unknown_host": self.env._("There is no server %s.", host),
            "wrong_address": self.env._("%s is no address of a server.", host),
            "too_long": self.env._("DHL's answer is too long."),
            "cut": self.env._("The connection was cut."),
            "no_connection": self.env._("There is no connection."),
            "unreadable": self.env._("DHL's answer cannot be read."),
            "odd_login": self.env._("It holds characters that cannot be sent, perhaps invisible ones."),
            "status": self.env._("DHL reports error %s.", error.status),
            AWAY: self.env._(
                "DHL has not answered a moment ago, so nobody waits for it now. Odoo asks it every minute and lets you"
                " ship as soon as it answers again."
            ),
            "no_label": self.env._("DHL booked it, but sent no label."),
        }
        return texts.get(key) or bounded(error.words)

    def _dhl_de_field(self, path):
        """Return the name of a field from DHL's path, e.g. "Recipient, house number" for consignee.addressHouse.

        A path that is not known stays as it is: it is DHL's own word.
        """
        path = re.sub(r"^shipments\[\d+\]\.", "", path or "")
        owners = {
            "services.dhlRetoure.returnAddress": self.env._("Return address"),
            "services.dhlRetoure": self.env._("Return"),
            "consignee": self.env._("Recipient"),
            "shipper": self.env._("Sender"),
        }
        prefix, owner = next(((p, o) for p, o in owners.items() if path == p or path.startswith(f"{p}.")), ("", ""))
        rest = path.removeprefix(prefix).removeprefix(".")
        part = self._dhl_de_part(rest) if rest else ""
        return ", ".join(filter(None, (owner, part)))

    def _dhl_de_part(self, part):
        weight = self.env._("weight")
        size = self.env._("size")
        names = {
            "name": self.env._("name"),
            "name1": self.env._("name"),
            "name2": self.env._("second line of the name"),
            "name3": self.env._("third line of the name"),
            "addressStreet": self.env._("street"),
            "addressHouse": self.env._("house number"),
            "additionalAddressInformation1": self.env._("additional address line"),
            "postalCode": self.env._("postcode"),
            "city": self.env._("city"),
            "country": self.env._("country"),
            "email": self.env._("e-mail"),
            "phone": self.env._("phone"),
            "postNumber": self.env._("Postnummer"),
            "lockerID": self.env._("number of the Packstation"),
            "retailID": self.env._("number of the Postfiliale"),
            "billingNumber": self.env._("billing number"),
            "refNo": self.env._("reference"),
            "shipDate": self.env._("shipping date"),
            "product": self.env._("product"),
            "weight": weight,
            "details.weight": weight,
            "dimension.weight": weight,
            "details.dim": size,
        }
        return names.get(part) or (size if part.startswith("details.dim.") else part)

    def _dhl_de_is_asked(self, environment):
        """Tell whether an environment is the one that this carrier's login is for now; no other one is ever asked."""
        return environment == self._dhl_de_root()


def bounded(text):
    """Return foreign text as it may be stored and shown: in one line, without what nobody sees, and not endless."""
    text = tidy(str(text or ""))
    return text if len(text) <= MOST_WORDS else f"{text[: MOST_WORDS - 1]}…"


def with_cause(user_error, error):
    """Return a UserError that remembers the `DhlError` it tells of."""
    user_error.dhl_error = error
    return user_error


def is_test(environment):
    """Tell whether an environment books labels that are no parcels."""
    return environment != const.PRODUCTION_ROOT


def sentence(words):
    """Return words with a full stop, if they have no end yet."""
    return words if not words or words.endswith((".", "!", "?")) else f"{words}."
