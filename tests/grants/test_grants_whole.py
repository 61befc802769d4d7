"""What is declared, whole and word for word: apps, what is wrong with them, and what cannot be told.

`tests/goldens/declared.txt` has everything that comes of small manifests, settings, requests for tokens, texts and modules:
also what no other test asks for, such as places, levels, advice and the order.
"""
# ruff: noqa: E501, ISC004 - texts stand as files have them

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from test_grants_manifest import MANIFEST, item, read
from test_grants_modules import FORM as MODULE_FORM
from test_grants_modules import KEYS as MODULE_KEYS
from test_grants_names import WORDS
from test_grants_settle import ROW, settle, words
from test_grants_texts import PAGE, URL
from test_grants_texts import read as read_text
from test_grants_tokens import apps, asked, form_named

from leastscope.grants.declared import Declared
from leastscope.grants.manifest import MAX_GRANTS
from leastscope.grants.modules import asked_in_module
from leastscope.grants.names import check_names
from leastscope.grants.settle import apply_settings
from leastscope.model import Grant, Span
from leastscope.python.index.program import module_info
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower
from leastscope.settings import parse_settings
from places import ROOT
from report_samples import committed
from shown import section, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.model import App

GOLDEN = "tests/goldens/declared.txt"


def manifest(*items: object, **more: object) -> str:
    return json.dumps({"id": "shop", "permissions": list(items), **more}, indent=1)


TREES: dict[str, dict[str, str]] = {
    "as documented": {"stripe-app.json": MANIFEST},
    "nothing": {"stripe-app.json": "{}", "b/stripe-app.json": '{"permissions": []}', "c/stripe-app.yaml": "a: 1"},
    "of another shape": {
        "a/stripe-app.json": '{"permissions": {"a": 1}, "id": 3, "name": ["x"], "stripe_api_access_type": []}',
        "b/stripe-app.json": "[]",
        "c/stripe-app.json": "{",
        "d/stripe-app.json": '{"permissions": 1, "extends": 2, "ui_extension": {"views": 3}}',
    },
    "items of another shape": {
        "stripe-app.json": manifest(
            3, {}, {"permission": 5}, {"permission": ""}, {"permision": "customer_read", "purpose": "why"},
            {"permission": "customer_read"}, item("coupon_read", 7), item("event_read", " "), ["x"], None,
            {"permission": "charge_read", "purpse": "why"},
        )
    },
    "names": {
        "stripe-app.json": manifest(
            *map(item, ("customer_raed", "rak_customer_read", "customer_read", "coupon_read, charge_read", "x" * 200, "zzz"))
        )
    },
    "misspelled keys": {
        "stripe-app.json": '{"ID": "shop", "Permissions": [{"permission": "customer_read", "purpose": "why"}],\n'
        ' "stripe_api_acces_type": "platform", "Extends": "base.json", "uiextension": {"views": []}}',
        "b/stripe-app.yaml": "name: b\ndeclarations:\n  stripe_api_acess:\n    permissions: [{permission: event_read, purpose: why}]\n",
    },
    "an access that is none": {
        "a/stripe-app.json": manifest(item("event_read"), stripe_api_access_type="plattform"),
        "b/stripe-app.json": manifest(item("event_read"), stripe_api_access_type="zzz", id="b"),
        "c/stripe-app.json": manifest(item("event_read"), stripe_api_access_type=5, id="c"),
        "d/stripe-app.json": manifest(item("event_read"), stripe_api_access_type="oauth", id="d"),
    },
    "bases": {
        "stripe-app.json": manifest(item("event_read"), ui_extension={"views": [{"component": "A"}]}),
        "stripe-app.dev.json": '{"extends": "stripe-app.json", "permissions": [{"permission": "coupon_read", "purpose": "why"}]}',
        "stripe-app.lost.json": '{"extends": "gone.json"}',
        "stripe-app.round.json": '{"extends": "stripe-app.round.json"}',
        "stripe-app.local.json": '{"name": "no permissions"}',
    },
    "two of one app": {
        "stripe-app.json": manifest(item("event_read"), item("charge_read")),
        "stripe-app.yaml": "id: shop\ndeclarations:\n  stripe_api_access:\n    permissions: [{permission: event_read, purpose: why}]\n",
    },
    "two of one app that differ in much": {
        "stripe-app.json": manifest(*map(item, ("customer_write", "coupon_write", "webhook_write", "event_read", "charge_read"))),
        "stripe-app.yaml": "id: shop\ndeclarations:\n  stripe_api_access:\n    permissions: [{permission: customer_read, purpose: why}]\n",
    },
    "two of one app that differ in five": {
        "stripe-app.json": manifest(*map(item, ("customer_write", "coupon_write", "webhook_write", "event_read", "charge_read"))),
        "stripe-app.yaml": "id: shop\ndeclarations:\n  stripe_api_access:\n    permissions: []\n",
    },
    "too much": {"b/stripe-app.json": manifest(*[item("event_read")] * (MAX_GRANTS + 1), id="b")},
}  # fmt: skip
SETTINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "a row of a manifest": (ROW, ("app", "other")),
    "apps of their own": (
        "apps:\n"
        "  - {name: keys, system: stripe, kind: restricted-key, paths: [a/], grants: [{permission: customer_read, reason: why}]}\n"
        "  - {name: more, system: stripe, kind: restricted-key}\n"
        "  - {name: other, system: stripe, grants: [{permission: customer_raed, reason: why}, {permission: customer_read, reason: a}, {permission: customer_read, reason: b}]}\n"
        "  - {name: odd, system: stripe, kind: restricted}\n"
        "  - {name: sparkpay, system: sparkpay, kind: oauth}\n",
        (),
    ),
    "names that are not there": (
        "apps:\n  - {name: shop, manifest: ap/stripe-app.json}\n  - {name: com.example.shp}\n  - {name: zzz, paths: [b]}\n"
        "  - {name: x, system: stripes, kind: app}\n",
        ("app",),
    ),
    "exceptions": (
        "apps:\n  - name: com.example.shop\n    unused:\n"
        "      - {permission: customer_read, reason: soon, until: 2026-01-01}\n"
        "      - {permission: rak_event_read, reason: still, until: 2026-12-31}\n"
        "      - {permission: cupon_read, reason: no such}\n"
        "      - {permission: zzz, reason: none}\n"
        "      - {permission: coupon_read, reason: not granted}\n",
        ("app",),
    ),
    "several of one name": ("apps:\n  - {name: com.example.shop, paths: [a]}\n", ("a", "b")),
}
FIVE = "order_read order_write stock_read a b c d e f g h i j"
PLACES = {
    "one project": [asked("a.py:1", "order_read"), asked("b/c.py:1", "stock_read order_read")],
    "several that differ": [asked("a.py:1", FIVE), asked("a.py:2", "order_read"), asked("b.py:3", "order_read")],
    "narrowing": [
        asked("a.py:1", "order_read"), asked("a.py:2", "order_read stock_read order_write stok_read", "refresh"),
        asked("b.py:2", None, "refresh"), asked("test_a.py:1", "stock_read", in_tests=True),
    ],
    "not told": [asked("a.py:1", None), asked("test_b.py:2", None, in_tests=True), asked("x/c.py:1", "stock.read zzz")],
    "only tests": [asked("test_a.py:1", "order_read", in_tests=True)],
    "two kinds": [asked("p/a.py:1", "order_read"), asked("p/b.py:1", "stock_read", "bare"), asked("pq/c.py:1", "order_read")],
}  # fmt: skip
TEXTS = {
    "page.html": f'<p>\n<a href="{URL}orders+people&amp;state=1">a</a> <a href="{URL}">b</a> {URL}{{{{ x }}}}\n',
    "tests/page.html": f"{URL}orders",
    "conf.env": "SHOP_SCOPE=read, write\nexport MY_STORE_SCOPE='read'\nshop_scope = \nshop_scope=${X}\n# shop_scope=read\nother=read",
    "conf.yaml": "shop_scope: [read, write]\nin:\n  store_scopes: read write\n  a: {shop_scope: 3}\n  shop_scopes: x\n",
    "conf.json": '{"shop_scope": "read,write", "a": [{"my_store_scope": ["read", "read"]}], "shop_scope_": 1}',
    "conf.toml": "shop_scope = 'read'\n[a]\nstore_scope = ['write']\n",
    "broken.json": '{"shop_scope": "read"',
    "conf.ini": "[a]\nshop_scope = read write  ; comment\nstore.scope: read\n",
}
MODULES = {
    "plain": "AUTH_SHOP_SCOPE = ['read', 'write read', 5]\nAUTH_X_SHOP_SCOPE = 'a b'\nAUTH_SHOP_SCOPE = X\nAUTH_SHOP_SCOPE = []\n",
    "nested": "PROVIDERS = {'shop': {'SCOPE': ['read'], 'x': {'SCOPE': ['no']}}, 'mail': {'SCOPE': ['no']}, X: {}, 3: {}}\n"
    "PROVIDERS['shop']['SCOPE'] = ['write']\nPROVIDERS[x]['SCOPE'] = ['no']\nf().x = ['no']\n",
    "deep": "PROVIDERS = " + "{'shop': " * 12 + "['read']" + "}" * 12 + "\n",
    "in blocks": "if X:\n    AUTH_SHOP_SCOPE = ['a']\nelif Y:\n    AUTH_SHOP_SCOPE = ['b']\nelse:\n    with z:\n        AUTH_SHOP_SCOPE = ['c']\n"
    "class S:\n    shop_scope = ['d']\n    AUTH_SHOP_SCOPE = ['e']\ndef f():\n    AUTH_SHOP_SCOPE = ['no']\nwhile 1:\n    AUTH_SHOP_SCOPE = ['f']\n",
}


def whole_app(app: App) -> str:
    told = (
        f"{one.name}={shown(getattr(app, one.name))}" for one in fields(app) if getattr(app, one.name) != one.default
    )
    return f"App {', '.join(told)}"


def whole(declared: Declared) -> str:
    rest = (*declared.observations, *declared.errors, *declared.gaps)
    return "\n".join((*map(whole_app, declared.apps), *map(shown, rest)))


def of_module(name: str) -> str:
    tree = lower(MODULES[name].encode())
    assert isinstance(tree, ir.Module)
    known = {"shop": (MODULE_FORM, replace(MODULE_KEYS, assigned=(*MODULE_KEYS.assigned, "PROVIDERS.*SCOPE", "S.*")))}
    found = asked_in_module(module_info("settings.py", tree, in_tests=name == "plain"), known)
    return "\n".join(shown(replace(one, form=one.form)) for one in found)


def of_names() -> str:
    names = (
        "order_read",
        "key_order_read",
        "orders_read",
        "pay:link:write",
        "apps",
        "order_raed",
        "order_read, stock_read",
        "zzz",
    )
    grants = [Grant(name, Span("a.yaml", line, 1, line, 5)) for line, name in enumerate((*names, "o" * 90, "a;b;c"), 1)]
    meant, found = check_names(grants, WORDS)
    return "\n".join(map(shown, (*meant, *found)))


def other_systems() -> str:
    """Settings of a system that has no pack stay as they are, and those of a kind that has no access bind all calls."""
    settings = parse_settings("leastscope.yaml", ROW.replace("manifest: app/stripe-app.json", "system: gone").encode())
    assert settings
    declared = read({"app/stripe-app.json": MANIFEST})
    foreign = Declared(tuple(replace(one, system="gone") for one in declared.apps))
    return "\n".join(
        whole(apply_settings(one, settings, {"stripe": words()}, date(2026, 6, 1))) for one in (declared, foreign)
    )


SECTIONS: dict[str, Callable[[], str]] = {
    **{f"manifests: {name}": lambda name=name: whole(read(TREES[name], {"base.json": MANIFEST})) for name in TREES},  # type: ignore[misc]
    **{
        f"settings: {name}": lambda name=name: whole(  # type: ignore[misc]
            settle(SETTINGS[name][0], *SETTINGS[name][1], systems=("stripe", "sparkpay"), today=date(2026, 6, 1))
        )
        for name in SETTINGS
    },
    **{f"tokens: {name}": lambda name=name: whole(apps(*PLACES[name], projects=("p", "x"))) for name in PLACES},  # type: ignore[misc]
    **{f"texts: {name}": lambda name=name: "\n".join(map(shown, read_text(name, TEXTS[name]))) for name in TEXTS},  # type: ignore[misc]
    **{f"modules: {name}": lambda name=name: of_module(name) for name in MODULES},  # type: ignore[misc]
    "names": of_names,
    "another system": other_systems,
    "tests count": lambda: whole(apps(*PLACES["narrowing"], *PLACES["only tests"], tests=True)),
    "a form without an access": lambda: whole(
        apps(*(replace(one, form=replace(form_named("bare"), access=None)) for one in PLACES["one project"]))
    ),
    "a page that is signed": lambda: "\n".join(
        map(shown, read_text("a.html", f"{URL}orders", replace(PAGE, form=replace(PAGE.form, default=()))))
    ),
}


def test_the_golden_has_these_examples() -> None:
    """Changing it on purpose: `UPDATE_GOLDENS=1 pytest`, and then read what differs."""
    text = "\n\n".join(f"# {name}\n{give()}" for name, give in SECTIONS.items()) + "\n"
    assert text == committed(GOLDEN, text)


def test_as_many_grants_as_there_may_be_are_read() -> None:
    (app,) = read({"stripe-app.json": manifest(*[item("event_read")] * MAX_GRANTS)}).apps
    assert len(app.grants) == MAX_GRANTS


@pytest.mark.parametrize("name", SECTIONS)
def test_what_is_declared_is_what_was_looked_over(name: str) -> None:
    golden = (ROOT / GOLDEN).read_text("utf-8")
    assert f"{name}\n{SECTIONS[name]()}".rstrip("\n") == section(golden, name).removeprefix("# ").rstrip("\n")
