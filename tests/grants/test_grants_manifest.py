"""Manifests become apps with exact places; what is wrong with them is told once, at its place."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.document import show_error
from leastscope.grants.apps import read_apps
from leastscope.grants.declarations import Declarations, read_declarations
from leastscope.grants.declared import Declared, Vocabulary
from leastscope.grants.files import folder_loader
from leastscope.model import App, Span, UnreadPart
from places import ROOT
from positions import at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NAMES = {"customer_read", "customer_write", "coupon_read", "coupon_write", "webhook_write", "event_read", "charge_read"}


@cache
def declarations() -> Declarations:
    return read_declarations("declarations.yaml", (ROOT / "rules" / "stripe" / "declarations.yaml").read_bytes())


def resolve(name: str) -> str | None:
    name = name.removeprefix("rak_")
    return name if name in NAMES else None


def guess(name: str) -> str | None:
    close = get_close_matches(name, sorted(NAMES), n=1)
    return close[0] if close else None


def read(files: Mapping[str, str | bytes], other: Mapping[str, str] | None = None) -> Declared:
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    elsewhere = {path: text.encode() for path, text in (other or {}).items()}
    return read_apps(data, declarations(), Vocabulary(resolve, guess), elsewhere.get)


def only(declared: Declared) -> App:
    assert declared.errors == ()
    assert len(declared.apps) == 1
    return declared.apps[0]


def grants(app: App) -> list[str]:
    return [grant.name for grant in app.grants]


def item(name: object, purpose: object = "why") -> dict[str, object]:
    return {"permission": name, "purpose": purpose}


def seen(declared: Declared) -> list[tuple[str, int, str]]:
    return [(found.kind, found.span.line, found.message) for found in declared.observations]


MANIFEST = """\
{
  // as the documentation writes it
  "id": "com.example.shop",
  "name": "Shop",
  "permissions": [
    {"permission": "customer_read", "purpose": "names"}, /* é😀 */ {"permission": "event_read", "purpose": "news"},
  ],
  "stripe_api_access_type": "restricted_api_key",
  "ui_extension": {"views": []},
}
"""


def test_a_manifest_becomes_an_app_whose_grants_keep_their_places() -> None:
    app = only(read({"shop/stripe-app.json": MANIFEST}))
    assert (app.name, app.root, app.system, app.kind) == ("com.example.shop", "shop", "stripe", "app")
    assert (app.declared_in, app.bound, app.write_implies_read) == (("shop/stripe-app.json",), "all", "documented")
    assert [(grant.name, grant.purpose) for grant in app.grants] == [("customer_read", "names"), ("event_read", "news")]
    assert [at(MANIFEST, grant.span) for grant in app.grants] == ['"customer_read"', '"event_read"']
    assert app.grants[1].span == Span("shop/stripe-app.json", 6, 82, 6, 94)
    assert app.span == Span("shop/stripe-app.json", 5, 18, 5, 19)
    assert app.unread == ()


def test_carriage_returns_and_a_byte_order_mark_do_not_move_places() -> None:
    text = "\ufeff" + MANIFEST.replace("\n", "\r\n")
    assert only(read({"a/stripe-app.json": text})).grants == only(read({"a/stripe-app.json": MANIFEST})).grants


V2 = """\
id: com.example.shop
name: Shop
declarations:
  stripe_api_access_type: oauth
  stripe_api_access:
    permissions:
      - permission: customer_read
        purpose: names
extensions:
  - id: proration
    script: {type: typescript, content: index.ts}
    permissions:
      - {permission: "coupon_read", purpose: prices}
      - {permission: customer_read, purpose: the extension needs it too}
  - id: other
    permissions: []
ui_extension:
  views:
    - {viewport: home, component: Home}
"""


def test_permissions_of_extensions_belong_to_the_app_and_may_repeat() -> None:
    declared = read({"stripe-app.yaml": V2})
    app = only(declared)
    assert [at(V2, grant.span) for grant in app.grants] == ["customer_read", '"coupon_read"', "customer_read"]
    assert (app.root, app.bound, app.write_implies_read) == (".", "token", "assumed")
    assert app.unread == (
        UnreadPart("its UI views call the API from TypeScript", Span("stripe-app.yaml", 19, 7, 19, 40)),
        UnreadPart("its extensions run scripts", Span("stripe-app.yaml", 11, 13, 11, 50)),
    )
    assert declared.observations == ()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "a", "extensions": None, "stripe_api_access_type": "platform"},
        {"permissions": None, "connect_permissions": None},
        {"permissions": []},
        {"ui_extension": [], "app_backend": {"webhooks": []}, "post_install_action": {"type": "modal", "url": ""}},
        {"ui_extension": {"actions": []}, "app_backend": {"webhooks": None}},
        {"ui_extension": "none", "extensions": 3, "unheard_of": {"of": [1]}},
    ],
)
def test_a_manifest_without_permissions_is_an_app_without_grants(body: dict[str, object]) -> None:
    app = only(read({"shop/stripe-app.json": json.dumps(body)}))
    assert (app.grants, app.unread, app.bound, app.write_implies_read) == ((), (), "connected", "assumed")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"ui_extension": {"views": [{"component": "Home"}]}}, "its UI views call the API from TypeScript"),
        ({"ui_extension": [{"component": "Home"}]}, "its UI views call the API from TypeScript"),
        ({"ui_extension": {"actions": [{}]}}, "its UI views call the API from TypeScript"),
        ({"extensions": [{"script": {"content": "a.ts"}}]}, "its extensions run scripts"),
        ({"app_backend": {"webhooks": ["invoice.paid"]}}, "its webhooks are registered in the manifest"),
    ],
)
def test_parts_that_are_not_read_are_named(body: dict[str, object], reason: str) -> None:
    assert [part.reason for part in only(read({"stripe-app.json": json.dumps(body)})).unread] == [reason]


@pytest.mark.parametrize(
    ("path", "body", "name"),
    [
        ("a/stripe-app.json", {"id": "com.a", "name": "A"}, "com.a"),
        ("a/stripe-app.json", {"id": " ", "name": "A"}, "A"),
        ("a/stripe-app.json", {"id": 3}, "a"),
        ("stripe-app.json", {}, "app"),
        ("../stripe-app.json", {}, "app"),
    ],
)
def test_an_app_is_named_by_its_id_else_its_name_else_its_folder(path: str, body: object, name: str) -> None:
    assert only(read({path: json.dumps(body)})).name == name


@pytest.mark.parametrize(
    ("items", "kind", "message", "meant"),
    [
        (
            [item("coupon_read, coupon_write")],
            "unknown-grant",
            "'coupon_read, coupon_write' holds 2 names; list 'coupon_read' and 'coupon_write' one by one",
            ["coupon_read", "coupon_write"],
        ),
        (
            [item("Customer_Read")],
            "unknown-grant",
            "'Customer_Read' is not how the permission is written; write 'customer_read'",
            ["customer_read"],
        ),
        (
            [item(" customer read")],
            "unknown-grant",
            "' customer read' is not how the permission is written; write 'customer_read'",
            ["customer_read"],
        ),
        (
            [item("webhook_endpoint_write")],
            "unknown-grant",
            "'webhook_endpoint_write' is no permission; did you mean 'webhook_write'?",
            ["webhook_endpoint_write"],
        ),
        ([item("zzz\n")], "unknown-grant", "'zzz\\n' is no permission", ["zzz\n"]),
        (
            [item("event_read"), item("event_read")],
            "duplicate-grant",
            "'event_read' is granted twice; it stands at stripe-app.json:1 already",
            ["event_read", "event_read"],
        ),
        (
            [item("event_read"), item("rak_event_read")],
            "duplicate-grant",
            "'rak_event_read' is granted twice; it stands at stripe-app.json:1 already",
            ["event_read", "rak_event_read"],
        ),
        (
            [item("event_read", " ")],
            "missing-purpose",
            "'event_read' has no purpose: expected a text under 'purpose', found the string ' '",
            ["event_read"],
        ),
        (
            [{"permission": "event_read"}],
            "missing-purpose",
            "'event_read' has no purpose: expected a text under 'purpose', which is missing",
            ["event_read"],
        ),
        (
            [{"permission": "event_read", "purpos": "x"}],
            "missing-purpose",
            "'event_read' has no purpose: expected a text under 'purpose', found 'purpos'",
            ["event_read"],
        ),
        (
            ["event_read"],
            "unknown-grant",
            "expected an object with 'permission', found the string 'event_read'",
            ["event_read"],
        ),
        ([None], "unknown-grant", "expected an object with 'permission', found nothing (null)", []),
        ([[]], "unknown-grant", "expected an object with 'permission', found a list", []),
        (
            [{"permision": "event_read", "purpose": "x"}],
            "unknown-grant",
            "expected the key 'permission', found 'permision'",
            [],
        ),
        ([{}], "unknown-grant", "expected the key 'permission', which is missing", []),
        ([item(3)], "unknown-grant", "expected the name of a permission, found the number 3", []),
        ([item("")], "unknown-grant", "expected the name of a permission, found the string ''", []),
    ],
)
def test_one_mistake_is_one_observation_and_counts_as_what_it_clearly_means(
    items: list[object], kind: str, message: str, meant: list[str]
) -> None:
    declared = read({"stripe-app.json": json.dumps({"id": "a", "permissions": items})})
    assert seen(declared) == [(kind, 1, message)]
    assert (declared.observations[0].app, declared.observations[0].system) == ("a", "stripe")
    assert grants(only(declared)) == meant


def test_unknown_keys_beside_a_name_and_a_purpose_are_ignored() -> None:
    body = {"permissions": [{"permission": "event_read", "purpose": "news", "comment": "x"}]}
    assert read({"stripe-app.json": json.dumps(body)}).observations == ()


def test_an_observation_stands_at_the_value_that_is_wrong() -> None:
    text = (
        json.dumps({"permissions": [item("event_read", ""), item("event_read")]})
        .replace("[{", "[\n{")
        .replace("}, ", "},\n")
    )
    declared = read({"stripe-app.json": text})
    assert [(found.kind, at(text, found.span), found.span.line) for found in declared.observations] == [
        ("missing-purpose", '""', 2),
        ("duplicate-grant", '"event_read"', 3),
    ]
    assert [step.span.line for step in declared.observations[1].related] == [2]


@pytest.mark.parametrize(
    ("name", "text", "error"),
    [
        (
            "stripe-app.json",
            "{",
            "a/stripe-app.json:1:2: expected a key in double quotes or '}', found the end of the fi",
        ),
        ("stripe-app.json", "[]", "a/stripe-app.json:1:1: expected an object, found a list"),
        ("stripe-app.json", b"\xff", "a/stripe-app.json:1:1: expected UTF-8, found the byte 0xff"),
        ("stripe-app.yaml", "a: [", "a/stripe-app.yaml:1:5: expected YAML, but while parsing a flow"),
        ("stripe-app.yaml", "", "a/stripe-app.yaml:1:1: expected an object, found nothing (null)"),
        (
            "stripe-app.json",
            '{"permissions": {"permission": "event_read"}}',
            "a/stripe-app.json:1:17: expected a list of objects with 'permission' and 'purpose', found an object",
        ),
        ("stripe-app.yaml", "extensions: {}", "a/stripe-app.yaml:1:13: expected a list, found an object"),
        (
            "stripe-app.yaml",
            "id: a\ndeclarations: [1]",
            "a/stripe-app.yaml:2:15: expected an object with the key 'stripe_api_access', found a list",
        ),
        (
            "stripe-app.dev.json",
            '{"extends": 3}',
            "a/stripe-app.dev.json:1:13: expected the path of a manifest, found th",
        ),
        (
            "stripe-app.json",
            json.dumps({"permissions": [item("event_read")] * 1001}),
            "a/stripe-app.json:1:17: expected at most 1000 permissions, found more",
        ),
    ],
)
def test_a_broken_manifest_is_one_error_and_the_others_go_on(name: str, text: str | bytes, error: str) -> None:
    declared = read({f"a/{name}": text, "b/stripe-app.json": MANIFEST})
    assert len(declared.errors) == 1
    assert show_error(declared.errors[0]).startswith(error)
    assert [app.root for app in declared.apps] == ["b"]


def test_an_unknown_access_type_counts_as_the_default_and_is_an_error() -> None:
    declared = read({"stripe-app.json": '{"id": "a", "stripe_api_access_type": "oath"}'})
    assert [app.bound for app in declared.apps] == ["connected"]
    expected = "expected platform or oauth or restricted_api_key, found the string 'oath'; did you mean 'oauth'?"
    assert [show_error(error) for error in declared.errors] == [f"stripe-app.json:1:39: {expected}"]


@pytest.mark.parametrize("text", ['{"$schema": "x", "properties": {"permissions": {}}}', '{"constants": {}}'])
def test_a_local_file_that_neither_extends_nor_grants_is_no_manifest(text: str) -> None:
    assert read({"stripe-app.schema.json": text}) == Declared()


def test_files_of_other_names_are_no_manifests() -> None:
    assert read({"package.json": "{", "a/app.json": MANIFEST}) == Declared()


def extending(path: str, **more: object) -> str:
    return json.dumps({"extends": path, **more})


def test_manifests_that_extend_one_base_are_one_app_with_it() -> None:
    declared = read(
        {
            "a/env/stripe-app.prod.json": extending("../stripe-app.dev.json"),
            "a/stripe-app.dev.json": extending("stripe-app.json", ui_extension={"views": [1]}),
            "a/stripe-app.json": MANIFEST,
        }
    )
    app = only(declared)
    assert app.declared_in == ("a/stripe-app.json", "a/env/stripe-app.prod.json", "a/stripe-app.dev.json")
    assert (app.root, grants(app)) == ("a", ["customer_read", "event_read"])
    assert [part.span.path for part in app.unread] == ["a/stripe-app.dev.json"]
    assert declared.observations == ()


def test_a_base_that_was_not_found_by_the_scan_is_loaded() -> None:
    app = only(read({"a/stripe-app.dev.json": extending("../b/stripe-app.json")}, {"b/stripe-app.json": MANIFEST}))
    assert (app.root, app.declared_in) == ("b", ("b/stripe-app.json", "a/stripe-app.dev.json"))


def test_local_permissions_do_not_count_and_a_difference_is_reported() -> None:
    local = {"permissions": [item("customer_read"), item("coupon_read")]}
    declared = read({"stripe-app.json": MANIFEST, "stripe-app.dev.json": extending("stripe-app.json", **local)})
    assert grants(only(declared)) == ["customer_read", "event_read"]
    assert seen(declared) == [
        (
            "scope-mismatch",
            1,
            (
                "the permissions differ from those of stripe-app.json, the manifest that leastscope compares, "
                "in 'coupon_read', 'event_read'"
            ),
        )
    ]
    assert declared.observations[0].span.path == "stripe-app.dev.json"
    assert [step.span.path for step in declared.observations[0].related] == ["stripe-app.json"]


def test_local_permissions_that_are_the_same_are_not_reported() -> None:
    local = {"permissions": [item("event_read"), item("customer_read")]}
    declared = read({"stripe-app.json": MANIFEST, "stripe-app.dev.json": extending("stripe-app.json", **local)})
    assert declared.observations == ()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("stripe-app.json", "expected the path of a manifest in the scanned folder, found 'stripe-app.json'"),
        ("../../../etc/passwd", "expected the path of a manifest in the scanned folder, found '../../../etc/passwd'"),
        ("/a/stripe-app.json", "expected the path of a manifest in the scanned folder, found '/a/stripe-app.json'"),
        ("stripe-app.x.json", "expected a manifest that extends no other in the end, found 'stripe-app.x.json' again"),
    ],
)
def test_a_base_that_is_not_there_is_an_error(written: str, message: str) -> None:
    declared = read({"stripe-app.x.json": extending(written)}, {"/a/stripe-app.json": MANIFEST, "/etc/passwd": "{}"})
    assert declared.apps == ()
    assert [show_error(error) for error in declared.errors] == [f"stripe-app.x.json:1:13: {message}"]


def test_a_cycle_of_bases_is_an_error_for_each_of_its_files() -> None:
    declared = read(
        {"stripe-app.a.json": extending("stripe-app.b.json"), "stripe-app.b.json": extending("stripe-app.a.json")}
    )
    assert [show_error(error).partition(" ")[0] for error in declared.errors] == [
        "stripe-app.a.json:1:13:",
        "stripe-app.b.json:1:13:",
    ]


def test_a_long_chain_of_bases_is_an_error() -> None:
    chain = {f"stripe-app.{i}.json": extending(f"stripe-app.{i + 1}.json") for i in range(30)}
    declared = read({**chain, "stripe-app.30.json": MANIFEST})
    assert len(declared.errors) == 10
    assert only(Declared(declared.apps)).name == "com.example.shop"


def test_a_broken_base_is_one_error_however_many_extend_it() -> None:
    files = {f"stripe-app.{name}.json": extending("stripe-app.json") for name in "ab"}
    declared = read({**files, "stripe-app.json": "{"})
    assert [error.span.path for error in declared.errors] == ["stripe-app.json"]


def test_two_formats_of_one_app_in_one_folder_are_one_app() -> None:
    declared = read({"stripe-app.json": MANIFEST, "stripe-app.yaml": V2})
    app = only(declared)
    assert app.declared_in == ("stripe-app.yaml", "stripe-app.json")
    assert [(found.kind, found.span.path) for found in declared.observations] == [("scope-mismatch", "stripe-app.json")]


def test_one_id_in_two_folders_is_two_apps() -> None:
    declared = read({"b/stripe-app.json": MANIFEST, "a/stripe-app.json": MANIFEST})
    assert [(app.root, app.name) for app in declared.apps] == [("a", "com.example.shop"), ("b", "com.example.shop")]


def test_the_order_of_the_files_changes_nothing() -> None:
    files = {
        "a/stripe-app.json": MANIFEST,
        "b/stripe-app.yaml": V2,
        "a/stripe-app.x.json": extending("stripe-app.json"),
    }
    assert read(files) == read(dict(reversed(files.items())))


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(sorted(NAMES)),
            lambda inner: (
                st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(
                        ["permissions", "permission", "purpose", "extends", "id", "extensions", "ui_extension", "views"]
                    ),
                    inner,
                    max_size=4,
                )
            ),
            max_leaves=12,
        ),
        min_size=1,
        max_size=3,
    )
)
def test_any_value_as_a_manifest_gives_apps_or_errors(values: list[object]) -> None:
    names = ["stripe-app.json", "stripe-app.yaml", "stripe-app.dev.json"]
    declared = read({name: json.dumps(value) for name, value in zip(names, values, strict=False)})
    assert all(grant.span.path in names for app in declared.apps for grant in app.grants)
    assert all(error.message.startswith("expected ") for error in declared.errors)


@given(st.binary())
def test_any_bytes_as_a_manifest_give_an_app_or_an_error(data: bytes) -> None:
    declared = read({"stripe-app.json": data, "b/stripe-app.yaml": data})
    assert len(declared.apps) + len(declared.errors) == 2


def test_the_loader_reads_files_below_its_folders(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "stripe-app.json").write_bytes(b"x")
    assert folder_loader([tmp_path / "in"])((tmp_path / "in" / ".." / "in" / "stripe-app.json").as_posix()) == b"x"


def test_the_loader_reads_nothing_outside_whatever_links_say(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in" / "loop")
    load = folder_loader([tmp_path / "in"])
    names = ["in/link", "in/loop", "in/../secret", "secret", "in", "in/missing", "in/\0"]
    assert [load(f"{tmp_path.as_posix()}/{name}") for name in names] == [None] * len(names)


def test_the_loader_does_not_read_more_than_a_manifest_may_hold(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 3_000_000)
    data = folder_loader([tmp_path])((tmp_path / "a").as_posix())
    assert data is not None
    assert len(data) == 1_000_001


@pytest.mark.parametrize(
    ("path", "body", "slips", "names"),
    [
        ("stripe-app.json", {"permissons": [item("charge_read")]}, [("permissons", "permissions")], ["charge_read"]),
        ("stripe-app.json", {"Permissions": [item("charge_read")]}, [("Permissions", "permissions")], ["charge_read"]),
        ("stripe-app.json", {"permission": [item("charge_read")]}, [("permission", "permissions")], ["charge_read"]),
        (
            "stripe-app.json",
            {"permissions": [item("charge_read")], "permissons": [item("event_read")]},
            [],
            ["charge_read"],
        ),
        ("stripe-app.json", {"connect_permissions": [item("charge_read")], "permissions": []}, [], []),
        ("stripe-app.json", {"connect_permissions": None, "permissions": None}, [], []),
        (
            "stripe-app.yaml",
            {"declarations": {"stripe_api_acess": {"permisions": [item("charge_read")]}}},
            [("permisions", "permissions"), ("stripe_api_acess", "stripe_api_access")],
            ["charge_read"],
        ),
        ("stripe-app.yaml", {"declarations": {"stripe_api_access_type": "oauth"}, "extensions": []}, [], []),
    ],
)
def test_a_misspelled_key_is_told_with_the_right_one_and_counts_as_it(
    path: str, body: dict[str, object], slips: list[tuple[str, str]], names: list[str]
) -> None:
    declared = read({path: json.dumps(body)})
    assert grants(only(declared)) == names
    told = [one.message for one in declared.observations if one.kind == "unknown-grant"]
    expected = [f"'{written}' is no key of a manifest; did you mean '{meant}'?" for written, meant in slips]
    assert sorted(told) == sorted(expected)


def test_a_misspelled_way_of_access_and_base_are_told_and_count() -> None:
    files = {
        "stripe-app.json": json.dumps({"stripe_api_access_typ": "oauth", "permissions": []}),
        "stripe-app.dev.json": json.dumps({"extend": "stripe-app.json"}),
    }
    declared = read(files)
    assert only(declared).access == "oauth"
    assert only(declared).declared_in == ("stripe-app.json", "stripe-app.dev.json")
    assert [one.message for one in declared.observations] == [
        "'stripe_api_access_typ' is no key of a manifest; did you mean 'stripe_api_access_type'?"
    ]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, True),
        ({"permissions": None}, True),
        ({"permissions": []}, False),
        ({"extensions": [{"permissions": []}]}, True),
    ],
)
def test_a_manifest_that_lists_no_permissions_at_all_says_so(body: dict[str, object], told: bool) -> None:
    kinds = [one.kind for one in read({"stripe-app.json": json.dumps(body)}).observations]
    assert kinds == (["undeclared-system"] if told else [])
