"""Fixes that follow each other: what one moves, the next one finds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edit_samples import LINES, app_of, finding, papers
from leastscope.grants.edits import with_fixes
from leastscope.grants.together import Fixed, fixed_together
from leastscope.model import App, AppResult, Grant, Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.model import Finding

PLACE = Span("app.py", 1, 1, 1, 2)
PATH = ".env"
LINE = "A=customer_read,coupon_write B=order_read,price_write"


def together(wrong: list[Finding], apps: Iterable[App], files: dict[str, str]) -> Fixed:
    """Fix all findings, each of which can be fixed by itself."""
    results = [result(app) for app in apps]
    fixable = with_fixes(wrong, results, papers(files))
    assert all(one.fix for one in fixable)
    return fixed_together(fixable, results, papers(files))


def result(app: App) -> AppResult:
    return AppResult(app, (), (), (), (), ())


def test_a_fix_moves_nothing_in_another_file() -> None:
    files = {"a/stripe-app.json": LINES, "b/stripe-app.json": LINES}
    apps = [replace(app_of({path: text}), name=path) for path, text in files.items()]
    wrong = [finding(app, "excess-grant", name, grant.span) for app in apps for name, grant in taken(app)]
    fixed = together(wrong, apps, files)
    assert len(fixed.findings) == 4
    assert fixed.after["a/stripe-app.json"] == fixed.after["b/stripe-app.json"]
    assert "customer_read" not in fixed.after["b/stripe-app.json"]


def taken(app: App) -> list[tuple[str, Grant]]:
    return [(grant.name, grant) for grant in app.grants[:2]]


def test_what_is_missing_twice_is_granted_once_and_the_rest_follows() -> None:
    files = {"stripe-app.json": LINES}
    app = app_of(files)
    names = ("event_read", "event_read", "price_read")
    wrong = [
        finding(app, "missing-grant", name, replace(PLACE, line=line, end_line=line))
        for line, name in enumerate(names, 1)
    ]
    fixed = together(wrong, [app], files)
    assert [one.permission for one in fixed.findings] == ["event_read", "price_read"]
    assert fixed.after["stripe-app.json"].count("event_read") == 1


def test_an_app_without_a_place_is_fixed_as_others_are() -> None:
    files = {"stripe-app.json": LINES}
    app = replace(app_of(files), span=None)
    wrong = [finding(app, "excess-grant", name, grant.span) for name, grant in taken(app)]
    assert len(together(wrong, [app], files).findings) == 2


def asking(name: str, names: str, text: str = LINE) -> App:
    """Give an app that asks for names on the one line."""

    def place(part: str) -> Span:
        start = text.index(part)
        return Span(PATH, 1, start + 1, 1, start + len(part) + 1)

    grants = tuple(Grant(one, place(one)) for one in names.split(","))
    return App(name, ".", "sparkpay", "oauth", (PATH,), grants, span=place(names), asked_at=(place(names),))


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        (
            (("A", "excess-grant", "customer_read"), ("B", "missing-grant", "event_read")),
            "A=coupon_write B=order_read,price_write,event_read",
        ),
        (
            (("A", "missing-grant", "event_read"), ("B", "missing-grant", "event_read")),
            "A=customer_read,coupon_write,event_read B=order_read,price_write,event_read",
        ),
        (
            (("A", "excess-grant", "coupon_write"), ("B", "excess-grant", "order_read")),
            "A=customer_read B=price_write",
        ),
        (
            (("A", "write-not-needed", "coupon_write"), ("B", "missing-grant", "event_read")),
            "A=customer_read,coupon_read B=order_read,price_write,event_read",
        ),
        (
            (("A", "missing-grant", "event_read"), ("A", "missing-grant", "price_read")),
            "A=customer_read,coupon_write,event_read B=order_read,price_write",
        ),
    ],
)
def test_names_that_follow_on_a_line_are_found_where_they_have_moved(
    changes: tuple[tuple[str, str, str], ...], after: str
) -> None:
    apps = {"A": asking("A", "customer_read,coupon_write"), "B": asking("B", "order_read,price_write")}
    wrong = []
    for number, (name, rule, permission) in enumerate(changes, 1):
        app = apps[name]
        held = [grant.span for grant in app.grants if grant.name == permission]
        wrong.append(finding(app, rule, permission, held[0] if held else replace(PLACE, line=number, end_line=number)))
    fixed = together(wrong, apps.values(), {PATH: LINE})
    assert fixed.after[PATH] == after
