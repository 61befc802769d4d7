"""Edits of declarations: the text that they leave, character by character, and that there is none where it is not sure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.grants.apps import read_apps
from analyzer.grants.declarations import read_declarations
from analyzer.grants.declared import Vocabulary
from analyzer.grants.edits import MAX_TEXT, Papers, fix_of, with_fixes
from analyzer.grants.settle import SystemWords
from analyzer.model import App, AppResult, Finding, Fix, Grant, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzer.grants.declarations import Declarations

RULES = Path(__file__).parents[1] / "rules"
NAMES = frozenset(
    f"{name}_{verb}" for name in ("coupon", "customer", "event", "order", "price") for verb in ("read", "write")
)
NEW = "event_read"


@cache
def declarations(system: str) -> Declarations:
    return read_declarations("declarations.yaml", (RULES / system / "declarations.yaml").read_bytes())


def resolve(name: str) -> str | None:
    return name.removeprefix("rak_") if name.removeprefix("rak_") in NAMES else None


def twin(_: str, name: str) -> str:
    return name.replace("_write", "_read") if name.endswith("_write") else ""


def papers(files: Mapping[str, str], settings_path: str = "") -> Papers:
    vocabulary = Vocabulary(resolve, lambda _: None)
    systems = {system: SystemWords(declarations(system), vocabulary) for system in ("stripe", "sparkpay")}
    data = {path: text.encode() for path, text in files.items()}
    return Papers(systems, twin, settings_path, data.get)


def finding(app: App, rule: str, permission: str, span: Span) -> Finding:
    return Finding(rule, "warning", "certain", app.name, app.system, permission, (permission,), span, "m", ())


def offset(text: str, line: int, column: int) -> int:
    starts = [0, *(match.end() for match in re.finditer("\r\n|\r|\n", text))]
    return starts[line - 1] + column - 1


def edited(text: str, fix: Fix) -> str:
    """Apply the edits of one file as a tool would, from the last to the first."""
    assert list(fix.edits) == sorted(fix.edits)
    bare = text.removeprefix("\ufeff")
    after = bare
    for edit in reversed(fix.edits):
        start = offset(bare, edit.span.line, edit.span.column)
        end = offset(bare, edit.span.end_line, edit.span.end_column)
        after = after[:start] + edit.text + after[end:]
    return text[: len(text) - len(bare)] + after


def app_of(files: Mapping[str, str]) -> App:
    data = {path: text.encode() for path, text in files.items()}
    declared = read_apps(data, declarations("stripe"), Vocabulary(resolve, lambda _: None), lambda _: None)
    assert not declared.errors
    return declared.apps[0]


def fixed(
    text: str,
    rule: str,
    permission: str,
    *,
    path: str = "stripe-app.json",
    nth: int = 0,
    others: dict[str, str] | None = None,
) -> str | None:
    """Return a manifest after the fix of a finding about the nth grant of a permission; None where there is no fix."""
    files = {path: text, **(others or {})}
    app = app_of(files)
    places = [grant.span for grant in app.grants if resolve(grant.name) == permission]
    span = Span("app.py", 1, 1, 1, 2) if rule == "missing-grant" else sorted(places)[nth]
    fix = fix_of(finding(app, rule, permission, span), app, papers(files))
    return edited(text, fix) if fix else None


LINES = """\
{
  // who we are
  "id": "a",
  "permissions": [
    // first
    {"permission": "customer_read", "purpose": "a"}, // one
    {"permission": "coupon_write", "purpose": "b"}, // two
    /* three */
    {"permission": "order_read", "purpose": "c"} // four
    // end
  ]
}
"""
BLOCKS = """\
{"id": "a", "permissions": [{
    "permission": "customer_read",
    "purpose": "a"
  }, {
    "permission": "coupon_write",
    "purpose": "b"
  }]}
"""
ONE = '{"permissions": [{"permission": "coupon_write", "purpose": "b"}]}'
ROW = (
    '{"permissions": [{"permission": "customer_read", "purpose": ""}, {"permission": "coupon_write", "purpose": "[,]"}, '
    '{"permission": "order_read", "purpose": "😀"}]}'
)
YAML = """\
id: a
declarations:
  stripe_api_access:
    permissions: # all of them
      # first
      - permission: customer_read # one
        purpose: Shows who paid

      - purpose: "b"
        # why
        permission: 'coupon_write' # two
      # three
      - {permission: order_read, purpose: c}
      # end
  other: 1
"""
COMPACT = "declarations:\n  stripe_api_access:\n    permissions:\n    - permission: coupon_write\n      purpose: b\n"
FLOW = """\
declarations:
  stripe_api_access:
    permissions: [
      {permission: customer_read, purpose: a}, # one
      {permission: coupon_write, purpose: 'b'}  # two
    ]
"""


def cut(text: str, *parts: str) -> str:
    """Take parts out of a text, each of which stands there once."""
    for part in parts:
        assert text.count(part) == 1
        text = text.replace(part, "")
    return text


@pytest.mark.parametrize(
    ("path", "text", "permission", "after"),
    [
        ("json", LINES, "customer_read", cut(LINES, '    {"permission": "customer_read", "purpose": "a"}, // one\n')),
        ("json", LINES, "coupon_write", cut(LINES, '    {"permission": "coupon_write", "purpose": "b"}, // two\n')),
        (
            "json",
            LINES,
            "order_read",
            LINES.replace("}, // two", "} // two").replace(
                '    {"permission": "order_read", "purpose": "c"} // four\n', ""
            ),
        ),
        (
            "json",
            BLOCKS,
            "customer_read",
            cut(BLOCKS, '{\n    "permission": "customer_read",\n    "purpose": "a"\n  }, '),
        ),
        (
            "json",
            BLOCKS,
            "coupon_write",
            cut(BLOCKS, ', {\n    "permission": "coupon_write",\n    "purpose": "b"\n  }'),
        ),
        ("json", ONE, "coupon_write", '{"permissions": []}'),
        ("json", ONE.replace("}]", "},]"), "coupon_write", '{"permissions": []}'),
        ("json", ROW, "customer_read", cut(ROW, '{"permission": "customer_read", "purpose": ""}, ')),
        ("json", ROW, "coupon_write", cut(ROW, '{"permission": "coupon_write", "purpose": "[,]"}, ')),
        ("json", ROW, "order_read", cut(ROW, ', {"permission": "order_read", "purpose": "😀"}')),
        ("json", "\ufeff" + ROW, "order_read", "\ufeff" + cut(ROW, ', {"permission": "order_read", "purpose": "😀"}')),
        (
            "json",
            LINES.replace("\n", "\r\n"),
            "coupon_write",
            cut(LINES, LINES.splitlines()[6] + "\n").replace("\n", "\r\n"),
        ),
        (
            "yaml",
            YAML,
            "customer_read",
            cut(YAML, "      - permission: customer_read # one\n        purpose: Shows who paid\n"),
        ),
        (
            "yaml",
            YAML,
            "coupon_write",
            cut(YAML, "      - purpose: \"b\"\n        # why\n        permission: 'coupon_write' # two\n"),
        ),
        ("yaml", YAML, "order_read", cut(YAML, "      - {permission: order_read, purpose: c}\n")),
        ("yaml", COMPACT, "coupon_write", "declarations:\n  stripe_api_access:\n    permissions: []\n"),
        ("yaml", COMPACT.rstrip(), "coupon_write", "declarations:\n  stripe_api_access:\n    permissions: []\n"),
        ("yaml", FLOW, "customer_read", cut(FLOW, "      {permission: customer_read, purpose: a}, # one\n")),
        (
            "yaml",
            FLOW,
            "coupon_write",
            cut(FLOW, "      {permission: coupon_write, purpose: 'b'}  # two\n").replace("}, #", "} #"),
        ),
    ],
)
def test_an_entry_goes_with_its_comma_and_its_line_and_nothing_else(
    path: str, text: str, permission: str, after: str
) -> None:
    assert fixed(text, "excess-grant", permission, path=f"stripe-app.{path}") == after
    assert fixed(text, "redundant-grant", permission, path=f"stripe-app.{path}") == after


@pytest.mark.parametrize(
    ("path", "text", "added"),
    [
        ("json", LINES, '}, // four\n    {"permission": "event_read", "purpose": ""}\n    // end'),
        (
            "json",
            LINES.replace("} // four", "}, // four"),
            '}, // four\n    {"permission": "event_read", "purpose": ""},\n',
        ),
        ("json", BLOCKS, '\n  }, {\n    "permission": "event_read",\n    "purpose": ""\n  }]}'),
        ("json", ONE, '"b"}, {"permission": "event_read", "purpose": ""}]}'),
        ("json", ONE.replace("}]", "},]"), '"b"}, {"permission": "event_read", "purpose": ""},]}'),
        ("json", '{"permissions": [ ]}', '{"permissions": [{"permission": "event_read", "purpose": ""}]}'),
        ("json", '{"permissions": [{"permission": "order_read"}]}', ', {"permission": "event_read", "purpose": ""}]}'),
        (
            "json",
            ROW.replace('"permission": "o', '"x": 1, "permission": "o'),
            '}, {"permission": "event_read", "purpose": ""}]',
        ),
        ("yaml", YAML, 'purpose: c}\n      - {permission: event_read, purpose: ""}\n      # end\n'),
        (
            "yaml",
            cut(YAML, "      - {permission: order_read, purpose: c}\n"),
            '# two\n      - permission: event_read\n        purpose: ""\n      # three',
        ),
        ("yaml", COMPACT, 'purpose: b\n    - permission: event_read\n      purpose: ""\n'),
        ("yaml", COMPACT.rstrip(), 'purpose: b\n    - permission: event_read\n      purpose: ""'),
        ("yaml", COMPACT.replace("\n", "\r\n"), 'purpose: b\r\n    - permission: event_read\r\n      purpose: ""\r\n'),
        ("yaml", FLOW, "'b'},  # two\n      {permission: event_read, purpose: ''}\n    ]"),
        (
            "yaml",
            "declarations: {stripe_api_access: {permissions: []}}",
            '[{"permission": "event_read", "purpose": ""}]}}',
        ),
    ],
)
def test_an_entry_is_added_behind_the_last_one_in_its_style_with_an_empty_purpose(
    path: str, text: str, added: str
) -> None:
    after = fixed(text, "missing-grant", NEW, path=f"stripe-app.{path}")
    assert after is not None
    assert added in after
    assert granted(f"stripe-app.{path}", after) == [*granted(f"stripe-app.{path}", text), NEW]


def granted(path: str, text: str) -> list[str]:
    return [grant.name for grant in app_of({path: text}).grants]


@pytest.mark.parametrize(
    ("path", "text"),
    [("json", LINES), ("json", BLOCKS), ("json", ROW), ("yaml", YAML), ("yaml", FLOW), ("yaml", COMPACT)],
)
def test_a_write_permission_is_replaced_by_its_twin_in_its_quotes(path: str, text: str) -> None:
    after = text.replace("coupon_write", "coupon_read")
    assert fixed(text, "write-not-needed", "coupon_write", path=f"stripe-app.{path}") == after


def test_a_write_permission_goes_where_its_twin_is_there_already() -> None:
    text = ROW.replace("customer_read", "coupon_read")
    after = cut(text, '{"permission": "coupon_write", "purpose": "[,]"}, ')
    assert fixed(text, "write-not-needed", "coupon_write") == after


def test_of_two_entries_of_a_permission_the_second_goes_and_no_other_finding_about_it_has_a_fix() -> None:
    text = ROW.replace("order_read", "coupon_write")
    assert fixed(text, "duplicate-grant", "coupon_write", nth=1) == cut(
        text, ', {"permission": "coupon_write", "purpose": "😀"}'
    )
    assert fixed(text, "excess-grant", "coupon_write") is None
    assert fixed(text, "write-not-needed", "coupon_write") is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("json", '{"permissions": ["coupon_write coupon_read"]}'),
        ("yaml", COMPACT.replace("- permission", "-\n      permission")),
        ("yaml", COMPACT.replace("- permission: coupon_write", "- &a\n      permission: coupon_write") + "other: *a\n"),
        ("yaml", COMPACT.replace("purpose: b", "purpose: |\n        # no comment")),
        ("yaml", COMPACT.replace("permissions:", "permissions: !!seq")),
        (
            "json",
            LINES.replace("/* three */", "// leastscope: ignore[sensitive-grant] wanted")
            .replace("order_read", "coupon_write")
            .replace("coupon_write", "order_read", 1),
        ),
        ("json", ONE + " " * MAX_TEXT),
    ],
)
def test_what_is_not_understood_has_no_fix(path: str, text: str) -> None:
    assert "coupon_write" in str(app_of({f"stripe-app.{path}": text}).grants)
    assert fixed(text, "excess-grant", "coupon_write", path=f"stripe-app.{path}") is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("json", '{"id": "a"}'),
        ("json", '{"permissions": [ /* none yet */ ]}'),
        ("json", '{"permissions": [{"permission": "order_read"} /* last */ ]}'),
        ("yaml", "declarations: {a: &p [], stripe_api_access: {permissions: *p}}"),
        ("yaml", COMPACT.replace("purpose: b", "purpose: |\n        b")),
    ],
)
def test_where_nothing_can_be_added_surely_there_is_no_fix(path: str, text: str) -> None:
    assert fixed(text, "missing-grant", NEW, path=f"stripe-app.{path}") is None


def test_names_that_are_no_names_are_not_written() -> None:
    assert fixed(ONE, "missing-grant", 'a"}, {"') is None


def test_a_second_manifest_with_permissions_keeps_both_from_being_edited() -> None:
    extended = '{"extends": "stripe-app.json"}'
    kept = {"stripe-app.dev.json": extended}
    assert fixed(ONE, "excess-grant", "coupon_write", others=kept) == '{"permissions": []}'
    differing = {"stripe-app.dev.json": extended[:-1] + ', "permissions": [{"permission": "coupon_write"}]}'}
    assert fixed(ONE, "excess-grant", "coupon_write", others=differing) is None


def test_only_certain_findings_that_nobody_suppressed_have_fixes() -> None:
    files = {"stripe-app.json": ROW}
    app = app_of(files)
    sure = finding(app, "excess-grant", "coupon_write", app.grants[1].span)
    cases = [
        sure,
        replace(sure, certainty="possible"),
        replace(sure, suppressed="wanted"),
        replace(sure, app="another"),
        replace(sure, rule="sensitive-grant"),
    ]
    results = [AppResult(app, (), (), (), (), ())]
    assert [bool(one.fix) for one in with_fixes(cases, results, papers(files))] == [True, False, False, False, False]


def test_very_many_findings_do_not_take_endless_time() -> None:
    many = [f"x{number}_read" for number in range(900)]
    rows = ",\n".join(f'{{"permission": "{name}", "purpose": "{"p" * 200}"}}' for name in many)
    app = App("a", ".", "stripe", "app", ("stripe-app.json",), ())
    text = f'{{"permissions": [\n{rows}\n]}}'
    spans = [Span("stripe-app.json", line, 16, line, 18 + len(name)) for line, name in enumerate(many, 2)]
    app = replace(app, grants=tuple(Grant(name, span) for name, span in zip(many, spans, strict=True)))
    known = papers({"stripe-app.json": text})
    words = Vocabulary(lambda name: name, lambda _: None)
    known.systems = {"stripe": SystemWords(declarations("stripe"), words)}
    fixes = [
        fix_of(finding(app, "excess-grant", name, span), app, known) for name, span in zip(many, spans, strict=True)
    ]
    assert 5 < sum(bool(fix) for fix in fixes) < 50


# requests for tokens


def scoped(
    path: str, text: str, names: str, rule: str, permission: str, *, whole: bool = False, others: tuple[Span, ...] = ()
) -> str | None:
    """Return a file with a scope after the fix of a finding; `whole` says that all names have the place of the text."""
    first = next(iter(names.split()))
    names_at = [text.rindex(name) for name in names.split()]
    url = re.search(r'https:[^"]*', text)
    region = url.span() if url else (min(names_at), max(text.rindex(name) + len(name) for name in names.split()))

    def place(name: str) -> Span:
        start, end = region if whole else (text.rindex(name), text.rindex(name) + len(name))
        line = text.count("\n", 0, start) + 1
        column = start - text.rfind("\n", 0, start)
        quotes = 1 if path.endswith((".json", ".yaml")) and text[start - 1] in "\"'" else 0
        return Span(path, line, column - quotes, line, column + end - start + quotes)

    grants = tuple(Grant(name, place(name)) for name in names.split())
    span = place(first)
    app = App("a", ".", "sparkpay", "oauth", (path,), grants, span=span, asked_at=(span, *others))
    at = span if rule == "missing-grant" else place(permission)
    fix = fix_of(finding(app, rule, permission, at), app, papers({path: text}))
    return edited(text, fix) if fix else None


ENV = "A=1\nAPP_SCOPE=customer_read,coupon_write, order_read"
CODE = 'import x\nSCOPE = "customer_read coupon_write"\nx.ask(scope=SCOPE)\n'
LIST = 'SCOPES = [\n    "customer_read",  # one\n    "coupon_write",\n]\n'


@pytest.mark.parametrize(
    ("path", "text", "whole", "removed", "replaced", "added"),
    [
        (
            ".env",
            ENV,
            True,
            "customer_read,order_read",
            "customer_read,coupon_read, order_read",
            "customer_read,coupon_write, order_read, event_read",
        ),
        (
            "a.py",
            CODE,
            False,
            '"customer_read"',
            '"customer_read coupon_read"',
            '"customer_read coupon_write event_read"',
        ),
        (
            "a.py",
            LIST,
            False,
            '[\n    "customer_read",  # one\n]',
            '"coupon_read",\n]',
            '"coupon_write",\n    "event_read",\n]',
        ),
        (
            "a.py",
            "f(scope=('customer_read', 'coupon_write',))",
            False,
            "('customer_read',)",
            "('customer_read', 'coupon_read',)",
            "('customer_read', 'coupon_write', 'event_read',)",
        ),
        (
            "a.py",
            "S = {'customer_read', 'coupon_write'}",
            False,
            "{'customer_read'}",
            "{'customer_read', 'coupon_read'}",
            "{'customer_read', 'coupon_write', 'event_read'}",
        ),
        (
            "a.yaml",
            "app_scope: [customer_read, coupon_write]",
            False,
            "[customer_read]",
            "[customer_read, coupon_read]",
            "[customer_read, coupon_write, event_read]",
        ),
        (
            "a.yaml",
            "app_scope:\n- customer_read\n- coupon_write\n",
            False,
            "app_scope:\n- customer_read\n",
            "- coupon_read\n",
            "- coupon_write\n- event_read\n",
        ),
        (
            "a.json",
            '{"app_scope": ["customer_read", "coupon_write"]}',
            False,
            '["customer_read"]',
            '["customer_read", "coupon_read"]',
            '["customer_read", "coupon_write", "event_read"]',
        ),
        (
            "a.html",
            '<a href="https://x.example/api/oauth?client_id={{ c }}&amp;scope=customer_read%20coupon_write&amp;state=1">',
            True,
            "scope=customer_read&amp;",
            "scope=customer_read%20coupon_read&",
            "scope=customer_read%20coupon_write%20event_read&",
        ),
    ],
)
def test_names_of_a_scope_are_edited_where_they_all_stand(
    path: str, text: str, *, whole: bool, removed: str, replaced: str, added: str
) -> None:
    names = "customer_read coupon_write" + (" order_read" if text is ENV else "")
    results = [
        scoped(path, text, names, rule, permission, whole=whole)
        for rule, permission in [
            ("excess-grant", "coupon_write"),
            ("write-not-needed", "coupon_write"),
            ("missing-grant", "event_read"),
        ]
    ]
    for after, part in zip(results, (removed, replaced, added), strict=True):
        assert after is not None
        assert part in after


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", 'S = "customer_read" " coupon_write"'),
        ("a.py", 'S = f"customer_read coupon_write"'),
        ("a.py", 'S = b"customer_read coupon_write"'),
        ("a.py", 'S = "customer_read coupon_write\\x20"'),
        ("a.py", 'S = "customer_read coupon_write order_read"'),
        ("a.py", 'S = "customer_read coupon_write"\nT = "customer_read coupon_write"'),
        ("a.py", 'S = "customer_read" + x + " coupon_write"'),
        ("a.py", 'S = ["customer_read", x, "coupon_write"]'),
        ("a.py", 'S = ["customer_read" "coupon_write"]'),
        ("a.py", 'S = ["customer_read", "coupon_write"] + ["coupon_write"]'),
        ("a.py", 'S[ "customer_read", "coupon_write"] = 1'),
        ("a.py", 'f("customer_read", "coupon_write")'),
        ("a.py", "# customer_read coupon_write"),
        ("a.py", 'S = "customer_read coupon_write'),
        ("a.py", 'S = ("customer_read", "coupon_write")'),
        ("a.toml", 'app_scope = ["customer_read", "coupon_write"]'),
        ("a.txt", "customer_read coupon_write"),
        ("a.yaml", "app_scope: >\n  customer_read coupon_write\n"),
        ("a.json", '{"app_scope": ["customer_read", "coupon_write", "order_read"]}'),
    ],
)
def test_a_scope_that_is_not_written_in_one_plain_place_is_left_alone(path: str, text: str) -> None:
    assert scoped(path, text, "customer_read coupon_write", "excess-grant", "coupon_write") is None


@pytest.mark.parametrize(
    ("path", "text"), [("a.py", 'S = ["coupon_write"]'), ("a.py", 'S = "coupon_write"'), (".env", "S=coupon_write")]
)
def test_the_last_name_of_a_scope_stays_since_an_empty_scope_means_something_else(path: str, text: str) -> None:
    assert scoped(path, text, "coupon_write", "excess-grant", "coupon_write") is None
    assert scoped(path, text, "coupon_write", "write-not-needed", "coupon_write") == text.replace("_write", "_read")


def test_without_a_second_name_nobody_knows_what_parts_names() -> None:
    assert scoped(".env", "S=coupon_write", "coupon_write", "missing-grant", NEW) is None
    assert scoped("a.py", 'S = "coupon_write"', "coupon_write", "missing-grant", NEW) is None
    assert (
        scoped("a.py", 'S = ["coupon_write"]', "coupon_write", "missing-grant", NEW)
        == 'S = ["coupon_write", "event_read"]'
    )


def test_a_scope_that_is_asked_for_in_two_places_is_left_alone() -> None:
    elsewhere = (Span("b.py", 1, 1, 1, 2),)
    assert scoped("a.py", CODE, "customer_read coupon_write", "excess-grant", "coupon_write") is not None
    assert scoped("a.py", CODE, "customer_read coupon_write", "excess-grant", "coupon_write", others=elsewhere) is None


# settings

SETTINGS = """\
apps:
  - name: nightly
    grants:
      - {permission: rak_customer_read, reason: mail}
      - permission: coupon_write # by hand
        reason: mail
"""


def recorded(rule: str, permission: str) -> tuple[str, str] | None:
    path = "leastscope.yaml"
    spans = {
        "customer_read": Span(path, 4, 22, 4, 39),
        "coupon_write": Span(path, 5, 21, 5, 33),
    }
    grants = (Grant("rak_customer_read", spans["customer_read"]), Grant("coupon_write", spans["coupon_write"]))
    app = App("nightly", ".", "stripe", "restricted-key", (path,), grants, span=Span(path, 2, 11, 2, 18))
    span = spans.get(permission, Span("a.py", 1, 1, 1, 2))
    fix = fix_of(finding(app, rule, permission, span), app, papers({path: SETTINGS}, path))
    return (edited(SETTINGS, fix), fix.description) if fix else None


def test_an_entry_of_the_settings_is_edited_and_the_credential_is_named() -> None:
    text = cut(SETTINGS, "      - {permission: rak_customer_read, reason: mail}\n")
    words = "'leastscope.yaml', which only records it: change the credential, too."
    assert recorded("excess-grant", "customer_read") == (text, f"Remove 'rak_customer_read' from {words}")
    text = cut(SETTINGS, "      - permission: coupon_write # by hand\n        reason: mail\n")
    assert recorded("excess-grant", "coupon_write") == (text, f"Remove 'coupon_write' from {words}")
    text = SETTINGS.replace("coupon_write", "coupon_read")
    assert recorded("write-not-needed", "coupon_write") == (
        text,
        f"Replace 'coupon_write' by 'coupon_read' in {words}",
    )


def test_nothing_is_added_to_the_settings_since_nobody_knows_the_reason() -> None:
    assert recorded("missing-grant", NEW) is None


# any manifest


@dataclass(frozen=True)
class Written:
    """A manifest in some style, and what its entries are."""

    path: str
    text: str
    names: tuple[str, ...]


BLANKS = st.sampled_from(["", " ", "\n", "\n      ", "\r\n\t", "  "])
PURPOSES = st.sampled_from(["", "why", "a, b] }", "it's", "größe 😀", "# no", "// no"])


@st.composite
def json_manifests(draw: st.DrawFn) -> Written:
    names = draw(st.lists(st.sampled_from(sorted(NAMES - {NEW})), min_size=1, max_size=5, unique=True))

    def gap() -> str:
        comment = draw(st.sampled_from(["", "", "/* , ] */", "// , { \n", "/* a\n b */"]))
        return draw(BLANKS) + comment + draw(BLANKS)

    items = []
    for name in names:
        pairs = [f'"permission"{gap()}:{gap()}"{name}"', f'"purpose": {json.dumps(draw(PURPOSES), ensure_ascii=False)}']
        items.append(f"{{{gap()}{f'{gap()},{gap()}'.join(draw(st.permutations(pairs)))}{gap()}}}")
    listed = "".join(f"{gap()}{item}{gap()}," for item in items)
    listed = listed if draw(st.booleans()) else listed[:-1]
    head = draw(st.sampled_from(["", "\ufeff", "// top\n"]))
    return Written(
        "stripe-app.json",
        f'{head}{{"id": "é😀", "permissions": [{listed}{gap()}], "n": [1, {{"a": null}}]}}',
        tuple(names),
    )


@st.composite
def yaml_manifests(draw: st.DrawFn) -> Written:
    names = draw(st.lists(st.sampled_from(sorted(NAMES - {NEW})), min_size=1, max_size=5, unique=True))
    indent = " " * draw(st.integers(4, 7))
    end = draw(st.sampled_from(["\n", "\r\n"]))

    def tail() -> str:
        return draw(st.sampled_from(["", "", " # note", "  # , ]"]))

    lines = ["id: 'é😀'", "declarations:", "  stripe_api_access:", f"    permissions:{tail()}"]
    for name in names:
        lines += draw(st.sampled_from([[], [], [""], [f"{indent}# above"], ["# left"]]))
        quote = draw(st.sampled_from(["", "'", '"']))
        dash = f"{indent}-" + " " * draw(st.integers(1, 3))
        pairs = [f"permission: {quote}{name}{quote}", f"purpose: {json.dumps(draw(PURPOSES), ensure_ascii=False)}"]
        pairs = draw(st.permutations(pairs))
        if draw(st.booleans()):
            lines.append(f"{dash}{{{', '.join(pairs)}}}{tail()}")
        else:
            lines += [f"{dash}{pairs[0]}{tail()}", f"{' ' * len(dash)}{pairs[1]}{tail()}"]
    lines += draw(st.sampled_from([[], ["# after"], ["", "other: [1, {a: null}] # x"], [f"{indent}# end", "other: 1"]]))
    text = end.join(lines) + draw(st.sampled_from(["", end]))
    return Written("stripe-app.yaml", text, tuple(names))


def plain(manifest: Written, text: str) -> Any:  # noqa: ANN401 - any document
    """Read a manifest by other means than the program does."""
    if manifest.path.endswith(".yaml"):
        return yaml.safe_load(text)
    strings = re.sub(
        r'("(?:[^"\\]|\\.)*")|//[^\n\r]*|/\*.*?\*/',
        lambda match: match[1] or "",
        text.removeprefix("\ufeff"),
        flags=re.S,
    )
    return json.loads(re.sub(r'("(?:[^"\\]|\\.)*")|,(\s*[\]}])', lambda match: match[1] or match[2], strings))


def rows(manifest: Written, document: Any) -> list[dict[str, str]]:  # noqa: ANN401 - any document
    holder = document if manifest.path.endswith(".json") else document["declarations"]["stripe_api_access"]
    found: list[dict[str, str]] = holder["permissions"]
    return found


@settings(deadline=None, max_examples=150)
@given(st.one_of(json_manifests(), yaml_manifests()), st.integers(0, 4))
def test_whatever_the_style_only_the_entry_goes(manifest: Written, at: int) -> None:
    name = manifest.names[at % len(manifest.names)]
    after = fixed(manifest.text, "excess-grant", name, path=manifest.path)
    assert after is not None
    expected = plain(manifest, manifest.text)
    rows(manifest, expected)[:] = [row for row in rows(manifest, expected) if row["permission"] != name]
    assert plain(manifest, after) == expected
    assert [grant.name for grant in app_of({manifest.path: after}).grants] == [
        one for one in manifest.names if one != name
    ]
    assert is_part(after.replace(" []", ""), manifest.text) or not rows(manifest, expected)


def is_part(part: str, whole: str) -> bool:
    """Whether a text is another one from which characters were taken away."""
    left = iter(whole)
    return all(char in left for char in part)


@settings(deadline=None, max_examples=150)
@given(st.one_of(json_manifests(), yaml_manifests()))
def test_whatever_the_style_only_one_entry_comes(manifest: Written) -> None:
    after = fixed(manifest.text, "missing-grant", NEW, path=manifest.path)
    if after is None:
        return
    expected = plain(manifest, manifest.text)
    rows(manifest, expected).append({"permission": NEW, "purpose": ""})
    assert plain(manifest, after) == expected
    assert is_part(manifest.text, after)


@settings(deadline=None, max_examples=150)
@given(st.one_of(json_manifests(), yaml_manifests()))
def test_whatever_the_style_only_the_name_is_another(manifest: Written) -> None:
    for name in manifest.names:
        if name.endswith("_write") and name.replace("_write", "_read") not in manifest.names:
            after = fixed(manifest.text, "write-not-needed", name, path=manifest.path)
            assert after == manifest.text.replace(name, name.replace("_write", "_read"))
