"""Comments suppress findings of the kinds they name, with a reason, at the code they stand at; all others say why not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leastscope.comments import suppressions
from leastscope.kinds import FINDING_BY_NAME

MISSING = frozenset({"missing-grant"})
NO_REASON = "expected a reason after it, found none"


def comment(text: str) -> str:
    return f"call()  # leastscope: {text}"


@pytest.mark.parametrize(
    ("text", "kinds", "reason"),
    [
        ("ignore[missing-grant] the reason", MISSING, "the reason"),
        ("ignore[missing-grant]: the reason", MISSING, "the reason"),
        ("ignore [missing-grant] - the reason", MISSING, "the reason"),
        ("ignore[LS1001] the reason", MISSING, "the reason"),
        ("ignore[missing-grant, excess-grant] why", MISSING | {"excess-grant"}, "why"),
        ("ignore see issue #12", frozenset(), "see issue #12"),
        ("ignore[missing-grant] why  # noqa: E501", MISSING, "why"),
    ],
)
def test_a_comment_names_kinds_and_a_reason(text: str, kinds: frozenset[str], reason: str) -> None:
    (found,) = suppressions("a.py", comment(text), [(1, comment(text)[8:])])
    assert (found.kinds, found.reason, found.problem) == (kinds, reason, "")
    assert (found.line, found.span.line, found.span.column) == (1, 1, 9)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("ignore[missing-grant]", NO_REASON),
        ("ignore[missing-grant] --", NO_REASON),
        ("ignore", NO_REASON),
        (
            "ignore[missing-grants] why",
            "expected a kind of finding in the brackets, found 'missing-grants'; did you mean",
        ),
        ("ignore[] why", "expected a kind of finding in the brackets, found ''"),
        ("ignore[missing-grant why", "expected 'ignore[KIND] reason' after 'leastscope:', found 'ignore[missing-"),
        ("ignored why", "expected 'ignore[KIND] reason' after 'leastscope:', found 'ignored why'"),
        ("", "expected 'ignore[KIND] reason' after 'leastscope:', found ''"),
    ],
)
def test_a_comment_that_does_not_count_says_why(text: str, problem: str) -> None:
    (found,) = suppressions("a.yaml", comment(text))
    assert found.problem.startswith(problem)


@pytest.mark.parametrize("name", sorted(FINDING_BY_NAME))
def test_every_kind_can_be_named(name: str) -> None:
    (found,) = suppressions("a.yaml", comment(f"ignore[{name}] why"))
    assert (found.kinds, found.problem) == (frozenset({name}), "")


@pytest.mark.parametrize(
    ("path", "text", "places"),
    [
        ("a.yaml", "a: 1\nb: 2  # leastscope: ignore why\n", [(2, 2)]),
        ("a.yaml", "# leastscope: ignore why\na: 1\n", [(1, 2)]),
        ("a.yaml", "# leastscope: ignore why\n# more\n\na: 1\n", [(1, 4)]),
        ("a.yaml", "a: 1\r\n# leastscope: ignore why\r\n-\r\n  b: 1\r\n", [(2, 4)]),
        ("a.yaml", "a: '# leastscope: ignore why'\nb: \"# leastscope: ignore why\"\n", []),
        ("a.yaml", "a: it's  # leastscope: ignore why\n", [(1, 1)]),
        ("a.yaml", "a: b#leastscope: ignore why\n", []),
        (".env", "KEY=a # leastscope: ignore why", [(1, 1)]),
        ("a.toml", "#leastscope: ignore why\n[a]\nb = 1", [(1, 2)]),
        ("a.json", '{"a": 1} // leastscope: ignore why', [(1, 1)]),
        ("a.json", '[\n  // leastscope: ignore why\n  {\n    "a": 1\n  }\n]', [(2, 4)]),
        ("a.json", '{"a": "// leastscope: ignore why", "b": "\\" // leastscope: ignore why"}', []),
        ("a.json", "{} /* // leastscope: ignore why */", []),
        ("a.json", '{"a": "x//"} # leastscope: ignore why', []),
        ("a.json", "{} // leastscope: ignore why\n{} // leastscope: ignore why", [(1, 1), (2, 2)]),
        ("a.yaml", "a: 1  # of leastscope: ignore it", []),
        ("a.yaml", "a: 1\n# leastscope: ignore why", [(2, 2)]),
    ],
)
def test_comments_are_found_in_files_of_every_kind(path: str, text: str, places: list[tuple[int, int]]) -> None:
    assert [(found.span.line, found.line) for found in suppressions(path, text)] == places


def test_a_reason_is_cut_to_a_length_that_reports_can_show() -> None:
    (found,) = suppressions("a.yaml", comment("ignore " + "x" * 9_000))
    assert len(found.reason) == 500


@given(st.text(alphabet="# leastscope:ignore[]//\"'\\{}\n\r-,x*", max_size=200))
def test_any_text_has_suppressions_that_lie_in_it(text: str) -> None:
    count = len(text.splitlines()) + 1
    for path in ("a.json", "a.yaml"):
        for found in suppressions(path, f"leastscope:{text}"):
            assert 1 <= found.span.line <= count
            assert found.span.line <= found.line <= count


def test_a_long_file_of_quotes_takes_no_time() -> None:
    for text in ('"\\' * 200_000, "'" * 200_000, "/*" * 200_000, "[" * 400_000, " #" * 200_000):
        for path in ("a.json", "a.yaml"):
            assert suppressions(path, f"leastscope:{text}") == ()
