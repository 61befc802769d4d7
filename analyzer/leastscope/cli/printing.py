"""What a command writes: to standard output, to standard error and to files. The only module that prints."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from leastscope.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leastscope.model import InputError
    from leastscope.report.hyperlinks import Links
    from leastscope.stages import Stages

PROFILE = "LEASTSCOPE_PROFILE"
"""The environment variable that names the file into which a run writes where its time went."""
_MARKS = (b"leastscope", b'"check_name"', b'"fingerprint"', b'"findings": []')
_REPORT_START = 64 * 1024
_NARROWEST, _WIDEST = 60, 120
_UNWRAPPED = 2_000
_PROGRAMS = frozenset({"Hyper", "WezTerm", "ghostty", "iTerm.app", "terminology", "vscode", "zed"})
_TERMINALS = frozenset({"alacritty", "alacritty-direct", "foot", "xterm-ghostty", "xterm-kitty"})


class Targets(NamedTuple):
    """The files that a command writes reports to, checked before it does any work; `files` are formats with paths."""

    output: Path | None
    files: tuple[tuple[str, Path], ...]
    trees: tuple[Path, ...] = ()
    profile: Path | None = None

    def write(self, text: str, path: Path | None) -> None:
        """Write a report to one of the files, or to standard output."""
        if path is None:
            write(text)
        else:
            from leastscope.outputs import write_output  # noqa: PLC0415 - most runs write no file

            write_output(path, _bytes(text), Path.cwd(), self.trees)

    def write_profile(self, stages: Stages) -> None:
        """Write where the time of the run went, if the user wants to know."""
        if self.profile is not None:
            from leastscope.report.profile import render_profile  # noqa: PLC0415 - few runs write one

            self.write(render_profile(stages), self.profile)


def targets(output: Path | None, also: Iterable[str], paths: Sequence[Path], config: Path | None = None) -> Targets:
    """Check the files that reports go to; raises `UsageError` for one that cannot or must not be written.

    `paths` are scanned, and `config` is the settings file.
    """
    from leastscope.outputs import check_output, trees_of  # noqa: PLC0415 - `--help` and `--version` need none of it

    files = tuple(_target(item) for item in also)
    profile = Path(os.environ[PROFILE]) if os.environ.get(PROFILE) else None
    named = [path for path in (output, profile, *(path for _, path in files)) if path is not None]
    cwd = Path.cwd()
    trees = trees_of(paths or (Path(),), cwd)
    seen: set[str] = set()
    for path in named:
        check_output(path, cwd, trees)
        real = os.path.realpath(path)
        if real in seen and Path(real).is_file():
            raise UsageError(f"{path}: two reports cannot go to the same file")
        seen.add(real)
        _refuse_input(path, Path(real), trees, config)
    return Targets(output, files, trees, profile)


def _refuse_input(path: Path, real: Path, trees: Sequence[Path], config: Path | None) -> None:
    """Refuse to write a report onto a file that the command reads; a report of an earlier run may be replaced."""
    if not real.is_file() or not any(tree == real or tree in real.parents for tree in trees):
        return
    from leastscope.filenames import PROJECT_FILE, SETTINGS_FILES  # noqa: PLC0415 - few reports go onto a file that is there
    from leastscope.pipeline import file_filter  # noqa: PLC0415 - the same

    is_settings = real.name in {*SETTINGS_FILES, PROJECT_FILE} or (config and os.path.realpath(config) == str(real))
    source = is_settings or file_filter(texts=False)(real.as_posix())
    if source or (file_filter()(real.as_posix()) and not _is_report(real)):
        raise UsageError(f"{path}: refusing to overwrite a file that the scan reads; name another file")


def _is_report(path: Path) -> bool:
    """Whether a file is a report of an earlier run; one without a suffix is only read where it is a script."""
    with path.open("rb") as file:
        start = file.read(_REPORT_START)
    if not path.suffix:
        return not start.startswith(b"#!")
    return any(mark in start for mark in _MARKS) or start.strip() in {b"", b"[]"}


def write(text: str) -> None:
    """Write a text to standard output."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
            sys.stdout.buffer.write(_bytes(text))
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"standard output: cannot be written: {error.strerror}") from error


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a message."""
    click.echo(text, err=err, nl=nl)


def show_errors(errors: Iterable[InputError], form: str) -> None:
    """Repeat errors in files on standard error, because machine-readable output would hide them."""
    for line in error_lines(errors, form):
        say(line, err=True)


def error_lines(errors: Iterable[InputError], form: str) -> tuple[str, ...]:
    """Give the lines that repeat errors in files, where the format would hide them."""
    if form == "text":
        return ()
    places = ((error.span, error.message) for error in errors)
    return tuple(f"leastscope: {span.path}:{span.line}:{span.column}: {message}" for span, message in places)


def fail(message: str, shown: str = "") -> None:
    """Print why the run failed; on a GitHub runner, as an annotation, too."""
    from leastscope.report.escape import visible  # noqa: PLC0415 - few runs fail

    lines = "\n".join(visible(line) for line in (shown or f"leastscope: {message}").rstrip("\n").split("\n"))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from leastscope.report.github import quiet, render_failure  # noqa: PLC0415 - only where it is needed

        say(f"{quiet(lines)}{render_failure(message)}", err=True, nl=False)
    else:
        say(lines, err=True)


def _target(item: str) -> tuple[str, Path]:
    """Read one `FORMAT=FILE`."""
    from leastscope.report.formats import FORMATS  # noqa: PLC0415 - most runs write no file

    form, equals, path = item.partition("=")
    if not equals or form not in FORMATS or not path:
        raise UsageError(f"-o {item}: expected FORMAT=FILE, where FORMAT is one of {', '.join(FORMATS)}")
    return form, Path(path)


def colored(color: str, output: Path | None) -> bool:
    """Whether the text is colored: as the option says, else as the environment does, else on a terminal."""
    if color != "auto":
        return color == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return output is None and is_terminal() and os.environ.get("TERM") != "dumb"


def linked(output: Path | None) -> Links:
    """How text on standard output is linked: as FORCE_HYPERLINK says, else on a terminal known to have hyperlinks."""
    from leastscope.report.hyperlinks import NO_LINKS, Links  # noqa: PLC0415 - `--help` and `--version` need none of it

    forced = os.environ.get("FORCE_HYPERLINK", "").strip()
    on = forced != "0" if forced else is_terminal() and _has_hyperlinks(os.environ)
    if output is not None or not on:
        return NO_LINKS
    import socket  # noqa: PLC0415 - only terminals that have hyperlinks

    return Links(Path.cwd().as_posix(), socket.gethostname())


def _has_hyperlinks(environment: Mapping[str, str]) -> bool:
    """Whether a terminal says by its variables that it is one of those that have hyperlinks."""
    if environment.get("TERM") == "dumb":
        return False
    version = environment.get("VTE_VERSION", "")
    return (
        any(environment.get(name) for name in ("DOMTERM", "KONSOLE_VERSION", "WT_SESSION"))
        or (version.isascii() and version.isdigit() and int(version[:6]) >= 5000)
        or environment.get("TERM_PROGRAM", "") in _PROGRAMS
        or environment.get("TERM", "") in _TERMINALS
    )


def text_width(output: Path | None) -> int:
    """Give the columns of a line of text: those of the terminal, within bounds; what is piped is not wrapped.

    COLUMNS counts wherever the text goes.
    """
    named = os.environ.get("COLUMNS", "")
    if named.isascii() and named.isdigit() and int(named[:6]):
        return min(max(int(named[:6]), _NARROWEST), _WIDEST)
    if output is not None or not is_terminal():
        return _UNWRAPPED
    import shutil  # noqa: PLC0415 - what is piped has no columns

    return min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)


def is_terminal(*, err: bool = False) -> bool:
    """Whether somebody sees what is written to standard output, or to standard error."""
    stream = sys.stderr if err else sys.stdout
    return stream is not None and stream.isatty()


def source_text(path: str) -> str | None:
    """The text of a scanned file."""
    from leastscope.pipeline import legible_text  # noqa: PLC0415 - `--help` and `--version` need none of it

    return legible_text(Path(path))
