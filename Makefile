# Candid's commands. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run extension zip test lint types test-python test-extension test-browser bench-page contract golden format \
	lock screenshots soak breaks clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv from the machine, or from a private environment made here.
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
NPM := npm --prefix extension
CODE := backend training export tests
# The extension asks the backend on port 8017; this is the demo feed's.
PORT ?= 8018

# What stands on disk when a step is done.
PRIVATE_UV := $(filter .tools/%,$(UV))
NODE := extension/node_modules/.stamp
CHROME := extension/.output/chrome-mv3/manifest.json
FIREFOX := extension/.output/firefox-mv3/manifest.json
SOURCES := $(shell find extension/src extension/public extension/scripts -type f -not -path '*/public/model/*' -not -path '*/public/tfjs/*') \
	$(addprefix extension/,package.json wxt.config.ts tsconfig.json) $(wildcard backend/models/default/model.json backend/models/default/golden/golden.json)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: $(VENV)/.stamp ## make .venv with all extras

run: setup $(CHROME) ## backend, demo feed and browser; PICTURES=DIR fills the feed, PORT, MODEL=DIR
	@$(BIN)/python -m backend.demo --port $(PORT) $(if $(PICTURES),--pictures "$(PICTURES)") \
		$(if $(MODEL),--model "$(MODEL)")

extension: $(CHROME) $(FIREFOX) ## build the extension for Chrome and Firefox

zip: $(NODE) ## the zips for the stores, in extension/.output
	$(NPM) run zip

test: lint types test-extension extension ## all tests: lint, types, units, then real browsers
	$(NPM) run webext-lint
	$(BIN)/python -m pytest

lint: setup $(NODE) ## ruff, import rules, biome
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check --quiet $(CODE)
	$(BIN)/lint-imports
	$(NPM) run lint

types: setup $(NODE) ## mypy and tsc, both strict
	$(NPM) run types
	$(BIN)/mypy -p backend -p training -p export

test-python: setup ## pytest without the browsers
	$(BIN)/python -m pytest -m "not browser"

test-extension: $(NODE) ## vitest
	$(NPM) test

test-browser: setup extension ## the built extension in real browsers
	$(BIN)/python -m pytest -m browser tests/browser tests/feeds

bench-page: setup $(CHROME) ## what the extension costs a page of 1,000 posts
	$(BIN)/python -m tests.feeds.page_cost

format: setup $(NODE) ## ruff and biome format and sort
	$(BIN)/ruff check --fix --quiet $(CODE)
	$(BIN)/ruff format $(CODE)
	$(NPM) run format

soak: setup ## mutated pictures and faults against the service, up to 20 minutes; figures for docs/reliability.md
	$(BIN)/python -m tests.soak

breaks: setup extension ## breaks the code on purpose, line by line: the tests must notice
	$(BIN)/python -m tests.breaks

contract: setup $(NODE) ## write the contract's JSON Schema and TypeScript
	$(BIN)/python -m backend.contract.generate
	$(NPM) run contract

golden: setup $(NODE) ## what the browser's judge is held to: golden pictures of the shipped model, golden JSON
	$(BIN)/python -m export.golden
	$(BIN)/python -m tests.golden.judging

screenshots: setup $(CHROME) ## every state into runs/screenshots, the chosen ones into docs/
	$(BIN)/python -m tests.screenshots runs/screenshots
	$(BIN)/python -m backend.demo --screenshot docs/feed.png

LOCK = $(UV) pip compile pyproject.toml --quiet --universal --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --python-version 3.11
lock: | $(PRIVATE_UV) ## lock the Python packages again
	$(LOCK) -o requirements/backend.txt
	$(LOCK) --extra dev -o requirements/all.txt

.tools/bin/uv:
	@$(PYTHON) -m venv .tools || { echo "python3 cannot make environments here: install python3-venv, or uv."; exit 1; }
	.tools/bin/pip install --quiet uv

$(VENV)/.stamp: requirements/all.txt | $(PRIVATE_UV)
	$(UV) venv --quiet --allow-existing --python ">=3.11" $(VENV)
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/all.txt
	@touch $@

# npm runs the script "prepare" after it, which writes the types that tsc needs.
$(NODE): extension/package-lock.json
	$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(CHROME): $(NODE) $(SOURCES)
	$(NPM) run build
	@touch $@

$(FIREFOX): $(NODE) $(SOURCES)
	$(NPM) run build:firefox
	@touch $@

clean: ## remove what make made
	rm -rf $(VENV) .tools extension/node_modules extension/.output extension/.wxt extension/public/model extension/public/tfjs
