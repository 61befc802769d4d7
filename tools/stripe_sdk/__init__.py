"""Writes the model of Stripe's Python library from the library's own releases (`python -m tools.stripe_sdk`).

The stages, in order: `releases` (wheels to folders), `source` (folders to syntax trees and names), `evaluate` (what a
method sends), `members`, `fields` and `names` (one release as a model), `merge` (all releases as one), `emit` (YAML).
`selfcheck` runs the real library with its requestor replaced and holds the model against it.
"""
