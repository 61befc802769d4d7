"""What a way is: lines before a statement, and what stands for the value in it."""

from __future__ import annotations

from typing import NamedTuple


class Way(NamedTuple):
    """Lines before a statement, and what stands for the value in it; `helper` is the text of a module beside the file.

    VALUE is the code of what is carried, NAME a name that is free, HELPER the module.
    """

    before: str
    after: str
    helper: str = ""
