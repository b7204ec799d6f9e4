"""Pictures of the products that were made: fetched afterwards and one by one, because each may take its time."""

import logging

from odoo import models
from odoo.addons.delivery_dhl_de.binary import to_field
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...otto_api.failures import NoAnswer
from ..core.texts import stored
from ..core.write_guard import as_connector
from . import pictures

_logger = logging.getLogger(__name__)


class OttoProductMaker(models.AbstractModel):
    _inherit = "otto.product.maker"

    def _fetch_pictures(self, flow):
        """Give the products that were made their pictures, each in a transaction.

        :param flow: the flow at work
        :return: whether all was tried
        """
        domain = [("channel_id", "=", self.channel.id), ("picture_to_fetch", "=", True)]
        listings = self.env["otto.listing"].search(domain)
        remaining = len(listings)
        for listing in listings:
            as_connector(listing).picture_to_fetch = False
            self._try_picture(listing)
            remaining -= 1
            if flow._checkpoint(1, remaining=remaining) <= 0 and remaining:
                return False
        return True

    def _try_picture(self, listing):
        """Give a product that was made its picture; whatever is wrong with one does not stop the others (R20)."""
        if listing.made_product_id != listing.product_id:
            return
        try:
            with self.env.cr.savepoint():
                if picture := self._picture(listing.image_url):
                    self._set_picture(listing.product_id.sudo(), picture)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("The picture of %s cannot be taken", listing.sku)

    def _set_picture(self, product, picture):
        """Show a picture on a variant, and on its product where that has none yet; a person's picture stays."""
        if not product.product_tmpl_id.image_1920:
            product.product_tmpl_id.image_1920 = picture
        if len(product.product_tmpl_id.product_variant_ids) > 1 and not product.image_variant_1920:
            product.image_variant_1920 = picture

    def _picture(self, url):
        """Return a picture, or nothing when it cannot be had or read: no product fails for want of a picture."""
        if not url:
            return False
        try:
            return to_field(pictures.decoded(pictures.fetched(url)))
        except (NoAnswer, OSError, ValueError) as error:
            _logger.info("The picture %s cannot be taken: %s", stored(url, 200), error)
            return False
