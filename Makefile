# make demo      train a penalised network on real data and draw what became of its weights
# make test      every test: Python, C++, and a C++ project that finds the installed library
# make smoke     a few tests of each kind, in half a minute
# make test-exhaustive  exp, log, tanh, erf ... of every float there is, against libm (ten minutes of one core)
# make bench     the kernels' speed (ARGS=--benchmark_filter=gemm picks some)
# make bench-peers  training speed beside JAX, torch, Keras and scikit-learn (ARGS="--only seed100 --threads 1")
# make bench-linear  lasso paths beside scikit-learn, celer, skglm and adelie (ARGS="--only tall")
# make lint      ruff, mypy, clang-format; make format repairs what they can repair
# make sanitize  the C++ tests under AddressSanitizer and UndefinedBehaviorSanitizer
# make tsan      the C++ tests of many threads on one network under ThreadSanitizer
# make fuzz      model files changed at random until one is neither a model nor an error (ARGS=-runs=1000000)
# make attack    forks, exits, interrupts, kills, wrong arguments and forged files, counted (ten minutes; ARGS="forks 10000" runs one)
# make aarch64   the C++ tests compiled for AArch64, under qemu (a quarter of an hour)
# make clean     remove the virtual environment and everything built
PYTHON ?= python3
VENV := .venv
PEERS := .venv-peers
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
export PATH := $(CURDIR)/$(BIN):$(PATH)
ifneq ($(origin CXX),default)
export CXX
endif

PACKAGE_SOURCES := CMakeLists.txt pyproject.toml LICENSE \
  $(shell find cpp python -type f ! -path '*/__pycache__/*' ! -name '.*')
CXX_SOURCES = $(shell find cpp python/bindings tests/cpp tests/consumer benchmarks -name '*.h' -o -name '*.cpp')

.PHONY: demo test smoke test-exhaustive bench bench-peers bench-linear lint format sanitize tsan fuzz attack aarch64 clean install
.DELETE_ON_ERROR:

demo: $(VENV)/extra-all
	$(BIN)/python -m proxnet demo $(ARGS)

test: $(VENV)/extra-test
	@tests/run.sh

smoke: $(VENV)/extra-test
	@tests/run.sh smoke

test-exhaustive: $(VENV)/installed
	@tests/run.sh exhaustive

bench: $(VENV)/installed
	@tests/run.sh benchmarks $(ARGS)

bench-peers: $(PEERS)/installed
	$(PEERS)/bin/python benchmarks/peers/training.py --json build/peers/training.json $(ARGS)
	$(PEERS)/bin/python benchmarks/peers/plot.py build/peers/training.json build/peers/training.png

bench-linear: $(PEERS)/installed
	$(PEERS)/bin/python benchmarks/peers/linear.py --json build/peers/linear.json $(ARGS)

sanitize: $(VENV)/tools
	@tests/run.sh sanitize

tsan: $(VENV)/tools
	@tests/run.sh tsan

fuzz: $(VENV)/tools
	@tests/run.sh fuzz $(ARGS)

attack: $(VENV)/extra-test
	@tests/run.sh attack $(ARGS)

aarch64: $(VENV)/tools
	@tests/run.sh aarch64

lint: $(VENV)/extra-lint
	$(BIN)/ruff check python tests
	$(BIN)/ruff format --check python tests
	$(BIN)/clang-format --dry-run -Werror $(CXX_SOURCES)
	$(BIN)/mypy

format: $(VENV)/extra-lint
	$(BIN)/ruff check --fix python tests
	$(BIN)/ruff format python tests
	$(BIN)/clang-format -i $(CXX_SOURCES)

clean:
	rm -rf $(VENV) $(PEERS) build dist demo.png

install: $(VENV)/installed

# The virtual environment, with the build tools inside: only Python and a C++ compiler are asked of the machine.
$(BIN)/python:
	@for cxx in $${CXX:-c++ g++ clang++}; do command -v $${cxx%% *} >/dev/null && exit 0; done; \
	  echo "proxnet needs a C++ compiler, and none was found (Debian: apt install g++)."; exit 1
	@command -v $(PYTHON) >/dev/null || \
	  { echo "proxnet needs Python 3.11 or newer, and $(PYTHON) was not found (PYTHON=... names another)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "proxnet needs Python 3.11 or newer, and $(PYTHON) is not (PYTHON=... names another)."; exit 1; }
	@$(PYTHON) -c 'import os, sysconfig, sys; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' || \
	  { echo "proxnet needs Python's C headers (Debian: apt install python3-dev)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "proxnet needs Python's venv module (Debian: apt install python3-venv)."; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/tools: | $(BIN)/python
	@echo "Fetching the build tools"
	@$(PIP) install cmake ninja 'scikit-build-core>=1.0' 'pybind11>=3.0'
	@touch $@

# The wheel is built in build/, where a second build compiles only what changed.
build/wheels/built: $(PACKAGE_SOURCES) | $(VENV)/tools
	@mkdir -p build/wheels && rm -f build/wheels/*.whl
	@$(BIN)/python cpp/cmake/progress.py "Compiling proxnet" build/wheels/log.txt \
	  $(BIN)/python -m pip --disable-pip-version-check wheel -v --no-build-isolation --no-deps --wheel-dir build/wheels .
	@touch $@

$(VENV)/installed: build/wheels/built
	@$(PIP) install --force-reinstall --no-deps build/wheels/proxnet-*.whl
	@touch $@

# The package with one of its extras: all, test or lint.
$(VENV)/extra-%: pyproject.toml $(VENV)/installed
	@test -f $@ -a $@ -nt pyproject.toml || echo "Fetching what proxnet[$*] needs"
	@$(PIP) install "$$(echo build/wheels/proxnet-*.whl)[$*]"
	@touch $@

# The peers' environment is theirs alone; git is told by the folder itself to leave it out.
$(PEERS)/fetched: benchmarks/peers/requirements.txt | $(BIN)/python
	@echo "Fetching the peers"
	@$(PYTHON) -m venv $(PEERS) && echo '*' >$(PEERS)/.gitignore
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install -r $<
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --no-deps adelie
	@touch $@

$(PEERS)/installed: build/wheels/built $(PEERS)/fetched
	@$(PEERS)/bin/python -m pip --disable-pip-version-check --quiet install --force-reinstall --no-deps \
	  build/wheels/proxnet-*.whl
	@touch $@
