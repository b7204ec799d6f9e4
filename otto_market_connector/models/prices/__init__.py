"""Prices to OTTO: which ones the pricelist wants, and what became of those that were sent."""

from . import (
    product_pricelist,
    otto_listing,
    otto_price_rules,
    otto_flow_prices,
)
