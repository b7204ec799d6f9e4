"""What every other room stands on: channels, their flows, issues, and the marks of the connector's own writes."""

from . import (
    concurrency,
    kits,
    moments,
    texts,
    write_guard,
    product_template,
    product_product,
    otto_component,
    otto_channel,
    otto_channel_connection,
    otto_channel_account,
    otto_channel_accounting,
    otto_channel_health,
    otto_channel_counters,
    otto_sync,
    otto_issue,
    otto_issue_actions,
    otto_request,
    otto_flow,
    res_config_settings,
)
