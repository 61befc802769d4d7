"""The summary of a change in Markdown: the verdict in one line, a screen of tables, and calm on hostile values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from diff_samples import AFTER, BASE, BEFORE, COST, DIFFERENCE, NOBODY, app, compared, missing, report, result
from diff_samples import use as a_use
from leastscope.diff import State
from leastscope.model import Gap, InputError, Span, Step
from leastscope.report.diff_markdown import render_diff_markdown
from markup_pages import HOSTILE, PLACES, faults, link, pages
from report_samples import GRANTS, committed

if TYPE_CHECKING:
    from leastscope.diff import Difference
    from leastscope.model import Report

NOTHING = report(result())
X = a_use("x_read")
Y = a_use("y_write")
FOOT = (
    "<sub>leastscope `0.1.0` · compared with `main` (merge base `3f2a91c03f`) · "
    "0 of 0 files read: 0 requests, 0 events, 0 gaps</sub>"
)


def before_link(span: Span) -> str:
    return link(span).replace(PLACES, f"{PLACES}before/")


def rendered(before: Report, after: Report, difference: Difference | None = None) -> str:
    return render_diff_markdown(difference or compared(before, after), after, (before_link, link))


def lacking(*names: str) -> Report:
    uses = tuple(a_use(name) for name in names)
    return report(result("", uses, " ".join(names)), findings=tuple(missing(name) for name in names))


def test_the_summary_of_the_sample_is_the_committed_one() -> None:
    text = rendered(BEFORE, AFTER, DIFFERENCE)
    assert text == committed("tests/goldens/diff.md", text)


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (NOTHING, NOTHING, "✅ This change does not change any permission"),
        (lacking("a"), lacking("a"), "✅ This change does not change any permission"),
        (NOTHING, lacking("a"), "❌ This change needs 1 permission that is not granted: `a`"),
        (NOTHING, lacking("b", "a"), "❌ This change needs 2 permissions that are not granted: `a`, `b`"),
        (NOTHING, lacking(*"abcdefg"),
         "❌ This change needs 7 permissions that are not granted: `a`, `b`, `c`, `d`, `e` and 2 more"),
        (NOTHING, report(result("x_read", (X,))), "✅ This change needs 1 more permission, granted with it: `x_read`"),
        (report(result("x_read")), report(result("x_read", (X,))),
         "✅ This change needs 1 more permission, granted already: `x_read`"),
        (report(result("x_read")), report(result("x_read y_write", (X, Y))),
         "✅ This change needs 2 more permissions, granted: `x_read`, `y_write`"),
        (report(result("x_read")), report(result("x_read", (X, Y), "y_write")),
         "✅ This change needs 2 more permissions: `x_read`, `y_write`"),
        (NOTHING, report(result("", (X,), "x_read")),
         "✅ This change needs 1 more permission, not granted, but accepted in the settings or a comment: `x_read`"),
        (report(), report(result("", (X,), of=NOBODY)),
         "\u2139\ufe0f This change needs 1 more permission, of a system that has no declaration: `x_read`"),
        (report(result("x_read", (X,))), NOTHING, "✅ This change needs 1 permission less: `x_read`"),
        (report(result("x_read", (X,))), report(result("x_read")),
         "✅ This change needs 1 permission less: `x_read` (still granted)"),
        (report(result("x_read", (X, Y))), report(result("x_read")),
         "✅ This change needs 2 permissions less: `x_read`, `y_write` (still granted: `x_read`)"),
        (NOTHING, report(result("x_read")), "✅ This change grants 1 more permission: `x_read`"),
        (report(result("x_read")), NOTHING, "✅ This change grants 1 permission less: `x_read`"),
        (NOTHING, report(result(), findings=(missing("a", level="warning", rule="excess-grant"),)),
         "⚠️ This change does not change any permission; it adds 1 new finding"),
        (NOTHING, replace(lacking("a"), findings=(missing("a"), missing("b", rule="unknown-grant"))),
         "❌ This change needs 1 permission that is not granted: `a`; it adds 1 other finding"),
        (NOTHING, report(result(), findings=(missing("a", level="note", rule="excess-grant"),)),
         "✅ This change does not change any permission"),
    ],
)  # fmt: skip
def test_the_first_line_says_it_all(before: Report, after: Report, line: str) -> None:
    assert rendered(before, after).partition("\n")[0] == f"## {line}"


def test_a_change_of_nothing_is_a_line_and_a_foot() -> None:
    assert rendered(NOTHING, NOTHING).splitlines() == [
        "## ✅ This change does not change any permission",
        "",
        FOOT,
    ]


@pytest.mark.parametrize(
    ("base", "words"),
    [
        (State("main", "a" * 40, merge_base=True), "`main` (merge base `aaaaaaaaaa`)"),
        (State("main", "a" * 40), "`main` (`aaaaaaaaaa`)"),
        (State("a" * 40, "a" * 40), "`aaaaaaaaaa`"),
        (State("aaaa", "a" * 40), "`aaaa`"),
        (State("@octocat", "a" * 40), "`@octocat` (`aaaaaaaaaa`)"),
    ],
)
def test_the_foot_says_what_it_was_compared_with(base: State, words: str) -> None:
    text = rendered(NOTHING, NOTHING, replace(compared(NOTHING, NOTHING), base=base))
    assert f" · compared with {words} · " in text


def test_a_lack_is_bold_and_opens_to_the_way_the_source_and_the_advice() -> None:
    after = lacking("x_read")
    (line,) = [line for line in rendered(NOTHING, after).splitlines() if line.startswith("| `+` |")]
    assert line.startswith("| `+` | `x_read` | **newly needed, not granted** | [`code.py:1`](")
    assert "<summary>2 steps</summary>" in line
    assert "Grant `x_read` in `shop-app.json`, or remove the call." in line


def test_what_is_lacking_stands_above_what_is_not_and_has_a_sign_of_its_own_if_it_was_taken_away() -> None:
    before = report(result("b a c", (a_use("b"),)))
    after = report(result("c", (a_use("b"), a_use("c")), "b"), findings=(missing("b"),))
    signs = [line[:11] for line in rendered(before, after).splitlines() if line.startswith("| `")]
    assert signs == ["| `!` | `b`", "| `+` | `c`", "| `-` | `a`"]


def test_places_link_to_the_side_that_has_them() -> None:
    gone = rendered(report(result("x_read", (X,))), NOTHING)
    assert f"({PLACES}before/code.py#L1)" in gone
    assert f"({PLACES}code.py#L1)" not in gone
    granted = rendered(NOTHING, report(result("x_read")))
    assert f"| granted by this change | [`shop-app.json:1`]({PLACES}shop-app.json#L1) |" in granted


def test_the_cost_is_said_once_for_all_apps() -> None:
    of = [app(), app("shop", "shop")]
    before = report(*(result(of=one) for one in of))
    after = report(*(result("x_read", of=one) for one in of))
    text = rendered(before, after)
    assert text.count("Every shop has to agree again.") == 1
    assert f"`billing`, `shop` takes:** Every shop has to agree again. ([source]({COST.source}))" in text
    assert "|  | permission | app | what happens | where |" in text


def test_new_findings_are_shown_and_those_fixed_or_not_caused_are_hidden() -> None:
    old, fixed = missing("old", rule="unknown-grant"), missing("fixed", rule="unknown-grant")
    new = missing("new", rule="unknown-grant")
    text = rendered(report(result(), findings=(old, fixed)), report(result(), findings=(old, new)))
    shown, not_caused, gone = text.split("<details><summary>1 finding ")
    assert ("`new`" in shown, not_caused.partition("\n")[0], gone.partition("\n")[0]) == (
        True, "that existed before this change</summary>", "fixed</summary>",
    )  # fmt: skip
    assert "`old`" in not_caused
    assert "`fixed`" in gone


def test_a_suppressed_finding_is_none_of_the_existing_ones() -> None:
    after = report(result(), findings=(missing("a", suppressed="known"),))
    assert "does not cause" not in rendered(after, after)


def test_new_gaps_are_shown_and_the_verdict_is_no_green_tick() -> None:
    gap = Gap("dynamic-operation", GRANTS, "shop", "the name of the method is not known")
    text = rendered(NOTHING, report(result(), gaps=(gap, gap)))
    assert text.startswith("## ⚠️ 2 new places could not be analyzed; judging by the rest, this change does not")
    assert "### 2 new places could not be analyzed" in text


def test_new_gaps_in_tests_are_hidden_and_counted() -> None:
    gap = Gap("dynamic-operation", GRANTS, "shop", "the name of the method is not known", in_tests=True)
    text = rendered(NOTHING, report(result(), gaps=(gap, gap)))
    assert text.startswith("## ✅")
    assert "<details><summary>2 places more that could not be analyzed</summary>" in text


def test_a_broken_declaration_is_an_error_and_not_a_change_of_grants() -> None:
    before = report(result("x_read", (X,)))
    after = replace(
        report(result("", (X,), of=NOBODY)), errors=(InputError(Span("shop-app.json", 1, 1, 1, 2), "not JSON"),)
    )
    text = rendered(before, after)
    assert text.splitlines()[:5] == [
        "## ❌ 1 file could not be used; judging by the other files, this change does not change any permission",
        "",
        "**1 file could not be used:**",
        "",
        f"- [`shop-app.json:1`]({PLACES}shop-app.json#L1): Not JSON. leastscope may not have compared the app of this file.",
    ]
    assert "no longer granted" not in text


def test_an_error_at_the_base_is_said_and_warns() -> None:
    before = replace(NOTHING, errors=(InputError(Span("a.json", 1, 1, 1, 2), "no list"),))
    text = rendered(before, NOTHING)
    assert text.startswith(
        "## ⚠️ This change does not change any permission\n\n**1 file could not be used at the base:**\n"
    )
    assert f"- [`a.json:1`]({PLACES}before/a.json#L1): No list.\n" in text


def test_findings_that_are_gone_are_not_called_fixed_where_a_file_could_not_be_used() -> None:
    after = replace(NOTHING, errors=(InputError(Span("a.json", 1, 1, 1, 2), "no list"),))
    text = rendered(lacking("a"), after)
    assert "1 finding no longer reported, possibly because a file could not be used" in text


def test_a_screen_shows_ten_permissions_and_opens_to_the_others() -> None:
    text = rendered(NOTHING, lacking(*(f"p{number:02}" for number in range(14))))
    shown, hidden = text.split("<details><summary>4 more permissions</summary>")
    assert (shown.count("| `+` |"), hidden.count("| `+` |")) == (10, 4)


def test_a_summary_that_is_too_large_is_cut_at_whole_rows() -> None:
    after = lacking(*(f"größe_{number}" for number in range(2000)))
    text = render_diff_markdown(compared(NOTHING, after), after, (before_link, link), limit=100_000)
    assert 90_000 < len(text.encode()) <= 100_000
    assert "more permissions" in text.rpartition("*There is more than fits here: ")[2]
    assert faults(text) == []


@settings(deadline=None, max_examples=50)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_names_do_nothing(path: str, name: str, words: str) -> None:
    span = Span(path, 1, 1, 2, 1)
    use = replace(a_use(name, span, words), evidence=(Step(span, words),))
    other = replace(a_use(f"{name}_old", span, name), evidence=(Step(span, f"calls '{name}'"),))
    of = app(name, system="shop", declared_in=(path,))
    finding = missing(name, span, app=name, message=f"The code needs '{name}', {words}", advice=words)
    before = report(
        result("", (other,), of=replace(of, name=words)), findings=(replace(finding, rule="unknown-grant"),)
    )
    after = report(
        result("", (use,), of=of),
        findings=(finding, replace(finding, rule="excess-grant", fingerprint=words)),
        gaps=(Gap(name, span, "", words),),
    )
    difference = replace(
        compared(before, after),
        base=replace(BASE, name=name),
        errors=(InputError(span, words),),
        errors_before=(InputError(span, name),),
    )
    text = rendered(before, after, difference)
    assert faults(text) == []
    assert {len(page.tables) for page in pages(text)} == {len(pages(text)[0].tables)}
