"""The door: options in, exit code out. The only room that prints, and the only one with a broad `except`."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from analyzer import __version__
from analyzer.errors import AnalyzerError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.changes import Compared
    from analyzer.diff import FailOn
    from analyzer.model import Report

_Command = TypeVar("_Command", bound="Callable[..., object]")
CLEAN, FINDINGS, USAGE, INCOMPLETE, INTERNAL = 0, 1, 2, 3, 70
_RANK = {"error": 3, "warning": 2, "note": 1}
_FORMATS = ("text", "json", "sarif")
_PATHS_BEHIND = "leastscope.paths"

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
_SETTINGS = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file.  [default: leastscope.yaml or pyproject.toml, here or in the one folder that is scanned]",
)
_EXCLUDE = click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave these paths out (as in .gitignore).")
_OUTPUT = click.option("--output", type=click.Path(path_type=Path), help="Write there instead of to standard output.")
_COLOR = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Color the text; auto does so on a terminal.",
)


def _format(*forms: str) -> Callable[[_Command], _Command]:
    return click.option(
        "--format", "form", type=click.Choice(forms), default="text", show_default=True, help="What to print."
    )


class _Main(click.Group):
    """The command; without the name of another one it is `scan`, and whatever goes wrong becomes an exit code."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `scan` before what names no command; a first word that is no path either stays and is refused."""
        first = args[0] if args else "."
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if first not in self.commands and first not in own and (first[:1] == "-" or os.path.lexists(first)):
            args = ["scan", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the arguments."""
        if args[0] not in self.commands:
            known = ", ".join(sorted(self.commands))
            raise click.UsageError(f"'{args[0]}' is neither a path nor a command; the commands are: {known}", ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: object, **options: object) -> None:  # type: ignore[override]
        """Run a command; never shows a traceback."""
        try:
            options["standalone_mode"] = False
            code = super().main(*args, **options)  # type: ignore[call-overload]
            sys.exit(code if isinstance(code, int) else CLEAN)
        except click.exceptions.Abort:
            sys.exit(130)
        except click.ClickException as error:
            error.show()
            sys.exit(USAGE)
        except AnalyzerError as error:
            click.echo(f"leastscope: {error}", err=True)
            sys.exit(USAGE)
        except BrokenPipeError:
            sys.exit(CLEAN)
        except Exception as error:  # noqa: BLE001 - the last resort of the whole program
            click.echo(f"leastscope: internal error: {type(error).__name__}: {_one_line(str(error))}", err=True)
            click.echo("Please report it, with the file that causes it if you can share it.", err=True)
            sys.exit(INTERNAL)


class _WithPaths(click.Command):
    """A command whose paths stand behind `--`, for what stands before are names of revisions."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep what stands behind `--` for the command."""
        end = args.index("--") if "--" in args else len(args)
        ctx.meta[_PATHS_BEHIND] = tuple(Path(path) for path in args[end + 1 :])
        return super().parse_args(ctx, args[:end])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Name the paths in the usage line."""
        return [*super().collect_usage_pieces(ctx), "[-- PATHS...]"]


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]


@click.group(cls=_Main, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="leastscope")
def main() -> None:
    """Find the permissions that payment integrations need, lack, and hold for nothing.

    Without a command it scans: `leastscope .` means `leastscope scan .`.
    """


@main.command(short_help="Compare what code needs with what its apps are granted.")
@_PATHS
@_format(*_FORMATS)
@_OUTPUT
@click.option("-o", "--also", "also", multiple=True, metavar="FORMAT=FILE", help="Write this format to a file as well.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    help="Exit with 1 if there is a finding of this level or above.  [default: error]",
)
@click.option("--strict", is_flag=True, help="Exit with 3 if something could not be told.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found; errors still count.")
@click.option("--tests/--no-tests", default=None, help="Count what only tests do as a need of the app.")
@click.option("--show-suppressed", is_flag=True, help="Write suppressed findings to SARIF as well.")
@_SETTINGS
@_EXCLUDE
@_COLOR
def scan(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[Path, ...],
    form: str,
    output: Path | None,
    also: tuple[str, ...],
    fail_on: str | None,
    strict: bool,
    exit_zero: bool,
    tests: bool | None,
    show_suppressed: bool,
    config: Path | None,
    exclude: tuple[str, ...],
    color: str,
) -> int:
    """Compare what the code below PATHS needs with what its apps are granted.

    PATHS are files and folders; without one, the working directory.

    Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage, settings or manifest error, 3 incomplete (--strict),
    70 internal error.
    """
    from analyzer import pipeline  # noqa: PLC0415 - `--help` and `--version` need none of it

    targets = [_target(item) for item in also]
    today = datetime.now().astimezone().date()
    request = pipeline.Request(paths or (Path(),), Path.cwd(), config, exclude, tests, today)
    report = pipeline.scan(request)
    _write(_render(report, form, color=_colored(color, output), suppressed=show_suppressed), output)
    for other, path in targets:
        _write(_render(report, other, color=False, suppressed=show_suppressed), path)
    _show_errors(report, form)
    code = exit_code(report, fail_on or report.fail_on, strict=strict)
    return CLEAN if exit_zero and code in {FINDINGS, INCOMPLETE} else code


@main.command(short_help="List the requests that code sends, with their permissions.")
@_PATHS
@_format("text", "json")
@_OUTPUT
@_SETTINGS
@_EXCLUDE
@_COLOR
def requests(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[Path, ...],
    form: str,
    output: Path | None,
    config: Path | None,
    exclude: tuple[str, ...],
    color: str,
) -> int:
    """List every request the code below PATHS sends, with the permissions each one needs.

    PATHS are files and folders; without one, the working directory.
    """
    from analyzer import pipeline  # noqa: PLC0415 - `--help` and `--version` need none of it

    report = pipeline.requests(pipeline.Request(paths or (Path(),), Path.cwd(), config, exclude))
    if form == "json":
        from analyzer.report.contracts import render_requests  # noqa: PLC0415 - only what is asked for

        _write(render_requests(report), output)
    else:
        from analyzer.report.text import render_requests_text  # noqa: PLC0415 - only what is asked for

        _write(render_requests_text(report, _source, color=_colored(color, output)), output)
    return CLEAN


@main.command(cls=_WithPaths, short_help="Show what a change does to the permissions.")
@click.argument("base")
@click.argument("head", required=False)
@click.option("--exact", is_flag=True, help="Compare with BASE itself, not with where HEAD and BASE went apart.")
@_format("text", "json")
@_OUTPUT
@click.option(
    "--fail-on",
    type=click.Choice(["needs-more", "new-findings", "none"]),
    default="needs-more",
    show_default=True,
    help="Exit with 1 if an app needs more than it is granted; or if there is any new error or warning as well.",
)
@click.option("--tests/--no-tests", default=None, help="Count what only tests do as a need of the app.")
@_SETTINGS
@_EXCLUDE
@_COLOR
@click.pass_context
def diff(  # noqa: PLR0913 - one parameter for each option
    ctx: click.Context,
    *,
    base: str,
    head: str | None,
    exact: bool,
    form: str,
    output: Path | None,
    fail_on: FailOn,
    tests: bool | None,
    config: Path | None,
    exclude: tuple[str, ...],
    color: str,
) -> int:
    """Show what a change does to the permissions: BASE and HEAD are two states of a git repository.

    Without HEAD it is the work tree as it is. BASE is taken where HEAD and BASE went apart, so that `leastscope diff
    main` shows what a pull request would. PATHS are files and folders; without one, the working directory. Nothing in
    the repository is touched.

    Exit codes: 0 no app needs more, 1 --fail-on, 2 usage, settings, manifest or repository error, 70 internal error.
    """
    from analyzer import changes  # noqa: PLC0415 - `--help` and `--version` need none of it

    paths: tuple[Path, ...] = ctx.meta[_PATHS_BEHIND]
    today = datetime.now().astimezone().date()
    asked = changes.Comparison(base, head, Path.cwd(), paths, exact, config, exclude, tests, today)
    compared = changes.compare_states(asked)
    _write(_render_diff(compared, form, color=_colored(color, output)), output)
    _show_errors(compared.after, form)
    return USAGE if compared.difference.errors else FINDINGS if compared.difference.fails(fail_on) else CLEAN


def exit_code(report: Report, fail_on: str, *, strict: bool) -> int:
    """Say how the run ended; an unreadable manifest outweighs findings, findings outweigh gaps."""
    if report.errors:
        return USAGE
    worst = max((_RANK[finding.level] for finding in report.findings if finding.suppressed is None), default=0)
    if fail_on != "never" and worst >= _RANK[fail_on]:
        return FINDINGS
    return INCOMPLETE if strict and report.inventory.gaps else CLEAN


def _target(item: str) -> tuple[str, Path]:
    form, equals, path = item.partition("=")
    if not equals or form not in _FORMATS or not path:
        raise UsageError(f"-o {item}: expected FORMAT=FILE, where FORMAT is one of {', '.join(_FORMATS)}")
    return form, Path(path)


def _colored(color: str, output: Path | None) -> bool:
    return color == "always" or (color == "auto" and output is None and sys.stdout is not None and sys.stdout.isatty())


def _render(report: Report, form: str, *, color: bool, suppressed: bool) -> str:
    if form == "sarif":
        from analyzer.report.sarif import render_sarif  # noqa: PLC0415 - its object model takes time to import

        return render_sarif(report, _source, include_suppressed=suppressed)
    if form == "json":
        from analyzer.report.contracts import render_scan  # noqa: PLC0415 - only what is asked for

        return render_scan(report)
    from analyzer.report.text import render_text  # noqa: PLC0415 - only what is asked for

    return render_text(report, _source, color=color)


def _render_diff(compared: Compared, form: str, *, color: bool) -> str:
    if form == "json":
        from analyzer.report.contracts import render_diff  # noqa: PLC0415 - only what is asked for

        return render_diff(compared.difference)
    from analyzer.report.diff_text import render_diff_text  # noqa: PLC0415 - only what is asked for

    before, after = compared.texts_before.get, compared.texts_after.get
    return render_diff_text(compared.difference, before, after, color=color)


def _source(path: str) -> str | None:
    """The text of a scanned file, its byte order mark kept."""
    try:
        return Path(path).read_bytes().decode("utf-8", "replace")
    except (OSError, ValueError):
        return None


def _write(text: str, path: Path | None) -> None:
    data = text.encode("utf-8", "replace")
    try:
        if path is not None:
            path.write_bytes(data)
        elif sys.stdout is not None:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"{path or 'standard output'}: cannot be written: {error.strerror}") from error


def _show_errors(report: Report, form: str) -> None:
    """Repeat what could not be read on standard error, where machine output would hide it."""
    if form == "text":
        return
    for error in report.errors:
        span = error.span
        click.echo(f"leastscope: {span.path}:{span.line}:{span.column}: {error.message}", err=True)


if __name__ == "__main__":
    main()
