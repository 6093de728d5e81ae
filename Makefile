# Everything starts here: `make serve` and `make test` prepare what they need, then run.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
WORKERS ?= 2
PYTEST_ARGS ?=
ARGS ?=
INFERENCE := .venv-inference
BASEMAP := static/vendor/countries-50m.json

export HOST ?= 127.0.0.1
export PORT ?= 8000

.PHONY: help serve test test-inference check check-stac bench bench-curation bench-stac format screenshots messages lock seed migrate clean packages-serve packages-test

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

serve: packages-serve $(VENV)/.runtime $(BASEMAP)  ## Start the catalogue (HOST, PORT)
	@exec $(BIN)/python -m app serve

test: packages-test $(VENV)/.dev $(BASEMAP)  ## Run every test, browser included
	$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

test-inference: packages-test $(VENV)/.dev $(INFERENCE)/.made  ## Run models on a real server of the Open Inference Protocol
	INFERENCE_PYTHON=$(INFERENCE)/bin/python $(BIN)/python -m pytest tests/zoo/test_kserve.py $(PYTEST_ARGS)

check: packages-test $(VENV)/.dev $(BASEMAP)  ## Format, lint, types, floors, templates, locks, migrations, containers, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	test ! -d templates || $(BIN)/djlint templates --lint --quiet
	$(BIN)/python scripts/check_locks.py
	$(BIN)/python -m app check
	$(BIN)/hadolint Dockerfile
	scripts/check-compose
	$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

check-stac: packages-test $(VENV)/.dev $(BASEMAP)  ## Validate all STAC collections with the schemas in SCHEMA_DIR
	PYTHONPATH=. $(BIN)/python scripts/check_stac.py $(SCHEMA_DIR)

bench: packages-test $(VENV)/.dev $(BASEMAP)  ## Run the benchmarks
	$(BIN)/python -m benchmarks

bench-curation: packages-test $(VENV)/.dev $(BASEMAP)  ## Measure publishing and importing among 100,000 records
	$(BIN)/python -m benchmarks.curation $(ARGS)

bench-stac: packages-test $(VENV)/.dev $(BASEMAP)  ## Measure STAC and tiles against pgstac and tipg (ARGS="--items 50000")
	$(BIN)/python -m benchmarks.stac $(ARGS)

format: $(VENV)/.dev  ## Format the code and sort its imports
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

screenshots: packages-test $(VENV)/.dev $(BASEMAP)  ## Take the pictures in docs/ again
	$(BIN)/python scripts/screenshots.py

seed: packages-serve $(VENV)/.runtime $(BASEMAP)  ## Load data/catalogue into the database
	$(BIN)/python -m app seed

migrate: packages-serve $(VENV)/.runtime  ## Bring the database to the newest migration
	$(BIN)/python -m app migrate

messages: $(VENV)/.dev  ## Collect new texts into locales/, and tell how many still want a translation
	PYTHONPATH=. $(BIN)/python scripts/messages.py

lock: $(VENV)/.uv  ## Compile requirements/*.in into the hashed lists, and package-lock.json
	for list in bootstrap runtime dev peer tipg training inference; do \
		(cd requirements && ../$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url \
			--no-emit-find-links --python-version 3.11 --custom-compile-command "make lock" \
			--output-file $$list.txt $$list.in); \
	done
	npm install --package-lock-only
	$(BIN)/python scripts/check_locks.py

clean:  ## Remove what make built; the state folder stays
	rm -rf $(VENV) $(INFERENCE) node_modules static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis

packages-serve:
	@scripts/system-packages serve

packages-test:
	@scripts/system-packages test

$(VENV)/.uv: requirements/bootstrap.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

# `install` adds and `sync` also removes: a runtime start must not take the test tools away again.
$(VENV)/.runtime: $(VENV)/.uv requirements/runtime.txt
	VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet --compile-bytecode --require-hashes -r requirements/runtime.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.uv requirements/dev.txt
	VIRTUAL_ENV=$(VENV) $(UV) pip sync --quiet --compile-bytecode --require-hashes requirements/dev.txt
	@touch $(VENV)/.runtime $@

$(INFERENCE)/.made: $(VENV)/.uv requirements/inference.txt
	$(PYTHON) -m venv --clear --without-pip $(INFERENCE)
	VIRTUAL_ENV=$(INFERENCE) $(UV) pip sync --quiet --require-hashes requirements/inference.txt
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	npm ci --silent
	@touch $@

$(BASEMAP): node_modules/.package-lock.json scripts/vendor.mjs scripts/basemap.mjs scripts/basemap.py | $(VENV)/.runtime
	npm run --silent vendor
	node scripts/basemap.mjs | $(BIN)/python scripts/basemap.py
	@touch $@
