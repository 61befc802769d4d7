"""What stands in the place of a manifest is told, never waited for, and not followed by "nothing declares"."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from command import process
from leastscope.pipeline import scan
from leastscope.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable

CODE = "import stripe\n\nstripe.Charge.list(stripe_account='acct_1')\n"


def _link(path: Path) -> None:
    path.symlink_to(path.parent.parent)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Path.mkdir, "a folder stands in the place of the file"),
        (os.mkfifo, "it is not a regular file"),
        (_link, "the file is a link, and links are not followed"),
    ],
    ids=["a folder", "a pipe", "a link"],
)
def test_what_is_no_file_is_a_gap(tmp_path: Path, make: Callable[[Path], None], reason: str) -> None:
    (tmp_path / "app.py").write_text(CODE, "utf-8")
    make(tmp_path / "stripe-app.json")
    report = scan(Request((tmp_path,), tmp_path))
    assert [(gap.kind, gap.span.path, gap.reason) for gap in report.inventory.gaps] == [
        ("unreadable", "stripe-app.json", reason)
    ]
    assert report.findings == ()


def test_a_broken_manifest_is_an_error_and_nothing_says_that_nothing_is_declared(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(CODE, "utf-8")
    (tmp_path / "stripe-app.json").write_text("{", "utf-8")
    report = scan(Request((tmp_path,), tmp_path))
    assert [error.span.path for error in report.errors] == ["stripe-app.json"]
    assert report.findings == ()


def test_a_broken_manifest_beside_a_sound_one_leaves_that_one_alone(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "app.py").write_text(CODE, "utf-8")
    (tmp_path / "one" / "stripe-app.json").write_text('{"permissions": []}', "utf-8")
    (tmp_path / "two" / "stripe-app.json").write_text("{", "utf-8")
    assert [found.rule for found in scan(Request((tmp_path,), tmp_path)).findings] == ["missing-grant"]


def test_a_manifest_without_permissions_is_told_only_where_code_runs_under_it(tmp_path: Path) -> None:
    (tmp_path / "stripe-app.json").write_text('{"id": "a"}', "utf-8")
    assert scan(Request((tmp_path,), tmp_path)).findings == ()
    (tmp_path / "app.py").write_text(CODE, "utf-8")
    rules = [found.rule for found in scan(Request((tmp_path,), tmp_path)).findings]
    assert sorted(rules) == ["missing-grant", "undeclared-system"]


def test_a_pipe_that_is_named_is_told_and_shown_without_being_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "stripe-app.json")
    done = process(tmp_path, "scan", "stripe-app.json")
    assert done.code == 2
    assert b"not a regular file" in done.out
