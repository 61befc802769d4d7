"""The fuzzer finds what goes wrong, tries the same for the same seed, and finds nothing in a short run."""

from __future__ import annotations

import ast
import random
from typing import TYPE_CHECKING

import pytest

from leastscope.document import read_document
from leastscope.report.formats import FORMATS
from tools.fuzz import documents, guided, projects, readback, texts
from tools.fuzz.__main__ import SHARES, fuzz, main
from tools.fuzz.grammar import Grammar
from tools.fuzz.trees import regrown

if TYPE_CHECKING:
    from pathlib import Path


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - not for secrets


def test_the_same_seed_makes_the_same_inputs() -> None:
    for give in (projects.projects, documents.documents, texts.words):
        first, second, other = (give(chance(seed)) for seed in (1, 1, 2))
        made = [first() for _ in range(20)]
        assert made == [second() for _ in range(20)]
        assert made != [other() for _ in range(20)]


@pytest.mark.parametrize(("kind", "count"), [("projects", 25), ("documents", 500), ("texts", 10)])
def test_a_short_run_finds_nothing(kind: str, count: int) -> None:
    tally = fuzz(kind, 0, 3, count)
    assert (tally.tried, tally.failures) == (count, [])


def test_most_programs_of_the_grammar_and_all_regrown_ones_are_python() -> None:
    grammar = Grammar(chance(1))
    made = [grammar.program() for _ in range(40)]
    assert sum(is_python(text) for text in made) > 20
    parsed = [text for text in made if is_python(text)]
    assert [text for text in parsed if regrown(text, parsed[0], chance(2)) == text] != parsed


def is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("form", FORMATS)
def test_a_word_that_leaves_its_place_is_seen(form: str) -> None:
    """A renderer that lets markup, a line or a hidden character through gives another shape, or none."""
    text = texts.rendered(form, "word")
    usual = readback.shape(form, text)
    for planted in ("\x1b[2J", "<img src=x>", '", "x": "', "\n::error::x\n"):
        at = text.index("word")
        try:
            if readback.shape(form, text[:at] + planted + text[at:]) != usual:
                return
        except (ValueError, SyntaxError):
            return
    pytest.fail("nothing was seen")


def test_a_place_outside_of_a_document_and_a_value_read_otherwise_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    other = read_document("stripe-app.json", b'{"id": "other"}')
    monkeypatch.setattr(documents, "read_document", lambda *_: other)
    assert "a place outside" in documents.tried(("stripe-app.json", b"{}"))
    assert "another value" in documents.tried(("stripe-app.json", b'{"id": "one"}  '))


@pytest.mark.parametrize(
    ("kind", "room", "called"), [("projects", projects, "scan_to_fix"), ("texts", texts, "rendered")]
)
def test_a_failure_is_told_and_its_input_is_kept(
    kind: str,
    room: object,
    called: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def planted(*_: object, **__: object) -> None:
        raise KeyError("planted")

    monkeypatch.setattr(room, called, planted)
    assert main(["--only", kind, "--count", "2", "--keep", str(tmp_path)]) == 1
    assert "KeyError: 'planted'" in capsys.readouterr().out
    assert {path.name for path in (tmp_path / kind).iterdir()} == {"0", "1"}
    assert list((tmp_path / kind / "0").iterdir())


@pytest.mark.parametrize("name", ["json", "yaml", "toml", "url"])
def test_what_is_guided_by_coverage_takes_any_bytes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = guided.target(name)
    for data in (b"", b"\xff\x00{", b'{"id": ["{0}/%s"]}', b"https://u:p@h/%7B?a[]=b#c"):
        attempt(data)
    monkeypatch.setattr(documents, "tried", lambda _: "planted")
    if name != "url":
        with pytest.raises(ValueError, match="planted"):
            guided.target(name)(b"")


def test_a_run_that_is_interrupted_tells_what_it_has_found(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = iter(["fine", "wrong"])

    def give() -> str:
        found = next(inputs, None)
        if found is None:
            raise KeyboardInterrupt
        return found

    monkeypatch.setattr(texts, "words", lambda _: give)
    monkeypatch.setattr(texts, "tried", lambda word: "no" if word == "wrong" else "")
    tally = fuzz("texts", 60, 0, 100)
    assert (tally.tried, tally.failures) == (2, [("no", {"word": b"wrong"})])


def test_every_kind_has_its_share_of_the_time() -> None:
    assert sum(SHARES.values()) == pytest.approx(1)
