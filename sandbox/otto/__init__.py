"""OTTO Market: tokens, orders, shipments, availability."""
