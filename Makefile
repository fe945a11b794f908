# Firsthand: every target starts from nothing and does its own set-up, all of it inside .venv/.
# PYTHON names another interpreter (3.11 or later), PORT another port, ARGS more arguments: make test ARGS=tests/rules

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup setup-checks setup-tests demo serve test check bench drill lock words clean

help: ## Say what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile

setup: ## Virtual environment and locked packages: what the application needs
	@$(PYTHON) tools/setup.py

setup-checks: ## The same, and the packages of checks and tests
	@$(PYTHON) tools/setup.py --checks

setup-tests: ## All of that, and the browser and checkers that tests need
	@$(PYTHON) tools/setup.py --tests

demo: setup ## Serve an invented office at http://127.0.0.1:5000, with one account per role
	FIRSTHAND_DATA="$${FIRSTHAND_DATA:-instance-demo}" $(BIN)/python -m flask --app app demo $(ARGS)

serve: setup ## Serve your own office (production; settings from FIRSTHAND_* variables)
	$(BIN)/python -m flask --app app serve $(ARGS)

test: setup-tests ## Every test, on both databases and in the browser
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: setup-checks ## Style, types, templates, words and the rules of the house, in under a minute
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m djlint templates --lint --quiet
	$(BIN)/python tools/words.py --check
	$(BIN)/python -m pytest tests/test_house.py $(ARGS)

bench: setup-checks ## Measure speed (tests/bench/bench_*.py)
	$(BIN)/python -m pytest -s -o python_files='bench_*.py' tests/bench $(ARGS)

drill: setup-checks ## Races, kills and restores that take their time (tests/drill/drill_*.py)
	$(BIN)/python -m pytest -s -o python_files='drill_*.py' -o faulthandler_timeout=600 tests/drill $(ARGS)

lock: ## Resolve requirements*.in anew into requirements*.txt
	@$(PYTHON) tools/setup.py --checks --lock

words: setup ## Gather the sentences of the program into both catalogues and compile them
	$(BIN)/python tools/words.py
	$(BIN)/python tools/words.py --compile

clean: ## Remove what was made, but no data
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	rm -f translations/*/LC_MESSAGES/messages.mo
