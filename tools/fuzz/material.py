"""What the fuzzer starts from: texts of the fixtures, strings that make trouble, and ways to break a text or some bytes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = (
    "\x00",
    "\u202e",
    "\ud800",
    "\x1b[2J",
    "\n::error::x",
    "]]>",
    "--><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "=1+cmd|' /C calc'!A0",
    "|a\\|b`c``d",
    "[x](javascript:alert(1))",
    "${{ secrets.X }}%0A%0D",
    "\u2028\u2029\x85\v\f",
    "\U000e0041\ufeff\uffff",
    "a" * 3000,
    "(" * 300,
    "{" * 300,
    "1" * 5000,
)
_TOKEN = re.compile(r"\s+|\w+|\"[^\"\n]*\"|'[^'\n]*'|[^\w\s]")
_LARGEST = 20_000


def fixtures(pattern: str) -> list[str]:
    """Give the texts of the fixtures whose names match a pattern, those of a bearable size."""
    texts = [path.read_text("utf-8", "replace") for path in sorted((ROOT / "fixtures").rglob(pattern))]
    return [text for text in texts if len(text) <= _LARGEST]


def mutated(text: str, others: Sequence[str], chance: random.Random) -> str:
    """Change a text in a few places: lines of it, or tokens."""
    parts = text.splitlines(keepends=True) if chance.random() < 0.3 else _TOKEN.findall(text)
    for _ in range(chance.randint(1, 8)):
        at, to = chance.randrange(len(parts) + 1), chance.randrange(len(parts) + 1)
        match chance.randrange(6):
            case 0:
                del parts[at : at + chance.randint(1, 4)]
            case 1:
                parts[at:at] = parts[to : to + chance.randint(1, 6)]
            case 2:
                parts[at:at] = _TOKEN.findall(chance.choice(others))[to : to + chance.randint(1, 40)]
            case 3:
                parts.insert(at, chance.choice(HOSTILE))
            case 4 if parts:
                at, to = min(at, len(parts) - 1), min(to, len(parts) - 1)
                parts[at], parts[to] = parts[to], parts[at]
            case _:
                parts[at:at] = parts[at : at + 1] * chance.randint(1, 30)
    return "".join(parts)


def broken(data: bytes, chance: random.Random) -> bytes:
    """Change some bytes of a file."""
    held = bytearray(data)
    for _ in range(chance.randint(0, 3)):
        at = chance.randrange(len(held) + 1)
        held[at : at + chance.randint(0, 2)] = bytes([chance.randrange(256)])
    return bytes(held)


def made(text: str, others: Sequence[str], chance: random.Random) -> bytes:
    """Break a text, and sometimes its bytes."""
    data = mutated(text, others, chance).encode("utf-8", "surrogatepass")
    return broken(data, chance) if chance.random() < 0.2 else data
