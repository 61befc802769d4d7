"""Manifests in every style, and a short way to apply the fix of a finding about them."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from leastscope.grants.apps import read_apps
from leastscope.grants.declarations import read_declarations
from leastscope.grants.declared import Vocabulary
from leastscope.grants.edits import Papers, fix_of
from leastscope.grants.settle import SystemWords
from leastscope.model import App, Finding, Fix, Grant, Span
from leastscope.settings import parse_settings
from places import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leastscope.grants.declarations import Declarations

RULES = ROOT / "rules"
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
    assert all(not _is_in_indentation(text, edit.span) for edit in fix.edits), (
        "some editors begin behind the indentation"
    )
    bare = text.removeprefix("\ufeff")
    after = bare
    for edit in reversed(fix.edits):
        start = offset(bare, edit.span.line, edit.span.column)
        end = offset(bare, edit.span.end_line, edit.span.end_column)
        after = after[:start] + edit.text + after[end:]
    return text[: len(text) - len(bare)] + after


def _is_in_indentation(text: str, span: Span) -> bool:
    line = re.split("\r\n|\r|\n", text)[span.line - 1]
    return not line[: span.column - 1].strip() and line[span.column - 1 : span.column].isspace()


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


def recorded(text: str, rule: str, permission: str, *, path: str = "pyproject.toml") -> str | None:
    """Return settings after the fix, safe or not, of a finding about a grant of their one app; None without a fix."""
    settings = parse_settings(path, text.encode())
    assert settings is not None
    one = settings.apps[0]
    grants = tuple(Grant(grant.permission, grant.span) for grant in one.grants)
    app = App(one.name, ".", one.system, one.kind, (path,), grants, span=one.span)
    places = [grant.span for grant in grants if grant.name == permission]
    span = Span("app.py", 1, 1, 1, 2) if rule == "missing-grant" else places[0]
    known = replace(papers({path: text}, path), unsafe=True)
    fix = fix_of(finding(app, rule, permission, span), app, known)
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
