"""Settings are read whole or refused whole, with every error at its place; schema, documentation and code agree."""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from command import run
from leastscope import settings as module
from leastscope.document import read_toml, read_yaml
from leastscope.errors import UsageError
from leastscope.kinds import FINDING_BY_NAME
from leastscope.rulebook.functions import LISTS, TABLES, settings_rows
from leastscope.settings import AppSettings, ExtraGrant, Settings, UnusedGrant, load_settings, parse_settings
from places import ROOT
from positions import good, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DOCS = ROOT / "docs"
PAGE = (DOCS / "settings.md").read_text(encoding="utf-8")
SCHEMA = json.loads((DOCS / "settings.schema.json").read_text(encoding="utf-8"))
FORMS = "env:NAME, setting:NAME, argument:NAME, token:NAME or literal"


def in_page(language: str) -> bytes:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return found[1].encode()


def parse(text: str) -> Settings:
    settings = parse_settings("leastscope.yaml", text.encode())
    assert settings
    return settings


def refused(text: str, path: str = "s.yaml") -> list[str]:
    with pytest.raises(UsageError) as raised:
        parse_settings(path, text.encode())
    return str(raised.value).splitlines()


def test_the_documented_example_is_read() -> None:
    settings = parse_settings("sub/leastscope.yaml", in_page("yaml"))
    assert settings
    billing, report = settings.apps
    assert (billing.name, billing.system, billing.manifest) == ("billing", "", "app/stripe-app.json")
    assert (billing.paths, billing.credentials) == (("backend",), ("env:STRIPE_RK_BILLING",))
    assert [(grant.permission, grant.reason, grant.span.line) for grant in billing.grants] == [
        ("customer_read", "used by the dashboard", 8)
    ]
    assert [(one.permission, one.reason, one.until) for one in billing.unused] == [
        ("coupon_write", "the spring sale needs it again", date(2027, 3, 31))
    ]
    assert (report.system, report.kind, report.span.line) == ("stripe", "restricted-key", 11)
    assert (report.paths, [grant.permission for grant in report.grants]) == (
        ("jobs/report_*.py",),
        ["rak_balance_read"],
    )
    assert [(model.path, model.span.line) for model in settings.models] == [("models/acme_pay.yaml", 18)]
    assert settings.scope_keys == (("adyen", ("PAYMENT_SCOPES",)),)
    assert (settings.exclude, settings.tests, settings.fail_on) == (("legacy/**",), False, "error")
    assert settings.levels == (("excess-grant", "error"), ("uncovered-call", "off"))
    assert (settings.path, settings.folder) == ("sub/leastscope.yaml", "sub")


def test_the_documented_toml_is_read_as_the_same_settings() -> None:
    settings = parse_settings("pyproject.toml", in_page("toml"))
    assert settings
    assert [(app.name, app.manifest, app.paths) for app in settings.apps] == [
        ("billing", "app/stripe-app.json", ("backend",))
    ]
    assert settings.levels == (("excess-grant", "error"), ("uncovered-call", "off"))


def test_the_documented_examples_fit_the_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(plain(good(read_yaml("a", in_page("yaml")))), SCHEMA)
    jsonschema.validate(plain(good(read_toml("a", in_page("toml"), module.TABLE))), SCHEMA)


def test_the_schema_has_the_keys_and_words_of_the_code() -> None:
    definitions = SCHEMA["$defs"]
    assert tuple(SCHEMA["properties"]) == module.SETTINGS_KEYS
    assert tuple(definitions["app"]["properties"]) == module.APP_KEYS
    assert tuple(definitions["grant"]["properties"]) == module.GRANT_KEYS
    assert tuple(definitions["unused"]["properties"]) == module.UNUSED_KEYS
    assert tuple(SCHEMA["properties"]["levels"]["properties"]) == tuple(FINDING_BY_NAME)
    assert tuple(definitions["level"]["enum"]) == module.LEVELS
    assert tuple(SCHEMA["properties"]["fail-on"]["enum"]) == module.FAIL_ON
    assert SCHEMA["properties"]["fail-on"]["default"] == Settings().fail_on
    assert SCHEMA["properties"]["models"]["maxItems"] == module.MAX_MODELS
    assert tuple(SCHEMA["properties"]["python"]["properties"]) == (*TABLES, *LISTS)
    assert definitions["app"]["properties"]["kind"]["default"] == module.DEFAULT_KIND


def test_the_page_has_a_row_for_every_key_of_the_code() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE)
    assert tuple(rows) == module.SETTINGS_KEYS + module.APP_KEYS


def test_the_schema_has_the_address_where_it_is_published() -> None:
    assert SCHEMA["$id"].endswith("/leastscope/leastscope/blob/main/docs/settings.schema.json")


def test_every_key_of_the_code_is_a_field() -> None:
    fields = {"scope_keys" if key == "scopes" else key.replace("-", "_") for key in module.SETTINGS_KEYS}
    assert fields == set(Settings.__slots__) - {"path", "spans", "places"}
    assert set(module.UNUSED_KEYS) == set(UnusedGrant.__slots__) - {"span"}
    assert set(module.APP_KEYS) == set(AppSettings.__slots__) - {"span", "spans"}
    assert set(module.GRANT_KEYS) == set(ExtraGrant.__slots__) - {"span"}


PROGRAM = """\
import stripe
from jobs import App, Supplied, config, run_later, task
app = App()
def refund(charge):
    stripe.Refund.create(charge=charge)
run_later(stripe.Coupon.retrieve, "c")
app.schedule_soon(lambda: stripe.Payout.list())
def client():
    return stripe.StripeClient(config.lookup("STRIPE_KEY"))
def view(client=Supplied(client)):
    client.v1.disputes.list()
@task
def later():
    stripe.Customer.list()
later.enqueue_with()
app.register(stripe.Price)
"""


def test_the_documented_rows_say_what_functions_do(tmp_path: Path) -> None:
    found = re.search(r"<!-- settings: python -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert found
    jsonschema.validate(plain(good(read_yaml("a", found[1].encode()))), SCHEMA)
    (tmp_path / "app.py").write_text(PROGRAM, "utf-8")
    before = json.loads(run(tmp_path, "requests", "--format", "json", ".").out)
    (tmp_path / "leastscope.yaml").write_text(found[1], "utf-8")
    after = json.loads(run(tmp_path, "requests", "--format", "json", ".").out)
    paths = [{one["path"]: one["resolution"] for one in told["requests"]} for told in (before, after)]
    assert [told["/v1/disputes"] for told in paths] == ["possible", "resolved"]
    assert {"/v1/coupons/{coupon}", "/v1/payouts", "/v1/disputes", "/v1/customers"} <= paths[1].keys()
    assert [gap["line"] for gap in after["gaps"]] == [16]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("python: {functions: {jobs.run: {call: argument 0}}}", "1:32: expected a row with one of the keys"),
        ("python: {function: {}}", "1:10: unknown key 'function'; did you mean 'functions'?"),
        ("python: []", "1:9: expected an object from tables to rows, found a list"),
        ("python: {methods: {a.b: {enters: argument 0}}}", "1:20: expected a name, found 'a.b'"),
    ],
)
def test_a_wrong_row_is_refused_at_its_place(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "leastscope.yaml").write_text(text, "utf-8")
    outcome = run(tmp_path, "requests", ".")
    assert (outcome.code, message in outcome.err) == (2, True), outcome.err


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}", "apps: []"])
def test_empty_settings_are_the_defaults(text: str) -> None:
    assert parse(text) == Settings("leastscope.yaml")


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("exclud: []", ["s.yaml:1:1: unknown key 'exclud'; did you mean 'exclude'?"]),
        ("[1]", ["s.yaml:1:1: expected the settings, an object, found a list"]),
        ("tests: off", ["s.yaml:1:8: expected true or false, found the string 'off'"]),
        ("exclude: legacy", ["s.yaml:1:10: expected a list, found the string 'legacy'"]),
        ("exclude: [3]", ["s.yaml:1:11: expected a string, found the number 3"]),
        ("levels: {exces-grant: off}", ["s.yaml:1:10: unknown key 'exces-grant'; did you mean 'excess-grant'?"]),
        ("levels: {excess-grant: of}", ["s.yaml:1:24: expected error or warning or note or off, found 'of'; did you "]),
        ("levels: [a]", ["s.yaml:1:9: expected an object from kinds of findings to levels, found a list"]),
        (
            "fail-on: none",
            ["s.yaml:1:10: expected error or warning or note or never, found 'none'; did you mean 'note'?"],
        ),
        ("apps: [{paths: [a]}]", ["s.yaml:1:8: expected the key 'name', which is missing"]),
        ("apps: [x]", ["s.yaml:1:8: expected an app, an object with the keys name, system, manifest, paths"]),
        ("apps: [{name: a, path: [b]}]", ["s.yaml:1:18: unknown key 'path'; did you mean 'paths'?"]),
        (
            "apps: [{name: a, grants: [{permission: b}]}]",
            ["s.yaml:1:27: expected the key 'reason', which is missing"],
        ),
        ("apps: [{name: a, grants: [b]}]", ["s.yaml:1:27: expected an object with the keys permission and reason"]),
        (
            "apps:\n- {name: a}\n- {name: a}",
            ["s.yaml:3:10: expected every name once, found 'a' again (line 2)"],
        ),
        (
            "apps:\n- {name: a, manifest: m}\n- {name: b, manifest: ./m}",
            ["s.yaml:3:23: expected every manifest once, found 'm' again (line 2)"],
        ),
        (
            "apps: [{name: a, credentials: [sk_live_123456789]}]",
            [f"s.yaml:1:32: expected {FORMS} (never the key itself), found 'sk_live_...'"],
        ),
        ("apps: [{name: a, credentials: [env]}]", ["s.yaml:1:32: expected env:NAME"]),
        ("apps: [{name: a, unused: [{permission: b}]}]", ["s.yaml:1:27: expected the key 'reason', which is missing"]),
        (
            "apps: [{name: a, unused: [{permission: b, reason: c, until: 2027-02-30}]}]",
            ["s.yaml:1:61: expected a day such as 2027-03-31, found '2027-02-30'"],
        ),
        (
            "apps: [{name: a, unused: [{permission: b, reason: c, until: 20270330}]}]",
            ["s.yaml:1:61: expected a string, found the number 20270330"],
        ),
        (
            "apps: [{name: a, unused: [{permission: b, reason: c, until: next year}]}]",
            ["s.yaml:1:61: expected a day such as 2027-03-31, found 'next year'"],
        ),
        ("models: [a, ./a]", ["s.yaml:1:13: expected every model once, found 'a' again (line 1)"]),
        (f"models: [{'a, ' * 101}]", ["s.yaml:1:9: expected at most 100 models, found more"]),
        ("models: a", ["s.yaml:1:9: expected a list, found the string 'a'"]),
        ("models: [../a]", ["s.yaml:1:10: expected a path inside the folder of the settings"]),
        ("scopes: [a]", ["s.yaml:1:9: expected an object from systems to lists of keys, found a list"]),
        ("scopes: {a: KEY}", ["s.yaml:1:13: expected a list, found the string 'KEY'"]),
        ("a: [", ["s.yaml:1:5: expected YAML, but while parsing a flow node did not find expected node content"]),
        (
            "tests: 1\nfail-on: 2\nextra: 3",
            [
                "s.yaml:1:8: expected true or false, found the number 1",
                "s.yaml:2:10: expected a string, found the number 2",
                "s.yaml:3:1: unknown key 'extra'",
            ],
        ),
    ],
)
def test_wrong_settings_are_refused_with_every_error_at_its_place(text: str, messages: list[str]) -> None:
    found = refused(text)
    assert len(found) == len(messages)
    assert [line for line, start in zip(found, messages, strict=True) if not line.startswith(start)] == []


@pytest.mark.parametrize("path", ["/etc", "..", "../x", "a/../../x", "C:/x", "a\\b", "~/x"])
@pytest.mark.parametrize("key", ["manifest: '{}'", "paths: ['{}']"])
def test_a_path_that_leaves_the_folder_of_the_settings_is_refused(path: str, key: str) -> None:
    found = refused(f"apps: [{{name: a, {key.format(path)}}}]")
    assert ["expected a path inside the folder of the settings" in line for line in found] == [True]


def test_paths_are_brought_into_their_shortest_form() -> None:
    settings = parse("apps: [{name: a, manifest: ./x/../m.json, paths: [b/, ./c//d, .]}]")
    assert (settings.apps[0].manifest, settings.apps[0].paths) == ("m.json", ("b", "c/d", "."))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[tool.leastscope]\ntests = "no"\n',
            "pyproject.toml:2:9: expected true or false, found the string 'no'",
        ),
        ("[tool.leastscope]\ntests = \n", "pyproject.toml:2:9: expected TOML, but invalid value"),
        (
            '[[tool.leastscope.apps]]\nname = "a"\n[[tool.leastscope.apps]]\nnam = "b"\n',
            "pyproject.toml:4:1: unknown key 'nam'; did you mean 'name'?",
        ),
    ],
)
def test_errors_in_toml_name_the_line_of_the_key(text: str, message: str) -> None:
    assert message in refused(text, "pyproject.toml")


def test_a_date_of_toml_is_a_day_too() -> None:
    text = b"[[tool.leastscope.apps]]\nname = 'a'\nunused = [{permission = 'b', reason = 'c', until = 2027-03-31}]\n"
    settings = parse_settings("pyproject.toml", text)
    assert settings
    assert [one.until for one in settings.apps[0].unused] == [date(2027, 3, 31)]


def test_keys_of_scopes_stand_by_system_each_with_its_place() -> None:
    settings = parse("scopes:\n  b: [X]\n  a: [Y, '*Z']\n")
    assert settings.scope_keys == (("a", ("Y", "*Z")), ("b", ("X",)))
    assert {system: span.line for system, span in settings.spans} == {"a": 3, "b": 2}


def test_settings_are_found_in_a_folder(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "leastscope-user"\n', encoding="utf-8")
    assert load_settings(tmp_path) == Settings()
    (tmp_path / "leastscope.yaml").write_text("tests: true", encoding="utf-8")
    assert load_settings(tmp_path) == Settings("leastscope.yaml", tests=True)


def test_the_settings_of_the_working_directory_come_before_those_of_the_one_folder_that_is_scanned(
    tmp_path: Path,
) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "leastscope.yaml").write_text("tests: true", encoding="utf-8")
    (shop / "code.py").write_text("", encoding="utf-8")
    found = Settings("shop/leastscope.yaml", tests=True)
    assert found.folder == "shop"
    assert load_settings(tmp_path, None, [Path("shop")]) == load_settings(tmp_path, None, [shop]) == found
    for paths in ([Path("shop"), Path("other")], [Path("shop/code.py")], [Path("nowhere")], []):
        assert load_settings(tmp_path, None, paths) == Settings()
    (tmp_path / "leastscope.yml").write_text("fail-on: never", encoding="utf-8")
    assert load_settings(tmp_path, None, [shop]) == Settings("leastscope.yml", fail_on="never")


def test_settings_outside_of_the_working_directory_are_shown_relative_to_it(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "other.yaml").write_text("tests: true", encoding="utf-8")
    assert load_settings(tmp_path / "work", tmp_path / "other.yaml").path == "../other.yaml"


def test_a_project_file_that_does_not_speak_of_us_may_be_broken(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[", encoding="utf-8")
    assert load_settings(tmp_path) == Settings()


def test_settings_in_two_places_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.leastscope]\ntests = true\n", encoding="utf-8")
    assert load_settings(tmp_path).tests is True
    (tmp_path / "leastscope.yml").write_text("tests: true", encoding="utf-8")
    with pytest.raises(UsageError, match=r"found settings in both .*leastscope\.yml and .*pyproject\.toml"):
        load_settings(tmp_path)


def test_a_settings_file_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("tests: true", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("", encoding="utf-8")
    assert load_settings(tmp_path, tmp_path / "other.yaml").tests is True
    with pytest.raises(UsageError, match=r"expected the table \[tool\.leastscope\], which is missing"):
        load_settings(tmp_path, tmp_path / "pyproject.toml")
    with pytest.raises(UsageError, match=r"missing\.yaml: cannot be read \(FileNotFoundError\)"):
        load_settings(tmp_path, tmp_path / "missing.yaml")


def test_a_link_that_leads_nowhere_is_not_taken_for_no_settings(tmp_path: Path) -> None:
    (tmp_path / "leastscope.yaml").symlink_to(tmp_path / "gone.yaml")
    with pytest.raises(UsageError, match=r"leastscope\.yaml: cannot be read \(FileNotFoundError\)"):
        load_settings(tmp_path)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["a folder", "a pipe"])
@pytest.mark.parametrize("linked", [False, True])
def test_what_stands_in_the_place_of_the_settings_is_told(
    tmp_path: Path, make: Callable[[Path], None], linked: bool
) -> None:
    make(tmp_path / ("other" if linked else "leastscope.yaml"))
    if linked:
        (tmp_path / "leastscope.yaml").symlink_to("other")
    with pytest.raises(UsageError, match=r"leastscope.yaml: cannot be read \(it is not a regular file\)"):
        load_settings(tmp_path)


def test_a_settings_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    (tmp_path / "leastscope.yaml").write_bytes(b"#" * 2_000_000)
    with pytest.raises(UsageError, match="expected at most 1000000 bytes"):
        load_settings(tmp_path)


def keys(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for value in schema.values():
            yield from keys(value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["error", "off", "a/b", "env:X"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(set(keys(SCHEMA)))), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(VALUES)
@example({"python": None})
@example({"python": "off"})
def test_what_the_code_takes_fits_the_schema(value: object) -> None:
    with suppress(UsageError):
        settings = parse_settings("leastscope.yaml", json.dumps(value).encode())
        settings_rows(settings.python if settings else None)
        jsonschema.validate(value, SCHEMA)
