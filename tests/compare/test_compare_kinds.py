"""What differs between the kinds of apps: what they need, what they are refused, and how their grants are written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compare_samples import VOCABULARY, Compared, Part, app, event, lines, need, require
from leastscope.compare import Options, Terms, compare
from leastscope.compare.terms import least_for
from leastscope.model import App, EventNeed, Inventory, Need, Refusal, Ruling
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import Permission

WORDS = Vocabulary(
    {
        **VOCABULARY.permissions,
        "account_write": Permission("account_write", "", "write", origin="keys", label="Accounts"),
        "hook_write": Permission(
            "hook_write", "", "write", sensitive="It can redirect data.", refused={"app": "an upload is refused"}
        ),
    },
    prefix="key_",
    holders={"keys": ("key",)},
)
TERMS = {"acme": Terms(WORDS, frozenset(WORDS.permissions))}
READ = Ruling("key", covered=True, requirements=(require("customer_read"),))
WRITE = Ruling("key", covered=True, requirements=(require("account_write"),))
NEVER = Ruling("key", covered=False, requirements=())


def key(*names: str) -> App:
    """Make a key whose grants are written in the settings and changed in the console."""
    return replace(app(*names, name="job"), kind="key", access="by_key", changed_in="the console")


def run(*parts: Part) -> Compared:
    apps = tuple(part for part in parts if isinstance(part, App))
    needs = tuple(part for part in parts if isinstance(part, Need))
    events = tuple(part for part in parts if isinstance(part, EventNeed))
    return compare(Inventory(needs, events, ()), apps, TERMS, Options())


def ruled(*requirements: str, ruling: Ruling, covered: bool = True) -> Need:
    return replace(need("a.py:1", *requirements, covered=covered), rulings=(ruling,))


def refused(kind: str, detail: str = "", line: int = 1) -> Need:
    asked = require("customer_read")
    asked = replace(asked, because="expand", detail=detail) if detail else asked
    sent = need(f"a.py:{line}", asked)
    return replace(sent, refusals=(Refusal(kind, "the server said no", "seen 2026", detail),))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((app("link_read"), ruled("link_read", ruling=READ)), []),
        (
            (key("link_read"), ruled("link_read", ruling=READ)),
            ["missing-grant error customer_read a.py:1", "excess-grant warning link_read app.json:2"],
        ),
        ((key("customer_read"), ruled("link_read", ruling=READ)), []),
        ((key("key_account_write"), ruled(ruling=WRITE, covered=False)), []),
        ((app(), ruled(ruling=WRITE, covered=False)), ["uncovered-call note a.py:1"]),
        ((key(), ruled("link_read", ruling=NEVER)), ["uncovered-call note a.py:1"]),
        (
            (app(), replace(ruled("link_read", ruling=replace(NEVER, kind="by_key")))),
            ["missing-grant error link_read a.py:1"],
        ),
        ((key(), ruled("link_read", ruling=replace(NEVER, kind="by_key"))), ["uncovered-call note a.py:1"]),
    ],
)
def test_what_a_request_needs_depends_on_the_kind_of_app(parts: tuple[Part, ...], expected: list[str]) -> None:
    assert lines(run(*parts)) == expected


@pytest.mark.parametrize(("kind", "told"), [("app", True), ("key", False)])
def test_an_event_asks_for_permissions_of_the_kinds_that_have_them(kind: str, told: bool) -> None:
    handled = event("a.py:1", ("event_read",))
    handled = replace(handled, requirements=tuple(replace(one, only=("app",)) for one in handled.requirements))
    owner = app("customer_read") if kind == "app" else key("customer_read")
    found = lines(run(owner, handled, need("a.py:2", "customer_read")))
    assert found == (["missing-grant note event_read a.py:1"] if told else [])


def test_what_the_server_refuses_an_app_is_a_note_that_says_both() -> None:
    (found,) = run(app("customer_read"), refused("app"), refused("app", line=2))[1]
    assert (found.rule, found.level, found.certainty) == ("uncovered-call", "note", "possible")
    assert found.message == (
        "The code sends 'GET /things', which may be refused whatever app 'shop' is granted. "
        "The documentation names 'customer_read'. The server said no (seen 2026)."
    )
    assert [step.span.line for step in found.related] == [2]


@pytest.mark.parametrize(("owner", "count"), [(app("customer_read"), 0), (key("customer_read"), 1)])
def test_a_refusal_of_a_way_of_access_is_for_the_apps_that_have_it(owner: App, count: int) -> None:
    found = run(owner, refused("by_key", "data.customer"))[1]
    assert len(found) == count
    assert all("'GET /things' with 'data.customer' expanded" in one.message for one in found)


def test_a_call_that_every_key_is_refused_says_so_and_asks_for_no_permission() -> None:
    sent = ruled("link_read", ruling=NEVER)
    sent = replace(sent, refusals=(Refusal("key", "every key is refused", "seen 2026"),))
    (found,) = run(key(), sent)[1]
    assert found.message == "The code calls 'GET /things'. Every key is refused (seen 2026)."


def test_a_permission_that_apps_of_this_kind_cannot_be_granted_is_one_finding() -> None:
    assert lines(run(app("account_write"), need("a.py:1"))) == ["unknown-grant warning account_write app.json:2"]
    assert lines(run(key("account_write"), need("a.py:1"))) == ["excess-grant warning account_write app.json:2"]


@pytest.mark.parametrize(("owner", "told"), [(app("hook_write"), True), (key("hook_write"), False)])
def test_a_sensitive_permission_says_whom_it_is_refused(owner: App, told: bool) -> None:
    found = [one.message for one in run(owner, need("a.py:1", "hook_write"))[1] if one.rule == "sensitive-grant"]
    assert [message.endswith("An upload is refused.") for message in found] == [told]


def test_names_are_quoted_as_the_grants_are_written() -> None:
    findings = run(key("key_link_read", "product_read"), need("a.py:1", "customer_read"))[1]
    texts = [(one.permission, one.message, one.evidence[-1].note) for one in findings]
    assert texts == [
        (
            "customer_read",
            "The code needs 'key_customer_read', which app 'job' is not granted.",
            "sends GET /things, which requires 'key_customer_read'",
        ),
        (
            "link_read",
            "App 'job' is granted 'key_link_read', which nothing in the code needs.",
            "grants 'key_link_read'",
        ),
        (
            "product_read",
            "App 'job' is granted 'product_read', which nothing in the code needs.",
            "grants 'product_read'",
        ),
    ]


def test_help_says_where_a_grant_is_changed_before_the_file_that_repeats_it() -> None:
    (found,) = run(key(), ruled(ruling=WRITE, covered=False))[1]
    assert (
        found.advice
        == "Grant 'account_write' in the console ('Accounts Write') and then 'app.json', or remove the call."
    )


def test_refusals_in_tests_are_not_told() -> None:
    sent = refused("app")
    in_tests = replace(sent, request=replace(sent.request, in_tests=True))
    assert "uncovered-call" not in {found.rule for found in run(app("customer_read"), in_tests)[1]}


@pytest.mark.parametrize(("detail", "count"), [("data.customer", 1), ("", 2)])
def test_what_is_refused_for_what_is_expanded_is_told_once_for_all_operations(detail: str, count: int) -> None:
    other = replace(refused("app", detail, line=2), path="/others")
    found = run(app("customer_read"), refused("app", detail), other)[1]
    assert [one.rule for one in found] == ["uncovered-call"] * count


def test_a_refusal_names_all_that_the_documentation_asks_for() -> None:
    sent = replace(refused("app"), requirements=(require("customer_read"), require("link_read")))
    (found,) = run(app("customer_read", "link_read"), sent)[1]
    assert "The documentation names 'customer_read' and 'link_read'." in found.message


@pytest.mark.parametrize(("owner", "expected"), [(app(), "customer_write"), (key(), "account_write")])
def test_the_least_that_is_chosen_is_for_the_kind_of_app(owner: App, expected: str) -> None:
    asked = [("account_write", "customer_write")]
    assert least_for(asked, TERMS["acme"], owner) == frozenset({expected})
