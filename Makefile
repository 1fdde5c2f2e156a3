# What a person types here. Each target makes what it needs on a machine with Python 3.11 and make alone.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(wildcard twinweb/translations/*/LC_MESSAGES/messages.po)
STATIC := $(wildcard static/css/*.css static/js/*.js)

# Tests keep their databases in memory where the machine has such a folder: waiting for a disk tests nothing here.
export PYTEST_DEBUG_TEMPROOT ?= $(wildcard /dev/shm)

.DEFAULT_GOAL := help
.PHONY: help run serve test check unit browser pictures bench prove translations clean

help: ## what can be typed
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

run: $(BIN)/.installed ## a look at it: sample programme, demonstration accounts, this machine alone
	@TWINWEB_DEMO=1 deploy/start

serve: $(BIN)/.installed ## the real thing: no sample; the first admin by `flask --app wsgi user create NAME --admin`
	@deploy/start

test: check ## everything: checks, then every test on both databases and in the browser
	@tests/browser/find-chromium
	$(BIN)/pytest -n 2 --dist loadgroup

check: $(BIN)/.installed-dev ## format, lint, types, floors, templates, translations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates

unit: $(BIN)/.installed-dev ## the everyday loop: without the browser, on SQLite
	TWINWEB_TEST_DATABASES=sqlite $(BIN)/pytest -n 2 --dist loadgroup --ignore tests/browser

browser: $(BIN)/.installed-dev ## the browser suite alone
	@tests/browser/find-chromium
	$(BIN)/pytest tests/browser

pictures: $(BIN)/.installed-dev ## take the pictures of the help pages anew, from the pages as they are
	@tests/browser/find-chromium
	TWINWEB_PICTURES=1 $(BIN)/pytest tests/browser/test_pictures.py

bench: $(BIN)/.installed-dev ## what it costs, against what it may cost, Flask and Django; FULL=1 adds a million lessons
	$(BIN)/python -W "ignore:XDG_RUNTIME_DIR" -m bench $(if $(FULL),--full)

prove: $(BIN)/.installed-dev ## plant faults that must never happen, one at a time: the tests must notice each
	$(BIN)/python -W "ignore:XDG_RUNTIME_DIR" -m prove

translations: $(BIN)/.installed-dev ## take new texts of the program into the catalogue
	$(BIN)/pybabel -q extract -F babel.cfg -k _ -k lazy_gettext -k ngettext:1,2 --no-location --sort-output --omit-header -w 100 -o messages.pot .
	$(BIN)/pybabel -q update -i messages.pot -d twinweb/translations --no-fuzzy-matching --ignore-obsolete -w 100
	@rm messages.pot

clean: ## throw away what was made here; data in instance/ stays
	rm -rf $(VENV) .bench .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find static -name '*.br' -o -name '*.gz' | xargs rm -f

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "TwinWeb needs Python 3.11 or later; this is $$($(PYTHON) --version)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make a virtual environment. Please type:  sudo apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(BIN)/.installed: requirements.txt twinweb/web/pressing.py $(VENV)/bin/python $(CATALOGUES) $(STATIC)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/pybabel -q compile -d twinweb/translations
	$(BIN)/python -m twinweb.web.pressing
	@touch $@

$(BIN)/.installed-dev: requirements-dev.txt $(BIN)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
