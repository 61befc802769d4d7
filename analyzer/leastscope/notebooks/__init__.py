"""The Python of a file, whatever form the file has; `cells` knows what a notebook is, and is read where there is one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leastscope.discover import NOTEBOOK_SUFFIX, PYTHON_SUFFIXES, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.discover import File
    from leastscope.model import Gap


_LONGEST_LINK = 1000


def code_of(file: File, data: bytes) -> bytes | Gap:
    """Give the Python of a file: what it holds, or the joined cells of a notebook; a gap where that cannot be told."""
    if not file.path.endswith(NOTEBOOK_SUFFIX):
        return _link(file) if _is_link(file, data) else data
    from leastscope.notebooks.cells import cells_of  # noqa: PLC0415 - most trees have no notebook

    return cells_of(file.path, data)


def read_code(file: File, limit: int, content: Callable[[File, int], bytes | Gap] = read) -> bytes | Gap:
    """Read the Python of a file of at most `limit` bytes; a gap where that cannot be."""
    data = content(file, limit)
    return code_of(file, data) if isinstance(data, bytes) else data


def _is_link(file: File, data: bytes) -> bool:
    """Whether a file holds nothing but the path of a file that is not read: so git writes a link where there are none."""
    if not data or len(data) > _LONGEST_LINK or not data.isascii() or b"\n" in data or b"\0" in data:
        return False
    target = data.decode()
    if target.startswith("/") or target.endswith(PYTHON_SUFFIXES):
        return False
    return os.path.isfile(os.path.join(os.path.dirname(file.absolute), target))  # noqa: PTH113, PTH118, PTH120 - `Path.is_file` raises where a name is too long


def _link(file: File) -> Gap:
    from leastscope.model import Gap, Span  # noqa: PLC0415 - few trees have one

    reason = "the file holds only the path of another file, as git writes a link where the system has none"
    return Gap("not-read", Span(file.path, 1, 1, 1, 1), "", reason)
