{
    "name": "OTTO Flow Example",
    "summary": "A flow of a customer's own add-on, and an extension of one that is there; for tests",
    "version": "19.0.1.0.0",
    "author": "OTTO Market Connector contributors",
    "license": "LGPL-3",
    "depends": ["otto_market_connector"],
    "post_init_hook": "post_init_hook",
}
