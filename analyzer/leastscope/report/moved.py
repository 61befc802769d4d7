"""A report with its paths as they are seen from another folder.

A project is read from its root, so that the same project gives the same report. Whoever stands in a folder of it wants
paths that the terminal and the editor can open from there.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, TypeVar, cast

from leastscope.model import App, Report, Span, Unread

if TYPE_CHECKING:
    from pathlib import Path

Value = TypeVar("Value")
Moved = Callable[[str], str]
_PATHS = {App: ("root", "declared_in", "paths"), Unread: ("paths", "new"), Report: ("shown", "baseline")}
_QUOTED = re.compile(r"'([^'\n]{1,4096})'")


def seen_from(report: Value, root: Path, cwd: Path) -> tuple[Value, Callable[[str], str]]:
    """Give a report, or a part of one, with paths relative to `cwd` instead of `root`, and a function for messages.

    In messages, paths stand in quotes; what is quoted there and is no path of the report stays.
    """
    if root == cwd:
        return report, lambda text: text
    top, here = root.as_posix().rstrip("/"), cwd.as_posix()
    known: set[str] = set()
    _collect(report, known)

    def path_of(path: str) -> str:
        return posixpath.relpath(f"{top}/{path}", here)

    def quoted(match: re.Match[str]) -> str:
        return f"'{path_of(match[1])}'" if match[1] in known else match[0]

    def text_of(text: str) -> str:
        return _QUOTED.sub(quoted, text) if "'" in text else text

    return cast("Value", _moved(report, path_of, text_of)), text_of


def _collect(value: object, known: set[str]) -> None:
    """Note the paths of all the files that a report names."""
    if isinstance(value, Span):
        known.add(value.path)
    elif isinstance(value, tuple):
        for item in value:
            _collect(item, known)
    elif is_dataclass(value):
        for name in _PATHS.get(type(value), ()):
            found = getattr(value, name)
            known.update(found if isinstance(found, tuple) else (found,))
        for field in fields(value):
            _collect(getattr(value, field.name), known)


def _moved(value: object, path_of: Moved, text_of: Moved) -> object:
    if isinstance(value, Span):
        return replace(value, path=path_of(value.path))
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, tuple):
        return tuple(_moved(item, path_of, text_of) for item in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    own = _PATHS.get(type(value), ())
    changes = {
        field.name: _moved(found, path_of, path_of if field.name in own and found else text_of)
        for field in fields(value)
        if isinstance(found := getattr(value, field.name), (str, tuple)) or is_dataclass(found)
    }
    return replace(value, **changes)
