"""What a command writes: to standard output, to standard error and to files. The only module that prints."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leastscope.errors import UsageError
from leastscope.report.escape import visible
from leastscope.report.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.model import InputError


def write(text: str, path: Path | None, *, append: bool = False) -> None:
    """Write a text to a file, or to standard output."""
    data = text.encode("utf-8", "replace")
    try:
        if path is not None:
            with path.open("ab" if append else "wb") as file:
                file.write(data)
        elif sys.stdout is not None:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"{path or 'standard output'}: cannot be written: {error.strerror}") from error


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a message."""
    click.echo(text, err=err, nl=nl)


def show_errors(errors: Iterable[InputError], form: str) -> None:
    """Repeat errors in files on standard error, because machine-readable output would hide them."""
    if form == "text":
        return
    for error in errors:
        span = error.span
        say(f"leastscope: {span.path}:{span.line}:{span.column}: {error.message}", err=True)


def fail(message: str, shown: str = "") -> None:
    """Print why the run failed; on a GitHub runner, as an annotation, too."""
    lines = "\n".join(visible(line) for line in (shown or f"leastscope: {message}").rstrip("\n").split("\n"))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from leastscope.report.github import quiet, render_failure  # noqa: PLC0415 - only where it is needed

        say(f"{quiet(lines)}{render_failure(message)}", err=True, nl=False)
    else:
        say(lines, err=True)


def target(item: str) -> tuple[str, Path]:
    """Read one `FORMAT=FILE`."""
    form, equals, path = item.partition("=")
    if not equals or form not in FORMATS or not path:
        raise UsageError(f"-o {item}: expected FORMAT=FILE, where FORMAT is one of {', '.join(FORMATS)}")
    return form, Path(path)


def colored(color: str, output: Path | None) -> bool:
    """Whether the text is colored."""
    return color == "always" or (color == "auto" and output is None and sys.stdout is not None and sys.stdout.isatty())


def source_text(path: str) -> str | None:
    """The text of a scanned file."""
    from leastscope.pipeline import legible_text  # noqa: PLC0415 - `--help` and `--version` need none of it

    return legible_text(Path(path))
