# Each room uses only rooms above it in this list (docs/architecture.md).
from . import core
from . import catalogue
from . import prices
from . import orders
from . import stock
from . import fulfilment
from . import returns
from . import receipts
from . import retention
from . import overview
from . import guards
