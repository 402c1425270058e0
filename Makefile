# Sagaway: everything one does with a checkout. `make help` lists it.
#
# Every target sets up what it needs in .venv by itself: Python 3.11+, make and PyPI are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Where this is set (containers set it), each of the suite's processes compiles all of the house anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-choreography test check lab mutants bench format proto clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) ## Make .venv with everything needed

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Sagaway needs Python 3.11 or newer; '$(PYTHON)' is older. Try: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "This Python can't make virtual environments. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (once; about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)

demo: $(READY) ## 2,000 orders through real processes, the orchestrator killed in the middle, the books checked
	@$(BIN)/python -m participants.shop.demo

demo-choreography: $(READY) ## The same orders with no coordinator; bus, services and observer killed in the middle
	@$(BIN)/python -m participants.shop.choreographed.demo

test: $(READY) ## The whole test suite
	@$(BIN)/python -m pytest

check: $(READY) ## Format, lint, types, layers, contract
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/buf lint protos
	@$(BIN)/buf format --diff --exit-code protos

lab: $(READY) ## Jaeger, Prometheus and compose for real, then long hunts (BUDGET=30m SEED=7 make lab; default 15m, the clock)
	@$(BIN)/python -m tests.lab

mutants: $(READY) ## Build seven mutants of the product and show the simulation killing each
	@$(BIN)/python -m tests.simulation.mutants

bench: $(READY) ## The price of it all: the workload order-3 beside bare calls
	@$(BIN)/python -m bench

format: $(READY) ## Format code and contract
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .
	@$(BIN)/buf format -w protos

proto: $(READY) ## Generate generated/ from protos/
	@$(BIN)/python -m protos.generate generated

clean: ## Remove what was built here
	@rm -rf $(VENV) dist build .demo .demo-choreography .mypy_cache .pytest_cache .ruff_cache .hypothesis
