"""A pack's `declarations.yaml` becomes types, and bad rows are refused with file, line and the nearest right value."""

from __future__ import annotations

import pytest

from leastscope.errors import RulePackError
from leastscope.grants.declarations import read_declarations
from places import ROOT

PACK = ROOT / "rules" / "stripe" / "declarations.yaml"


def test_the_pack_says_where_its_grants_are_written() -> None:
    declarations = read_declarations("declarations.yaml", PACK.read_bytes())
    assert declarations.system == "stripe"
    assert [(row.value, row.bound, row.write_implies_read) for row in declarations.access] == [
        ("platform", "connected", "assumed"),
        ("oauth", "token", "assumed"),
        ("restricted_api_key", "all", "documented"),
    ]
    assert declarations.settings == (("app", "platform"), ("restricted-key", "restricted_api_key"))
    assert [(form.name, form.rank) for form in declarations.formats] == [("v2", 0), ("v1", 1)]
    assert ("extensions", "[]", "permissions") in declarations.formats[0].permissions
    assert {".ts", ".js", ".rb", ".php", ".go", ".java"} <= set(declarations.unread_suffixes)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("stripe-app.json", "v1"),
        ("stripe-app.dev.json", "v1"),
        ("stripe-app.yaml", "v2"),
        ("stripe-app.yml", "v2"),
        ("stripe-app.jsonc", None),
        ("my-stripe-app.json", None),
        ("package.json", None),
    ],
)
def test_the_name_of_a_file_tells_its_format(name: str, form: str | None) -> None:
    found = read_declarations("d.yaml", PACK.read_bytes()).format_of(name)
    assert (found.name if found else None) == form


def test_the_pack_says_what_an_added_permission_costs_by_kind_of_app() -> None:
    costs = read_declarations("declarations.yaml", PACK.read_bytes()).costs
    assert [(cost.system, cost.kind) for cost in costs] == [("stripe", "app"), ("stripe", "restricted-key")]
    assert all(cost.text.endswith(".") and cost.source.startswith("https://") for cost in costs)


SMALL = """\
system: shop
sources:
  guide: {url: "https://example.com", read: 2026-11-21}
source: guide
access:
  full: {bound: all, write_implies_read: no}
manifests:
  plain:
    kind: app
    files: [shop.json]
    permissions: [scopes]
    item: {permission: scope}
    access: {default: full}
"""


def test_what_a_format_does_not_have_may_be_left_out() -> None:
    declarations = read_declarations("d.yaml", SMALL.encode())
    form = declarations.formats[0]
    assert (form.purpose_key, form.identity, form.extends, form.unread) == ("", (), (), ())
    assert (declarations.settings, declarations.unread_suffixes, declarations.unread_reason) == ((), (), "")


WRITTEN = """\
written:
  keys: {way: list, of: token}
  shop.json: {way: manifest, of: plain, access: part}
  shop.yaml: {way: manifest, of: plain}
  leastscope.yaml: {way: settings, of: app, access: part}
settings: {app: full, token: part}
"""


def test_each_way_to_write_permissions_has_its_kind_and_its_access() -> None:
    text = SMALL.replace("manifests:\n", f"{WRITTEN}manifests:\n").replace(
        "access:\n  full", "access:\n  part: {bound: token, write_implies_read: no}\n  full", 1
    )
    declarations = read_declarations("d.yaml", text.encode())
    assert [(row.name, row.way, row.of, row.kind, row.access.value) for row in declarations.written] == [
        ("keys", "list", "token", "token", "part"),
        ("shop.json", "manifest", "plain", "app", "part"),
        ("shop.yaml", "manifest", "plain", "app", "full"),
        ("leastscope.yaml", "settings", "app", "app", "part"),
    ]
    assert declarations.written_as("shop.yaml") == declarations.written[2]
    assert declarations.written_as("shop.yml") is None
    assert declarations.settings_row == declarations.written[3]


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        (
            "manifests:\n",
            "written:\n  a: {way: lists, of: b}\nmanifests:\n",
            ["d.yaml:8:12: expected ", "found 'lists'; did you mean 'list'?"],
        ),
        (
            "manifests:\n",
            "written:\n  a: {way: manifest, of: plan, access: ful, as: c}\nmanifests:\n",
            ["found 'plan'; did you mean 'plain'?", "found 'ful'; did you mean 'full'?", "unknown key 'as'"],
        ),
        (
            "system: shop",
            "sistem: shop",
            ["d.yaml:1:1: expected the key 'system', which is missing", "did you mean 'sys"],
        ),
        (
            "bound: all",
            "bound: al",
            ["d.yaml:6:17: expected all or connected or token or keyless, found 'al'; did you mean 'all'?"],
        ),
        ("implies_read: no", "implies_read: 1", ["d.yaml:6:42: expected a string, found the number 1"]),
        (
            "source: guide\n",
            "source: guide\ncosts: {ap: {text: Ask again., source: guid}, app: {text: '', source: guide}}\n",
            [
                "d.yaml:5:9: unknown key 'ap'; did you mean 'app'?",
                "d.yaml:5:40: expected guide, found 'guid'; did you mean 'guide'?",
                "d.yaml:5:59: expected a string",
            ],
        ),
        ("source: guide", "source: guid", ["d.yaml:4:9: expected guide, found 'guid'; did you mean 'guide'?"]),
        ("default: full", "default: ful", ["d.yaml:13:23: expected full, found 'ful'; did you mean 'full'?"]),
        ("permissions: [scopes]", "permission: [a]", ["d.yaml:11:5: unknown key 'permission'; did you mean 'perm"]),
        ("[scopes]", "['scopes[.x']", ["d.yaml:11:19: expected a place such as a.b[].c, found 'scopes[.x'"]),
        ("[scopes]", "scopes", ["d.yaml:11:18: expected a list, found the string 'scopes'"]),
        ("read: 2026-11-21}", "read: 2026-11-21, note: 5}", ["d.yaml:3:63: expected a string, found the number 5"]),
        ("scope}", "scope}\n    id: a[.x", ["d.yaml:13:9: expected a place such as a.b[].c, found 'a[.x'"]),
        ("source: guide\n", "source: guide\ncosts: {ap: 3}\n", ["d.yaml:5:9: unknown key 'ap'"]),
        (
            "item:",
            "unread: [{places: [a], reason: b, source: guid}]\n    item:",
            ["d.yaml:12:47: expected guide, found 'guid'; did you mean 'guide'?"],
        ),
        ("files: [shop.json]", "files: [3]", ["d.yaml:10:13: expected a string, found the number 3"]),
        ("{permission: scope}", "{}", ["d.yaml:12:11: expected the key 'permission', which is missing"]),
        (
            "manifests:\n",
            "manifests: 3\nsettings:\n",
            ["d.yaml:7:12: expected a table of named rows, found the number 3"],
        ),
        ("access:\n  full", "settings: {app: ful}\naccess:\n  full", ["d.yaml:5:17: expected full, found 'ful'"]),
        ("item:", "unread: [{places: [a], reason: b, why: c}]\n    item:", ["d.yaml:12:39: unknown key 'why'"]),
        (
            "source: guide",
            "source: guide\nunread_files: {suffixes: [.ts]}",
            ["expected the key 'reason', which is mis"],
        ),
        ("system: shop", "system: [", ["expected YAML, but while parsing a flow sequence"]),
        (
            "system: shop\n",
            "system: ''\nsource: guide\n",
            ["d.yaml:5:1: expected every key once, found 'source' again"],
        ),
    ],
)
def test_bad_rows_are_refused_with_their_place(old: str, new: str, messages: list[str]) -> None:
    assert old in SMALL
    with pytest.raises(RulePackError) as raised:
        read_declarations("d.yaml", SMALL.replace(old, new, 1).encode())
    assert [part for part in messages if part not in str(raised.value)] == []


def test_all_errors_of_a_pack_are_reported_at_once() -> None:
    text = SMALL.replace("bound: all", "bound: some").replace("kind: app", "knd: app")
    with pytest.raises(RulePackError) as raised:
        read_declarations("d.yaml", text.encode())
    assert [line.split(": ")[0] for line in str(raised.value).splitlines()] == [
        "d.yaml:6:17",
        "d.yaml:9:5",
        "d.yaml:9:5",
    ]
