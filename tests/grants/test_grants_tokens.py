"""What is asked for is granted: by form, by project, with what differs, and with a gap where nothing tells."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from leastscope.grants.declarations import Access, Declarations, TokenForm, read_declarations
from leastscope.grants.declared import Vocabulary as Words
from leastscope.grants.tokens import MAX_NAMES, AskingPlace, asked_in_code, is_open, token_apps
from leastscope.model import Grant, Parameter, Span, Step, TokenRequest
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import Permission

if TYPE_CHECKING:
    from leastscope.grants.declared import Declared

TEXT = """\
system: shop
sources: {guide: {url: "https://shop.example", read: 2026-11-21}}
source: guide
access: {token: {bound: connected, write_implies_read: documented}}
token_requests:
  authorize: {kind: oauth, title: Client, access: token, scope: [scope, scopes], separators: " ,+", default: [order_read]}
  bare: {kind: oauth, title: Client, access: token, scope: [scope]}
  refresh: {scope: [scope], only: {grant_type: refresh_token}, narrows: authorize}
"""
VOCABULARY = Vocabulary(
    {
        "order_read": Permission("order_read", "Read orders", "read"),
        "order_write": Permission("order_write", "Change", "write", read="order_read", implies=("order_read",)),
        "stock_read": Permission("stock_read", "Read stock", "read"),
    },
    variants={"stock.read": "stock_read"},
)
WORDS = {
    "shop": Words(
        VOCABULARY.resolve,
        VOCABULARY.nearest,
        VOCABULARY.variants,
        covered=lambda names: VOCABULARY.closure(names, write_implies_read=True),
    )
}
CLOSED, OPEN = True, False


@cache
def declarations() -> dict[str, Declarations]:
    return {"shop": read_declarations("declarations.yaml", TEXT.encode())}


def form_named(name: str) -> TokenForm:
    return next(form for form in declarations()["shop"].tokens if form.name == name)


def at(path: str, line: int) -> Span:
    return Span(path, line, 1, line, 20)


def request(parameters: dict[str, object], form: str = "authorize", *, closed: bool = True) -> TokenRequest:
    """Make a request; the value `...` of a parameter is not known, a list are several values."""
    span = at("a.py", 3)
    given = [
        (key, each) for key, value in parameters.items() for each in (value if isinstance(value, list) else [value])
    ]
    made = tuple(
        Parameter(key, None if value is ... else value, value is not ..., span)  # type: ignore[arg-type] # a table
        for key, value in given
    )
    return TokenRequest(span, "shop", form, made, closed, in_tests=False, evidence=(Step(span, "built"),))


def names(one: TokenRequest) -> list[str] | str:
    """Give the names that a request asks for; `?` where they cannot be told, `-` where it is none."""
    (*found,) = asked_in_code([one], declarations(), lambda span, _name, _text: span)
    if not found:
        return "-"
    grants = found[0].grants
    return "?" if grants is None else [grant.name for grant in grants]


@pytest.mark.parametrize(
    ("parameters", "closed", "expected"),
    [
        ({"scope": "order_read"}, CLOSED, ["order_read"]),
        ({"scope": "order_read"}, OPEN, ["order_read"]),
        ({"scope": "order_read stock_read,a+b"}, CLOSED, ["order_read", "stock_read", "a", "b"]),
        ({"scopes": ["order_read", "stock_read"]}, CLOSED, ["stock_read", "order_read"]),
        ({"scope": "order_read order_read"}, CLOSED, ["order_read"]),
        # nothing is written: the vendor's default, but only where nothing else can be
        ({}, CLOSED, ["order_read"]),
        ({}, OPEN, "?"),
        ({"scope": ""}, CLOSED, ["order_read"]),
        ({"scope": ""}, OPEN, ["order_read"]),
        ({"scope": None}, CLOSED, ["order_read"]),
        # what is not known
        ({"scope": ...}, CLOSED, "?"),
        ({"scope": ["order_read", ...]}, CLOSED, "?"),
        ({"scope": 3}, CLOSED, "?"),
        ({"scope": "%(scope)s"}, CLOSED, "?"),
        ({"scope": "order_read {more}"}, CLOSED, "?"),
    ],
)
def test_a_request_asks_for_the_names_in_its_parameters(
    parameters: dict[str, object], closed: bool, expected: list[str] | str
) -> None:
    found = names(request(parameters, closed=closed))
    assert (sorted(found) if isinstance(found, list) else found) == (
        sorted(expected) if isinstance(expected, list) else expected
    )


@pytest.mark.parametrize(
    ("form", "parameters", "expected"),
    [
        ("bare", {}, "?"),
        ("bare", {"scope": ""}, "?"),
        ("bare", {"scope": "order_read,stock_read"}, ["order_read,stock_read"]),
        ("refresh", {"grant_type": "refresh_token", "scope": "order_read"}, ["order_read"]),
        ("refresh", {"grant_type": "refresh_token"}, "-"),
        ("refresh", {"grant_type": "refresh_token", "scope": ...}, "?"),
        ("refresh", {"grant_type": "authorization_code", "scope": "order_read"}, "-"),
        ("refresh", {"grant_type": ..., "scope": "order_read"}, "-"),
        ("refresh", {"scope": "order_read"}, "-"),
        ("unheard-of", {"scope": "order_read"}, "-"),
    ],
)
def test_the_form_says_what_counts(form: str, parameters: dict[str, object], expected: list[str] | str) -> None:
    assert names(request(parameters, form)) == expected


def test_requests_of_systems_without_declarations_are_none() -> None:
    assert names(replace(request({"scope": "a"}), system="other")) == "-"


def test_no_request_asks_for_more_names_than_are_looked_at() -> None:
    found = names(request({"scope": " ".join(f"n{number}" for number in range(1000))}))
    assert len(found) == MAX_NAMES


def test_a_default_stands_where_the_request_stands_and_a_name_where_it_is_found() -> None:
    elsewhere = at("b.py", 9)
    cases: list[tuple[dict[str, object], Span]] = [({}, at("a.py", 3)), ({"scope": "stock_read"}, elsewhere)]
    for parameters, place in cases:
        found = asked_in_code([request(parameters)], declarations(), lambda *_: elsewhere)
        assert [grant.span for one in found for grant in one.grants or ()] == [place]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ scope }}", True),
        ("{% x %}", True),
        ("{scope}", True),
        ("{}", True),
        ("${SCOPE}", True),
        ("$SCOPE", True),
        ("%(scope)s", True),
        ("%s", True),
        ("<%= scope %>", True),
        ("read_only", False),
        ("psp.webhook:read", False),
        ("100%", False),
        ("", False),
    ],
)
def test_a_text_that_is_filled_in_later_is_open(text: str, expected: bool) -> None:
    assert is_open(text) is expected


# apps


def asked(
    place: str, wanted: str | None, form: str = "authorize", *, in_tests: bool = False, system: str = "shop"
) -> AskingPlace:
    path, _, line = place.partition(":")
    span = at(path, int(line))
    grants = None if wanted is None else tuple(Grant(name, span) for name in wanted.split())
    return AskingPlace(system, form_named(form), span, grants, (), in_tests)


def apps(*every: AskingPlace, projects: tuple[str, ...] = (), tests: bool = False) -> Declared:
    return token_apps(every, WORDS, projects, tests=tests)


def told(declared: Declared) -> list[tuple[str, str, str, list[str]]]:
    return [(app.name, app.root, app.kind, [grant.name for grant in app.grants]) for app in declared.apps]


def test_all_that_a_project_asks_for_is_one_app() -> None:
    found = apps(asked("a.py:1", "order_read"), asked("b/c.py:1", "stock_read"))
    assert told(found) == [("Client", ".", "oauth", ["order_read", "stock_read"])]
    (app,) = found.apps
    assert (app.system, app.bound, app.write_implies_read, app.declared_in, app.span) == (
        "shop",
        "connected",
        "documented",
        ("a.py", "b/c.py"),
        at("a.py", 1),
    )


def test_projects_are_kept_apart_and_the_deepest_folder_counts() -> None:
    projects = ("web", "web/jobs", "store")
    found = apps(
        asked("web/a.py:1", "order_read"),
        asked("web/jobs/a.py:1", "stock_read"),
        asked("websites/a.py:1", "order_write"),
        projects=projects,
    )
    assert told(found) == [
        ("Client", ".", "oauth", ["order_write"]),
        ("web", "web", "oauth", ["order_read"]),
        ("jobs", "web/jobs", "oauth", ["stock_read"]),
    ]


def test_the_order_of_the_requests_does_not_matter() -> None:
    every = [asked("b.py:1", "stock_read"), asked("a.py:2", "order_read"), asked("a.py:1", "order_write x")]
    assert apps(*every) == apps(*reversed(every))


@pytest.mark.parametrize(("tests", "names"), [(False, ["order_read"]), (True, ["order_read", "stock_read"])])
def test_what_only_tests_ask_for_counts_if_tests_do(tests: bool, names: list[str]) -> None:
    found = apps(asked("a.py:1", "order_read"), asked("t.py:1", "stock_read", in_tests=True), tests=tests)
    assert [row[3] for row in told(found)] == [names]


def test_an_unknown_scope_is_a_gap_only_where_nothing_else_tells() -> None:
    unknown = asked("a.py:1", None)
    assert [(gap.kind, gap.span.path) for gap in apps(unknown).gaps] == [("unknown-scope", "a.py")]
    assert told(apps(unknown)) == []
    assert apps(unknown, asked(".env:1", "order_read")).gaps == ()
    elsewhere = apps(unknown, asked("b/a.py:1", "order_read"), projects=("b",))
    assert [gap.span.path for gap in elsewhere.gaps] == ["a.py"]
    only_narrower = apps(unknown, asked("b.py:1", "order_read", "refresh"))
    assert [gap.span.path for gap in only_narrower.gaps] == ["a.py"]


def observations(declared: Declared) -> list[tuple[str, str, str, int]]:
    return [(one.kind, one.permission, one.span.path, one.span.line) for one in declared.observations]


def test_two_requests_that_differ_are_told_once_for_each_other_set_with_both_places() -> None:
    found = apps(
        asked("a.py:1", "order_read"),
        asked("b.py:1", "order_write"),
        asked("c.py:1", "order_write"),
        asked("d.py:1", "order_read"),
        asked("e.py:1", "order_read stock_read"),
    )
    assert observations(found) == [
        ("scope-mismatch", "order_read", "b.py", 1),
        ("scope-mismatch", "stock_read", "e.py", 1),
    ]
    first = found.observations[0]
    assert first.message == "what is asked for here and at a.py:1 differs in 'order_read', 'order_write'"
    assert (first.related, first.app, first.system) == ((Step(at("a.py", 1), "asked here"),), "Client", "shop")


def test_another_spelling_is_no_difference() -> None:
    found = apps(asked("a.py:1", "stock_read"), asked("b.py:1", "stock.read"))
    assert [(one.kind, one.level) for one in found.observations] == [("unknown-grant", "note")]
    assert [row[3] for row in told(found)] == [["stock_read"]]


def test_a_wrong_name_is_told_once_and_kept() -> None:
    found = apps(asked("a.py:1", "order_raed"), asked("b.py:1", "order_raed"))
    assert observations(found) == [("unknown-grant", "order_raed", "a.py", 1)]
    assert [row[3] for row in told(found)] == [["order_raed"]]


@pytest.mark.parametrize(
    ("held", "wanted", "found"),
    [
        ("order_write stock_read", "stock_read", []),
        ("order_write", "order_read", []),
        ("order_read", "order_write", [("scope-mismatch", "order_write")]),
        ("order_read", "stock_raed", [("unknown-grant", "stock_raed")]),
    ],
)
def test_a_request_that_narrows_may_ask_for_no_more(held: str, wanted: str, found: list[tuple[str, str]]) -> None:
    declared = apps(asked("a.py:1", held), asked("b.py:1", wanted, "refresh"))
    assert [row[:2] for row in observations(declared)] == found
    assert [row[3] for row in told(declared)] == [held.split()]


def test_a_request_that_narrows_makes_no_app_by_itself() -> None:
    assert apps(asked("a.py:1", "order_read", "refresh")).apps == ()


def test_without_an_access_the_grants_bind_all_calls() -> None:
    form = replace(form_named("authorize"), access=None)
    (app,) = apps(replace(asked("a.py:1", "order_read"), form=form)).apps
    assert (app.bound, app.write_implies_read) == ("all", "no")
    assert form_named("authorize").access == Access("token", "connected", "documented")
