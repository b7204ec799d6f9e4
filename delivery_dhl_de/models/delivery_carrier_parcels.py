import math
from decimal import ROUND_UP, Decimal

import pytz

from odoo import fields, models
from odoo.exceptions import UserError

from .. import const
from ..dhl_api import (
    ContactAddress,
    DhlAddressError,
    EnclosedReturn,
    MailingAddress,
    ShipmentOrder,
    padded_reference,
    parcel_address,
    sender_address,
)

GRAM = Decimal("0.001")
# Where the sample parcel of DHL Paket International goes; it is checked only, never sent.
ABROAD = ContactAddress("Muster", "Mariahilfer Straße", "1060", "Wien", "AUT", house="1")


class DeliveryCarrier(models.Model):
    """From a transfer to DHL's shipments: addresses, weights, parcels."""

    _inherit = "delivery.carrier"

    def _dhl_de_orders(self, picking):
        """Return one `ShipmentOrder` for each parcel of a transfer.

        :raises UserError: when the transfer lacks something that DHL needs
        """
        self.ensure_one()
        sender = self._dhl_de_sender(picking)
        consignee = self._dhl_de_consignee(picking)
        parcels = self._dhl_de_parcels(picking)
        several = len(parcels) > 1
        return [
            ShipmentOrder(
                product=self.dhl_de_product,
                billing_number=self.dhl_de_billing_number,
                ref_no=padded_reference(picking.name, suffix=f"-{number}" if several else ""),
                shipper=sender,
                consignee=consignee,
                weight=weight,
                dimensions=dimensions,
                ship_date=self._dhl_de_today(),
                enclosed_return=self._dhl_de_enclosed_return(picking, sender, f"-{number}" if several else ""),
                endorsement=self._dhl_de_wire_endorsement(),
            )
            for number, (weight, dimensions) in enumerate(parcels, start=1)
        ]

    def _dhl_de_sample_order(self):
        """Return a parcel of 1 kg from the company to itself, for DHL to check the settings with.

        :raises UserError: the company's address cannot go to DHL
        """
        company = self.company_id or self.env.company
        nowhere = self.env["stock.picking"].new({"name": self.env._("Sample parcel"), "company_id": company.id})
        sender = self._dhl_de_address(nowhere, company.partner_id, sender_address)
        return ShipmentOrder(
            product=self.dhl_de_product,
            billing_number=self.dhl_de_billing_number,
            ref_no=padded_reference(nowhere.name),
            shipper=sender,
            consignee=ABROAD if self.dhl_de_product == const.INTERNATIONAL else sender,
            weight=Decimal("1"),
            ship_date=self._dhl_de_today(),
            enclosed_return=self._dhl_de_enclosed_return(nowhere, sender, ""),
            endorsement=self._dhl_de_wire_endorsement(),
        )

    def _dhl_de_wire_endorsement(self):
        return self.dhl_de_endorsement if self.dhl_de_product == const.INTERNATIONAL else ""

    def _dhl_de_today(self):
        """Return the date in Germany, where DHL's days end."""
        return pytz.utc.localize(fields.Datetime.now()).astimezone(pytz.timezone("Europe/Berlin")).date()

    # Addresses

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
        reference = padded_reference(picking.name, suffix=suffix)
        return EnclosedReturn(self.dhl_de_return_billing_number, reference, address)

    def _dhl_de_address(self, picking, partner, form, **options):
        """Put a contact's address into DHL's form; say in words what is wrong with it."""
        address = MailingAddress(
            names=self._dhl_de_names(partner),
            street=partner.street or "",
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
        texts = {
            "name": self.env._("The name is missing."),
            "street": self.env._("The street is missing."),
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
            "post_number": self.env._(
                "A Packstation or Postfiliale needs the customer's Postnummer (6 to 10 digits); please enter it in the"
                " second address line."
            ),
            "locker_number": self.env._("Packstations have numbers from 101 to 999, not “%(value)s”.", value=value),
            "outlet_number": self.env._("Postfilialen have numbers from 401 to 999, not “%(value)s”.", value=value),
        }
        return texts[problem]

    # Parcels

    def _dhl_de_parcels(self, picking):
        """Return (weight in kg, dimensions in cm or None) of each parcel: one for each package, one for the rest.

        Packages in a container are one parcel: the container.

        :raises UserError: when a parcel would weigh nothing
        """
        lines = picking.move_line_ids.filtered(lambda line: line.quantity)
        chains = [self._dhl_de_containers(package, picking) for package in lines.result_package_id]
        packages = picking.env["stock.package"].union(*(chain[-1] for chain in chains)).sorted("id")
        parcels = [
            (self._dhl_de_package_weight(package, lines, chains), self._dhl_de_dimensions(package.package_type_id))
            for package in packages
        ]
        loose = lines.filtered(lambda line: not line.result_package_id)
        if loose or not parcels:
            parcels.append((self._dhl_de_loose_weight(picking, loose, bool(packages)), None))
        kilograms = [(self._dhl_de_kilograms(weight), dimensions) for weight, dimensions in parcels]
        if any(weight <= 0 for weight, _dimensions in kilograms):
            raise UserError(
                self.env._(
                    "%(transfer)s weighs nothing. Please enter the weight of the products, or on the shipping method"
                    " %(carrier)s a weight for products without weight.",
                    transfer=picking.name,
                    carrier=self.name,
                )
            )
        return kilograms

    def _dhl_de_package_weight(self, package, lines, chains):
        """Return the weight that was entered for a package, else the sum of what it holds and its own."""
        if package.shipping_weight:
            return package.shipping_weight
        boxes = package.union(*(chain for chain in chains if chain[-1] == package))
        inside = lines.filtered(lambda line: line.result_package_id in boxes)
        return sum(box.package_type_id.base_weight for box in boxes) + self._dhl_de_content_weight(inside)

    def _dhl_de_containers(self, package, picking):
        """Return a package and the containers it is in, the outermost one last.

        Until a transfer is done, Odoo keeps the container that is planned apart from the one the package was in.
        """
        field = "parent_package_id" if picking.state == "done" else "package_dest_id"
        chain = package
        while container := chain[-1][field]:
            chain += container
        return chain

    def _dhl_de_loose_weight(self, picking, loose, has_packages):
        """Return the weight of what is in no package; a weight entered on the transfer wins if there is one parcel."""
        entered = picking.shipping_weight
        if not has_packages and entered and abs(entered - picking.weight_bulk) > float(GRAM) / 2:
            return entered
        return self._dhl_de_content_weight(loose)

    def _dhl_de_content_weight(self, lines):
        return sum(
            line.product_uom_id._compute_quantity(line.quantity, line.product_id.uom_id)
            * (line.product_id.weight or self.dhl_de_default_weight)
            for line in lines
        )

    def _dhl_de_kilograms(self, weight):
        """Convert a weight in Odoo's unit to kg, rounded up to the gram."""
        unit = self.env["product.template"]._get_weight_uom_id_from_ir_config_parameter()
        kilogram = self.env.ref("uom.product_uom_kgm")
        weight = unit._compute_quantity(weight, kilogram, round=False) if unit != kilogram else weight
        return Decimal(str(round(weight, 6))).quantize(GRAM, rounding=ROUND_UP)

    def _dhl_de_dimensions(self, package_type):
        """Return (length, width, height) in whole cm, None unless all are known in mm.

        DHL Kleinpaket has limits in broken centimetres (35.3 cm) but takes whole ones: there, they are rounded down.
        """
        sides = (package_type.packaging_length, package_type.width, package_type.height)
        if (
            not all(sides)
            or package_type.sudo().env["ir.config_parameter"].sudo().get_param("product.volume_in_cubic_feet") == "1"
        ):
            return None
        round_to_cm = math.floor if self.dhl_de_product == "V62KP" else math.ceil
        length, width, height = (max(1, round_to_cm(side / 10)) for side in sides)
        return length, width, height
