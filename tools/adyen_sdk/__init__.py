"""Writes the model of Adyen's Python library from the library's own releases (`python -m tools.adyen_sdk`).

The stages, in order: `releases` (archives to folders), `bodies` (what a method of a service sends), `describe` (one
release as a model), `tools.stripe_sdk.merge` (all releases as one), `emit` (YAML). Modules and names are read as in
`tools.stripe_sdk`. `selfcheck` runs the real library with its HTTP client replaced and holds the model against it.
"""
