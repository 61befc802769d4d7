"""The hash of a line that code scanning services use to follow an alert from commit to commit.

It is the rolling hash of github/codeql-action (src/fingerprints.ts): emitting the identical value keeps alerts stable
for uploads that do not go through that action, and spares its users a warning for each result that differs.
"""

from __future__ import annotations

import sys
from collections import Counter

_WINDOW = 100
_BASE = 37
_MASK = (1 << 64) - 1
_LEAVING = pow(_BASE, _WINDOW, 1 << 64)
_LINE_FEED = 10
_END = 65535


def line_hashes(text: str) -> tuple[str, ...]:
    """Return the hash of each line; a text that ends in a line break has a last, empty line.

    A line's hash covers the 100 UTF-16 units from its start, blanks left out and every line break taken as a line feed;
    the number behind the colon counts equal hashes from the top.
    """
    units = _units(text)
    starts = [0, *(index + 1 for index, unit in enumerate(units[:-1]) if unit == _LINE_FEED)]
    seen: Counter[int] = Counter()
    hashes = []
    for value in _window_hashes(units, starts):
        seen[value] += 1
        hashes.append(f"{value:x}:{seen[value]}")
    return tuple(hashes)


def _units(text: str) -> list[int]:
    """Return the UTF-16 units that count, with the mark of the end."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    if plain.isascii():
        return [*plain.encode(), _END]
    data = plain.encode("utf-16-le" if sys.byteorder == "little" else "utf-16-be", "surrogatepass")
    return [*memoryview(data).cast("H"), _END]


def _window_hashes(units: list[int], starts: list[int]) -> list[int]:
    """Return the hash of the window at each start; the windows are padded with zeros at the end."""
    padded = [0] * _WINDOW + units + [0] * _WINDOW
    wanted = iter(starts)
    start = next(wanted)
    hashes: list[int] = []
    value = 0
    for index, unit in enumerate(padded[_WINDOW:]):
        value = (value * _BASE + unit - _LEAVING * padded[index]) & _MASK
        if index == start + _WINDOW - 1:
            hashes.append(value)
            start = next(wanted, -1)
    return hashes
