"""When stock is sent: soon after a change, collected into one run (R6)."""

CHANGED = "otto_changed_products"


def note_changed_products(env, product_ids, codes=()):
    """Have OTTO told of the new stock soon after the commit: once, however much has changed.

    :param codes: internal references and barcodes; articles that have one of them are concerned too
    """
    precommit = env.cr.precommit
    if CHANGED not in precommit.data:
        precommit.data[CHANGED] = (set(), set())
        precommit.add(env["otto.channel"]._trigger_changed_stock)
    products, all_codes = precommit.data[CHANGED]
    products.update(product_ids)
    all_codes.update(codes)
