# The ways in. Each sets up what it needs from nothing; see README.md.
PYTHON ?= python3

# Odoo comes without compiled files, and every process would compile it anew. They are kept out of the source's folders.
export PYTHONDONTWRITEBYTECODE =
export PYTHONPYCACHEPREFIX = $(CURDIR)/.runtime/pycache

SECONDS ?= 600

.PHONY: setup demo smoke soak acceptance test lint bench zip wheels changelog pot pictures

setup:
	@$(PYTHON) -m dev.setup

demo: setup
	@.venv/bin/python -m dev.demo

smoke: setup
	@.venv/bin/python -m dev.smoke

soak: setup
	@.venv/bin/python -m soak --seconds $(SECONDS) $(if $(SEED),--seed $(SEED)) $(if $(PLANT),--plant $(PLANT))

acceptance: setup
	@.venv/bin/python -m dev.acceptance

test: setup
	@.venv/bin/python -m dev.tests $(ARGS)

lint: setup
	@.venv/bin/python -m dev.lint

bench: setup
	@.venv/bin/python -m bench

zip: setup
	@.venv/bin/python -m dev.package

wheels: setup
	@.venv/bin/python -m dev.wheels

changelog: setup
	@VERSION="$(VERSION)" .venv/bin/python -m dev.changelog

pot: setup
	@.venv/bin/python -m dev.translations

pictures: setup
	@.venv/bin/python -m dev.pictures
