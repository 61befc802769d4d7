"""`scan --repos`: one scan for each repository of a list, and one report of all of them.

Each answer is kept as soon as it is found, so that a run that was killed is taken up where it was.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from leastscope.cli.printing import say
from leastscope.errors import AnalyzerError, TimeLimitError, UsageError
from leastscope.regular import read_regular
from leastscope.report.several import FORMS, Part, render_several
from leastscope.verdict import CLEAN, FINDINGS, INCOMPLETE, USAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from leastscope.answers import Answer
    from leastscope.cli.printing import Targets

_MOST_BYTES = 1_000_000
_WORST_FIRST = (USAGE, FINDINGS, INCOMPLETE, CLEAN)


def scan_listed(
    listed: Path,
    into: Targets,
    form: str,
    scan: Callable[[Path], Answer],
    prepare: Callable[[Sequence[Path]], None],
) -> int:
    """Scan each folder of a list, write one report of all, and give the worst of their exit codes.

    `prepare` is told of the folders beforehand, and may do what makes the scans of them quicker.
    """
    forms = (form, *(other for other, _ in into.files))
    for wrong in (other for other in forms if other not in FORMS):
        raise UsageError(f"--repos cannot be written as {wrong}; use one of {', '.join(FORMS)}")
    names = _names(listed)
    prepare([folder for name in names if (folder := listed.parent / name).is_dir()])
    found = [(name, _scanned(listed.parent / name, scan)) for name in names]
    for number, (other, path) in enumerate(zip(forms, (into.output, *(path for _, path in into.files)), strict=True)):
        parts = [_part(name, answer, number) for name, answer in found]
        into.write(render_several(other, parts), path)
    codes = {answer.code if not isinstance(answer, str) else USAGE for _, answer in found}
    for name, answer in found:
        for line in (answer,) if isinstance(answer, str) else answer.said:
            say(f"{name}: {line}", err=True)
    return next((code for code in _WORST_FIRST if code in codes), CLEAN)


def _scanned(folder: Path, scan: Callable[[Path], Answer]) -> Answer | str:
    """Scan one repository; gives why that cannot be, so that the others are scanned all the same."""
    if not folder.is_dir():
        return "the folder does not exist"
    try:
        return scan(folder)
    except TimeLimitError:
        raise
    except AnalyzerError as error:
        return str(error)


def _part(name: str, answer: Answer | str, number: int) -> Part:
    if isinstance(answer, str):
        return Part(name, USAGE, "", answer)
    return Part(name, answer.code, answer.texts[number])


def _names(listed: Path) -> Sequence[str]:
    """Read the folders of a list, one on each line, each once; a line that begins with # is a comment."""
    try:
        data = read_regular(listed, _MOST_BYTES)
    except OSError as error:
        raise UsageError(f"{listed}: cannot be read: {error.strerror or error}") from None
    lines = (line.strip() for line in os.fsdecode(data).splitlines())
    names = dict.fromkeys(line for line in lines if line and not line.startswith("#"))
    if not names:
        raise UsageError(f"{listed}: names no folder; write the path of one repository on each line")
    return [*names]
