"""Settings add paths, credentials and grants to declared apps, and declare apps of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from test_grants_manifest import MANIFEST, declarations, grants, guess, read, resolve

from leastscope.document import show_error
from leastscope.grants.declared import Declared, Vocabulary
from leastscope.grants.settle import SystemWords, apply_settings
from leastscope.settings import parse_settings


@cache
def words() -> SystemWords:
    return SystemWords(declarations(), Vocabulary(resolve, guess))


def settle(
    text: str,
    *roots: str,
    systems: tuple[str, ...] = ("stripe",),
    path: str = "leastscope.yaml",
    today: date | None = None,
) -> Declared:
    settings = parse_settings(path, text.encode())
    assert settings
    declared = read({f"{root}/stripe-app.json": MANIFEST for root in roots})
    return apply_settings(declared, settings, dict.fromkeys(systems, words()), today)


def errors(declared: Declared) -> list[str]:
    return [show_error(error) for error in declared.errors]


ROW = """\
apps:
  - name: billing
    manifest: app/stripe-app.json
    paths: [backend/]
    credentials: ["env:KEY"]
    grants: [{permission: coupon_read, reason: prices}]
"""


def test_a_row_with_a_manifest_adds_to_its_app() -> None:
    app, other = settle(ROW, "app", "other").apps
    assert (app.name, app.root, app.paths, app.credentials) == ("billing", "app", ("backend",), ("env:KEY",))
    assert (grants(app), app.grants[2].purpose) == (["customer_read", "event_read", "coupon_read"], "prices")
    assert app.declared_in == ("app/stripe-app.json", "leastscope.yaml")
    assert (app.grants[2].span.path, app.grants[2].span.line) == ("leastscope.yaml", 6)
    assert (other.name, other.paths) == ("com.example.shop", ())


def test_paths_are_relative_to_the_folder_of_the_settings() -> None:
    app = settle(ROW, "sub/app", path="sub/leastscope.yaml").apps[0]
    assert (app.paths, app.root) == (("sub/backend",), "sub/app")


def test_a_row_without_a_manifest_means_the_app_of_its_name() -> None:
    declared = settle("apps: [{name: com.example.shop, paths: [b]}]", "a")
    assert [(app.root, app.paths, app.declared_in) for app in declared.apps] == [("a", ("b",), ("a/stripe-app.json",))]


def test_a_row_of_its_own_is_an_app_of_its_kind() -> None:
    text = "apps: [{name: job, kind: restricted-key, paths: [jobs], grants: [{permission: Charge_Read, reason: mail}]}]"
    declared = settle(text)
    app = declared.apps[0]
    assert (app.name, app.root, app.system, app.kind, app.declared_in) == (
        *("job", ".", "stripe", "restricted-key"),
        ("leastscope.yaml",),
    )
    assert (app.bound, app.write_implies_read, grants(app)) == ("all", "documented", ["charge_read"])
    assert [(found.kind, found.app, found.system) for found in declared.observations] == [
        ("unknown-grant", "job", "stripe")
    ]


def test_a_grant_that_the_manifest_has_already_is_a_duplicate() -> None:
    declared = settle(ROW.replace("coupon_read", "event_read"), "app")
    assert [(found.kind, found.span.path) for found in declared.observations] == [
        ("duplicate-grant", "leastscope.yaml")
    ]
    assert [step.span.path for step in declared.observations[0].related] == ["app/stripe-app.json"]


def test_without_a_kind_it_is_the_only_one_of_the_system() -> None:
    only = replace(declarations(), settings=(("token", "restricted_api_key"),))
    settings = parse_settings("leastscope.yaml", b"apps: [{name: job}]")
    assert settings
    declared = apply_settings(Declared(), settings, {"shop": SystemWords(only, words().vocabulary)})
    assert [(app.kind, app.write_implies_read) for app in declared.apps] == [("token", "documented")]


UNUSED = "apps: [{name: com.example.shop, unused: [{permission: charge_read, reason: why, until: 2027-03-31}]}]"


@pytest.mark.parametrize(
    ("today", "ended"), [(None, False), (date(2027, 3, 31), False), (date(2027, 4, 1), True), (date(2020, 1, 1), False)]
)
def test_an_exception_holds_until_its_last_day_is_over(today: date | None, ended: bool) -> None:
    (one,) = settle(UNUSED, "a", today=today).apps[0].expected
    assert (one.permission, one.reason, one.until, one.ended) == ("charge_read", "why", "2027-03-31", ended)
    assert (one.span.path, one.span.line, one.span.column) == ("leastscope.yaml", 1, 55)


def test_an_exception_without_a_day_never_ends_and_has_the_permission_s_own_name() -> None:
    text = "apps: [{name: com.example.shop, unused: [{permission: rak_charge_read, reason: why}]}]"
    (one,) = settle(text, "a", today=date(9999, 1, 1)).apps[0].expected
    assert (one.permission, one.until, one.ended) == ("charge_read", "", False)


def test_an_exception_for_what_is_no_permission_is_an_error_and_the_app_stays() -> None:
    declared = settle(UNUSED.replace("charge_read", "chargeread"), "a")
    assert errors(declared) == [
        "leastscope.yaml:1:55: expected a permission, found 'chargeread'; did you mean 'charge_read'?"
    ]
    assert [(app.name, app.expected) for app in declared.apps] == [("com.example.shop", ())]


def test_an_exception_for_what_is_near_no_permission_is_an_error_without_advice() -> None:
    declared = settle(UNUSED.replace("charge_read", "xyzzy"), "a")
    assert errors(declared) == ["leastscope.yaml:1:55: expected a permission, found 'xyzzy'"]


def test_keys_of_scopes_are_for_a_system_that_there_is() -> None:
    assert errors(settle("scopes: {stripe: [A], strip: [B]}")) == [
        "leastscope.yaml:1:30: expected a system, found 'strip'; did you mean 'stripe'?"
    ]


def test_what_was_wrong_before_is_kept() -> None:
    settings = parse_settings("leastscope.yaml", b"apps: [{name: job}]")
    assert settings
    before = read({"a/stripe-app.json": MANIFEST.replace('"news"', '""'), "b/stripe-app.json": "{"})
    after = apply_settings(before, settings, {"stripe": words()})
    assert (after.observations, after.errors) == (before.observations, before.errors)
    assert [app.name for app in after.apps] == ["job", "com.example.shop"]


def test_what_settings_name_and_nobody_knows_is_an_error_at_its_place() -> None:
    found = "leastscope.yaml:3:15: expected a manifest of the scan, found 'app/stripe-app.json'"
    assert errors(settle(ROW, "apq")) == [f"{found}; did you mean 'apq/stripe-app.json'?"]
    assert errors(settle(ROW)) == [f"{found}; there are: none"]
    assert errors(settle("apps: [{name: a, system: strip}]")) == [
        "leastscope.yaml:1:26: expected a system, found 'strip'; did you mean 'stripe'?"
    ]
    assert errors(settle("apps: [{name: a, kind: token}]")) == [
        "leastscope.yaml:1:24: expected a kind of app of stripe, found 'token'; there are: app, restricted-key"
    ]
    assert errors(settle("apps: [{name: a}]", systems=("stripe", "shop"))) == [
        "leastscope.yaml:1:15: expected the key 'system' with one of shop, stripe"
    ]
    assert errors(settle(ROW + "    system: shop\n", "app")) == [
        "leastscope.yaml:7:13: expected 'stripe', the system of its manifest, found 'shop'"
    ]


def test_a_row_that_cannot_be_joined_does_not_keep_the_next_from_being_read() -> None:
    text = ROW.replace("app/stripe", "missing/stripe").replace("billing", "first") + ROW.partition("apps:\n")[2]
    declared = settle(text, "app")
    assert len(declared.errors) == 1
    assert [(app.name, app.paths) for app in declared.apps] == [("billing", ("backend",))]
