"""DHL Parcel DE Shipping (Post & Parcel Germany): tokens, shipments, labels, manifests."""
