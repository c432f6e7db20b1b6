# Each target is one plain command; without make, type the command itself. Options go in ARGS: make test ARGS="-k scan"
PYTHON ?= python3
ARGS ?=

.PHONY: help demo test check run bench mutants setup i18n

help: ## this list
	@$(PYTHON) dev.py help

demo: ## start the demo agency on http://127.0.0.1:5000
	@$(PYTHON) dev.py demo $(ARGS)

test: ## everything: packages, browser, static checks, all tests
	@$(PYTHON) dev.py test $(ARGS)

check: ## static checks: ruff, mypy, import contracts, catalogue
	@$(PYTHON) dev.py check

run: ## start the real system (database and files in instance/)
	@$(PYTHON) dev.py run $(ARGS)

bench: ## print the figures of tests/load
	@$(PYTHON) dev.py bench $(ARGS)

mutants: ## take one guard away at a time: a named test must turn red
	@$(PYTHON) dev.py mutants $(ARGS)

setup: ## make the virtual environment with everything
	@$(PYTHON) dev.py setup

i18n: ## bring the English catalogue up to date with the words of the code
	@$(PYTHON) dev.py i18n
