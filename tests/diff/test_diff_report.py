"""The difference of two states as text and as JSON: committed samples, the schema, and calm on hostile values."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from diff_samples import AFTER, BASE, BEFORE, DIFFERENCE, FILES_BEFORE, HEAD, NOBODY, compared, missing, report, result
from diff_samples import use as a_use
from leastscope.diff import Difference, Standing, State
from leastscope.diff.types import Declared
from leastscope.report.contracts import render_diff
from leastscope.report.diff_text import render_diff_text
from leastscope.report.snippet import display_width
from places import ROOT
from report_samples import committed, source

Json = dict[str, Any]
WIDTH = 80
KEYS = {
    (): [
        "schema", "tool", "base", "head", "needs_more", "apps", "findings", "gaps", "policy", "unread", "errors",
        "errors_before",
    ],
    ("unread", 0): ["reason", "count", "paths", "new_count", "new"],
    ("base",): ["name", "commit", "merge_base"],
    ("apps", 0): [
        "name", "name_before", "root", "system", "kind", "declared_in", "declared", "needed", "granted", "lacking", "cost",
    ],
    ("apps", 0, "needed"): ["added", "as_before", "dropped"],
    ("apps", 0, "needed", "added", 0): ["permission", "standing", "raises", "uses"],
    ("apps", 0, "needed", "added", 0, "uses", 0): [
        "file", "line", "column", "end_line", "end_column", "operation", "any_of", "certainty", "because", "strength",
        "source", "evidence",
    ],
    ("apps", 0, "needed", "dropped", 0): ["permission", "still_granted", "instead", "uses"],
    ("apps", 0, "granted"): ["added", "removed"],
    ("apps", 0, "granted", "added", 0): ["permission", "file", "line", "column"],
    ("apps", 0, "cost"): ["text", "source"],
    ("findings",): ["new", "fixed", "unchanged"],
    ("gaps",): ["new", "gone", "places"],
    ("errors", 0): ["file", "line", "column", "message"],
}  # fmt: skip


def text(difference: Difference, *, color: bool = False) -> str:
    return render_diff_text(difference, FILES_BEFORE.get, source, color=color, width=WIDTH)


def schema() -> Json:
    loaded: Json = json.loads((ROOT / "schemas/diff.schema.json").read_text(encoding="utf-8"))
    return loaded


def errors(document: Json) -> list[str]:
    return [error.message for error in Draft202012Validator(schema()).iter_errors(document)]


def reach(document: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - any place of a JSON document
    for part in path:
        document = document[part]
    return document


def test_the_text_of_the_sample_is_the_committed_one() -> None:
    rendered = text(DIFFERENCE)
    assert rendered == committed("tests/goldens/diff.txt", rendered)


def test_the_document_of_the_sample_is_the_committed_one() -> None:
    rendered = render_diff(DIFFERENCE)
    assert rendered == committed("tests/goldens/diff.json", rendered)


# text


def test_nothing_hidden_reaches_the_terminal() -> None:
    assert {char for char in text(DIFFERENCE) if not char.isprintable()} == {"\n"}


def test_lines_fit_the_width_unless_a_path_or_an_address_does_not() -> None:
    long = [line for line in text(DIFFERENCE).splitlines() if display_width(line) > WIDTH]
    assert [line for line in long if max(map(len, line.split())) < WIDTH // 2] == []


def test_colors_add_nothing_but_themselves() -> None:
    colored = text(DIFFERENCE, color=True)
    plain = text(DIFFERENCE)
    for code in ("\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m", "\x1b[34m", "\x1b[1m", "\x1b[0m"):
        assert code in colored
        colored = colored.replace(code, "")
    assert colored == plain


@pytest.mark.parametrize(
    ("base", "head", "title"),
    [
        (State("main", "a" * 40), State(""), "main (aaaaaaaaaa) -> work tree"),
        (State("main", "a" * 40, merge_base=True), State(""), "main (merge base aaaaaaaaaa) -> work tree"),
        (State("b" * 40, "a" * 40, merge_base=True), State("HEAD", "c" * 40),
         "bbbbbbbbbb (merge base aaaaaaaaaa) -> HEAD (cccccccccc)"),
        (State("a" * 40, "a" * 40), State("c" * 12, "c" * 40), "aaaaaaaaaa -> cccccccccc"),
        (State("x\x1b[2J", "a" * 40), State(""), "x\\x1b[2J (aaaaaaaaaa) -> work tree"),
    ],
)  # fmt: skip
def test_where_nothing_changes_one_line_says_so_and_of_what(base: State, head: State, title: str) -> None:
    same = report(result("a", (a_use("a"),)))
    difference = replace(compared(same, same), base=base, head=head)
    assert text(difference) == f"{title}: nothing changes\n"


def test_findings_that_were_there_before_are_counted_even_where_nothing_changes() -> None:
    same = report(result("", (a_use("a"),), "a"), findings=(missing("a"), missing("b", level="note")))
    words = " ".join(text(compared(same, same)).split())
    assert words == "main (merge base 3f2a91c03f) -> work tree: nothing changes (2 findings as before)"


def test_a_lack_is_told_once() -> None:
    after = report(result("", (a_use("x_read"),), "x_read"), findings=(missing("x_read"),))
    shown = text(compared(report(result()), after))
    assert shown.count("error[missing-grant]") == 1
    assert shown.count("code.py:1:1") == 1
    assert shown.endswith("App 'billing' needs permissions that it is not granted: 'x_read'\n")


def test_what_is_taken_away_while_it_is_needed_has_a_sign_of_its_own() -> None:
    after = report(result("", (a_use("x_read"),), "x_read"), findings=(missing("x_read"),))
    shown = text(compared(report(result("x_read", (a_use("x_read"),))), after))
    assert "  ! x_read  still needed, no longer granted\n" in shown


def test_needs_that_nothing_declares_are_told_without_a_verdict_on_grants() -> None:
    shown = text(compared(report(), report(result("", (a_use("x_read"),), of=NOBODY))))
    assert "\nshop, which has no declaration\n  + x_read  newly needed\n" in shown
    assert "needs more" not in shown.replace("No app needs more", "")


def test_many_fixed_findings_are_cut() -> None:
    many = tuple(missing(f"p{number}") for number in range(30))
    shown = text(compared(report(findings=many), report()))
    assert "fixed: 30 findings\n" in shown
    assert shown.count("error[missing-grant]") == 20
    assert "  and 10 more\n" in shown


# JSON


@pytest.mark.parametrize("path", KEYS)
def test_keys_stand_in_the_order_of_the_contract(path: tuple[str | int, ...]) -> None:
    assert list(reach(json.loads(render_diff(DIFFERENCE)), path)) == KEYS[path]


@pytest.mark.parametrize("difference", [DIFFERENCE, compared(report(), report()), compared(AFTER, BEFORE)])
def test_differences_fit_the_published_schema(difference: Difference) -> None:
    Draft202012Validator.check_schema(schema())
    assert errors(json.loads(render_diff(difference))) == []


@pytest.mark.parametrize("path", KEYS)
def test_the_schema_refuses_an_unknown_key_and_a_missing_one(path: tuple[str | int, ...]) -> None:
    extended = json.loads(render_diff(DIFFERENCE))
    reach(extended, path)["surprise"] = 1
    assert errors(extended)
    shortened = json.loads(render_diff(DIFFERENCE))
    del reach(shortened, path)[KEYS[path][0]]
    assert errors(shortened)


@pytest.mark.parametrize(
    ("place", "closed"), [(("needed", "standing"), Standing), (("app", "declared"), Declared)], ids=str
)
def test_closed_lists_are_those_of_the_types(place: tuple[str, str], closed: object) -> None:
    definition, key = place
    assert schema()["$defs"][definition]["properties"][key]["enum"] == list(get_args(closed))


def test_the_work_tree_has_no_name_and_no_commit() -> None:
    document = json.loads(render_diff(replace(DIFFERENCE, base=BASE, head=HEAD)))
    assert document["head"] == {"name": None, "commit": None, "merge_base": False}
    assert document["base"]["merge_base"] is True


def test_the_document_says_what_lacks_and_what_it_costs() -> None:
    document = json.loads(render_diff(DIFFERENCE))
    assert document["needs_more"] is True
    assert document["apps"][0]["lacking"] == ["customer_read", "payout_write"]
    assert document["apps"][0]["cost"]["text"] == "every shop has to agree again"
