# `make run` serves the lab, `make test` runs every test; each sets up what it needs first.
# What is set up is remembered in stamp files, so only the first time takes long.

HOST ?= 127.0.0.1
PORT ?= 8000
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help run test tests browser style types bench bench-peers load image clean
.NOTPARALLEL:

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1	/p' Makefile | expand -t 14

run: $(VENV)/run.stamp ## serve the lab at http://HOST:PORT/
	@$(BIN)/backstep serve --host $(HOST) --port $(PORT)

test: tests browser ## run every test

tests: $(VENV)/dev.stamp ## run the tests that need no browser
	$(BIN)/python -m pytest -n auto --ignore tests/browser
	scripts/test-js.sh $(VENV)

browser: $(VENV)/dev.stamp ## run the tests in a real browser, which is installed if need be
	@$(BIN)/python tests/browser/chromium.py
	$(BIN)/python -m pytest tests/browser

style: $(VENV)/dev.stamp ## check the style and the spelling
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell

types: $(VENV)/dev.stamp ## check the types, those of the page where npm is installed
	$(BIN)/mypy
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory page-types; \
	else echo "The types of static/js are not checked: install Node.js with npm for that."; fi

.PHONY: page-types
page-types: node_modules/.stamp
	npx --no-install tsc

bench: $(VENV)/dev.stamp ## measure everything beside its peers, in about 25 minutes; the figures are in build/bench.json
	@mkdir -p build
	$(BIN)/python -m bench --json build/bench.json

bench-peers: $(VENV)/dev.stamp ## install what the engine is compared with, about 2 GB
	$(PIP) install --requirement requirements/peers.txt
	@test -d build/playground || git clone --quiet --depth 1 --branch gh-pages https://github.com/tensorflow/playground build/playground \
		|| echo "The page of TensorFlow Playground could not be fetched; it is left out."

load: $(VENV)/dev.stamp ## put classes of learners and followers on a server and compare with the goals
	$(BIN)/python -m bench.load

image: ## build the container image
	docker build --tag backstep .

clean: ## remove everything that was set up or made
	rm -rf $(VENV) node_modules build dist *.egg-info .coverage
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find app bench tests -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	scripts/make-venv.sh $(VENV)

$(VENV)/run.stamp: requirements/run.txt pyproject.toml | $(BIN)/python
	$(PIP) install --requirement requirements/run.txt
	$(PIP) install --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(PIP) install --requirement requirements/dev.txt
	@touch $@

node_modules/.stamp: package.json package-lock.json
	npm ci --no-audit --no-fund --loglevel error
	@touch $@
