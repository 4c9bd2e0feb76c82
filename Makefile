# Every target sets up what it needs first: `make demo` or `make test` in a fresh clone is enough.

SHELL := /bin/sh
BIN := .venv/bin
READY := .venv/ready
PACKAGES := statecharts paradex_adapter paradex_venue
SOCKETS := tests/adapter tests/simulation tests/acceptance tests/restart
RENDER := $(BIN)/python -m statecharts.render paradex_adapter.charts:EXAMPLES diagrams

.DEFAULT_GOAL := help
.PHONY: help demo test acceptance lint types diagrams check lock clean explore restart

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY)  ## watch a TradingNode trade on a local Paradex (SEED=7, ARGS="--help")
	$(BIN)/python -m examples.demo $(if $(SEED),--seed $(SEED)) $(ARGS)

test: $(READY)  ## run the tests (ARGS="-k order")
	$(BIN)/python -m pytest $(ARGS)

acceptance: $(READY)  ## run NautilusTrader's acceptance cases and write their table into docs/
	$(BIN)/python -m pytest tests/acceptance --write-acceptance $(ARGS)

sim: $(READY)  ## an account against a venue that misbehaves (SEEDS=1000 FIRST=1 JOBS=2)
	$(BIN)/python -m tests.simulation --seeds $(or $(SEEDS),100) --first $(or $(FIRST),1) \
		--jobs $(or $(JOBS),2) --traces build/simulation $(ARGS)

coverage: $(READY)  ## which transitions the tests through real sockets take
	$(BIN)/python -m pytest -q -p statecharts.pytest $(SOCKETS) --chart-cov paradex_adapter.charts:CHARTS \
		--chart-cov-report build/reports/transitions.md --chart-cov-excuses tests/excuses.toml $(ARGS)

explore: $(READY)  ## explore every interleaving of one order's life (ARGS="--list", "--only binary")
	nice $(BIN)/python -m tests.interleavings $(ARGS)

restart: $(READY)  ## kill a trading node again and again, and let another take over (SEEDS=10)
	$(BIN)/python -m tests.restart --seeds $(or $(SEEDS),10) $(ARGS)

lint: $(READY)  ## formatting and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)  ## strict types of the three packages
	$(BIN)/mypy $(addprefix -p ,$(PACKAGES))

diagrams: $(READY)  ## draw every chart into diagrams/
	$(RENDER)

check: lint types  ## lint, types, and that diagrams/ is what the charts say
	$(RENDER) --check

# The lock serves every Python and system we support and names no host: the index is the reader's.
lock: $(READY)  ## renew requirements.lock from pyproject.toml (UPGRADE=1 takes newer versions)
	$(BIN)/python -m pip install --quiet 'uv>=0.13,<0.14'
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.12 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet \
		$(if $(UPGRADE),--upgrade) --output-file requirements.lock

clean:  ## remove .venv and every cache
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml scripts/setup
	@scripts/setup
