"""Edits of declarations: the text that they leave, character by character, and that there is none where it is not sure."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edit_samples import (
    BLOCKS,
    COMPACT,
    FLOW,
    LINES,
    NEW,
    ONE,
    ROW,
    YAML,
    app_of,
    cut,
    declarations,
    edited,
    finding,
    fixed,
    papers,
    resolve,
)
from edit_samples import recorded as recorded_after
from leastscope.grants.declared import Vocabulary
from leastscope.grants.edits import MAX_TEXT, fix_of, with_fixes
from leastscope.grants.settle import SystemWords
from leastscope.model import App, AppResult, Finding, Grant, Span
from leastscope.pipeline import scan
from leastscope.request import Request
from places import ROOT

if TYPE_CHECKING:
    from leastscope.model import Report
    from leastscope.request import Trees

PROJECTS_FOLDER = ROOT / "fixtures" / "projects"


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
        ("yaml", COMPACT.rstrip(), "coupon_write", "declarations:\n  stripe_api_access:\n    permissions: []"),
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


def test_a_purpose_is_written_as_the_format_of_the_manifest_writes_texts() -> None:
    purpose = 'Says "who" pays,\twhatever\u2028the name\U000e0001'
    app = app_of({"stripe-app.json": ROW})
    known = papers({"stripe-app.json": ROW})
    known.purpose = lambda *_: purpose
    fix = fix_of(finding(app, "missing-grant", NEW, Span("a.py", 1, 1, 1, 2)), app, known)
    assert fix is not None
    assert json.loads(edited(ROW, fix))["permissions"][-1] == {"permission": NEW, "purpose": purpose}


@pytest.mark.parametrize("blank", ["", "\n"])
def test_a_table_is_added_with_a_blank_line_where_the_last_one_has_one(blank: str) -> None:
    row = '[[tool.leastscope.apps.grants]]\npermission = "customer_read"\nreason = "mail"\n'
    app = '[[tool.leastscope.apps]]\nname = "key"\nsystem = "stripe"\nkind = "restricted-key"\n'
    after = recorded_after(f"{app}{blank}{row}", "missing-grant", NEW)
    added = row.replace("customer_read", NEW).replace('"mail"', '""')
    assert after == f"{app}{blank}{row}{blank}{added}"


@pytest.mark.parametrize("rule", ["excess-grant", "missing-grant"])
def test_without_the_file_or_the_time_to_read_it_there_is_no_fix(rule: str) -> None:
    files = {"stripe-app.json": ROW}
    app = app_of(files)
    permission, span = (
        ("coupon_write", app.grants[1].span) if rule == "excess-grant" else (NEW, Span("a.py", 1, 1, 1, 2))
    )
    one = finding(app, rule, permission, span)
    assert fix_of(one, app, papers(files)) is not None
    assert fix_of(one, app, papers({})) is None
    for left in (len(ROW) - 1, len(ROW)):  # too little for the text, and too little for an edit of it
        known = papers(files)
        known.left = left
        assert fix_of(one, app, known) is None


@pytest.mark.parametrize(
    ("grant", "prefix", "expected"),
    [
        ("coupn_read", "", "coupon_read"),
        ("coupn_read", "rak_", "coupon_read"),
        ("rak_coupn_read", "rak_", "rak_coupon_read"),
    ],
)
def test_a_misspelt_name_is_corrected_with_the_prefix_that_it_has(grant: str, prefix: str, expected: str) -> None:
    text = f'{{"permissions": [{{"permission": "{grant}", "purpose": "a"}}]}}'
    span = Span("stripe-app.json", 1, 33, 1, 35 + len(grant))
    listed = Span("stripe-app.json", 1, 17, 1, len(text))
    app = App("a", ".", "stripe", "app", ("stripe-app.json",), (Grant(grant, span),), span=listed)
    known = replace(papers({"stripe-app.json": text}), unsafe=True)
    words = Vocabulary(resolve, lambda name: "coupon_read" if "coupn" in name else None, prefix=prefix)
    known.systems = {"stripe": SystemWords(declarations("stripe"), words)}
    fix = fix_of(finding(app, "unknown-grant", grant, span), app, known)
    assert fix is not None
    assert edited(text, fix) == text.replace(grant, expected)
    missing = finding(app, "missing-grant", "coupon_read", Span("a.py", 1, 1, 1, 2))
    assert fix_of(missing, app, known) == replace(fix, description=fix.description)
    other = fix_of(finding(app, "missing-grant", "order_read", Span("a.py", 1, 1, 1, 2)), app, known)
    assert other is not None
    assert grant in edited(text, other)


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


def test_a_name_that_is_replaced_keeps_its_prefix() -> None:
    path = "leastscope.yaml"
    text = SETTINGS.replace("coupon_write #", "rak_coupon_write #")
    span = Span(path, 5, 21, 5, 37)
    app = App("nightly", ".", "stripe", "restricted-key", (path,), (Grant("rak_coupon_write", span),), span=span)
    fix = fix_of(finding(app, "write-not-needed", "coupon_write", span), app, papers({path: text}, path))
    assert fix is not None
    assert edited(text, fix) == text.replace("rak_coupon_write", "rak_coupon_read")


def test_an_entry_of_the_settings_is_edited_and_the_credential_is_named() -> None:
    text = cut(SETTINGS, "      - {permission: rak_customer_read, reason: mail}\n")
    words = "'leastscope.yaml', which only records it: change the credential, too."
    assert recorded("excess-grant", "customer_read") == (text, f"Remove 'rak_customer_read' from {words}")
    text = cut(SETTINGS, "      - permission: coupon_write # by hand\n        reason: mail\n")
    assert recorded("excess-grant", "coupon_write") == (text, f"Remove 'coupon_write' from {words}")
    text = SETTINGS.replace("coupon_write", "coupon_read")
    assert recorded("write-not-needed", "coupon_write") == (
        text,
        f"Replace 'coupon_write' with 'coupon_read' in {words}",
    )


def test_nothing_is_added_to_the_settings_since_nobody_knows_the_reason() -> None:
    assert recorded("missing-grant", NEW) is None


@pytest.mark.parametrize(("second", "added"), [("coupon_write", "event_read"), ("rak_coupon_write", "rak_event_read")])
def test_a_name_that_is_added_unsafely_has_the_prefix_that_all_the_others_have(second: str, added: str) -> None:
    path = "leastscope.yaml"
    text = SETTINGS.replace("coupon_write", second)
    grants = (
        Grant("rak_customer_read", Span(path, 4, 22, 4, 39)),
        Grant(second, Span(path, 5, 21, 5, 21 + len(second))),
    )
    app = App("nightly", ".", "stripe", "restricted-key", (path,), grants, span=Span(path, 2, 11, 2, 18))
    known = replace(papers({path: text}, path), unsafe=True)
    words = Vocabulary(resolve, lambda _: None, prefix="rak_")
    known.systems = {"stripe": SystemWords(declarations("stripe"), words)}
    one = finding(app, "missing-grant", NEW, Span("a.py", 1, 1, 1, 2))
    fix = fix_of(one, app, known)
    assert fix is not None
    assert f"{{permission: {added}, reason" in edited(text, fix)
    assert fix_of(one, replace(app, grants=()), known) is None


# a fix, and then the next scan


@cache
def scanned(folder: Path) -> Report:
    return scan(Request((Path(),), folder), TREES)


TREES: Trees = {}
PROJECTS = sorted(path.name for path in PROJECTS_FOLDER.iterdir() if path.is_dir())


def fixable(project: str) -> list[Finding]:
    return [one for one in scanned(PROJECTS_FOLDER / project).findings if one.fix]


def test_the_fixtures_have_fixes_of_every_kind_in_every_form() -> None:
    found = {
        (one.rule, one.fix.edits[0].span.path.rpartition("/")[2])
        for name in PROJECTS
        for one in fixable(name)
        if one.fix
    }
    assert {rule for rule, _ in found} == {
        "duplicate-grant",
        "excess-grant",
        "missing-grant",
        "redundant-grant",
        "write-not-needed",
    }
    assert {"stripe-app.json", "leastscope.yaml", "settings.ini", "connect.html", "orders.py"} <= {
        name for _, name in found
    }


@pytest.mark.parametrize("project", PROJECTS)
def test_after_a_fix_the_next_scan_does_not_find_it_again_and_finds_no_new_error(project: str, tmp_path: Path) -> None:
    before = scanned(PROJECTS_FOLDER / project)
    errors = {(one.rule, one.app, one.permission) for one in before.findings if one.level == "error"}
    for index, wrong in enumerate(fixable(project)):
        folder = tmp_path / str(index)
        shutil.copytree(PROJECTS_FOLDER / project, folder)
        after = scan_edited(folder, wrong)
        left = {(one.rule, one.app, one.permission) for one in after.findings if one.span.path == wrong.span.path}
        assert (wrong.rule, wrong.app, wrong.permission) not in left
        assert {(one.rule, one.app, one.permission) for one in after.findings if one.level == "error"} <= errors
        assert after.errors == before.errors


def scan_edited(folder: Path, finding: Finding) -> Report:
    assert finding.fix is not None
    file = folder / finding.fix.edits[0].span.path
    file.write_bytes(edited(file.read_bytes().decode(), finding.fix).encode())
    return scan(Request((Path(),), folder), TREES)
