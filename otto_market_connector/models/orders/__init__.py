"""Orders from OTTO: read, made as sales orders, kept at OTTO's newest state; what is not imported is kept back."""

from . import (
    import_batch,
    account_analytic_distribution_model,
    stock_picking,
    sound_order,
    contact_values,
    res_partner,
    otto_channel,
    otto_issue,
    sale_order,
    sale_order_line,
    otto_position_item,
    otto_listing,
    otto_order_products,
    otto_order_linker,
    otto_order_waiting,
    otto_order_terms,
    otto_order_mapper,
    otto_order_updater,
    otto_flow_orders,
    otto_unimported_item,
)
