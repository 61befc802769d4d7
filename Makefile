# The models of client libraries are generated from the libraries' own releases and committed.
# WHEELS: a folder with the wheels (what is missing is downloaded into it); without it, all are downloaded every time.
# PYTHON_CHECK: an interpreter with requests and typing_extensions; without it, a fresh environment is made.
PYTHON ?= python3
WHEELS ?=
PYTHON_CHECK ?=
FROM = $(if $(WHEELS),--wheels $(WHEELS)) $(if $(PYTHON_CHECK),--python $(PYTHON_CHECK))
SDK = $(PYTHON) -m tools.stripe_sdk $(FROM)
ADYEN_SDK = $(PYTHON) -m tools.adyen_sdk $(FROM)

# FOLDER: packages of the corpus that are already unpacked, as NAME/src; without it, they are downloaded.
FOLDER ?=

.PHONY: sdk sdk-check sdk-selftest adyen-sdk adyen-sdk-check adyen-sdk-selftest coverage coverage-stripe coverage-adyen corpus metamorphic

sdk: ## write rules/stripe/sdk/stripe.yaml anew
	$(SDK)

sdk-check: ## fail where the committed file is not what the releases give
	$(SDK) --check

sdk-selftest: ## hold the model against what the library itself would send
	$(SDK) --selftest

adyen-sdk: ## write rules/adyen/sdk/adyen.yaml anew
	$(ADYEN_SDK)

adyen-sdk-check: ## fail where the committed file is not what the releases give
	$(ADYEN_SDK) --check

adyen-sdk-selftest: ## hold the model against what the library itself would send
	$(ADYEN_SDK) --selftest

coverage: coverage-stripe coverage-adyen ## prove on generated programs that every method of the libraries is resolved

coverage-stripe:
	$(PYTHON) -m tools.coverage $(FROM)

coverage-adyen:
	$(PYTHON) -m tools.coverage.adyen $(FROM)

corpus: ## score the inventory on real packages against labels written by eye
	$(PYTHON) -m tools.corpus $(if $(FOLDER),--folder $(FOLDER))

metamorphic: ## change real packages in ways that change nothing, and say where the inventory differs
	$(PYTHON) -m tools.metamorphic $(if $(FOLDER),--folder $(FOLDER))
