# make demo    lint the sick example: its findings on the screen
# make test    the whole test suite
# make test-fast   pages, specs and most laws, in about four minutes; make test is the whole
# make check   style, types, architecture, and ssot-lint on itself
# make dist    the distributions in dist, and what they need in build/sbom.cdx.json
# make docs    the pages of README.md, docs and rules as a site, in build/docs/site
# make bench   time and memory against ruff and flake8; BENCH_ARGS="--size 0.1" for a quick try
#
# Each makes the environment that it needs in $(VENV). PYTHON may be any Python from 3.10 on.

VENV ?= .venv
PYTEST_ARGS ?= -n auto
BENCH_ARGS ?=
BIN := $(VENV)/bin
FIND_PYTHON = for python in python3 python3.14 python3.13 python3.12 python3.11 python3.10; do \
	"$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo "$$python" && break; done
PYTHON ?= $(shell $(FIND_PYTHON))

.PHONY: demo test test-fast check bench clean dist docs

demo: $(VENV)/.installed
	$(BIN)/ssot-lint check --exit-zero examples/chat

test: $(VENV)/.developing
	$(BIN)/python -m pytest $(PYTEST_ARGS)

test-fast: $(VENV)/.developing
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m "not slow and not long" -k "not derived" --hypothesis-profile=fast

check: $(VENV)/.developing
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/ssot-lint check --no-cache

# Strictly: a link that leads nowhere ends it.
docs: $(VENV)/.documenting
	$(BIN)/python docs/site.py build/docs
	$(BIN)/zensical build --strict --clean --config-file build/docs/zensical.toml

# ruff is among the tools of development.
bench: $(VENV)/.developing
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

# The bill of materials is of an environment that has the wheel and what it needs, and nothing else.
dist: $(VENV)/.developing
	rm -rf dist build
	mkdir -p build
	$(BIN)/python -m pip install -qq build cyclonedx-bom
	$(BIN)/python -m build --outdir dist
	$(PYTHON) -m venv build/user
	build/user/bin/python -m pip install -qq dist/*.whl
	$(BIN)/cyclonedx-py environment --output-reproducible --output-file build/sbom.cdx.json build/user/bin/python

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/.installed: pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.10 or newer with venv (Debian: apt install python3-venv)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -qq --upgrade pip
	$(BIN)/python -m pip install -qq --editable .
	@touch $@

$(VENV)/.developing: $(VENV)/.installed
	$(BIN)/python -m pip install -qq --group dev
	@touch $@

$(VENV)/.documenting: $(VENV)/.installed
	$(BIN)/python -m pip install -qq --group docs
	@touch $@
