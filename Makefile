# make run    install what the app needs and open it
# make test   install everything and run all tests
# make check  what a change must pass: format, lint, types, import rules, tests, audit

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Four keep two cores busy, since nearly half of their time they wait; each takes 0.7 to 1.6 GB, so
# there are fewer where less than 8 GiB are free, and two where that is not known.
WORKERS ?= $(shell awk '/^MemAvailable/ {n = int($$2 / 2097152); print (n < 1 ? 1 : (n > 4 ? 4 : n))}' \
  /proc/meminfo 2>/dev/null || echo 2)

.PHONY: run install test check format lint types imports audit fuzz bench screenshot wheel clean

run: install
	@$(BIN)/quizapp

install: $(VENV)/.installed

# torch comes first and alone, held by constraints.txt: nothing else may choose a build of it.
$(VENV)/.torch: constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(v < (3, 11) and f"quizapp needs Python 3.11 or newer; {sys.executable} is {v.major}.{v.minor}. Try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing torch (about 200 MB) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	@touch $@

$(VENV)/.installed: $(VENV)/.torch pyproject.toml
	@echo "Installing quizapp ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.torch pyproject.toml
	@echo "Installing quizapp and its test tools ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.installed

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder

format: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

imports: $(VENV)/.installed-dev
	$(BIN)/lint-imports

audit: $(VENV)/.installed-dev
	$(BIN)/quizapp audit

check: format lint types imports test audit

# A tenth of a million each, led by coverage; the tests run some thousands without a fuzzer.
fuzz: $(VENV)/.installed-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[fuzz]'
	$(BIN)/python -m fuzz.decoder --target frames
	$(BIN)/python -m fuzz.decoder --target conversation

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

screenshot: $(VENV)/.installed-dev
	$(BIN)/python scripts/screenshot.py --card square-matrix-hides-the-mistake 0.75 ctrl+j 0.75 enter

wheel: $(VENV)/.installed-dev
	$(BIN)/python -m build --wheel

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
