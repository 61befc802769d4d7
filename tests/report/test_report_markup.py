"""Words that were chosen by somebody else do nothing in Markdown, and documents are cut between rows."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leastscope.model import Span
from leastscope.report.markup import Part, code, document, folded, header, place_link, prose, row, web_link
from leastscope.report.page import counted
from markup_pages import HOSTILE, faults, pages

PLACE = Span("a.py", 3, 1, 3, 2)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("refund_write", "`refund_write`"),
        ("a`b", "``a`b``"),
        ("`", "`` ` ``"),
        ("a|b", "`a\\x7cb`"),
        ("a\nb\x1b\u202e", "`a\\x0ab\\x1b\\u202e`"),
        ("", "` `"),
        (" a ", "`  a  `"),
        ("x" * 300, f"`{'x' * 199}…`"),
    ],
)
def test_any_text_is_a_code_span_of_one_line(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Grant 'refund_write' in 'app.json', or remove it.", "Grant `refund_write` in `app.json`, or remove it."),
        ("sends POST /v1/refunds, which needs it", "sends `POST /v1/refunds`, which needs it"),
        ("it isn't told (open-parameter at a.py line 38).", "it isn't told (open-parameter at `a.py` line 38)."),
        ("ask @octocat: see #12", "ask `@octocat`: see `#12`"),
        ("see www.evil.example or GH-7", "see `www.evil.example` or `GH-7`"),
        ("'a' '<b>'x", "`a` `'<b>'x`"),
        ("'a',<script>", "`a` `,<script>`"),
        ("two  spaces\nand a line", "two spaces and a line"),
        ("größe 顧客", "größe 顧客"),
    ],
)  # fmt: skip
def test_plain_words_stay_and_all_others_become_code(text: str, shown: str) -> None:
    assert prose(text) == shown


def test_a_long_sentence_is_cut_at_a_word() -> None:
    assert len(prose("word " * 200)) <= 400
    assert prose("word " * 200).endswith("word …")


@pytest.mark.parametrize(
    ("path", "address", "shown"),
    [
        ("a.py", "https://host.example/a.py#L3", "[`a.py:3`](https://host.example/a.py#L3)"),
        ("a.py", "", "`a.py:3`"),
        ("a.py", "javascript:alert(1)", "`a.py:3`"),
        ("a.py", "https://host.example/a b)(<x>`|\n#L3",
         "[`a.py:3`](https://host.example/a%20b%29%28%3Cx%3E%60%7C%0A#L3)"),
        ("a.py", "https://host.example/?a=1&copy=2", "[`a.py:3`](https://host.example/?a=1&amp;copy=2)"),
        ("very/deep/" * 9 + "a.py", "", "`…/deep/very/deep/very/deep/very/deep/a.py:3`"),
    ],
)  # fmt: skip
def test_a_place_is_a_link_where_there_is_an_address_of_the_web(path: str, address: str, shown: str) -> None:
    assert place_link(Span(path, 3, 1, 3, 2), lambda _: address) == shown


@settings(deadline=None)
@given(HOSTILE, HOSTILE)
@example("|", "'`':+1:")
def test_hostile_words_stay_in_their_cell_and_do_nothing(one: str, two: str) -> None:
    link = web_link(code(one), f"https://host.example/{two}")
    made = header("a", "b", "c") + row(code(one), f"**{prose(two)}**", link)
    assert faults(f"## {prose(one)} {code(two)}\n\n{made}\n\n- {link}: {prose(two)}\n") == []
    assert {tuple(rows) for page in pages(made) for rows in page.tables} == {(3, 3)}


ROWS = tuple(row(f"{number}", "größe") for number in range(50))
TABLE = Part(header("number", "text"), ROWS, "line")


def test_pieces_follow_each_other_with_a_blank_line() -> None:
    assert document([Part("## Title\n"), Part("", ("- a\n", "- b\n"), "line")], 1000) == "## Title\n\n- a\n- b\n"


def test_a_hidden_piece_opens_to_its_table() -> None:
    text = document([Part(header("a"), (row("1"),), "line", "1 line")], 1000)
    assert text == "<details><summary>1 line</summary>\n\n| a |\n| --- |\n| 1 |\n\n</details>\n"


@settings(deadline=None)
@given(st.integers(min_value=400, max_value=2500), st.booleans())
def test_a_document_that_does_not_fit_is_cut_between_rows_and_says_how_many_are_left_out(
    limit: int, hidden: bool
) -> None:
    parts = [Part("## Title\n"), Part(TABLE.head, ROWS, "line", "lines" if hidden else ""), TABLE]
    text = document(parts, limit)
    assert len(text.encode()) <= limit
    assert faults(text) == []
    shown = text.count("größe")
    assert (f"*There is more than fits here: {counted(100 - shown, 'more line')}.*" in text) == (shown < 100)


def test_what_fits_is_not_cut() -> None:
    assert document([TABLE], 100_000).count("größe") == 50
    assert "more than fits" not in document([TABLE], 100_000)


def test_rows_beyond_a_screen_are_hidden_and_counted() -> None:
    first, rest = folded(TABLE, 10)
    assert (first.rows, rest.rows, rest.closed) == (ROWS[:10], ROWS[10:], "40 more lines")
    assert folded(Part("head", ROWS[:10], "line"), 10) == [Part("head", ROWS[:10], "line")]
    assert folded(Part("head"), 10) == []
