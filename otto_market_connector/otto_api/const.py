"""Fixed values of OTTO's interface: addresses, paths, scopes, enumerations, limits."""

TOKEN_PATH = "/v1/token"  # noqa: S105 a path
ORDERS_PATH = "/v4/orders"
SHIPMENTS_PATH = "/v1/shipments"
QUANTITIES_PATH = "/v1/availability/quantities"
DELIVERY_PATH = "/v1/availability/product-delivery-information"
PROFILES_PATH = "/v1/shipping-profiles"
PRODUCTS_PATH = "/v5/products"

# The scopes that the connector's flows need.
DEFAULT_SCOPES = ("orders", "products", "shipments", "availability", "shipping-profiles")

# The fixed client of the password grant (API user).
PASSWORD_CLIENT_ID = "token-otto-api"  # noqa: S105 public

MAX_QUANTITIES = 200
MAX_QUANTITY = 999_999_999
MAX_ORDERS = 256
# Prices and active switches in a request; products on a page (marketplace status might take 1000, its texts disagree).
MAX_CATALOGUE_ENTRIES = 500
PRODUCT_PAGE = 100
BRAND_PAGE = 1000
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


CANCELLED_STATUSES = (FulfillmentStatus.CANCELLED_BY_PARTNER, FulfillmentStatus.CANCELLED_BY_MARKETPLACE)
