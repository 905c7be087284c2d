# The commands of this project. `make run` needs Python 3.11+ with pip, and nothing else.
PYTHON ?= python3
V := .venv/bin

.PHONY: setup dev run test browser check bench

setup: ## the environment in .venv, and .env on the first run
	@$(PYTHON) bin/setup

dev:
	@$(PYTHON) bin/setup --dev

run: setup ## web, worker and beat together, with the demo district when the database is empty
	@exec $(V)/python bin/serve

test: dev ## the suite, without the browser tests: ARGS="tests/platforms -k draw"
	$(V)/python -m pytest -n auto $(ARGS)

browser: dev ## the browser tests, in the system's Chromium
	$(V)/python -m pytest tests/browser $(ARGS)

check: dev ## everything that reads the code without running it
	$(V)/ruff check .
	$(V)/ruff format --check --quiet .
	$(V)/djlint templates --lint --quiet
	$(V)/mypy
	$(V)/lint-imports
	$(V)/python manage.py makemigrations --check --dry-run
	SITE_URL=https://deputies.example DEBUG=0 $(V)/python manage.py check --deploy --fail-level WARNING

bench: dev ## the benchmark table, also written to bench/results.json
	$(V)/python -m bench.run $(ARGS)
