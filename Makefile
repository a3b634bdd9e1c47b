# `make demo` and `make test` need nothing but Python 3.11+, Node 20+ and make.

VENV := .venv/bin
WORKERS ?= 2
BENCHMARKS ?= ingest scoring payroll graphql startup org

# The first Python on the path that is new enough.
ifndef PYTHON
PYTHON := $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
endif

.DEFAULT_GOAL := help
.PHONY: help setup assets packages demo test lint format check bench clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 12

setup: ## virtual environment, Python packages, browser libraries; does nothing when all is there
	@$(if $(PYTHON),,echo "Bole needs Python 3.11 or later, and none is on the path (python3 is $$(python3 --version 2>&1))." >&2; exit 1)
	@$(PYTHON) tools/setup.py

assets: setup ## copy the browser libraries of tools/assets.toml into the static folders again
	$(VENV)/python -m tools.assets

packages: ## rewrite the package list of setup.cfg from the folders
	@$(PYTHON) -m tools.packages --write

demo: setup ## build the demo company, run the loop, serve it on http://127.0.0.1:8000
	$(VENV)/bole demo

test: setup ## all tests; WORKERS=0 runs them in one process, ARGS="tests/core -k money" narrows them
	$(VENV)/pytest -n $(WORKERS) --dist loadfile $(ARGS)

lint: setup ## style, format, types, import contracts: all four, then the verdict
	@failed=0; for tool in "ruff check ." "ruff format --check ." mypy lint-imports; do \
		echo "--- $$tool"; $(VENV)/$$tool || failed=1; done; exit $$failed

format: setup ## put imports and layout right
	$(VENV)/ruff check --fix .
	$(VENV)/ruff format .

check: lint ## everything that CI demands, short of a fresh machine
	$(VENV)/python -m tools.packages
	$(VENV)/python -m tools.licences
	$(MAKE) test
	BOLE_TEST_WHEEL=1 $(VENV)/pytest tests/test_packaging.py

bench: setup ## the benchmarks; ARGS=--small for a quick look
	for name in $(BENCHMARKS); do $(VENV)/python -m benchmarks.$$name $(ARGS) || exit 1; done

clean: ## remove what set-up and tests made
	rm -rf .venv node_modules build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis \
		core/bole/web/static/vendor admin/bole_admin/static/vendor plugins/bole_reorganisation/static/vendor
