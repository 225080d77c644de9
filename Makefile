# Everything a newcomer needs: `make demo` to see it, `make test` to check it. `make help` lists the rest.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The first Python that is new enough; `make install PYTHON=python3.12` chooses another.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
# On Linux pip's newest torch brings GPU libraries. Where a folder or an index of CPU wheels is configured for pip, it is
# used by itself; otherwise `make install TORCH_INDEX=<address of the CPU wheels>` saves some gigabytes.
TORCH_INDEX ?=
# The demonstration keeps its index to itself, so that it never touches the user's.
DEMO_DATA := build/demo
DEMO := CLAUSEWISE_DATA=$(DEMO_DATA) $(BIN)/clausewise

.PHONY: help install demo test check format kill bench load pictures clean

help:  ## list these targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

install: $(STAMP)  ## set up .venv; does nothing when nothing changed

$(STAMP): pyproject.toml constraints.txt
	@if [ -z "$(PYTHON)" ]; then echo "Clausewise needs Python 3.11 or newer, and found none." >&2; exit 1; fi
	@if [ ! -x $(BIN)/pip ]; then \
		rm -rf $(VENV); \
		$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); $(PYTHON) -m virtualenv -q $(VENV) 2>/dev/null; } || { \
			rm -rf $(VENV); \
			echo "Python cannot make environments here. On Debian or Ubuntu: sudo apt install python3-venv" >&2; \
			exit 1; }; \
	fi
	@rm -f $@
	@echo "Installing into $(VENV): about two minutes the first time."
	@$(BIN)/pip install --quiet --quiet --disable-pip-version-check $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX)) \
		--constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: install  ## index the sample agreements, ask three questions, stay for more
	@$(DEMO) index knowledge/samples
	@$(DEMO) ask "How long before publication must I tell the ORION partners?"
	@$(DEMO) ask "My paper uses ORION and ACME data. Which rule applies?"
	@$(DEMO) ask "What is the penalty for late publication notice in ORION?"
	@if [ -t 0 ] && [ -t 1 ]; then $(DEMO) chat; fi

test: install  ## run the suite
	@$(BIN)/pytest

check: install  ## format, lint, strict types, tests
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/pytest

format: install  ## put the code into shape
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

kill: install  ## the long loops of sudden deaths that the suite runs in a short form
	@$(BIN)/pytest -m slow

bench: install  ## Clausewise beside the stock pipelines, on this machine
	@$(BIN)/python tests/bench/run.py $(if $(BENCH),--bench $(BENCH))

load: install  ## twenty questions a second for a minute, beside Bolt echoing them
	@CLAUSEWISE_DATA=build/load $(BIN)/clausewise index knowledge/samples >/dev/null
	@$(BIN)/python tests/bench/slack_load.py --data build/load

pictures: install  ## draw what people see, from the real blocks (needs node, Chromium and two fonts, see the script)
	@$(BIN)/python docs/pictures/make.py

clean:  ## remove what was built, the environment included
	@rm -rf build $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
