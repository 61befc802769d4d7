"""The Python of a file, whatever form the file has; `cells` knows what a notebook is, and is read where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.discover import NOTEBOOK_SUFFIX, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.discover import File
    from leastscope.model import Gap


def code_of(file: File, data: bytes) -> bytes | Gap:
    """Give the Python of a file: what it holds, or the joined cells of a notebook; a gap for a broken notebook."""
    if not file.path.endswith(NOTEBOOK_SUFFIX):
        return data
    from leastscope.notebooks.cells import cells_of  # noqa: PLC0415 - most trees have no notebook

    return cells_of(file.path, data)


def read_code(file: File, limit: int, content: Callable[[File, int], bytes | Gap] = read) -> bytes | Gap:
    """Read the Python of a file of at most `limit` bytes; a gap where that cannot be."""
    data = content(file, limit)
    return code_of(file, data) if isinstance(data, bytes) else data
