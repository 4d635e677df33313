VENV ?= .venv
# Test processes side by side.
WORKERS ?= 2
# Where the demo is.
SITE_PORT ?= 8000
CHAT_PORT ?= 3000
# Options of the benchmark of a sync, such as --users 1000 10000, and of that of a sweep, such as --grants 1000 10000.
BENCH_SYNC ?=
BENCH_SWEEP ?=

bin := $(VENV)/bin
python := $(bin)/python
done := $(VENV)/.done

# The virtual environment takes the newest Django that its Python can run.
django = $(shell $(python) -c 'import sys; print("5.2" if sys.version_info < (3, 12) else "6.1")')
newer_django = $(if $(filter 5.2,$(django)),6,none)
install = $(python) -m pip install --quiet --disable-pip-version-check --constraint constraints/common.txt --constraint constraints/django-$(django).txt

.NOTPARALLEL:
.PHONY: help demo test histories test-all lint format types migrations messages screenshots docs bench bench-sync bench-sweep build constraints clean
.DEFAULT_GOAL := help

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r target what; do printf '%-18s %s\n' "$$target" "$$what"; done

demo: $(done)/project ## show it: the example site on port 8000, a stand-in Rocket.Chat on port 3000
	@$(python) example/demo.py --site-port $(SITE_PORT) --chat-port $(CHAT_PORT)

test: $(done)/test $(done)/system ## run all tests here, with a real MongoDB and real browsers, and measure coverage
	@rm -f .coverage .coverage.*
	$(python) -m coverage run -m pytest -n $(WORKERS) -m 'not browser'
	@$(python) -m coverage combine --quiet
	NEWER_DJANGO=$(newer_django) $(python) -m coverage report
	$(python) -m pytest -n $(WORKERS) -m browser
	@$(MAKE) --no-print-directory migrations

histories: $(done)/test ## tell HISTORIES random histories of a site and its chat, 500 unless told
	HISTORIES=$(or $(HISTORIES),500) $(python) -m pytest tests/accounts/test_histories.py

test-all: $(done)/matrix $(done)/test $(done)/system ## run the tests on every supported Django
	@$(if $(filter 5.2,$(django)),,TESTS_ON_5_2=tests MARKS_ON_5_2='not slow') scripts/test-all $(bin)/tox

lint: $(done)/lint ## check style
	$(bin)/ruff check
	$(bin)/ruff format --check

format: $(done)/lint ## mend style, where it can be done by a program
	$(bin)/ruff check --fix
	$(bin)/ruff format

types: $(done)/types $(done)/scripts ## check types, those of the package's scripts in browsers too
	$(bin)/mypy $(wildcard bench docs example scripts src tests)
	node_modules/.bin/tsc --project .

migrations: $(done)/project ## check that no migration is missing
	$(python) -m django makemigrations --settings=tests.settings --check --dry-run

messages: $(done)/test ## take the pages' texts into the catalogs of translations, and compile these
	$(python) scripts/messages.py

screenshots: $(done)/test $(done)/system ## take the documentation's pictures of the pages anew
	SCREENSHOTS=docs/_static $(python) -m pytest tests/browser/site -k documentation

docs: $(done)/docs ## build the documentation into docs/_build/html
	$(bin)/sphinx-build --fail-on-warning --keep-going --nitpicky --quiet -b html docs docs/_build/html
	@echo "Built: docs/_build/html/index.html"

bench: $(done)/bench $(done)/wrk ## measure the speed of a sign-in
	@$(python) -m bench.run

bench-sync: $(done)/bench ## measure what a sync costs, by the number of users
	@$(python) -m bench.sync.run $(BENCH_SYNC)

bench-sweep: $(done)/bench ## measure what a sweep costs, by the number of chat logins
	@$(python) -m bench.sweep.run $(BENCH_SWEEP)

build: $(done)/build ## build the package, install it into an empty environment and look at it
	@rm -rf dist
	PATH="$(abspath $(bin)):$$PATH" $(python) -m build --no-isolation
	$(python) scripts/check_wheel.py dist

constraints: $(done)/constraints ## take up the newest versions of everything
	@PATH="$(abspath $(bin)):$$PATH" scripts/compile-constraints

clean: ## remove everything that was made
	rm -rf $(VENV) node_modules .tox .mypy_cache .ruff_cache .pytest_cache .coverage .coverage.* build dist docs/_build htmlcov

$(python):
	@echo "Making a virtual environment in $(VENV)."
	@scripts/make-venv $(VENV)

$(done)/project: $(python) pyproject.toml $(wildcard constraints/*.txt)
	@echo "Installing the project into $(VENV)."
	@$(install) --editable '.[testing]'
	@mkdir -p $(done) && touch $@

$(done)/test $(done)/types $(done)/docs $(done)/lint $(done)/bench $(done)/matrix $(done)/build $(done)/constraints: $(done)/project
	@echo "Installing what 'make $(@F)' needs into $(VENV)."
	@$(install) --group $(@F)
	@touch $@

$(done)/scripts: $(done)/types package.json scripts/debian-install
	@command -v npm >/dev/null || scripts/debian-install nodejs npm
	@npm install --no-package-lock --no-audit --no-fund --ignore-scripts --silent
	@touch $@

$(done)/wrk: $(done)/bench scripts/debian-install
	@command -v wrk >/dev/null || scripts/debian-install wrk
	@touch $@

$(done)/system: $(done)/test scripts/install-for-tests scripts/debian-install
	@scripts/install-for-tests $(VENV)
	@touch $@
