# The studio's commands. `make start` and `make test` need python3.11+ and nothing else.

SHELL := /bin/sh
VENV := .venv
RUN := $(VENV)/bin/python -m
PYTEST := $(RUN) pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations=25
# The rooms whose coverage counts, and the tests that cover them: watching costs time, so only these are watched.
COVERED := tests/core tests/store tests/workspace studio/core studio/store
PORT ?= 8501
# Without compiled modules every process of the studio takes twice as long to start, and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

# A PYTHON that somebody names is taken at their word; else the first suitable one on PATH.
ifeq ($(origin PYTHON),undefined)
PYTHONS := python3 python3.13 python3.12 python3.11
else
PYTHONS := $(PYTHON)
endif

.DEFAULT_GOAL := help
.PHONY: help start demo test covered long lint style types bench screenshots frontend clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

start: $(VENV)/installed ## install what is missing and start the studio on 127.0.0.1:8501 (PORT=...)
	@echo "Studio: http://127.0.0.1:$(PORT)  (Ctrl+C stops it; running trainings go on)"
	@$(RUN) streamlit run app.py --server.port $(PORT)

demo: $(VENV)/installed ## the whole walk without a browser, on the embedded data set
	@$(RUN) studio demo

test: style $(VENV)/chromium ## every check, and every test but the longest
	@$(MAKE) --no-print-directory --jobs 2 --output-sync types covered
	@STUDIO_CHROMIUM="$$(cat $(VENV)/chromium)" $(PYTEST) -m "not long" $(COVERED:%=--ignore=%)

covered: $(VENV)/installed-dev
	@$(PYTEST) -m "not long" $(COVERED) --cov --cov-report=
	@for room in core store; do \
		$(RUN) coverage report --include="studio/$$room/*" --fail-under=90 >$(VENV)/coverage.txt || \
		{ cat $(VENV)/coverage.txt; echo "Branch coverage of studio/$$room is below 90 %." >&2; exit 1; }; \
	done

long: $(VENV)/installed-dev $(VENV)/chromium ## the walks and drills that take longest, besides `make test`
	@STUDIO_CHROMIUM="$$(cat $(VENV)/chromium)" $(PYTEST) -m long tests

lint: style types ## ruff, mypy and the walls between the rooms

style: $(VENV)/installed-dev
	$(RUN) ruff check .
	$(RUN) ruff format --check .

types: $(VENV)/installed-dev
	$(RUN) mypy
	$(VENV)/bin/lint-imports --no-logo

bench: $(VENV)/installed-dev ## the benchmarks, printed as tables
	$(RUN) pytest tests/benchmarks -s -o 'norecursedirs=node_modules .*'

screenshots: $(VENV)/installed-dev $(VENV)/chromium ## take the README's pictures anew
	@STUDIO_CHROMIUM="$$(cat $(VENV)/chromium)" STUDIO_SCREENSHOTS=1 $(RUN) pytest tests/e2e/test_walk.py tests/e2e/test_datasets.py tests/e2e/test_label_sessions.py tests/e2e/test_search.py tests/e2e/test_review.py tests/e2e/test_designer.py

frontend: ## rebuild the browser components from frontend/ (needs Node 20; the built files are committed)
	cd frontend && npm ci && npm run build

clean: ## remove the environment and all caches; the workspace in data/workspace stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage test-results
	find app.py pages studio tests -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment: each stamp is written only after its step went through ---

$(VENV)/made:
	@for python in $(PYTHONS); do \
		"$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && break; \
		python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "No suitable Python: tried $(PYTHONS)." >&2; \
		echo "Why: the studio needs Python 3.11, 3.12 or 3.13; TensorFlow has no package for others." >&2; \
		echo "Fix: install one of them, or name it: make start PYTHON=/path/to/python3.11" >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$python" --version) ($$(command -v "$$python"))"; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		package="python$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"; \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "This Python lacks its venv module: installing $$package"; \
			apt-get update -qq && apt-get install -y -qq "$$package" >/dev/null; \
		else \
			echo "$$python cannot make a virtual environment: its venv module is missing." >&2; \
			echo "Why: Debian and Ubuntu ship that module as a package of its own." >&2; \
			echo "Fix: sudo apt-get install $$package, then run make again." >&2; \
			exit 1; \
		fi; \
	fi; \
	"$$python" -m venv $(VENV)
	@touch $@

$(VENV)/installed: requirements.txt $(VENV)/made
	@echo "Installing requirements.txt (TensorFlow is large: the first time takes some minutes)"
	@$(RUN) pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@echo "Installing requirements-dev.txt"
	@$(RUN) pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

# The path of a Chromium that starts; empty for the one that Playwright keeps itself.
$(VENV)/chromium: $(VENV)/installed-dev
	@find_chromium() { \
		for name in chromium chromium-browser google-chrome google-chrome-stable; do \
			path="$$(command -v $$name)" && "$$path" --version >/dev/null 2>&1 && echo "$$path" && return; \
		done; \
		return 1; \
	}; \
	apt_install() { \
		command -v apt-get >/dev/null || return 1; \
		if [ "$$(id -u)" = 0 ]; then become=; else become="sudo -n"; $$become true 2>/dev/null || return 1; fi; \
		echo "Installing Chromium with apt-get"; \
		$$become apt-get update -qq && $$become apt-get install -y -qq chromium >/dev/null; \
	}; \
	if find_chromium >$@.new || { apt_install && find_chromium >$@.new; }; then :; \
	else \
		echo "Installing the Chromium of Playwright"; \
		$(RUN) playwright install chromium || { \
			echo "No Chromium: none on PATH, and neither apt-get nor Playwright could install one." >&2; \
			echo "Why: the tests walk the studio in a real browser." >&2; \
			echo "Fix: install chromium or google-chrome, then run make test again." >&2; \
			exit 1; \
		}; \
		: >$@.new; \
	fi; \
	mv $@.new $@
