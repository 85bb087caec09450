# `make help` lists what there is. Nothing needs installing by hand but Python 3.11+ and make.
PYTHON ?= $(or $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done),python3)
ENVIRONMENT = $(PYTHON) -I kbi_portal/environment.py
RUN = .venv/bin/python
PYTEST_ARGS ?=

TYPED = $(wildcard persons/services* partners/services* statistics/services*) \
	persons/attendance.py persons/insz.py persons/magda demo

# The tests have a server and a folder of their own, beside those of a running demo. No test needs its data
# to survive a power cut.
TESTING = KBI_DATA_DIR=.data/test KBI_PG_SETTINGS="fsync=off synchronous_commit=off full_page_writes=off"

.PHONY: help demo test bench lint fix messages screenshots migrations lock vendor clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo:  ## the portal with invented dossiers on 127.0.0.1:8000 (PORT=, PERSONS=)
	@$(ENVIRONMENT)
	@exec $(RUN) -m demo

test:  ## every check there is: style, types, migrations, templates, tests, browser
	@$(ENVIRONMENT) --dev --browser
	@$(MAKE) --no-print-directory lint
	$(TESTING) $(RUN) manage.py check --fail-level WARNING
	$(TESTING) $(RUN) manage.py makemigrations --check --dry-run
	$(TESTING) $(RUN) -m pytest --cov --cov-report=term $(PYTEST_ARGS)

lint:  ## style and types only
	@$(ENVIRONMENT) --dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m djlint templates --lint --check --quiet
	$(TESTING) $(RUN) -m mypy $(TYPED)

fix:  ## let ruff and djlint put right what they can
	@$(ENVIRONMENT) --dev
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .
	$(RUN) -m djlint templates --reformat --quiet

bench:  ## how far from the limits: ratios measured side by side (SCALE=)
	@$(ENVIRONMENT) --dev
	@exec $(RUN) -m bench

messages:  ## collect and compile the translations (needs gettext)
	@$(ENVIRONMENT) --dev
	$(RUN) manage.py makemessages --locale en --no-wrap --no-obsolete --add-location=file \
		--ignore=.venv --ignore=.data --ignore=tests --ignore=bench
	$(RUN) -m kbi_portal.messages

screenshots:  ## draw docs/screenshots again
	@$(ENVIRONMENT) --dev --browser
	$(TESTING) $(RUN) -m tests.browser.screenshots

migrations:  ## write the migrations that the models ask for
	@$(ENVIRONMENT)
	$(RUN) manage.py makemigrations --no-header

lock:  ## requirements*.in to requirements*.txt: exact versions, hashes
	@$(ENVIRONMENT) --dev
	$(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		$(LOCK_ARGS) requirements.in -o requirements.txt
	$(RUN) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		$(LOCK_ARGS) requirements-dev.in -o requirements-dev.txt

vendor:  ## fetch the scripts of others again (NPM_REGISTRY=, or npm's own setting)
	@$(ENVIRONMENT)
	$(RUN) -m kbi_portal.vendor

clean:  ## stop the demo and remove all that was made: data, database, environment
	@if [ -d .data ]; then $(ENVIRONMENT) && $(RUN) -m demo clean; fi
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
