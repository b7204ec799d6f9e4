"""Fixed values of OTTO's interface: addresses, paths, scopes, enumerations, limits."""

TOKEN_PATH = "/v1/token"  # noqa: S105 a path
ORDERS_PATH = "/v4/orders"
SHIPMENTS_PATH = "/v1/shipments"
QUANTITIES_PATH = "/v1/availability/quantities"
DELIVERY_PATH = "/v1/availability/product-delivery-information"
PROFILES_PATH = "/v1/shipping-profiles"
PRODUCTS_PATH = "/v5/products"
RETURNS_PATH = "/v3/returns"
RETURN_PARCELS_PATH = "/v1/return-shipments"
REDUCTIONS_PATH = "/v1/price-reductions"
RECEIPTS_PATH = "/v3/receipts"

# The scopes that the connector's flows need.
DEFAULT_SCOPES = ("orders", "products", "shipments", "availability", "shipping-profiles")
# Asked for apart: OTTO refuses a token as a whole when an app lacks one of its scopes (facts/otto.md §3.2).
RETURN_SCOPES = ("returns", "shipments")
REDUCTION_SCOPES = ("price-reduction",)
RECEIPT_SCOPES = ("receipts",)

# The fixed client of the password grant (API user).
PASSWORD_CLIENT_ID = "token-otto-api"  # noqa: S105 public

MAX_QUANTITIES = 200
MAX_QUANTITY = 999_999_999
MAX_ORDERS = 256
# Prices and active switches in a request; products on a page (marketplace status might take 1000, its texts disagree).
MAX_CATALOGUE_ENTRIES = 500
PRODUCT_PAGE = 100
BRAND_PAGE = 1000
# Pieces in an acceptance or rejection; the longest pages of returns, of return parcels,
# of price reductions and of receipts.
MAX_DECISIONS = 200
RETURN_PAGE = 50
RETURN_PARCEL_PAGE = 100
REDUCTION_PAGE = 128
RECEIPT_PAGE = 128
# Records on a page where the request does not say, and the pages after which a list counts as one without an end.
DEFAULT_PAGE = 200
MOST_PAGES = 10_000


class FulfillmentStatus:
    """What OTTO calls the states of a piece; unknown values stay plain text."""

    ANNOUNCED = "ANNOUNCED"
    PROCESSABLE = "PROCESSABLE"
    SENT = "SENT"
    RETURNED = "RETURNED"
    CANCELLED_BY_PARTNER = "CANCELLED_BY_PARTNER"
    CANCELLED_BY_MARKETPLACE = "CANCELLED_BY_MARKETPLACE"


class ReturnStatus:
    """Where a return is (facts/otto.md §10.1); unknown values stay plain text."""

    ANNOUNCED = "ANNOUNCED"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    MISDIRECTED = "MISDIRECTED"


class ReductionStatus:
    """How far a price reduction is (facts/otto.md §8.2); unknown values stay plain text."""

    INITIATED = "INITIATED"
    PROCESSED = "PROCESSED"
    REJECTED = "REJECTED"


class ReceiptKind:
    """What OTTO's receipts are (facts/otto.md §9); unknown values stay plain text."""

    PURCHASE = "PURCHASE"
    REFUND = "REFUND"
    PARTIAL_REFUND = "PARTIAL_REFUND"


RECEIPT_KINDS = (ReceiptKind.PURCHASE, ReceiptKind.REFUND, ReceiptKind.PARTIAL_REFUND)
RECEIPT_LINE_KINDS = ("item", "item_partial", "service", "service_partial", "delivery", "delivery_partial")
RETURN_STATUSES = (
    ReturnStatus.ANNOUNCED,
    ReturnStatus.ACCEPTED,
    ReturnStatus.REJECTED,
    ReturnStatus.MISDIRECTED,
)
# What may be said about goods that came back, why they are accepted or rejected, and why OTTO accepted by itself
# (facts/otto.md §10.2, §10.3).
RETURN_CONDITIONS = ("A", "B", "C", "D", "E")
ACCEPT_REASONS = (
    "RETURN_RECEIVED",
    "STATUS_SENT_BY_ACCIDENT",
    "CANCEL_REQUEST_BY_CUSTOMER",
    "REFUND_AFTER_AFFIDAVIT",
    "COMPLAINT",
    "SHIPMENT_LOST",
    "RETURN_LOST",
    "UNDELIVERABLE",
)
REJECT_REASONS = (
    "THIRD_PARTY_ITEM",
    "WRONG_ITEM",
    "EXCHANGE",
    "DAMAGE_TO_THE_HYGIENE_SEAL",
    "ITEM_DAMAGED",
    "RETURN_PERIOD_EXCEEDED",
    "ITEM_NOT_IN_THE_PARCEL",
)
MARKETPLACE_REASONS = ("OVERDUE_CREDIT", "FAST_REFUND", "CUSTOMER_CLARIFICATION", "LACK_OF_COOPERATION")

CANCELLED_STATUSES = (FulfillmentStatus.CANCELLED_BY_PARTNER, FulfillmentStatus.CANCELLED_BY_MARKETPLACE)
