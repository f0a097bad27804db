# The one front door. `make` alone says what there is.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: help setup demo test lint lock clean
help:  ## what there is
	@sed -n 's/^\([a-z]*\):.*##  *\(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

setup: $(STAMP)  ## a virtual environment with everything pinned and hashed

$(STAMP): requirements/dev.txt pyproject.toml tools/system-libraries
	@PYTHON=$(PYTHON) tools/system-libraries
	@PYTHON=$(PYTHON) tools/make-venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

demo: setup  ## analyse the bundled clip, then show it in the window where there is a display
	@$(BIN)/emocam analyze assets/demo/demo.mp4 --csv demo-timeline.csv --chart demo-timeline.png
	@echo "The timeline: $(CURDIR)/demo-timeline.csv"
	@echo "Its chart:    $(CURDIR)/demo-timeline.png"
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then echo "Opening the window; close it to end."; $(BIN)/emocam assets/demo/demo.mp4; \
	else echo "There is no display here; where there is one, the window opens too."; fi

test: setup  ## every check: style, types, layers, tests
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	QT_QPA_PLATFORM=offscreen $(BIN)/pytest --numprocesses 2 --dist loadscope

lint: setup  ## put style right, then check types and layers
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

lock: setup  ## renew the pins and hashes from pyproject.toml (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --upgrade --extra training --extra dask --group dev pyproject.toml -o requirements/dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --constraint requirements/dev.txt pyproject.toml -o requirements/runtime.txt

clean:  ## remove what the other targets made, but no run and no model
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist demo-timeline.csv demo-timeline.png
