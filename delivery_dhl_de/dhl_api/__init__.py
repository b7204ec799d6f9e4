"""DHL's wire: Parcel DE Shipping API v2 ("Geschäftskundenversand") and Returns API v1. No Odoo import."""

from .address import (
    MailingAddress,
    address_from,
    padded_reference,
    parcel_address,
    return_address,
    sender_address,
)
from .auth import BasicCredentials, OAuthCredentials
from .client import DhlClient
from .countries import ALPHA3
from .errors import (
    DhlAddressError,
    DhlAuthError,
    DhlError,
    DhlInvalid,
    DhlNotFound,
    DhlRateLimited,
    DhlUnavailable,
)
from .numbers import is_dhl_number, tidy_number
from .returns import LABEL_TYPES, DhlReturnsClient, ReturnConfirmation, ReturnOrder
from .streets import join_street
from .text import tidy
from .types import (
    CancelResult,
    ClosingResult,
    ContactAddress,
    EnclosedReturn,
    LabelOptions,
    Locker,
    Message,
    PostOffice,
    ShipmentOrder,
    ShipmentResult,
)

__all__ = [
    "ALPHA3",
    "BasicCredentials",
    "CancelResult",
    "ClosingResult",
    "ContactAddress",
    "DhlAddressError",
    "DhlAuthError",
    "DhlClient",
    "DhlError",
    "DhlInvalid",
    "DhlNotFound",
    "DhlRateLimited",
    "DhlReturnsClient",
    "DhlUnavailable",
    "EnclosedReturn",
    "LABEL_TYPES",
    "LabelOptions",
    "Locker",
    "MailingAddress",
    "Message",
    "OAuthCredentials",
    "PostOffice",
    "ReturnConfirmation",
    "ReturnOrder",
    "ShipmentOrder",
    "ShipmentResult",
    "address_from",
    "is_dhl_number",
    "join_street",
    "padded_reference",
    "parcel_address",
    "return_address",
    "sender_address",
    "tidy",
    "tidy_number",
]
