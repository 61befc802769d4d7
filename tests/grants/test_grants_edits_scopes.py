"""Edits of the names that a request for a token asks for, in code, in configuration files and in links."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edit_samples import NEW, edited, finding, papers
from leastscope.grants.edits import fix_of
from leastscope.grants.scopes import scope_in_python
from leastscope.model import App, Grant, Span


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
            "a.yaml",
            'app_scope: "customer_read coupon_write" # why\n',
            True,
            'app_scope: "customer_read" # why\n',
            '"customer_read coupon_read" #',
            '"customer_read coupon_write event_read" #',
        ),
        (
            "a.json",
            '{"app_scope": "customer_read,coupon_write"}',
            True,
            '{"app_scope": "customer_read"}',
            '"customer_read,coupon_read"}',
            '"customer_read,coupon_write,event_read"}',
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
        ("a.txt", "customer_read coupon_write"),
        ("a.json", '{"app_scope": "customer_read\\u002ccoupon_write"}'),
        ("a.json", '{"app_scope": "customer_read coupon_write coupon_write"}'),
        ("a.yaml", "app_scope: >\n  customer_read coupon_write\n"),
        ("a.json", '{"app_scope": ["customer_read", "coupon_write", "order_read"]}'),
    ],
)
def test_a_scope_that_is_not_written_in_one_plain_place_is_left_alone(path: str, text: str) -> None:
    assert scoped(path, text, "customer_read coupon_write", "excess-grant", "coupon_write") is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", 'S = ["coupon_write"]'),
        ("a.py", 'S = "coupon_write"'),
        (".env", "S=coupon_write"),
        ("a.json", '{"s": ["coupon_write"]}'),
    ],
)
def test_the_last_name_of_a_scope_stays_since_an_empty_scope_means_something_else(path: str, text: str) -> None:
    assert scoped(path, text, "coupon_write", "excess-grant", "coupon_write") is None
    assert scoped(path, text, "coupon_write", "write-not-needed", "coupon_write") == text.replace("_write", "_read")


THREE = 'S = ["customer_write", "coupon_write", "order_read"]'
LINKS = '<a href="https://x.example/oauth?scope=customer_read,coupon_write"> <a href="https://x.example/oauth?scope=order_read">'


@pytest.mark.parametrize(
    ("path", "text", "rule", "permission", "after"),
    [
        ("a.py", THREE, "excess-grant", "customer_write", 'S = ["coupon_write", "order_read"]'),
        ("a.py", THREE, "excess-grant", "coupon_write", 'S = ["customer_write", "order_read"]'),
        ("a.py", THREE, "write-not-needed", "customer_write", THREE.replace("customer_write", "customer_read")),
        ("a.py", THREE, "write-not-needed", "coupon_write", THREE.replace("coupon_write", "coupon_read")),
        ("a.py", THREE.replace(' "', ' r"').replace('["', '[r"'), "write-not-needed", "coupon_write", None),
        ("a.py", THREE.replace(' "', ' r"').replace('["', '[r"'), "missing-grant", NEW, None),
        ("a.json", '{"s": ["coupon_write", "customer_write", "coupon_write"]}', "excess-grant", "customer_write", None),
        ("a.json", '["customer_write", "coupon_write"]', "excess-grant", "customer_write", '["coupon_write"]'),
        ("a.yaml", "- customer_write\n- coupon_write\n", "excess-grant", "customer_write", "- coupon_write\n"),
    ],
)
def test_the_name_that_a_finding_is_about_goes_and_no_other(
    path: str, text: str, rule: str, permission: str, after: str | None
) -> None:
    names = " ".join(dict.fromkeys(re.findall(r"[a-z]+_(?:read|write)", text)))
    assert scoped(path, text, names, rule, permission) == after


def test_a_link_is_edited_if_it_holds_just_the_names() -> None:
    names = "customer_read coupon_write"
    removed = LINKS.replace(",coupon_write", "")
    assert scoped("a.html", LINKS, names, "excess-grant", "coupon_write", whole=True) == removed
    more = LINKS.replace("coupon_write", "coupon_write,order_read")
    assert scoped("a.html", more, names, "excess-grant", "coupon_write", whole=True) is None
    one = '"https://x.example/oauth?scope=coupon_write"'
    assert scoped("a.html", one, "coupon_write", "excess-grant", "coupon_write", whole=True) is None


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


@pytest.mark.parametrize(
    ("path", "text"), [(".env", "S=order_read,coupon_write\n"), ("a.json", '{"app_scope": "order_read,coupon_write"}')]
)
def test_a_text_with_as_many_other_names_is_left_alone(path: str, text: str) -> None:
    start = text.index("order_read") + 1
    quotes = 1 if path == "a.json" else 0
    span = Span(path, 1, start - quotes, 1, start + len("order_read,coupon_write") + quotes)
    grants = tuple(Grant(name, span) for name in ("customer_read", "coupon_write"))
    app = App("a", ".", "sparkpay", "oauth", (path,), grants, span=span, asked_at=(span,))
    assert fix_of(finding(app, "excess-grant", "coupon_write", span), app, papers({path: text})) is None
    same = replace(app, grants=(replace(grants[0], name="order_read"), grants[1]))
    assert fix_of(finding(same, "missing-grant", "event_read", span), same, papers({path: text})) is not None


@pytest.mark.parametrize("path", ["a.py", ".env", "a.html"])
def test_a_place_that_was_counted_in_another_way_is_no_place(path: str) -> None:
    grants = tuple(Grant(name, Span(path, 9, 1, 9, 5)) for name in ("customer_read", "coupon_write"))
    app = App("a", ".", "sparkpay", "oauth", (path,), grants, span=grants[0].span, asked_at=(grants[0].span,))
    known = papers({path: "x = 1\f\n"})
    assert fix_of(finding(app, "excess-grant", "coupon_write", grants[1].span), app, known) is None


@given(st.text(alphabet="ab \n\t\\\x00\f\r\"'[](){},#f=\u2028é😀", max_size=60), st.integers(0, 60))
def test_any_text_can_be_searched_for_a_scope(content: str, at: int) -> None:
    found = scope_in_python(content, at, frozenset({"a", "b"}), " ,")
    assert found is None or {"a", "b"} <= set(content)
