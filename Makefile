# make demo   the console on the built-in drill        make test   lint, types, all tests
# make lock   pin the dependencies again, by hash      make bench  the benchmarks
# make test-crash   kills desks some hundred times, fills disks, plays drills for minutes
# make test-bench   runs each benchmark for a moment
# make test-web     the console in a real headless Chromium, where there is one
# make drills   the fifteen drills with nobody, used well, naively and with the built-in player: the table of docs/drills.md
# make validation   the simulator against theory, into docs/validation.md
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# One more than there are cores: some tests wait for sockets and processes.
WORKERS ?= $(shell expr 1 + `getconf _NPROCESSORS_ONLN`)
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input -q

.PHONY: demo test lint types unit test-crash test-bench test-web bench drills validation lock clean

demo: $(VENV)/.runtime
	$(BIN)/dutydeck drill double11-midnight

test: lint types unit

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.dev
	$(BIN)/mypy

unit: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal -m "not crash and not alone and not browser and not bench"
	$(BIN)/python -m pytest -m alone

test-crash: $(VENV)/.dev
	$(BIN)/python -m pytest -m crash -s

test-bench: $(VENV)/.dev
	$(BIN)/python -m pytest -m bench

test-web: $(VENV)/.dev
	$(BIN)/python -m pytest -m browser -rs tests/console/web

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

drills: $(VENV)/.dev
	nice -n 15 $(BIN)/python -m benchmarks.fifteen

validation: $(VENV)/.dev
	$(BIN)/python -m tests.simulators.validation

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("DutyDeck needs Python 3.11 or newer: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/runtime.lock
	$(PIP) install --require-hashes -r requirements/build.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.runtime
	$(PIP) install --require-hashes -r requirements/dev.lock
	touch $@

# The locks name no package index: whoever installs uses the one that is configured.
lock:
	cd requirements && ./lock

clean:
	rm -rf $(VENV)
