"""Every pattern that the product compiles when it is imported, and the texts that make a pattern slow if anything does.

`python tests/support/patterns.py LENGTH` runs all of them and prints those that take too long. Whoever starts it ends it
after a while: some patterns would never come back.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
import time
from collections import defaultdict
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import leastscope

if TYPE_CHECKING:
    from collections.abc import Iterator

METHODS = ("match", "fullmatch", "search")
_SEARCHING = ("search", "sub", "subn", "split", "findall", "finditer")
_CLASSES = " \t\n\ra0_\f"
"""One character of each class that patterns tell apart: blanks, ends of line, letters, digits, and what is none."""
LIMIT = 0.5
"""Seconds for one run: far more than a linear pattern takes for 50,000 characters, and less than a quadratic one."""


class Found(NamedTuple):
    """A pattern, where it stands, and the kinds of methods that its module calls on it: all, where others may."""

    place: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


def patterns() -> Iterator[Found]:
    """Find the patterns of all modules, also inside of tuples and mappings."""
    names = [module.name for module in pkgutil.walk_packages(leastscope.__path__, "leastscope.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    called = {module: _calls(Path(str(module.__file__))) for module in modules}
    for module in modules:
        for name, value in vars(module).items():
            private = called[module][name] if name.startswith("_") else set()
            for at, pattern in _inside(value):
                yield Found(f"{module.__name__}.{name}{at}", pattern, _methods(set() if at else private))


def _inside(value: object, depth: int = 3) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield "", value
    elif isinstance(value, dict) and depth:
        yield from ((f"[{key!r}]{at}", one) for key, part in value.items() for at, one in _inside(part, depth - 1))
    elif isinstance(value, (tuple, list, set, frozenset)) and depth:
        yield from ((f"[{key}]{at}", one) for key, part in enumerate(value) for at, one in _inside(part, depth - 1))


def _calls(path: Path) -> dict[str, set[str]]:
    """Map each name to what a file takes from it, as the methods of a pattern."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found[node.value.id].add(node.attr)
    return found


def _methods(called: set[str]) -> tuple[str, ...]:
    """Give the kinds of methods to run: all, where the code does not say which."""
    searches = {"search"} if called & set(_SEARCHING) else set()
    kinds = searches | (called & {"match", "fullmatch"})
    return tuple(method for method in METHODS if method in kinds) or METHODS


def texts(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    """Give long runs of each pair of characters that the pattern may tell apart, ended by something else or not."""
    written = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    chars = sorted({*_CLASSES, *(char for char in written if not char.isalnum())})
    for one, other in product(chars, repeat=2):
        for text in (one * length + other, (one + other) * (length // 2), one + other * length + "\0"):
            yield text if isinstance(pattern.pattern, str) else text.encode("utf-8", "surrogatepass")


def slow(found: Found, length: int) -> Iterator[str]:
    """Say for which texts the pattern takes too long; one text for each method is enough."""
    for method in found.methods:
        run = getattr(found.pattern, method)
        for text in texts(found.pattern, length):
            started = time.process_time()
            run(text)
            seconds = time.process_time() - started
            if seconds > LIMIT * length / 50_000:
                yield f"{method} of {text[:4]!r}…{text[-3:]!r}: {seconds:.2f} s"
                break


def main(length: int) -> int:
    """Run all patterns; the result is the exit code."""
    code = 0
    for found in patterns():
        _say(" ".join((found.place, *found.methods)))
        for line in slow(found, length):
            _say(f"  {line}")
            code = 1
    return code


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
