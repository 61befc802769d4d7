"""What fixes make of declarations in every style: each by itself, and all of them together, as a patch would do it.

`tests/goldens/fixes.txt` has the description, the number of edits and the patch of each. A patch is right if a person who
reads it would make the same change by hand: no comment lost, no comma left, no other line touched.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edit_samples import BLOCKS, COMPACT, FLOW, LINES, NEW, ONE, ROW, YAML, app_of, edited, finding, papers, resolve
from leastscope.grants.declared import Vocabulary
from leastscope.grants.edits import fix_of, with_fixes
from leastscope.grants.settle import SystemWords
from leastscope.grants.together import Fixed, fixed_together, unified
from leastscope.model import App, AppResult, Finding, Grant, Span
from leastscope.settings import parse_settings
from places import ROOT
from report_samples import committed
from shown import section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leastscope.grants.edits import Papers
    from leastscope.model import FindingCertainty

GOLDEN = "tests/goldens/fixes.txt"
WRONG = ROW.replace("customer_read", "customer_raed").replace("coupon_write", "rak_event_raed")
TWICE = LINES.replace("order_read", "customer_read")
TOML = """\
[project]
name = "a" # leastscope.apps

[[tool.leastscope.apps]]
name = "key"
system = "stripe"
kind = "restricted-key"
grants = [
    {permission = "customer_read", reason = "mail"}, # one
    {permission = "coupon_write", reason = "it's"},
]
"""
TABLES = """\
[[tool.leastscope.apps]]
name = "key"
system = "stripe"
kind = "restricted-key"

# one
[[tool.leastscope.apps.grants]]
permission = "customer_read"
reason = "mail"

[[tool.leastscope.apps.grants]]
permission = 'coupon_write' # two
reason = "why"

[tool.other]
x = 1
"""
ROWS = """\
apps:
  - name: key
    system: stripe
    kind: restricted-key
    grants:
      - {permission: customer_read, reason: mail}
      # leastscope: ignore[excess-grant] we wait
      - permission: coupon_write
        reason: "why"
"""
MANIFESTS: dict[str, dict[str, str]] = {
    "lines of json": {"stripe-app.json": LINES},
    "lines of json with tabs and carriage returns": {
        "stripe-app.json": LINES.replace("    ", "\t").replace("\n", "\r\n")
    },
    "blocks of json": {"stripe-app.json": BLOCKS},
    "one item": {"stripe-app.json": ONE},
    "one row": {"stripe-app.json": "\ufeff" + ROW},
    "one row without a last line end, in a folder with a blank": {"my app/stripe-app.json": ROW},
    "names that are wrong": {"stripe-app.json": WRONG},
    "names that stand twice": {"stripe-app.json": TWICE},
    "an empty list": {"stripe-app.json": '{"permissions": []}'},
    "an empty list over lines": {"stripe-app.json": '{\n  "permissions": [\n    // none yet\n  ],\n}\n'},
    "yaml": {"stripe-app.yaml": YAML},
    "compact yaml": {"stripe-app.yaml": COMPACT},
    "yaml in brackets": {"stripe-app.yaml": FLOW},
    "yaml in brackets with carriage returns": {"stripe-app.yaml": FLOW.replace("\n", "\r\n")},
    "an empty list of yaml": {"stripe-app.yaml": "declarations:\n  stripe_api_access:\n    permissions: []\n"},
    "two manifests": {
        "stripe-app.json": ONE,
        "stripe-app.dev.json": '{"extends": "stripe-app.json", "permissions": [{"permission": "coupon_write"}]}',
    },
    "a comma at the end": {"stripe-app.json": LINES.replace("} // four", "}, // four")},
    "a comma at the end of a row": {"stripe-app.json": ROW.replace("}]}", "},]}")},
    "items on the lines of the brackets": {
        "stripe-app.json": '{"permissions": [{"permission": "customer_read"},\n'
        '  {"permission": "order_read", "purpose": "a"} /* b */, {"permission": "coupon_write", "purpose": "c"}]}'
    },
    "items with further keys": {
        "stripe-app.json": '{"permissions": [{"permission": "customer_read", "purpose": "a", "since": 1},\n'
        '{"permission": "coupon_write", "purpose": "b", "since": 2}]}\n'
    },
    "yaml with a text of lines": {
        "stripe-app.yaml": COMPACT + "    - permission: order_read\n      purpose: |\n        c\n        d\n  more: 1\n"
    },
    "yaml without a last line end": {
        "stripe-app.yaml": YAML.partition("  other")[0].replace("      # end\n", "").rstrip()
    },
    "one item of yaml in brackets": {
        "stripe-app.yaml": "declarations: {stripe_api_access: {permissions: [{permission: coupon_write, purpose: b}]}}\n"
    },
    "a list of yaml on the line of its key": {
        "stripe-app.yaml": "declarations:\n  stripe_api_access:\n    permissions: [{permission: coupon_write, purpose: ''},"
        ' {permission: order_read, purpose: ""}] # all\n'
    },
    "a comment that speaks of the next": {
        "stripe-app.json": LINES.replace("// first", "// leastscope: ignore[excess-grant] we wait")
    },
}
_HEAD = '[[tool.leastscope.apps]]\nname = "key"\nsystem = "stripe"\nkind = "restricted-key"\n'
SETTINGS = {
    "pyproject.toml": TOML,
    "tables": TABLES,
    "tables with carriage returns": TABLES.replace("\n", "\r\n"),
    "tables without a last line end": TABLES.partition("\n[tool.other]")[0].rstrip(),
    "one table": _HEAD + '\n[[tool.leastscope.apps.grants]]\npermission = "customer_read"\nreason = "mail"\n',
    "one row of toml": _HEAD + 'grants = [{permission = "customer_read", reason = "mail"}] # all\n',
    "rows of toml without a last comma": TOML.replace('"it\'s"},', '"it\'s"} # two'),
    "rows of toml with the reason first": TOML.replace(
        'permission = "coupon_write", reason = "it\'s"', 'reason = "b", permission = "coupon_write"'
    ),
    "leastscope.yaml": ROWS,
    "leastscope.yml": ROWS.replace("customer_read", "rak_customer_read").replace("coupon_write", "rak_coupon_write"),
}
PLACE = Span("app.py", 1, 1, 1, 2)


def of_app(app: App) -> Iterator[Finding]:
    """Give a finding of each kind about each grant, and one about a permission that is missing."""
    for grant in app.grants:
        name = resolve(grant.name) or grant.name
        if resolve(grant.name) is None:
            yield finding(app, "unknown-grant", grant.name, grant.span)
            continue
        yield finding(app, "excess-grant", name, grant.span)
        if name.endswith("_write"):
            yield finding(app, "write-not-needed", name, grant.span)
        if [resolve(one.name) for one in app.grants].count(name) > 1:
            yield finding(app, "duplicate-grant", name, grant.span)
    yield finding(app, "missing-grant", NEW, PLACE)
    yield finding(app, "missing-grant", "price_write", PLACE)


def knowing(files: Mapping[str, str], settings: str = "") -> Papers:
    known = papers(files, settings)
    vocabulary = Vocabulary(
        resolve, {"customer_raed": "customer_read", "rak_event_raed": "event_read"}.get, prefix="rak_"
    )
    known.systems = {system: SystemWords(words.declarations, vocabulary) for system, words in known.systems.items()}
    known.purpose = lambda system, app, name: f"for {name} of {system}, {app}"
    known.needs = lambda system, app, name: (system, app, name) == ("stripe", "app", "customer_read")
    return known


def patched(app: App, files: Mapping[str, str], settings: str = "", *, unsafe: bool = False) -> str:
    results = [AppResult(app, (), (), (), (), ())]
    parts = []
    several: list[Finding] = []
    for one in of_app(app):
        known = replace(knowing(files, settings), unsafe=unsafe)
        (given,) = with_fixes([one], results, known)
        label = f"{one.rule} {one.permission} {one.span.line}"
        if given.fix is None:
            parts.append(f"{label}: no fix")
            continue
        several.append(given)
        parts.append(
            f"{label}: {given.fix.description} {len(given.fix.edits)}\n{unified(fixed_together([given], results, known))}"
        )
    together = fixed_together(reversed(several), results, replace(knowing(files, settings), unsafe=unsafe))
    done = [f"{one.rule} {one.permission}" for one in together.findings]
    return (
        "\n".join((*parts, f"together: {', '.join(done)}\n{unified(together)}"))
        .replace("\r", "<CR>")
        .replace("\n\n", "\n<>\n")
    )


def of_settings(name: str, *, unsafe: bool) -> str:
    path = name if "." in name else "pyproject.toml"
    settings = parse_settings(path, SETTINGS[name].encode())
    assert settings
    one = settings.apps[0]
    grants = tuple(Grant(grant.permission, grant.span) for grant in one.grants)
    app = App(one.name, ".", one.system, one.kind, (path,), grants, span=one.span)
    return patched(app, {path: SETTINGS[name]}, path, unsafe=unsafe)


def written(name: str) -> str:
    if name in MANIFESTS:
        return patched(app_of(MANIFESTS[name]), MANIFESTS[name])
    path, _, how = name.partition(", ")
    return of_settings(path, unsafe=how == "unsafe")


NAMES = (*MANIFESTS, *(f"{path}{how}" for path in SETTINGS for how in ("", ", unsafe")))


@pytest.mark.parametrize(
    ("rule", "certainty", "safe", "unsafe"),
    [
        ("missing-grant", "certain", True, True),
        ("missing-grant", "probable", False, True),
        ("missing-grant", "possible", False, False),
        ("excess-grant", "possible", False, True),
    ],
)
def test_what_may_only_perhaps_be_needed_is_never_granted(
    rule: str, certainty: FindingCertainty, *, safe: bool, unsafe: bool
) -> None:
    files = {"stripe-app.json": ROW}
    app = app_of(files)
    one = replace(finding(app, rule, NEW, PLACE), certainty=certainty)
    if rule == "excess-grant":
        one = replace(one, permission="coupon_write", span=app.grants[1].span)
    found = [fix_of(one, app, replace(knowing(files), unsafe=asked)) is not None for asked in (False, True)]
    assert found == [safe, unsafe]


def test_a_name_that_is_meant_otherwise_is_written_as_it_is_meant() -> None:
    files = {"stripe-app.json": ROW.replace('"customer_read"', '"customer_read "')}
    app = app_of(files)
    app = replace(app, grants=(replace(app.grants[0], name="customer_read"), *app.grants[1:]))
    fix = fix_of(finding(app, "unknown-grant", "customer_read ", app.grants[0].span), app, knowing(files))
    assert fix is not None
    assert edited(files["stripe-app.json"], fix) == ROW


@pytest.mark.parametrize(
    ("path", "first", "second"),
    [
        ("a.json", "--- a/a.json", "+++ b/a.json"),
        ("é/b c.json", "--- a/é/b c.json\t", "+++ b/é/b c.json\t"),
        ('a"b\\.json', '--- "a/a\\"b\\\\.json"', '+++ "b/a\\"b\\\\.json"'),
        ("a\tb\n.json", '--- "a/a\\tb\\n.json"', '+++ "b/a\\tb\\n.json"'),
        ("\x01\x7f", '--- "a/\\001\\177"', '+++ "b/\\001\\177"'),
    ],
)
def test_a_patch_names_files_as_git_does(path: str, first: str, second: str) -> None:
    lines = unified(Fixed({path: "a\n"}, {path: "b\n"}, ())).split("\n")
    assert lines == [first, second, "@@ -1 +1 @@", "-a", "+b", ""]


def test_a_patch_of_several_files_has_them_in_order() -> None:
    both = unified(Fixed({"b": "1\n", "a": "1"}, {"b": "2\n", "a": "2\n"}, ()))
    last = "\\ No newline at end of file"
    assert both == f"--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n{last}\n+2\n--- a/b\n+++ b/b\n@@ -1 +1 @@\n-1\n+2\n"


def test_the_golden_has_these_examples() -> None:
    """Changing it on purpose: `UPDATE_GOLDENS=1 pytest`, and then read what differs."""
    text = "\n\n".join(f"# {name}\n{written(name).rstrip()}" for name in NAMES) + "\n"
    assert text == committed(GOLDEN, text)


@pytest.mark.parametrize("name", NAMES)
def test_a_fix_leaves_what_was_looked_over(name: str) -> None:
    golden = (ROOT / GOLDEN).read_text("utf-8")
    assert f"{name}\n{written(name).rstrip()}" == section(golden, name).removeprefix("# ")
