"""The comparison of two revisions sees every difference but prose, and says which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from places import FIXTURES
from tools.compare_revisions import SENTENCES, differences, fixtures, packages, without

if TYPE_CHECKING:
    from pathlib import Path

REQUEST = {"file": "a.py", "line": 1, "evidence": [{"line": 1, "note": "is imported"}]}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"requests": [REQUEST]}, {"requests": [REQUEST]}, []),
        ({"requests": [REQUEST]}, {"requests": [{**REQUEST, "evidence": [{"line": 1, "note": "other"}]}]}, []),
        ({"requests": [REQUEST]}, {"requests": []}, [" requests: - "]),
        ({"requests": [REQUEST]}, {"requests": [REQUEST, REQUEST]}, [" requests: + "]),
        ({"requests": [REQUEST]}, {"requests": [{**REQUEST, "line": 2}]}, [" requests: - ", " requests: + "]),
        ({"apps": ["a", "b"]}, {"apps": ["b", "a"]}, [" apps: the same elements in another order"]),
        ({"exit": 0}, {"exit": 1}, [" exit: 0 -> 1"]),
        ({"json": {"schema": 1}}, {"json": {"schema": "1"}}, [' json schema: 1 -> "1"']),
    ],
)
def test_a_difference_is_said_with_its_place(
    before: dict[str, object], after: dict[str, object], said: list[str]
) -> None:
    lines = differences(before, after)
    assert len(lines) == len(said)
    assert all(line.startswith(start) for line, start in zip(lines, said, strict=True))


def test_new_keys_are_set_aside_at_any_depth() -> None:
    after = {"requests": [{**REQUEST, "server": "checkout"}], "server": 1}
    assert differences({"requests": [REQUEST]}, after, SENTENCES | {"server"}) == []
    assert differences({"requests": [REQUEST]}, after) != []
    assert without(after, frozenset({"server"})) == {"requests": [REQUEST]}


def test_what_failed_on_both_sides_is_no_agreement() -> None:
    assert differences({"failed": "x"}, {"failed": "x"}) == [" base: x", " head: x"]


def test_of_many_differences_in_one_list_the_first_are_said_and_the_rest_counted() -> None:
    lines = differences({"gaps": list(range(30))}, {"gaps": []})
    assert len(lines) == 13
    assert lines[-1] == " gaps: and 18 more"


def test_all_folders_of_fixtures_and_all_packages_are_targets(tmp_path: Path) -> None:
    names = fixtures(FIXTURES).paths
    assert {"calls/stripe", "calls/stripe/by_method_name", "projects/example", "tokens"} <= set(names)
    assert len(names) == len(set(names))
    (tmp_path / "shop-1.0" / "src").mkdir(parents=True)
    assert [batch.name for batch in packages(tmp_path)] == ["shop-1.0"]
