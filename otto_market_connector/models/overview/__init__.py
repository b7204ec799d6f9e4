"""What the office sees first: the overview, the readiness of a channel, reporting. It uses all rooms but the guards."""

from . import (
    const,
    otto_position_item,
    otto_order_mapper,
    otto_order_updater,
    sale_order,
    otto_channel_counters,
    otto_channel_figures,
    otto_channel_charts,
    otto_channel_flows,
    otto_channel_overview,
    otto_channel_readiness,
    otto_piece_report,
    sale_report,
    res_config_settings,
)
