"""Hyperlinks lead where they say, change nothing that is read, and cannot be broken out of."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command import EXAMPLE, run
from leastscope.model import Span
from leastscope.report.hyperlinks import NO_LINKS, Links, without_links
from leastscope.report.snippet import display_width, wrap

if TYPE_CHECKING:
    from pathlib import Path

LINK = re.compile("\x1b\\]8;;([!-~]+)\x1b\\\\([^\x1b]*)\x1b\\]8;;\x1b\\\\")
LINKS = Links("/home/shop", "desk")


def span(path: str) -> Span:
    return Span(path, 3, 5, 3, 9)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("backend/billing.py", "file://desk/home/shop/backend/billing.py"),
        ("../lib/a b.py", "file://desk/home/lib/a%20b.py"),
        ("/etc/x.py", "file://desk/etc/x.py"),
        ("caf\udce9.py", "file://desk/home/shop/caf%E9.py"),
        ("half\ud800.py", "file://desk/home/shop/half%3F.py"),
    ],
)
def test_a_place_leads_to_its_file(path: str, address: str) -> None:
    match = LINK.fullmatch(LINKS.place(span(path)))
    assert match
    assert match[1] == address
    assert match[2] == NO_LINKS.place(span(path))


def test_a_folder_of_windows_has_a_slash_before_its_drive() -> None:
    assert "file://desk/C:/shop/a.py\x1b" in Links("C:/shop", "desk").place(span("a.py"))


@given(st.text(st.characters(), min_size=1))
def test_no_path_breaks_out_of_the_sequence(path: str) -> None:
    text = LINKS.place(span(path))
    assert LINK.fullmatch(text)
    assert without_links(text) == NO_LINKS.place(span(path))
    assert text.count("\x1b") == 4


def test_a_kind_leads_to_its_page_and_another_word_nowhere() -> None:
    match = LINK.fullmatch(LINKS.kind("missing-grant", "error[missing-grant]"))
    assert match
    assert match[1].startswith("https://")
    assert match[1].endswith("/missing-grant.md")
    assert LINKS.kind("no-such-kind", "error") == "error"
    assert NO_LINKS.kind("missing-grant", "error[missing-grant]") == "error[missing-grant]"


def test_the_width_does_not_count_a_link() -> None:
    linked = LINKS.place(span("a.py"))
    assert display_width(linked) == len("a.py:3:5")
    assert len(wrap(f"{linked} {linked} {linked}", 30)) == 1


@pytest.mark.parametrize("arguments", [["scan", "--statistics"], ["requests"], ["infer"], ["explain", "invoice_read"]])
@pytest.mark.parametrize("columns", ["60", "120"])
def test_a_report_reads_the_same_with_links(
    arguments: list[str], columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("FORCE_HYPERLINK", "0")
    plain = run(EXAMPLE, *arguments).out.decode()
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    linked = run(EXAMPLE, *arguments).out.decode()
    addresses = [match[1] for match in LINK.finditer(linked)]
    assert without_links(linked) == plain
    assert bool(addresses) is (arguments != ["requests"])
    for address in addresses:
        parts = urlsplit(address)
        path = PurePosixPath("/", unquote_to_bytes(parts.path.lstrip("/")).decode())
        assert parts.scheme == "https" or path.name in {"billing.py", "webhooks.py", "stripe-app.json"}


def test_a_file_has_no_links(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    assert b"\x1b" in run(EXAMPLE, "scan", "-o", f"text={tmp_path / 'also'}").out
    run(EXAMPLE, "scan", "--output", str(tmp_path / "alone"))
    for name in ("also", "alone"):
        assert b"\x1b" not in (tmp_path / name).read_bytes()
