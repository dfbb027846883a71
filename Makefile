# `make` or `make help` lists the targets. Needs make, Python 3.11 or newer, nothing else.
PORT ?= 8000
ENVIRONMENT ?= weekend
PROFILE ?= $(if $(filter weekend,$(ENVIRONMENT)),sandbox)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
CHECKOV := .venv-checkov
CONTAINERS := .venv-containers
DOCS := .venv-docs
export PORT

.DEFAULT_GOAL := help
.PHONY: help install web run services demo reset test test-web lint templates lint-templates rehearse images deploy destroy \
  lint-containers test-images test-compose prove prove-requests prove-load audit bench docs docs-serve exercise lock

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'
	@echo "Variables: PORT (web, 8000), LOCALAWS_PORT (embedded AWS, 4566), PYTHON (python3). Example: PORT=9000 make run"
	@echo "make deploy and destroy: ENVIRONMENT (weekend), PROFILE (weekend: sandbox; prod: production; others: standard), ARGS (options)"

# $(call install,folder,lock): a virtual environment that holds exactly what the lock pins. Nothing is resolved, so nothing that was
# published since can change it or break it. pip needs 90 seconds for what uv, itself from a lock, does in 6; only .venv has pip, for uv.
define install
	@test -x $(1)/bin/python || $(PYTHON) -m venv $(if $(filter-out $(VENV),$(1)),--without-pip) $(1)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-uv.txt
	@$(BIN)/uv pip install --quiet --python $(1)/bin/python --exact --no-deps --require-hashes -r $(2)
	@$(BIN)/uv pip check --quiet --python $(1)/bin/python
	@$(BIN)/python tests/install/closure.py $(1) $(2)
	@touch $(1)/.installed
endef

install: $(INSTALLED) ## make .venv and install the pinned requirements

$(INSTALLED): requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This project needs Python 3.11 or newer; $(PYTHON) is %d.%d. Install one and name it: PYTHON=python3.12 make install" % sys.version_info[:2])'
	@echo "Installing the pinned requirements into $(VENV): half a minute, the first time …"
	$(call install,$(VENV),requirements-dev.txt)

web: ## build the web page when its sources changed (Node 20.19 or newer)
	@$(PYTHON) web/build.py

run: $(INSTALLED) web ## the whole service at http://127.0.0.1:8000, with its embedded AWS; Ctrl-C stops everything
	@exec $(BIN)/python manage.py runserver

services: $(INSTALLED) ## the two production processes: todos on 127.0.0.1:8080, files on 127.0.0.1:8081
	@exec $(BIN)/python manage.py services

demo: $(INSTALLED) ## an account demo@example.com with 60 to-dos and attachments
	@exec $(BIN)/python manage.py demo

reset: $(INSTALLED) ## delete all local data; asks first (YES=1 does not)
	@exec $(BIN)/python -m local.reset

# The tests start some three hundred Python processes: each reads what the first one compiled, whatever the environment says.
test test-web: export PYTHONDONTWRITEBYTECODE =

test: $(INSTALLED) web ## all tests, in parallel; COVERAGE=1 measures branches too and fails below 95 %
	@$(BIN)/python tests/web/chromium.py > /dev/null
	@$(BIN)/python -m pytest -n auto --dist worksteal$(if $(COVERAGE), --cov --cov-report=term)
	@$(PYTHON) web/build.py --check
	@$(BIN)/python tests/web/chromium.py --closing

test-web: $(INSTALLED) web ## the tests of the web page alone
	@$(BIN)/python tests/web/chromium.py > /dev/null
	@$(PYTHON) web/build.py --check
	@$(BIN)/python -m pytest -n auto --dist worksteal tests/web
	@$(BIN)/python tests/web/chromium.py --closing

lint: $(INSTALLED) ## formatting, lint, types, import rules, the words that people read
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.docs.terms

templates: $(INSTALLED) ## write deploy/templates again: the templates of each profile, for people to read
	@$(BIN)/python deploy/build_stack.py --environment weekend --profile sandbox --out deploy/templates/sandbox
	@$(BIN)/python deploy/build_stack.py --environment dev --out deploy/templates/standard
	@$(BIN)/python deploy/build_stack.py --environment prod --out deploy/templates/production
	@$(BIN)/python docsite/template_lines.py

$(CHECKOV)/.installed: requirements-checkov.txt $(INSTALLED)
	@echo "Installing the linters of templates into $(CHECKOV) …"
	$(call install,$(CHECKOV),requirements-checkov.txt)

lint-templates: $(INSTALLED) $(CHECKOV)/.installed ## cfn-lint and checkov over every combination of the stacks
	@$(BIN)/python tests/deploy/lint_templates.py

deploy: $(INSTALLED) ## an environment on AWS: checks, shows the price, asks, deploys, ends with the site's URL
	@exec $(BIN)/python deploy/deploy.py up --environment $(ENVIRONMENT) $(if $(PROFILE),--profile $(PROFILE)) $(ARGS)

destroy: $(INSTALLED) ## remove an environment: asks for its name, ends with what is left of it in the account
	@exec $(BIN)/python deploy/deploy.py down --environment $(ENVIRONMENT) $(ARGS)

images: $(INSTALLED) ## build both images with docker or podman
	@$(BIN)/python deploy/images.py

# These need an engine, and most of their time is its. They need no Django, whose test settings start an embedded AWS of their own.
CONTAINER_TESTS = $(BIN)/python -m pytest -p no:randomly -p no:xdist -o DJANGO_SETTINGS_MODULE= --timeout 900 --confcutdir

rehearse: $(INSTALLED) ## deploy it all to an embedded AWS that runs the images, and use it as a visitor: docker or podman
	@$(CONTAINER_TESTS) tests/rehearsal -v tests/rehearsal $(ARGS)

test-images: $(INSTALLED) ## build both images and run them as ECS does: docker or podman
	@$(CONTAINER_TESTS) tests/images tests/images

$(CONTAINERS)/.installed: requirements-containers.txt $(INSTALLED)
	$(call install,$(CONTAINERS),requirements-containers.txt)

lint-containers: $(CONTAINERS)/.installed ## hadolint, docker compose config and actionlint
	@$(CONTAINERS)/bin/hadolint Dockerfile compose/aws.Dockerfile compose/proxy.Dockerfile
	@$(CONTAINERS)/bin/docker-compose config --quiet
	@$(CONTAINERS)/bin/actionlint

test-compose: $(CONTAINERS)/.installed ## bring compose.yaml up, use it, restart it, take it down: docker or podman
	@$(CONTAINER_TESTS) tests/compose tests/compose

prove: ## try to break every promise; QUICK=1 a quarter as often; WRITE=1 writes the table of docs/reference/reliability.md
	@s=0; $(MAKE) --no-print-directory prove-requests || s=1; $(MAKE) --no-print-directory prove-load || s=1; exit $$s

prove-requests prove-load: export QUICK ?=

# make test has tests/security as well.
prove-requests: $(INSTALLED) ## those promises that need no load; other work may run beside it
	@$(BIN)/python -m tests.prove.table --forget
	@$(BIN)/python -m pytest tests/prove $(if $(QUICK),,tests/security) -p tests.prove.record -n $(if $(QUICK),4,6) --dist worksteal -p no:randomly --timeout 600 --ignore-glob='*test_load_*' --ignore tests/security/test_documents.py

prove-load: $(INSTALLED) ## the promises under load, alone since it measures; then the table of all
	@s=0; $(BIN)/python -m pytest tests/prove/test_load_[rs]*.py -p no:randomly || s=1; \
	 $(BIN)/python -m pytest tests/prove/test_load_[mo]*.py -n 4 -p no:randomly || s=1; \
	 $(BIN)/python -m tests.prove.table $(if $(WRITE),--write) || s=1; exit $$s

audit: $(INSTALLED) ## unsafe code, known holes in the dependencies, secrets
	@$(BIN)/python -m tests.security.audit

.venv-bench/.installed: bench/requirements.txt $(INSTALLED)
	$(call install,.venv-bench,bench/requirements.txt)

.venv-bench-fastapi/.installed: bench/requirements-fastapi.txt $(INSTALLED)
	$(call install,.venv-bench-fastapi,bench/requirements-fastapi.txt)

bench: $(INSTALLED) .venv-bench/.installed .venv-bench-fastapi/.installed ## measure both services beside plain ones; WRITE=1 writes docs/reference/benchmarks.md
	@exec $(BIN)/python -m bench $(if $(WRITE),--write)

$(DOCS)/.installed: docsite/requirements.txt $(INSTALLED)
	$(call install,$(DOCS),docsite/requirements.txt)

MERMAID := docsite/node_modules/.package-lock.json
$(MERMAID): docsite/package-lock.json
	@npm ci --prefix docsite --ignore-scripts --no-audit --no-fund --silent

docs: $(DOCS)/.installed $(MERMAID) ## build the documentation site into build/site; a broken link or a page that is hard to read fails (Node 20.19 or newer)
	@$(DOCS)/bin/python -W ignore::UserWarning docsite/readability.py
	@$(DOCS)/bin/python -m zensical build --clean --strict

docs-serve: $(DOCS)/.installed $(MERMAID) ## the documentation site at http://127.0.0.1:8002 while you write; Ctrl-C stops it
	@exec $(DOCS)/bin/python -m zensical serve --dev-addr 127.0.0.1:8002

exercise: $(INSTALLED) ## exercise N of docs/exercises.md: what you start from, or whether it is solved
	@$(BIN)/python -m exercises $(N)

LOCK := $(BIN)/uv pip compile --quiet --universal --no-strip-extras --generate-hashes --no-emit-index-url --no-header --python-version 3.11

lock: $(INSTALLED) ## pin every requirement of every environment, with hashes
	@$(LOCK) --extra dev pyproject.toml -o requirements-dev.txt
	@$(LOCK) -c requirements-dev.txt pyproject.toml -o requirements.txt
	@echo uv | $(LOCK) -c requirements-dev.txt - -o requirements-uv.txt
	@$(LOCK) -c requirements-dev.txt compose/requirements.in -o compose/requirements.txt
	@$(LOCK) requirements-containers.in -o requirements-containers.txt
	@$(LOCK) requirements-checkov.in -o requirements-checkov.txt
	@$(LOCK) docsite/requirements.in -o docsite/requirements.txt
	@$(LOCK) bench/requirements.in -o bench/requirements.txt
	@$(LOCK) bench/requirements-fastapi.in -o bench/requirements-fastapi.txt
