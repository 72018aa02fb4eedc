# Two commands are enough: `make run` serves the program, `make test` passes its tests.
# Both set up what is missing first, inside this checkout alone (.venv, .cache, data).

PYTHON ?= python3
PORT ?= 8000
DATA ?= data
BIN := .venv/bin
PIP := $(PYTHON) -m pip --python .venv --no-cache-dir --disable-pip-version-check --quiet
# Tests and tools keep their caches in the checkout as well.
# One thread: the matrices are small, and threads would only wait for each other.
HERE := OPENBLAS_NUM_THREADS=1 NUMBA_CACHE_DIR="$(CURDIR)/.cache/numba" HOME="$(CURDIR)/.cache/home" XDG_CACHE_HOME="$(CURDIR)/.cache" XDG_CONFIG_HOME="$(CURDIR)/.cache/config"

.PHONY: help setup setup-test run test check fix lock bench bench-kernel browser clean
help:
	@echo "make run [PORT=8000]  serve the program on this machine"
	@echo "make test             pass every test (CI=true: the long ones too)"
	@echo "make check            every static check; changes nothing"
	@echo "make fix              mend what can be mended"
	@echo "make bench-kernel     the compiled path beside NumPy's"
	@echo "make bench            side by side with peers (sets up its own environment)"

setup: .venv/run.stamp
setup-test: .venv/test.stamp

# --without-pip: Debian ships ensurepip apart, and the pip that is there can install into any environment.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Espalda needs Python 3.11 or later; this is $$($(PYTHON) --version). Try: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv --without-pip .venv

.venv/run.stamp: .venv/bin/python requirements/run.txt pyproject.toml
	@echo "Setting up (once): $(CURDIR)/.venv"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements/test.txt
	@echo "Setting up the test tools (once)"
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

browser:
	@sh tools/browser.sh

run: setup
	@exec $(BIN)/espalda serve --port $(PORT) --data $(DATA)

test: setup-test browser
	@mkdir -p .cache/home
	@$(HERE) $(BIN)/python -m pytest --numprocesses=auto --dist=worksteal --basetemp=.cache/pytest $(if $(CI),,-m "not slow") $(ARGS)

check: setup-test
	@mkdir -p .cache/home
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(HERE) $(BIN)/mypy
	@$(HERE) $(BIN)/lint-imports --no-cache --no-logo
	@$(HERE) $(BIN)/bandit --quiet --recursive --configfile pyproject.toml src
	@$(BIN)/python tools/messages.py check

fix: setup-test
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .
	@$(BIN)/python tools/messages.py update

.venv-bench/stamp: bench/requirements.txt pyproject.toml
	@$(PYTHON) -m venv --without-pip .venv-bench
	@$(PYTHON) -m pip --python .venv-bench --no-cache-dir --disable-pip-version-check --quiet \
		install --require-hashes -r bench/requirements.txt
	@$(PYTHON) -m pip --python .venv-bench --no-cache-dir --disable-pip-version-check --quiet \
		install --no-deps --no-build-isolation --editable .
	@touch $@

bench: .venv-bench/stamp
	@OMP_NUM_THREADS=1 .venv-bench/bin/python -m bench.engine $(ARGS)

bench-kernel: setup-test
	@mkdir -p .cache/home
	@$(HERE) $(BIN)/python -m bench.kernel $(ARGS)

# Pins with hashes and no address; run after editing a .in file (needs uv).
lock:
	@for name in requirements/run requirements/test bench/requirements; do \
		uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
			--no-emit-find-links --custom-compile-command "make lock" $$name.in -o $$name.txt || exit 1; done

clean:
	@rm -rf .venv .venv-bench .cache .mypy_cache .ruff_cache .pytest_cache
