# make demo: install, run a month of a clinic group and show where its books are.
# make test: install, check and test everything.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
LOCKED := --no-compile --require-hashes -r
# What no program of ours imports, or imports as a compiled library.
NOT_COMPILED := /tests/|/site-packages/(mypyc?|pip|pkg_resources|setuptools)/
# Switch off usage reports in every library that would send them.
export DO_NOT_TRACK = 1
export GX_ANALYTICS_ENABLED = false
export PREFECT_SERVER_ANALYTICS_ENABLED = false
# Keep bytecode: with it, processes start in a tenth of the time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install demo test check house tests soak bench picture hooks lock clean

install: $(INSTALLED)

# The installed program states its version, so a new version must be installed again.
$(INSTALLED): requirements.lock pyproject.toml ledger/version.py
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'reskontra needs Python 3.11 or later with venv (Debian: apt-get install python3 python3-venv)'; exit 1; }
	@echo 'installing into $(VENV) (about two minutes, once)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# The pip that comes with an older Python takes twice the time, so the locked one is installed first.
	@sed -n '/^pip==/,/[^\]$$/p' requirements.lock >$(VENV)/pip.lock
	@{ $(PIP) $(LOCKED) $(VENV)/pip.lock && $(PIP) $(LOCKED) requirements.lock && \
	  $(PIP) --no-build-isolation --no-index -e .; } >$(VENV)/install.log 2>&1 || { cat $(VENV)/install.log; exit 1; }
	@# Some packages contain files for other versions of Python, which cannot be compiled.
	@$(BIN)/python -m compileall -qq -j 0 -x '$(NOT_COMPILED)' $(VENV)/lib >>$(VENV)/install.log 2>&1 || true
	@touch $(INSTALLED)

demo: $(INSTALLED)
	@$(BIN)/reskontra demo $(FILES)

# The checks run beside the tests, which often wait.
test: $(INSTALLED)
	@$(MAKE) --no-print-directory -j 2 check tests

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The tests of the house rules; they need no database.
house:
	$(BIN)/python -m pytest tests/house

# All tests of a file run in one process, where they share what they started. The longest files run first.
# Two processes share the processors, so the columns of small files are not spread over threads besides.
tests: export POLARS_MAX_THREADS = 1
tests:
	$(BIN)/python -m pytest -p tests.kit.covering -n 2 --dist loadfile --no-loadscope-reorder --durations 10

# The long tests: many seeds and millions of facts. They take hours and about 20 GB of disk.
soak: $(INSTALLED)
	$(BIN)/python -m pytest -m soak -n 1 --timeout 7200

bench: $(INSTALLED)
	$(BIN)/python -m tests.benchmarks

# Draw the README's picture again from the demo's books.
picture: $(INSTALLED)
	RESKONTRA_DATA_DIR=$(CURDIR)/.reskontra $(BIN)/reskontra demo
	cp .reskontra/demo/aging.svg docs/aging.svg

# From now on, git runs the checks before each commit.
hooks:
	git config core.hooksPath .githooks

# Resolve the requirements again; this needs uv and the network. The one lock file serves all platforms and Pythons, and
# has hashes but no addresses.
lock:
	uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-annotate --no-header \
	  --no-emit-index-url --python-version 3.11 -o requirements.lock --upgrade

clean:
	rm -rf $(VENV) build
