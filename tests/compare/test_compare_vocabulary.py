"""What a vocabulary says beside names: bases, reasons to keep, combinations, conditions, being over another system."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compare_samples import Compared, Part, app, at, lines, need, require
from leastscope.compare import Options, Terms, compare, least
from leastscope.model import App, Inventory, Need, Requirement, Strength
from leastscope.require import overlaid
from leastscope.rulebook.pack import Pack
from leastscope.rulebook.permissions import Vocabulary
from leastscope.rulebook.types import Combination, Over, Permission

PAY = {
    "pay": Permission("pay", "", "write"),
    "store": Permission("store", "", "write", extends="pay"),
    "hook_read": Permission("hook_read", "", "read"),
    "hook_write": Permission("hook_write", "", "write", read="hook_read", implies=("hook_read",)),
    "clear": Permission("clear", "", "other", sensitive="it opens cards."),
    "forever": Permission("forever", "", "other"),
}
SCOPES = {
    "reading": Permission("reading", "", "read"),
    "writing": Permission("writing", "", "write", read="reading", implies=("reading",), keep="platforms need it."),
}
WORDS = Vocabulary(PAY, together=(Combination(("clear", "forever"), "they end after 90 days."),))
TERMS = {
    "acme": Terms(WORDS, frozenset(PAY) - {"forever"}),
    "over": Terms(Vocabulary(SCOPES), frozenset(SCOPES), "acme"),
}
PACKS = {
    "acme": Pack("acme", "Acme", vocabulary=WORDS),
    "over": Pack(
        "over", "Over", vocabulary=Vocabulary(SCOPES), over=Over("acme", ("reading", "writing"), ("writing",))
    ),
}


def run(*parts: Part) -> Compared:
    apps = tuple(part for part in parts if isinstance(part, App))
    inventory = Inventory(tuple(part for part in parts if isinstance(part, Need)), (), ())
    judged = overlaid(inventory, PACKS, {one.system for one in apps})
    return compare(judged, apps, TERMS, Options())


def some(strength: Strength, *any_of: str) -> Requirement:
    return replace(require(*any_of), strength=strength, because="parameter", detail="card")


PAYS = need("a.py:1", "pay")
STORES = need("a.py:2", "store")
READS = need("a.py:3", "hook_read")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([PAYS, STORES, app("pay", "store")], []),
        # a base
        ([STORES, app("store")], ["incomplete-grant warning store app.json:2"]),
        ([STORES, app("pay", "store")], []),
        ([STORES, app("pay")], ["missing-grant error store a.py:2"]),
        ([PAYS, app("pay", "store")], ["excess-grant warning store app.json:3"]),
        # a write permission that implies its read twin
        ([READS, app("hook_write")], ["write-not-needed warning hook_write app.json:2"]),
        ([READS, app("hook_read")], []),
        ([READS, app("hook_read", "hook_write")], ["excess-grant warning hook_write app.json:3"]),
        (
            [need("a.py:1", require("hook_read", "hook_write")), app("hook_write")],
            ["write-not-needed warning hook_write app.json:2"],
        ),
        ([READS, need("a.py:4", "hook_write"), app("hook_write")], []),
        (
            [READS, need("a.py:4", "hook_write"), app("hook_read", "hook_write")],
            ["redundant-grant note hook_read app.json:2"],
        ),
        # combinations
        ([PAYS, app("pay", "forever")], ["excess-grant note forever app.json:3"]),
        (
            [PAYS, need("a.py:5", "clear"), app("pay", "clear", "forever")],
            [
                "sensitive-grant note clear app.json:3",
                "sensitive-grant note clear app.json:3",
                "excess-grant note forever app.json:4",
            ],
        ),
        # conditions
        ([need("a.py:1", "pay", some("sure", "store")), app("pay")], ["missing-grant error store a.py:1"]),
        ([need("a.py:1", "pay", some("possible", "store")), app("pay")], ["missing-grant note store a.py:1"]),
        ([need("a.py:1", "pay", some("open", "store")), app("pay")], []),
        ([need("a.py:1", "pay", some("possible", "store")), app("pay", "store")], []),
        ([need("a.py:1", "pay", some("open", "store")), app("pay", "store")], []),
        (
            [need("a.py:1", "pay", some("open", "store"), in_tests=True), PAYS, app("pay", "store")],
            ["excess-grant note store app.json:3"],
        ),
    ],
)
def test_findings_of_one_app(parts: list[Part], expected: list[str]) -> None:
    assert sorted(lines(run(*parts))) == sorted(expected)


def test_a_combination_and_a_base_are_told_with_all_their_names() -> None:
    found = run(PAYS, app("clear", "forever", "store"))[1]
    combined = next(one for one in found if one.rule == "sensitive-grant" and one.any_of == ("clear", "forever"))
    assert combined.message.endswith("together, which needs a review: they end after 90 days.")
    assert [step.span for step in combined.related] == [at("app.json:3")]
    (incomplete,) = [one for one in found if one.rule == "incomplete-grant"]
    assert (incomplete.any_of, incomplete.advice) == (("pay",), "Grant 'pay' in 'app.json' as well, or remove 'store'.")


@pytest.mark.parametrize(
    ("any_ofs", "granted", "expected"),
    [
        ([("store",)], set(), {"pay", "store"}),
        ([("hook_read", "hook_write")], set(), {"hook_read"}),
        ([("hook_read", "hook_write")], {"hook_write"}, {"hook_read"}),
        ([("hook_read",)], {"hook_write"}, {"hook_read"}),
        ([("hook_read",), ("hook_write",)], {"hook_write"}, {"hook_write"}),
        ([("hook_read", "pay")], {"pay"}, {"pay"}),
    ],
)
def test_the_least_set_has_bases_and_no_more_than_read_twins(
    any_ofs: list[tuple[str, ...]], granted: set[str], expected: set[str]
) -> None:
    assert least(any_ofs, TERMS["acme"], frozenset(granted)) == expected


GETS = need("a.py:1", "pay")
POSTS = need("a.py:2", "pay", operation="POST /things")
OWN = need("a.py:3", "pay", operation="POST /things", account="own")
UNGATED = need("a.py:4", operation="POST /token")


def connection(*names: str, root: str = ".") -> App:
    return app(*names, name="connection", system="over", bound="connected", write_implies_read="documented", root=root)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([GETS, connection("reading")], []),
        ([POSTS, connection("writing")], []),
        ([GETS, POSTS, connection("reading")], ["missing-grant error writing a.py:2"]),
        ([GETS, connection("writing")], ["write-not-needed note writing app.json:2"]),
        ([GETS, OWN, connection("reading")], ["own-account-calls note a.py:3"]),
        ([GETS, UNGATED, connection("reading")], []),
        ([POSTS, connection("reading", "writing")], ["redundant-grant note reading app.json:2"]),
        (
            [need("a.py:9", covered=False, operation="POST /closed"), connection("reading")],
            ["missing-grant error writing a.py:9"],
        ),
    ],
)
def test_a_vocabulary_over_another_system_asks_by_verb(parts: list[Part], expected: list[str]) -> None:
    assert lines(run(*parts)) == expected


def test_why_a_permission_has_to_be_kept_is_said_whatever_else_speaks_for_it() -> None:
    (found,) = run(GETS, connection("writing"))[1]
    assert (found.rule, found.level) == ("write-not-needed", "note")
    assert found.message.endswith("This is a note because platforms need it.")
    assert "Replace" not in found.advice


def test_a_grant_that_only_calls_with_the_own_key_would_need_is_told_once_and_not_to_be_removed() -> None:
    results, (found,), _ = run(GETS, OWN, connection("writing"))
    assert (found.rule, found.span) == ("own-account-calls", at("a.py:3"))
    assert "'writing'" in found.message
    assert (results[0].excess, results[0].unknown) == ((), ("writing",))


def test_without_an_app_of_its_own_such_a_vocabulary_says_nothing() -> None:
    results, findings, _ = run(GETS, POSTS, app("pay"))
    assert [result.app.system for result in results] == ["acme"]
    assert findings == ()


def test_code_of_an_app_of_the_other_system_is_not_of_a_connection_that_stands_elsewhere() -> None:
    shop, posts = app("pay", root="shop"), need("shop/a.py:1", "pay", operation="POST /things")
    assert lines(run(posts, shop, connection("reading", root="platform"))) == []
    assert lines(run(posts, shop, connection("reading"))) == ["missing-grant error writing shop/a.py:1"]
    assert lines(run(posts, connection("reading", root="platform"))) == ["missing-grant error writing shop/a.py:1"]


def test_why_a_permission_has_to_be_kept_is_said_where_nothing_uses_it_either() -> None:
    keeps = Vocabulary({**PAY, "store": Permission("store", "", "write", keep="platforms need it.")})
    terms = {"acme": Terms(keeps, frozenset(PAY))}
    (found,) = compare(Inventory((PAYS,), (), ()), (app("pay", "store"),), terms, Options())[1]
    assert (found.rule, found.level, found.advice) == ("excess-grant", "note", "")
    assert found.message.endswith("This is a note because platforms need it.")


def test_what_is_only_possible_by_a_parameter_says_why() -> None:
    (found,) = run(need("a.py:1", "pay", some("possible", "store")), app("pay"))[1]
    assert (found.level, found.message.count("one of several operations")) == ("note", 0)


def test_a_base_is_used_where_what_extends_it_is_and_nowhere_else() -> None:
    (result,), _, _ = run(STORES, READS, app("pay", "store", "hook_read"))
    assert [(use.permission, use.span.line) for use in result.uses] == [("hook_read", 3), ("pay", 2), ("store", 2)]


def test_code_that_no_app_of_the_other_system_surely_has_stays_with_the_connection() -> None:
    shops = [app("pay", name=name, root=name) for name in ("one", "two")]
    posts = need("lib/a.py:1", "pay", operation="POST /things")
    found = lines(run(posts, *shops, connection("reading", root="platform")))
    assert "missing-grant error writing lib/a.py:1" in found
