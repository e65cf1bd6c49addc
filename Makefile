# Two targets for everyone: `make lab` and `make test`. The rest is for maintainers and instructors.
PINS ?= locked
VENV ?= .venv$(if $(filter latest,$(PINS)),-latest)
EXTRAS ?=
PORT ?= 8888
IP ?= localhost
BIN := $(VENV)/bin
SUPPORTED := import sys, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c '$(SUPPORTED)' 2>/dev/null && echo $$p && break; done)
NOTEBOOKS ?= $(sort $(wildcard notebooks/*.ipynb))

.DEFAULT_GOAL := help
.PHONY: help lab test site claims bench refresh learner class room preflight plan handout lint lock clean

help:
	@echo "make lab      open the course in JupyterLab (PORT=8888 IP=localhost; TABLE=table.csv: lesson 13 on your table; EXTRAS=scale: lesson 14)"
	@echo "make test     run every test and every notebook (PINS=latest: on the newest versions; SITE=all: all in a page, too)"
	@echo "make site     write build/site/: the course as a web site (ARCHIVE=1: as one file, too)"
	@echo "make claims   try again to break every claim, and store how often each held (LESSONS=03)"
	@echo "make learner  write learner/: the notebooks without outputs and solutions, for a class"
	@echo "make class    write build/class.html: the envelopes that a class has opened (FOLDER=handed_in)"
	@echo "make room     open a JupyterHub for a class on this machine (LEARNERS=30)"
	@echo "make preflight  check the day before whether a room can be opened here, and say what to mend"
	@echo "make plan     print how long each section takes in a room, as counted from the lessons"
	@echo "make handout  write build/handout/: each lesson as one page of HTML, to print or to read anywhere"
	@echo "make bench    measure what the course claims about itself (PARTS=labels)"
	@echo "make refresh  run the notebooks and store their outputs (NOTEBOOKS=notebooks/01_introduction.ipynb)"
	@echo "make lint     check the style of code and notebooks"
	@echo "make lock     bring requirements*.txt up to pyproject.toml (UPGRADE=1: renew all pins)"
	@echo "make clean    remove what these commands made"

# The stamp is written last: an interrupted installation is taken up again the next time.
$(VENV)/.installed: requirements.txt pyproject.toml
ifeq ($(PYTHON),)
	@echo "This course needs Python 3.11, 3.12 or 3.13 with its venv module, and found none." >&2
	@echo "Install one (on Debian or Ubuntu: apt install python3 python3-venv), or name it:" >&2
	@echo "    make lab PYTHON=/path/to/python3.12" >&2
	@exit 1
endif
	@echo "Installing the course into $(VENV) with $$($(PYTHON) --version); this takes a minute or two ..."
	$(PYTHON) -m venv $(VENV)
ifeq ($(PINS),latest)
	$(BIN)/python -m pip install --disable-pip-version-check --upgrade --upgrade-strategy eager --editable ".[test,scale]"
else
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
endif
	$(BIN)/jupyter labextension disable "@jupyterlab/apputils-extension:announcements"  # no pop-up at the start
	@touch $@
ifeq ($(PINS),latest)
.PHONY: $(VENV)/.installed  # what is newest changes without a file of ours
endif

# What lesson 14 needs beside it; its tests need it, too.
$(VENV)/.scale: $(VENV)/.installed requirements-scale.txt
ifneq ($(PINS),latest)
	$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r requirements-scale.txt
endif
	@touch $@

ifneq ($(filter-out scale,$(EXTRAS)),)
$(error EXTRAS=$(EXTRAS): there is one extra, scale, for lesson 14)
endif
WITH_EXTRAS := $(VENV)/.installed $(if $(EXTRAS),$(VENV)/.scale)

# A file of your own is named from where `make` is run, and a kernel works in notebooks/.
ABSOLUTE = case "$$$(1)" in ''|/*) ;; *) $(1)="$$PWD/$$$(1)"; export $(1) ;; esac;
START := $(if $(TABLE),13_own_table,$(if $(CUSTOMERS),07_customer_segmentation,$(if $(PHOTO),08_image_compression,$(if $(EXTRAS),14_scale,01_introduction))))

lab: $(WITH_EXTRAS)
	$(foreach name,TABLE CUSTOMERS PHOTO,$(call ABSOLUTE,$(name))) $(BIN)/jupyter lab --ip=$(IP) --port=$(PORT) --ServerApp.root_dir=. \
		--LabApp.default_url=/lab/tree/notebooks/$(START).ipynb \
		$(if $(filter 0,$(shell id -u)),--allow-root)

test: $(VENV)/.scale
	PINS=$(PINS) SITE=$(SITE) $(BIN)/python -m pytest

# CLUSTERING_COURSE_PYODIDE=DIR: with the Python of the pages inside, so that it needs no other host.
site: $(VENV)/.installed
	$(BIN)/python docs/site/make_site.py $(if $(ARCHIVE),--archive)

claims: $(VENV)/.scale
	PYTHONPATH=.:tests $(BIN)/python tests/claims/measure.py $(LESSONS)

bench: $(VENV)/.scale
	PYTHONPATH=. $(BIN)/python tests/bench.py $(PARTS)

refresh: $(VENV)/.scale
	CLUSTERING_COURSE_STATIC=1 CLUSTERING_COURSE_PROGRESS=/dev/null $(BIN)/jupyter nbconvert --to notebook --execute --inplace \
		--ExecutePreprocessor.record_timing=False --ExecutePreprocessor.store_widget_state=False --ExecutePreprocessor.timeout=1800 $(NOTEBOOKS)

learner: $(VENV)/.installed
	$(BIN)/jupyter nbconvert --to notebook --output-dir learner/notebooks \
		--TagRemovePreprocessor.enabled=True --TagRemovePreprocessor.remove_cell_tags=solution \
		--ClearOutputPreprocessor.enabled=True $(NOTEBOOKS)
	cp -r data learner/  # the lessons read ../data

# One file progress.jsonl from each learner, under their name: handed_in/Ada.jsonl.
FOLDER ?= handed_in
class: $(VENV)/.installed
	$(BIN)/python -m helpers.envelopes.class_page "$(FOLDER)" build/class.html

# An environment of the room's own: of the hub, nothing is in the learners'. The proxy is a program of Node.js.
ROOM_VENV := $(VENV)-room
$(ROOM_VENV)/.installed: requirements-room.txt docs/room/package-lock.json
	@node -e 'process.exit(parseInt(process.version.slice(1)) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1 || { \
		echo "The room's proxy needs Node.js 20 or newer with npm (on Debian 13 or Ubuntu 25: apt install nodejs npm)." >&2; exit 1; }
	$(PYTHON) -m venv $(ROOM_VENV)
	$(ROOM_VENV)/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements-room.txt
	mkdir -p $(ROOM_VENV)/proxy
	cp docs/room/package.json docs/room/package-lock.json $(ROOM_VENV)/proxy
	npm --prefix $(ROOM_VENV)/proxy ci --no-audit --no-fund
	$(ROOM_VENV)/bin/jupyter labextension disable "@jupyterlab/apputils-extension:announcements"
	@touch $@

LEARNERS ?= 30
ROOM = --learners $(LEARNERS) $(if $(filter file,$(origin PORT)),,--port $(PORT)) \
	--ip $(if $(filter file,$(origin IP)),0.0.0.0,$(IP)) --course $(VENV) $(if $(MEMORY),--memory $(MEMORY)) $(if $(IDLE),--idle $(IDLE)) $(if $(PASSWORD),--password="$(PASSWORD)") $(if $(filter 1,$(TRUST)),--trust)
room: $(WITH_EXTRAS) $(ROOM_VENV)/.installed learner
	$(ROOM_VENV)/bin/python docs/room/room.py $(ROOM)

preflight: $(WITH_EXTRAS) $(ROOM_VENV)/.installed learner
	$(ROOM_VENV)/bin/python docs/room/preflight.py $(ROOM)

plan: $(VENV)/.installed
	$(BIN)/python docs/plan.py

handout: $(VENV)/.installed
	$(BIN)/python docs/handout.py $(NOTEBOOKS)

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# requirements-scale.txt has what lesson 14 needs beyond requirements.txt, found together with it.
# requirements-room.txt has what the room runs.
LOCK = $(VENV)-lock/bin/uv pip compile --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes $(if $(UPGRADE),--upgrade) --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock" --quiet
lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --disable-pip-version-check --quiet uv
	$(LOCK) pyproject.toml --extra test --extra site --output-file requirements.txt
	$(LOCK) --group room --constraint requirements.txt --output-file requirements-room.txt
	$(LOCK) pyproject.toml --extra scale --constraint requirements.txt --output-file requirements-scale.txt \
		$$(sed -n 's/^\([a-z0-9._-]*\)==.*/--no-emit-package \1/p' requirements.txt)

clean:
	rm -rf .venv .venv-latest .venv-lock .venv-room .venv-latest-room learner build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -path ./room -prune -o \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +
