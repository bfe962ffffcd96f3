# Candid's commands. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test lint types test-python test-extension test-browser contract format lock screenshots clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv from the machine, or from a private environment made here.
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
PORT ?= 8017

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: $(VENV)/.stamp ## make .venv with all extras

.tools/bin/uv:
	$(PYTHON) -m venv .tools && .tools/bin/pip install --quiet uv

$(VENV)/.stamp: requirements/all.txt $(if $(filter .tools/%,$(UV)),$(UV))
	$(UV) venv --quiet --allow-existing --python ">=3.11" $(VENV)
	$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/all.txt
	@touch $@

extension/node_modules/.stamp: extension/package-lock.json
	npm --prefix extension ci --no-audit --no-fund --loglevel=error
	@touch $@

test: lint types test-python ## all tests

lint: setup ## ruff and the import rules
	$(BIN)/ruff check backend training export tests
	$(BIN)/ruff format --check --quiet backend training export tests
	$(BIN)/lint-imports

types: setup ## mypy, strict
	$(BIN)/mypy -p backend -p training -p export

test-python: setup ## pytest
	$(BIN)/python -m pytest

format: setup ## ruff formats and sorts
	$(BIN)/ruff check --fix --quiet backend training export tests
	$(BIN)/ruff format backend training export tests

contract: setup ## write the contract's schema and types
	$(BIN)/python -m backend.contract.generate

LOCK = $(UV) pip compile pyproject.toml --quiet --universal --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --python-version 3.11
lock: $(if $(filter .tools/%,$(UV)),$(UV)) ## lock the Python packages again
	$(LOCK) -o requirements/backend.txt
	$(LOCK) --extra dev -o requirements/all.txt

clean: ## remove what make made
	rm -rf $(VENV) .tools extension/node_modules extension/.output extension/.wxt
