"""Files with the names of tests that other code imports: they are part of the program, whatever they are called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leastscope.discover import is_test

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from leastscope.sources import Sources

_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(?P<home>[\w.]{1,500})[ \t]+import[ \t]*(?:\((?P<many>[^)]{0,5000})|(?P<few>[^\n(]{0,1000}))"
    r"|import[ \t]+(?P<whole>[^\n]{1,1000}))",
    re.MULTILINE,
)
_NAME = re.compile(r"(?:^|,)\s*([\w.]+)")
_FOLDERS = frozenset({"test", "tests"})
_MAX_IMPORTS = 2_000
"""Import statements of one file that are looked at."""


def counted_tests(sources: Sources, tests: Collection[str]) -> frozenset[str]:
    """Give those of some files with the names of tests that other code imports, directly or through one another."""
    left = {path: _parts(path) for path in sources.files if is_test(path)}
    stems = frozenset(parts[-1] for parts in left.values() if parts)
    words = _FOLDERS | {stem for stem in stems if is_test(f"{stem}.py")}
    found: set[str] = set()
    importers = [path for path in sources.files if path not in left]
    while importers and not found.issuperset(tests):
        names = {name for path in sources.importing(importers, words) for name in _imported(sources.text_of(path))}
        meant = [name for name in sorted(names) if name.rpartition(".")[2] in stems]
        importers = [
            path for path, parts in left.items() if path not in found and any(_means(one, parts) for one in meant)
        ]
        found.update(importers)
    return frozenset(found.intersection(tests))


def _parts(path: str) -> list[str]:
    """Give the names of a module, from its outermost folder on."""
    parts = path.removesuffix(".py").split("/")
    return parts[:-1] if parts[-1] == "__init__" else parts


def _imported(text: str) -> Iterator[str]:
    """Give the dotted names that a file may import, without the dots in front."""
    for count, match in enumerate(_IMPORT.finditer(text)):
        if count == _MAX_IMPORTS:
            return
        if match["whole"]:
            yield from _NAME.findall(match["whole"])
            continue
        home = match["home"].strip(".")
        yield home
        for name in _NAME.findall(re.sub(r"#[^\n]*", "", match["many"] or match["few"] or "")):
            yield f"{home}.{name}" if home else name


def _means(name: str, parts: list[str]) -> bool:
    """Whether a dotted name that says itself that it is about tests ends like the name of a module."""
    wanted = name.split(".")
    return parts[-len(wanted) :] == wanted and is_test("/".join(wanted) + ".py")
