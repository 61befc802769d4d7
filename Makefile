# The models of client libraries are generated from the libraries' own releases and committed.
# WHEELS: a folder with the wheels (what is missing is downloaded into it); without it, all are downloaded every time.
# PYTHON_CHECK: an interpreter with requests and typing_extensions; without it, a fresh environment is made.
PYTHON ?= python3
WHEELS ?=
PYTHON_CHECK ?=
SDK = $(PYTHON) -m tools.stripe_sdk $(if $(WHEELS),--wheels $(WHEELS)) $(if $(PYTHON_CHECK),--python $(PYTHON_CHECK))

# FOLDER: packages of the corpus that are already unpacked, as NAME/src; without it, they are downloaded.
FOLDER ?=

.PHONY: sdk sdk-check sdk-selftest coverage corpus

sdk: ## write rules/stripe/sdk/stripe.yaml anew
	$(SDK)

sdk-check: ## fail where the committed file is not what the releases give
	$(SDK) --check

sdk-selftest: ## hold the model against what the library itself would send
	$(SDK) --selftest

coverage: ## prove on a generated program that every method of the library is resolved
	$(PYTHON) -m tools.coverage $(if $(WHEELS),--wheels $(WHEELS)) $(if $(PYTHON_CHECK),--python $(PYTHON_CHECK))

corpus: ## score the inventory on real packages against labels written by eye
	$(PYTHON) -m tools.corpus $(if $(FOLDER),--folder $(FOLDER))
