"""OTTO Market's partner interface, without Odoo."""

from .client import ConnectionReport, OttoClient
from .const import DEFAULT_SCOPES, FulfillmentStatus
from .credentials import OAuth2Credentials, PasswordCredentials
from .errors import (
    OttoAuthError,
    OttoConflict,
    OttoError,
    OttoForbidden,
    OttoInvalid,
    OttoNotFound,
    OttoRateLimited,
    OttoTooLarge,
    OttoUnavailable,
)
from .rules import (
    LIVE_STATUSES,
    OFFERED_QUANTITY_SQL,
    SOLD_NOT_SENT,
    STATUS_ORDER,
    Supply,
    delivery_date,
    expected_total,
    offered_quantity,
    order_currency,
    order_status,
    status_of,
)
from .tokens import TokenCache
from .types import (
    Address,
    BrokenOrder,
    Dimension,
    Discount,
    Fee,
    Money,
    Order,
    OrderPage,
    PositionItem,
    Product,
    Quantity,
    QuantityPage,
    QuantityRefusal,
    QuantityResult,
    ShipFrom,
    Shipment,
    ShipmentItem,
    ShipmentState,
    TrackingKey,
)
from .types_catalogue import (
    ActiveStatus,
    Article,
    ArticlePrice,
    Attribute,
    Brand,
    BrokenRecord,
    CataloguePage,
    ContentChange,
    DeliveryInformation,
    DeliveryRefusal,
    DeliveryResult,
    MarketplaceStatus,
    Notice,
    Sale,
    ShippingProfile,
    TaskFailure,
    UpdateTask,
)
