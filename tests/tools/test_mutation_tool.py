"""The tool that changes code: which form of a function is called, which tests are taken, and what it lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from tools.mutation import STATE, Change, differences, door, within

if TYPE_CHECKING:
    from pathlib import Path


def x_double__mutmut_orig(number: int) -> int:
    return 2 * number


def x_double__mutmut_1(number: int) -> int:
    return 3 * number


KEY = f"{__name__}.x_double"


def test_the_active_form_of_a_function_is_called_and_the_call_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = {"_mutmut_orig": x_double__mutmut_orig, "x_double__mutmut_1": x_double__mutmut_1}
    double = door(forms)(x_double__mutmut_orig)
    STATE.called.clear()
    assert double(4) == 8
    assert STATE.called == {KEY}
    monkeypatch.setattr(STATE, "active", Change(KEY, "x_double__mutmut_1"))
    assert double(4) == 12
    monkeypatch.setattr(STATE, "active", Change("elsewhere.x_double", "x_double__mutmut_1"))
    assert double(4) == 8


@pytest.mark.parametrize(("budget", "names"), [(0.05, "b"), (0.4, "ba"), (9.0, "bac")])
def test_fast_tests_come_first_and_one_is_always_taken(budget: float, names: str) -> None:
    tests = cast("list[tuple[float, Any]]", [(0.2, "a"), (0.1, "b"), (3.0, "c")])
    assert "".join(cast("list[str]", within(tests, budget))) == names


def test_what_is_not_noticed_is_listed_by_its_lines(tmp_path: Path) -> None:
    text = "def x_f__mutmut_orig(a):\n    b = a\n    return a + b\n\n\ndef x_f__mutmut_1(a):\n    b = a\n    return a - b\n"
    (tmp_path / "m.py").write_text(text, "utf-8")
    assert list(differences(tmp_path / "m.py", ["x_f__mutmut_1"])) == [
        "x_f__mutmut_1\n-    return a + b\n+    return a - b"
    ]
