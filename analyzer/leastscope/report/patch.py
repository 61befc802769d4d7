"""A unified diff for a terminal, or as it is for `patch` and `git apply`."""

from __future__ import annotations

from leastscope.report.escape import visible
from leastscope.report.snippet import Paint

_STYLES = {"+": "note", "-": "error", "@": "frame"}


def render_patch(text: str, *, color: bool) -> str:
    """Return a diff; with `color`, each line in the color of what it does, and hidden characters visible.

    Without color the text stays as it is: it is made to be applied by a program, and a change would break it.
    """
    if not color:
        return text
    paint = Paint(on=True)
    lines = (visible(line) for line in text.split("\n"))
    return "\n".join(paint(_STYLES[line[0]], line) if line[:1] in _STYLES else line for line in lines)
