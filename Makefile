# `make help` lists what there is. Nothing needs installing by hand but Python 3.11+ and make.
PYTHON ?= $(or $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done),python3)
ENVIRONMENT = $(PYTHON) -I kbi_portal/environment.py
RUN = .venv/bin/python
PYTEST_ARGS ?=

# Without its cache of compiled files Python compiles the project again for every process of the tests.
unexport PYTHONDONTWRITEBYTECODE

TYPED = partners consultations persons caseload oversight statistics demo kbi_portal bench manage.py

# The tests have a server and a folder of their own, beside those of a running demo. No test needs its data
# to survive a power cut.
TESTING = KBI_DATA_DIR=.data/test KBI_PG_SETTINGS="fsync=off synchronous_commit=off full_page_writes=off"

# One process for each core; a file's tests stay together, so that they share what they set up. tests/conftest.py has
# the order of the files.
PARALLEL = -n logical --dist loadfile --no-loadscope-reorder

# Comparing models with migrations needs the name of a database only, not a running one.
NO_DATABASE = DATABASE_URL=postgresql://kbi_web@127.0.0.1:1/kbi KBI_DB_OWNER_URL=postgresql://kbi_owner@127.0.0.1:1/kbi

.PHONY: help demo quick test coverage sweep bench lint fix messages screenshots migrations lock clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo:  ## the portal with invented dossiers on 127.0.0.1:8000 (PORT=, PERSONS=)
	@$(ENVIRONMENT) --demo
	@exec $(RUN) -m demo

quick:  ## the tests without browser, processes and sweeps
	@$(ENVIRONMENT) --dev
	$(TESTING) $(RUN) -m pytest $(PARALLEL) -m "not browser and not process and not slow and not hypothesis" $(PYTEST_ARGS)

test:  ## every check there is: style, types, migrations, templates, tests, browser
	@$(ENVIRONMENT) --dev --browser
	@$(MAKE) --no-print-directory lint
	$(TESTING) $(RUN) manage.py check --fail-level WARNING
	$(TESTING) $(RUN) -m pytest $(PARALLEL) $(PYTEST_ARGS)

coverage:  ## the same tests with the lines that none of them reaches; measuring takes half as long again
	@$(ENVIRONMENT) --dev --browser
	$(TESTING) $(RUN) -m pytest $(PARALLEL) --cov --cov-report=term $(PYTEST_ARGS)

sweep:  ## the whole of the sweeps and properties of which `make test` tries a fixed part (long)
	@$(ENVIRONMENT) --dev
	SWEEP=whole $(TESTING) $(RUN) -m pytest $(PARALLEL) -m "slow or hypothesis" $(PYTEST_ARGS)

lint:  ## style, types and missing migrations only
	@$(ENVIRONMENT) --dev
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m djlint templates --lint --check --quiet
	.venv/bin/lint-imports
	sha256sum --check --strict --quiet static/vendor/SHA256SUMS
	$(TESTING) $(RUN) -m mypy $(TYPED)
	$(NO_DATABASE) $(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

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
	@$(ENVIRONMENT) --demo
	$(RUN) manage.py makemigrations --no-header

# The options have the form that Renovate reads in the first lines of a lock. The index comes from UV_DEFAULT_INDEX, never
# from LOCK_ARGS: those lines would show its address.
lock:  ## requirements*.in to requirements*.txt: exact versions, hashes (LOCK_ARGS=--upgrade)
	@$(ENVIRONMENT) --dev
	for part in -pip "" -demo -dev; do \
		$(RUN) -m uv pip compile --quiet --universal --python-version=3.11 --generate-hashes --no-strip-extras \
			$(LOCK_ARGS) requirements$$part.in --output-file=requirements$$part.txt || exit; \
	done

clean:  ## stop the demo and remove all that was made: data, database, environment
	@if [ -d .data ]; then $(ENVIRONMENT) --demo && $(RUN) -m demo clean; fi
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage* htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
