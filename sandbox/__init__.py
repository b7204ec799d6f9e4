"""OTTO Market and DHL on localhost: real HTTP, state in memory, faults on demand (`python -m sandbox`)."""
