import math
from decimal import ROUND_UP, Decimal

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from .. import const
from ..dhl_api import (
    ContactAddress,
    ShipmentOrder,
    padded_reference,
    sender_address,
)

GRAM = Decimal("0.001")
# Where the sample parcel of DHL Paket International goes; it is checked only, never sent.
ABROAD = ContactAddress("Muster", "Mariahilfer Straße", "1060", "Wien", "AUT", house="1")


class DeliveryCarrier(models.Model):
    """From a transfer to DHL's shipments: weights and parcels."""

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
                ref_no=padded_reference(picking._dhl_reference(), suffix=f"-{number}" if several else ""),
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

    def _dhl_de_weight_words(self, weight):
        """Return what a weight that DHL refuses is, DHL's limit and the way out; nothing when it is not too high."""
        limit = const.MOST_WEIGHT[self.dhl_de_product]
        if weight <= limit:
            return ""
        text = self.env._(
            "A parcel weighs %(weight)s kg, and DHL takes at most %(limit)s kg as %(product)s. Please put the goods"
            " into several packages, each becomes a parcel of its own, or correct the weight of the products or the"
            " package.",
            weight=self._dhl_de_shown_weight(weight),
            limit=self._dhl_de_shown_weight(limit),
            product=dict(self._fields["dhl_de_product"]._description_selection(self.env))[self.dhl_de_product],
        )
        if self.dhl_de_product == "V62KP" and weight <= const.MOST_WEIGHT["V01PAK"]:
            text += " " + self.env._("As DHL Paket it may weigh more: you may choose that shipping method.")
        return text

    def _dhl_de_shown_weight(self, weight):
        decimals = max(0, -weight.normalize().as_tuple().exponent)
        return formatLang(self.env, float(weight), digits=decimals)

    def _dhl_de_package_weight(self, package, lines, chains):
        """Return the weight that was entered for a package, else the sum of what it holds and its own."""
        if entered := package._dhl_weight():
            return entered
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
        if not has_packages and (entered := picking._dhl_weight()):
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
        lengths = self.env["product.template"]._get_length_uom_id_from_ir_config_parameter()
        if not all(sides) or lengths != self.env.ref("uom.product_uom_millimeter"):
            return None
        round_to_cm = math.floor if self.dhl_de_product == "V62KP" else math.ceil
        length, width, height = (max(1, round_to_cm(side / 10)) for side in sides)
        return length, width, height
