# The models of client libraries are generated from the libraries' own releases and committed.
# WHEELS: a folder with the wheels (what is missing is downloaded into it); without it, all are downloaded every time.
# PYTHON_CHECK: an interpreter with requests and typing_extensions; without it, a fresh environment is made.
PYTHON ?= python3
WHEELS ?=
PYTHON_CHECK ?=
FROM = $(if $(WHEELS),--wheels $(WHEELS)) $(if $(PYTHON_CHECK),--python $(PYTHON_CHECK))
SDK = $(PYTHON) -m tools.stripe_sdk $(FROM)
ADYEN_SDK = $(PYTHON) -m tools.adyen_sdk $(FROM)

# The packages of `steady`: small, with several ways to make a request, and without a known difference.
STEADY = pretix-adyen
# FOLDER: packages of the corpus that are already unpacked, as NAME/src; without it, they are downloaded.
FOLDER ?=

# The tools of lock, workflows-check, audit and sbom, in an environment of their own: exact versions, checked against their hashes.
TOOLS = build/tools
# Versions stay where they are if they still fit; UPGRADE=1 takes the newest that have been out for a week.
UPGRADE ?=
LOCK = $(TOOLS)/bin/uv pip compile --quiet --universal --python-version 3.10 --generate-hashes --only-binary :all: \
	--emit-build-options --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade --exclude-newer "7 days")
SCHEMA = $(TOOLS)/bin/check-jsonschema --builtin-schema

# What can differ from one Python to another: the parser's tree, tokens and literals, text and TOML, the cache's files, the
# command line, and what the lowering makes of every fixture. The rest works on values of our own and runs on one Python.
PORTABLE = tests/python/syntax tests/python/domain tests/python/test_fixtures.py tests/document tests/test_cache.py \
	tests/test_cli.py tests/test_comments.py tests/test_discover.py tests/test_releases.py tests/test_settings.py
# Tests from end to end, which `fast` leaves out beside the slow ones: the action's shell, the wheel, programs of tools/.
LONG = tests/project/test_action.py tests/project/test_packaging.py tests/tools

.PHONY: fast portable recall steady sdk-quick adyen-sdk-quick lock workflows-check audit sbom sarif-check sdk sdk-check sdk-selftest adyen-sdk adyen-sdk-check adyen-sdk-selftest coverage coverage-stripe coverage-adyen corpus metamorphic carrying orders benchmark fuzz mass mutation

fast: ## format, lint, types, layers, unit and fixture tests: before every commit
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -c "from importlinter.cli import lint_imports_command as run; run()"
	$(PYTHON) -m mypy
	$(PYTHON) -m pytest -n auto -m "not slow" $(LONG:%=--ignore=%)

portable: ## the tests of what can differ between Pythons
	$(PYTHON) -m pytest -n auto -m "not slow" $(PORTABLE)

# How long `fuzz` runs, and which inputs it makes; what fails is written to build/fuzz.
SECONDS ?= 150
SEED ?= 0

fuzz: ## try broken projects and documents, and hostile texts in every format; tools/fuzz/guided.py is run by hand
	$(PYTHON) -m tools.fuzz --seconds $(SECONDS) --seed $(SEED) --keep build/fuzz

# What `mass` scans: folders and wheels; every N-th file is scanned alone, too.
CODE ?= $(shell $(PYTHON) -c "import sysconfig; print(sysconfig.get_path('stdlib'))")
EVERY ?= 1

mass: ## take code that nobody wrote for us through scans: no exception, the slowest file, the most memory
	$(PYTHON) -m tools.mass --every $(EVERY) $(CODE)

# What `mutation` changes: files below analyzer/.
MODULES ?= $(wildcard analyzer/leastscope/compare/*.py analyzer/leastscope/grants/*.py) analyzer/leastscope/require.py

# mutmut brings a terminal interface and more, so it is no part of the extra `dev`. What it changes is a copy of what is committed.
mutation: ## change the code in small ways, and list the changes that no test notices; takes half an hour
	test -x build/mutation/bin/mutmut || { $(PYTHON) -m venv build/mutation && \
		build/mutation/bin/python -m pip install --quiet -e '.[dev]' mutmut==3.8.1; }
	rm -rf build/mutation/tree && mkdir -p build/mutation/tree && git archive HEAD | tar -x -C build/mutation/tree
	cd build/mutation/tree && XDG_CACHE_HOME=$(CURDIR)/build/mutation/cache ../bin/python -m tools.mutation $(MODULES)

sdk: ## write rules/stripe/sdk/stripe.yaml anew
	$(SDK)

sdk-check: ## fail where the committed file is not what the releases give
	$(SDK) --check

sdk-quick: ## generate from the newest release alone, and hold that against the library; the committed file stays aside
	$(SDK) --selftest --releases $(shell $(PYTHON) -c "from tools.stripe_sdk.releases import VERSIONS; print(VERSIONS[-1])")

sdk-selftest: ## hold the model against what the library itself would send
	$(SDK) --selftest

adyen-sdk: ## write rules/adyen/sdk/adyen.yaml anew
	$(ADYEN_SDK)

adyen-sdk-check: ## fail where the committed file is not what the releases give
	$(ADYEN_SDK) --check

adyen-sdk-quick: ## generate from the newest release alone, and hold that against the library; the committed file stays aside
	$(ADYEN_SDK) --selftest --releases $(shell $(PYTHON) -c "from tools.adyen_sdk.releases import VERSIONS; print(VERSIONS[-1])")

adyen-sdk-selftest: ## hold the model against what the library itself would send
	$(ADYEN_SDK) --selftest

coverage: coverage-stripe coverage-adyen ## prove on generated programs that every method of the libraries is resolved

coverage-stripe:
	$(PYTHON) -m tools.coverage $(FROM)

coverage-adyen:
	$(PYTHON) -m tools.coverage.adyen $(FROM)

corpus: ## score the inventory on real packages against labels written by eye
	$(PYTHON) -m tools.corpus $(if $(FOLDER),--folder $(FOLDER))

recall: ## score a few real packages, and fail where less is found or more is wrong than fixtures/corpus/bounds.csv allows
	$(PYTHON) -m tools.corpus $(if $(FOLDER),--folder $(FOLDER)) --bounds fixtures/corpus/bounds.csv

steady: $(STEADY:%=steady-%) ## change a few real packages in ways that change nothing, and fail where the inventory differs

steady-%:
	$(PYTHON) -m tools.metamorphic $(if $(FOLDER),--folder $(FOLDER)) --package $*

metamorphic: ## change real packages in ways that change nothing, and say where the inventory differs
	$(PYTHON) -m tools.metamorphic $(if $(FOLDER),--folder $(FOLDER))

# What `carrying` changes: files, each a program.
FILES ?= $(wildcard fixtures/calls/*/*.py)

carrying: ## carry what calls are made on through plain Python in 300 ways, and say which requests are silent then
	$(PYTHON) -m tools.carrying $(FILES)

orders: ## evaluate real packages in other orders, and say where the inventory differs
	$(PYTHON) -m tools.schedules $(if $(FOLDER),--folder $(FOLDER))

benchmark: ## race leastscope against ruff, a bare parse and (SEMGREP=PROGRAM) Semgrep on real packages and a monorepo
	$(PYTHON) -m tools.benchmark $(if $(FOLDER),--folder $(FOLDER)) $(if $(SEMGREP),--semgrep $(SEMGREP))

sarif-check: ## hold our SARIF and HTML against Microsoft's validator and viewer, axe-core and a browser; SARIF_PICTURES=FOLDER keeps pictures of it
	PYTHON=$(PYTHON) tests/sarif/check.sh

lock: $(TOOLS)/installed ## write the locks in requirements/ anew
	$(LOCK) pyproject.toml requirements/action.in -o requirements/action.txt
	$(LOCK) pyproject.toml --extra dev --constraints requirements/action.txt -o requirements/dev.txt
	$(LOCK) requirements/tools.in -o requirements/tools.txt

workflows-check: $(TOOLS)/installed ## check action.yml, the workflows, and what we give others for their pipelines
	$(TOOLS)/bin/actionlint
	$(TOOLS)/bin/zizmor --quiet --offline --strict-collection --persona pedantic .github action.yml .pre-commit-hooks.yaml
	$(SCHEMA) vendor.github-actions action.yml
	$(SCHEMA) vendor.github-workflows .github/workflows/*.yml
	$(SCHEMA) custom.github-workflows-require-timeout .github/workflows/*.yml
	$(SCHEMA) vendor.dependabot .github/dependabot.yml
	$(SCHEMA) vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(SCHEMA) vendor.github-issue-forms .github/ISSUE_TEMPLATE/*-*.yml
	$(SCHEMA) vendor.gitlab-ci docs/pipelines/gitlab.yml

# Without --strict, what could not be looked up would pass.
audit: $(TOOLS)/installed ## hold the locks against known vulnerabilities; asks the index for advisories
	for lock in action dev tools; do \
		$(TOOLS)/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/$$lock.txt || exit 1; done

# A folder with one wheel, made by `python -m hatchling build`.
DIST ?= dist

sbom: $(TOOLS)/installed ## write build/sbom/leastscope.cdx.json: what the action installs beside the wheel in DIST
	$(PYTHON) -m venv --clear --without-pip build/sbom/installed
	$(TOOLS)/bin/python -m pip --python build/sbom/installed install --quiet --require-hashes -r requirements/action.txt
	$(TOOLS)/bin/python -m pip --python build/sbom/installed install --quiet --no-deps $(DIST)/*.whl
	$(TOOLS)/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
		--output-file build/sbom/leastscope.cdx.json build/sbom/installed

$(TOOLS)/installed: requirements/tools.txt
	$(PYTHON) -m venv --clear $(TOOLS)
	$(TOOLS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
	touch $@
