"""After how long the personal data of old orders go, and what stays (docs/data-protection.md)."""

from . import (
    otto_channel,
    sale_order,
    res_partner,
)
