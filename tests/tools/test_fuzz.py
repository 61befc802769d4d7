"""The fuzzer finds what goes wrong, tries the same for the same seed, and finds nothing in a short run."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tools import fuzz

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_same_seed_makes_the_same_projects() -> None:
    first, second, other = (fuzz.inputs(random.Random(seed)) for seed in (1, 1, 2))  # noqa: S311 - not for secrets
    made = [first() for _ in range(20)]
    assert made == [second() for _ in range(20)]
    assert made != [other() for _ in range(20)]


def test_projects_that_are_made_are_scanned_and_rendered(tmp_path: Path) -> None:
    project = fuzz.inputs(random.Random(3))  # noqa: S311 - not for secrets
    for number in range(25):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert fuzz.tried(project(), folder) == ""


def test_a_failure_is_told_and_its_input_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def scan(_: object) -> None:
        raise KeyError("planted")

    monkeypatch.setattr(fuzz, "scan", scan)
    assert fuzz.main(["--seconds", "0.1", "--keep", str(tmp_path)]) == 1
    assert "KeyError: 'planted'" in capsys.readouterr().out
    assert (tmp_path / "0" / "pay.py").is_file()
