"""`make soak`: OTTO, DHL, customers, warehouse and office act at random from one seed while things fail and processes
die; then a checker holds all sides against a plain model of the rules (docs/rules.md). History and checker are apart.
"""
