"""What is done once for a page of orders instead of once for each order or line."""


class ImportBatch:
    """Carried by the context while the orders of a page are made and confirmed; an object, so no client can send it.

    :ivar origins: dict of the id of a new transfer to the `sale.order` that it was made for
    :ivar has_distributions: whether the database has models of analytic distributions; None: not asked yet
    """

    __slots__ = ("has_distributions", "origins")

    def __init__(self):
        self.origins = {}
        self.has_distributions = None


def in_batch(records):
    """Return the records with a new batch in their context."""
    return records.with_context(otto_import_batch=ImportBatch())


def batch_of(env):
    """Return the `ImportBatch` at work in this environment, or None."""
    batch = env.context.get("otto_import_batch")
    return batch if isinstance(batch, ImportBatch) else None
