"""Files of many tokens: Python's parser reads what would take LibCST too much memory, and what is denser is refused."""

from __future__ import annotations

import pytest

from leastscope.kinds import GAP_BY_NAME
from leastscope.python.syntax import look, prescan
from leastscope.python.syntax.ir import Module, Unreadable
from leastscope.python.syntax.look import parse
from leastscope.python.syntax.lower import lower
from leastscope.request import DENSE, Room

DENSE_CODE = "import stripe\n# leastscope: ignore[missing-grant] one\nx = '# leastscope: no'\n" + "f(a)  # other\n" * 40
SOURCES = [
    DENSE_CODE,
    DENSE_CODE.replace("\n", "\r\n"),
    DENSE_CODE + "y = f'{a}' # leastscope: ignore[missing-grant] two",
    DENSE_CODE
    + "def g(): # leastscope: requires[a] é three\n  # leastscope: four \n  return (1, # leastscope: five\n2)\n",
]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files count as dense that have more than a hundred tokens, and LibCST read none of them."""
    monkeypatch.setattr(look, "MOST_FOR_LIBCST", 100)
    monkeypatch.setattr(look, "lower_text", lambda _: pytest.fail("LibCST was asked"))


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("source", SOURCES)
def test_a_dense_file_has_the_form_and_the_comments_that_libcst_gives(source: str) -> None:
    found = parse(source.encode())
    assert isinstance(found, Module)
    assert len(found.comments) == source.count("# leastscope: ") - 1
    assert repr(found) == repr(lower(source.encode()))


@pytest.mark.usefixtures("few")
def test_a_dense_file_with_an_error_is_a_gap_at_the_line() -> None:
    found = parse(f"{DENSE_CODE}def f(:\n".encode())
    assert isinstance(found, Unreadable)
    assert (found.kind, found.line) == ("syntax-error", DENSE_CODE.count("\n") + 1)


def test_a_file_that_is_not_dense_is_read_by_libcst(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(look, "lower_text", lambda text: asked.append(text.text))
    parse(b"a = 1\n")
    assert asked == ["a = 1\n"]


@pytest.mark.parametrize("unit", ["a\n", "a=1\n", "f(a,b)\n", "'a'\n", "if a: b\n"])
def test_a_file_of_too_many_tokens_is_refused_by_any_parser(unit: str) -> None:
    source = unit * 110_001
    for found in (parse(source.encode()), look.look(source.encode())):
        assert isinstance(found, Unreadable)
        assert found.kind == "too-large"


def test_the_page_of_the_gap_names_the_bounds() -> None:
    text = GAP_BY_NAME["too-large"].limits
    for number in (prescan._MOST_TOKENS, Room().signs, DENSE, Room().dense):
        assert f"{number:,}" in text
    assert f"{Room().bytes // 1024**2} MiB" in text
