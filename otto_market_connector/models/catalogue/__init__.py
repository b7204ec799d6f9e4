"""Articles on OTTO: read, matched with products or made as products; processing times go back."""

from . import (
    otto_shipping_profile,
    otto_listing,
    otto_product_matching,
    otto_product_maker,
    otto_product_maker_variants,
    otto_product_maker_images,
    otto_catalogue_mapper,
    otto_flow_catalogue,
    otto_flow_catalogue_stages,
    otto_flow_delivery,
)
