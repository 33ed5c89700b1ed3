# The four things a person does here: make demo, make test, make check, make bench (and make live).
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
RUN    := $(BIN)/smid
SMALL  := $(VENV)/.installed
FULL   := $(VENV)/.installed-dev

.PHONY: demo live test check bench pictures docs wheel clean help

help:
	@echo "make demo   the monitor on the built-in simulated market, no network"
	@echo "make live   the monitor on Yahoo's quotes"
	@echo "make test   the tests"
	@echo "make check  format, lint, types, import contracts"
	@echo "make bench  the measured figures: start-up, memory, bytes on the wire, speed, also of other libraries"

demo: $(SMALL)
	@$(RUN) demo

live: $(SMALL)
	@$(RUN)

test: $(FULL)
	@$(BIN)/python -m pytest -n auto

check: $(FULL)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(FULL)
	@$(BIN)/python -m bench

pictures: $(FULL)
	@$(BIN)/python -m bench.pictures

docs: $(SMALL)
	@$(BIN)/python -m core.studies.names > docs/names.new && mv docs/names.new core/rules/addresses.py
	@$(BIN)/python -m core.studies.manual > docs/measures.md.new && mv docs/measures.md.new docs/measures.md

wheel: $(FULL)
	@$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

clean:
	@rm -rf $(VENV) dist build .mypy_cache .ruff_cache .import_linter_cache .hypothesis

# A missing venv module or an old Python is told in a sentence, not in a traceback.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "smid needs Python 3.11 or newer, and '$(PYTHON)' is not here. Install it, or name one: make demo PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "smid needs Python 3.11 or newer; '$(PYTHON)' is `$(PYTHON) -V 2>&1`. Name a newer one: make demo PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv module is missing. On Debian or Ubuntu: sudo apt install python3-venv" >&2; exit 2; }
	@echo "making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)

$(SMALL): $(BIN)/python pyproject.toml constraints.txt
	@echo "installing smid into $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(FULL): $(SMALL)
	@echo "installing what the tests need (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@
