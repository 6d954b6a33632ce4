# `make grade` and `make test` are all that a fresh machine needs; everything else builds on the same environment.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# What is installed is compiled; so is what is run here, by thousands of processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: grade browser test coverage check bench fuzz clean

grade: $(READY)
	$(BIN)/grader grade hw1

test: $(READY) browser
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# The tests once more, twice as slow; it ends with an error below the floor in pyproject.toml. Tests that bound a time
# may fail while they are measured: whether tests pass is for `make test` to say.
coverage: $(READY) browser
	$(BIN)/python -m coverage erase
	-$(BIN)/python -m coverage run -m pytest -n 2 --dist loadgroup
	$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --skip-covered

# Pages are looked at in a real browser; where none can be had, those tests are skipped and say so.
browser:
	@command -v chromium >/dev/null 2>&1 \
	|| { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1 \
	|| echo "No Chromium, and it cannot be installed here: the tests of pages in a browser are skipped."

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py

bench: $(READY)
	$(BIN)/python -m benchmarks

# What reads a student's bytes, each reader for so many seconds.
FUZZ_S ?= 60
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_S)

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch --editable '.[dev]'
	touch $(READY)

clean:
	rm -rf $(VENV) results .grader_cache .fuzz .coverage*
