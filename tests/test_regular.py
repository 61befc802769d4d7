"""Only regular files are read, and nothing else holds a run up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from leastscope.regular import read_regular


@pytest.mark.parametrize(("limit", "expected"), [(3, b"abc"), (100, b"abcdef")])
def test_a_file_is_read_up_to_a_limit(tmp_path: Path, limit: int, expected: bytes) -> None:
    (tmp_path / "a").write_bytes(b"abcdef")
    assert read_regular(tmp_path / "a", limit) == expected
    assert read_regular(os.fspath(tmp_path / "a"), limit, links=False) == expected


def test_a_link_counts_as_the_file_it_leads_to_if_links_do(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    (tmp_path / "link").symlink_to("a")
    assert read_regular(tmp_path / "link", 10) == b"abc"
    with pytest.raises(OSError, match="symbolic links"):
        read_regular(tmp_path / "link", 10, links=False)


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("place", ["pipe", "folder", "link to a pipe", "/dev/null"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, place: str, links: bool) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link to a pipe").symlink_to("pipe")
    with pytest.raises(OSError, match=r"not a regular file|symbolic links"):
        read_regular(tmp_path / place, 10, links=links)


def test_a_file_that_has_another_size_than_told_is_read_to_its_end_or_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_bytes(b"abcdef")
    told = os.stat

    for size in (0, 2, 5, 6, 9):
        monkeypatch.setattr(
            os, "fstat", lambda _, size=size: os.stat_result((*told(tmp_path / "a")[:6], size, 0, 0, 0))
        )
        assert read_regular(tmp_path / "a", 100) == b"abcdef"
        assert read_regular(tmp_path / "a", 4) == b"abcd"


@pytest.mark.skipif(not Path("/proc/version").is_file(), reason="a file whose size is not told")
@pytest.mark.parametrize("limit", [1, 5, 1_000_000])
def test_a_file_of_which_the_size_is_not_known_is_read_up_to_the_limit(limit: int) -> None:
    assert read_regular("/proc/version", limit) == Path("/proc/version").read_bytes()[:limit]
