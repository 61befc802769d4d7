"""Line hashes are those of github/codeql-action; the expected values are the ones its own tests state."""

from __future__ import annotations

import pytest

from leastscope.report.line_hash import line_hashes

GREETING = (
    "e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1",
    "c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1",
)  # fmt: skip
PUBLISHED = [
    ("", ("c129715d7a2bc9a3:1",)),
    (" a\nb\n  \t\tc\n d", ("271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1")),
    (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETING),
    (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETING),
    (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETING),
    (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETING),
    (
        "Lorem ipsum dolor sit amet.\n" * 10,
        (
            "a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3", "a7f2ff13bc495cf2:4",
            "a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6", "a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1",
            "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1",
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "hashes"), PUBLISHED)
def test_hashes_are_the_published_ones(text: str, hashes: tuple[str, ...]) -> None:
    assert line_hashes(text) == hashes


def slow_hash(units: list[int]) -> int:
    """Return the polynomial over one window, term by term."""
    return sum(unit * pow(37, 99 - index, 2**64) for index, unit in enumerate(units[:100])) % 2**64


@pytest.mark.parametrize(
    "text", ["é" * 150 + "\nz", "\ufeffimport x\n", "a🧾b\n🧾", "\udc80\nx", " \t\n\t \n", "x\r \n"]
)
def test_a_hash_covers_a_hundred_utf16_units_that_are_not_blank(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    lines = [position for position in range(len(plain) + 1) if position == 0 or plain[position - 1] == "\n"]
    for line, start in enumerate(lines):
        data = plain[start:].encode("utf-16-be", "surrogatepass")
        units = [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
        expected = slow_hash([*units, 65535] + [0] * 100)
        assert line_hashes(text)[line].split(":")[0] == f"{expected:x}"


def test_a_line_further_down_changes_no_hash_above_its_window() -> None:
    text = "x = 1\n" * 60
    assert line_hashes(text)[:10] == line_hashes(text + "changed\n")[:10]
