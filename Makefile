# Two commands matter: `make demo` and `make test`. Each does its own set-up and can be run twice.
PYTHON ?= python3
VENV ?= .venv
# More arguments for pip, such as an index of CPU-only builds of torch.
PIP_ARGS ?=
OUT ?= runs/demo

BIN := $(VENV)/bin
GL_PACKAGES := libegl1 libopengl0 libgl1-mesa-dri

# OpenMP threads that spin while they wait take the cores that the physics needs.
export OMP_WAIT_POLICY := passive
export GOMP_SPINCOUNT := 0
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Software rendering without a screen; on a desktop, MUJOCO_GL=glfw opens a window's context.
export MUJOCO_GL ?= egl

# What drives the browser tests; without it they skip and say why.
NODE_MODULES := tests/teleop/console/node_modules

.PHONY: help demo test browser-tests wheel-test docs serve-docs check format benchmark clean

help:
	@echo "make demo       install what is needed and let the robot cross an office"
	@echo "make test       install what is needed and run the tests"
	@echo "make browser-tests  install what the tests of the console need (node 20, chromium)"
	@echo "make check      lint, types, layers, words, sizes and results"
	@echo "make docs       build the documentation site into site/"
	@echo "make wheel-test  build the wheel, install it alone and run the demo from it"
	@echo "make benchmark  the checks that measure, off by default"

# The office of the README's picture; how many others the camera crosses stands there too.
demo: $(VENV)/.core
	$(BIN)/drive2walk demo --first-seed 1006 --out $(OUT)

test: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist worksteal

browser-tests: $(NODE_MODULES)/.installed

# The wheel in an environment of its own, outside the checkout, beside folders of a user.
wheel-test: $(VENV)/.dev
	PIP_ARGS="$(PIP_ARGS)" .ci/wheel-test $(BIN)/python

# --strict fails on a broken link, a page without a place in the menu or an unknown name.
docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

serve-docs: $(VENV)/.dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs serve

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_prose.py
	$(BIN)/python tools/check_sizes.py
	$(BIN)/drive2walk results check

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

benchmark: $(VENV)/.dev
	$(BIN)/python -m pytest tests/benchmarks -s -o addopts="--import-mode=importlib"

clean:
	rm -rf $(VENV) site dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/.core: pyproject.toml constraints.txt | $(VENV)/.system
	$(BIN)/pip install --quiet --no-compile --constraint constraints.txt $(PIP_ARGS) --editable '.[sim]'
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	$(BIN)/pip install --quiet --no-compile --constraint constraints.txt $(PIP_ARGS) --editable '.[dev]'
	@touch $@

$(NODE_MODULES)/.installed: tests/teleop/console/package.json tests/teleop/console/package-lock.json
	npm ci --silent --no-audit --no-fund --prefix tests/teleop/console
	@touch $@

# What Python alone can't bring: venv itself, and OpenGL to render with.
$(VENV)/.system:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
	  echo "Python 3.11 to 3.13 is needed, $(PYTHON) is another. Run: make PYTHON=python3.11 ..." >&2; \
	  exit 2; }
	@missing=""; \
	$(PYTHON) -c 'import ensurepip' 2>/dev/null || missing="python3-venv"; \
	for library in libEGL.so.1 libOpenGL.so.0; do \
	  PATH="$$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -q $$library || missing="$$missing $(GL_PACKAGES)"; done; \
	if [ -n "$$missing" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	elif [ -n "$$missing" ]; then \
	  echo "Missing on this machine. Run: sudo apt-get install $$missing" >&2; exit 2; fi
	$(PYTHON) -m venv $(VENV)
	@touch $@
