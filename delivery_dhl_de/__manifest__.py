{
    "name": "DHL Geschäftskundenversand",
    "version": "19.0.1.0.0",
    "category": "Inventory/Delivery",
    "summary": "DHL Paket and Kleinpaket with the return label enclosed, DHL Paket International (Shipping API v2)",
    "author": "OTTO Market Connector contributors",
    "license": "LGPL-3",
    "depends": ["stock_delivery", "mail"],
    "data": [
        "security/ir.model.access.csv",
        "security/dhl_booking_rules.xml",
        "data/ir_cron.xml",
        "wizards/dhl_booking_number_views.xml",
        "views/dhl_booking_views.xml",
        "views/delivery_carrier_views.xml",
        "views/stock_picking_views.xml",
    ],
}
