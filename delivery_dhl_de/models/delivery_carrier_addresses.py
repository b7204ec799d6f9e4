from odoo import models
from odoo.exceptions import UserError

from .. import const
from ..dhl_api import DhlAddressError, EnclosedReturn, MailingAddress, padded_reference, parcel_address, sender_address


class DeliveryCarrier(models.Model):
    """Addresses of senders, customers and returns in DHL's form, and what is wrong with them in words."""

    _inherit = "delivery.carrier"

    def _dhl_de_sender_partner(self, picking):
        """Return the contact whose address is the sender's: the warehouse's, else the company's."""
        return picking.picking_type_id.warehouse_id.partner_id or picking.company_id.partner_id

    def _dhl_de_sender(self, picking):
        partner = self._dhl_de_sender_partner(picking)
        return self._dhl_de_address(picking, partner, sender_address)

    def _dhl_de_consignee(self, picking):
        partner = picking.partner_id
        if not partner:
            raise UserError(
                self.env._("%(transfer)s has no delivery address. Please enter one.", transfer=picking.name)
            )
        self._dhl_de_check_country(picking, partner)
        return self._dhl_de_address(picking, partner, parcel_address, with_contact=self.dhl_de_send_contact)

    def _dhl_de_check_country(self, document, partner):
        """Refuse a country that the product does not go to; a missing one is told with the address.

        :param document: the transfer or the order
        :raises UserError: names the country and the remedy
        """
        country = partner.country_id
        names = {"transfer": document.name, "country": country.name}
        if not country:
            return
        if self.dhl_de_product != const.INTERNATIONAL:
            if country.code != "DE":
                raise UserError(
                    self.env._(
                        "%(transfer)s goes to %(country)s. DHL Paket and DHL Kleinpaket are for Germany; please choose"
                        " another carrier.",
                        **names,
                    )
                )
        elif country.code == "DE":
            raise UserError(
                self.env._(
                    "%(transfer)s goes to %(country)s. DHL Paket International is for other countries; please choose"
                    " DHL Paket.",
                    **names,
                )
            )
        elif self._dhl_de_passes_customs(partner):
            raise UserError(
                self.env._(
                    "%(transfer)s goes to %(country)s and has to pass customs. Odoo makes no customs papers for DHL;"
                    " please book this parcel in DHL's business customer portal and enter its number, or choose another"
                    " carrier.",
                    **names,
                )
            )

    def _dhl_de_passes_customs(self, partner):
        country = partner.country_id
        if country not in self.env.ref("base.europe").country_ids:
            return True
        return country.code == "ES" and (partner.zip or "").strip().startswith(const.SPAIN_CUSTOMS)

    def _dhl_de_enclosed_return(self, picking, sender, suffix):
        """Return the return label to be enclosed, None when this carrier makes none."""
        if not self._makes_enclosed_return():
            return None
        partner = self.dhl_de_return_address_id
        address = self._dhl_de_address(picking, partner, sender_address) if partner else sender
        reference = padded_reference(picking._dhl_reference(), suffix=suffix)
        return EnclosedReturn(self.dhl_de_return_billing_number, reference, address)

    def _dhl_de_address(self, picking, partner, form, **options):
        """Put a contact's address into DHL's form; say in words what is wrong with it.

        :raises UserError: names the transfer, the contact, the fault and the remedy
        """
        street, house = partner._dhl_de_street_parts()
        address = MailingAddress(
            names=self._dhl_de_names(partner),
            street=street,
            house=house,
            street2=partner.street2 or "",
            zip_code=partner.zip or "",
            city=partner.city or "",
            country=partner.country_id.code or "",
            email=partner.email_normalized or "",
            phone=partner.phone or "",
            person=(not partner.is_company and partner.name) or "",
        )
        try:
            return form(address, **options)
        except DhlAddressError as error:
            problem, value = error.problem, error.value
        raise UserError(
            self.env._(
                "%(transfer)s: the address of %(contact)s cannot go to DHL. %(problem)s",
                transfer=picking.name,
                contact=partner.display_name,
                problem=self._dhl_de_address_problem(problem, value),
            )
        )

    def _dhl_de_names(self, partner):
        """Return the company's name, if any, and the person's."""
        company = partner.commercial_company_name if not partner.is_company else ""
        parent = partner.parent_id.name if not partner.name else ""
        return tuple(name for name in (company, partner.name, parent) if name)

    def _dhl_de_address_problem(self, problem, value):
        texts = {**self._dhl_de_street_problems(value), **self._dhl_de_drop_point_problems(value)}
        return texts[problem]

    def _dhl_de_street_problems(self, value):
        return {
            "name": self.env._("The name is missing."),
            "lines": self.env._(
                "DHL prints three lines of 50 characters for the names and the second address line, and these need"
                " more: “%(value)s”. Please shorten the name of the company or person, or the second address line.",
                value=value,
            ),
            "street": self.env._("The street is missing."),
            "street_number": self.env._(
                "“%(value)s” is no street. Please enter a street with its house number, or for a Packstation or"
                " Postfiliale this word with its number, e.g. Packstation 145, and the customer's Postnummer in the"
                " second address line.",
                value=value,
            ),
            "street_long": self.env._(
                "The street is longer than 50 characters: %(value)s. Please shorten it or use the second line.",
                value=value,
            ),
            "po_box": self.env._(
                "DHL brings no parcels to a PO box: “%(value)s”. Please enter a street, a Packstation or a"
                " Postfiliale.",
                value=value,
            ),
            "house": self.env._(
                "The house number is missing; DHL makes a return label only with one: “%(value)s”.", value=value
            ),
            "zip": self.env._("The postcode is missing or wrong: “%(value)s”.", value=value),
            "city": self.env._("The city is missing."),
            "city_long": self.env._("The city is longer than 40 characters: %(value)s.", value=value),
            "country": self.env._("The country is missing, or DHL does not know it: “%(value)s”.", value=value),
        }

    def _dhl_de_drop_point_problems(self, value):
        return {
            "drop_point": self.env._(
                "“%(value)s” is neither a street nor clearly a Packstation or Postfiliale. Please enter one of these"
                " words with its number as the street, e.g. Packstation 145, and the customer's Postnummer in the"
                " second address line; or enter the street.",
                value=value,
            ),
            "drop_point_abroad": self.env._(
                "Outside of Germany DHL brings no parcels to “%(value)s”. Please correct the country, or enter a"
                " street.",
                value=value,
            ),
            "drop_point_numbers": self.env._(
                "It is not clear which number is that of the Packstation or Postfiliale: %(value)s. Please enter it"
                " directly after the word, e.g. Packstation 145, and take off the other one.",
                value=value,
            ),
            "post_number": self.env._(
                "A Packstation or Postfiliale needs the customer's Postnummer (6 to 10 digits); please enter it in the"
                " second address line."
            ),
            "post_numbers": self.env._(
                "It is not clear whether this is the customer's Postnummer: %(value)s. Please write “Postnummer” before"
                " the right one in the second address line, and take off what is not needed.",
                value=value,
            ),
            "post_number_length": self.env._(
                "A Postnummer has 6 to 10 digits, not as many as “%(value)s”. Please correct it in the second address"
                " line.",
                value=value,
            ),
            "locker_number": self.env._("Packstations have numbers from 101 to 999, not “%(value)s”.", value=value),
            "outlet_number": self.env._("Postfilialen have numbers from 401 to 999, not “%(value)s”.", value=value),
            "holder": self.env._(
                "The name of the person who fetches the parcel is missing. Please enter it as the name of the contact."
            ),
            "holder_long": self.env._(
                "For a Packstation or Postfiliale DHL prints 50 characters of the name, and this is longer:"
                " “%(value)s”. Please shorten it.",
                value=value,
            ),
        }
