"""The door: options in, exit code out. The only room that prints, and the only one with a broad `except`."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import replace
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from leastscope import __version__
from leastscope.errors import AnalyzerError, UsageError
from leastscope.report.escape import visible
from leastscope.report.formats import FORMATS, View, render_change, render_state
from leastscope.verdict import CLEAN, FINDINGS, INCOMPLETE, INTERNAL, USAGE, code_of, exit_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from leastscope.ci.run import Choice, Mode, Outcome
    from leastscope.diff import FailOn
    from leastscope.model import InputError
    from leastscope.pipeline import Trees

_Command = TypeVar("_Command", bound="Callable[..., object]")
_PATHS_BEHIND = "leastscope.paths"
_CI = "LEASTSCOPE_CI"

_PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
_SETTINGS = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file.  [default: leastscope.yaml or pyproject.toml, here or in the one folder that is scanned]",
)
_EXCLUDE = click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave these paths out (as in .gitignore).")
_OUTPUT = click.option("--output", type=click.Path(path_type=Path), help="Write there instead of to standard output.")
_ALSO = click.option(
    "-o", "--also", "also", multiple=True, metavar="FORMAT=FILE", help="Write this format to a file as well."
)
_SUPPRESSED = click.option("--show-suppressed", is_flag=True, help="Write suppressed findings to SARIF as well.")
_TESTS = click.option("--tests/--no-tests", default=None, help="Count what only tests do as a need of the app.")
_STRICT = click.option("--strict", is_flag=True, help="Exit with 3 if something could not be told.")
_CACHE = click.option("--no-cache", is_flag=True, help="Parse every file anew, and keep nothing for the next run.")
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
            shown = StringIO()
            error.show(shown)
            _fail(error.format_message(), shown.getvalue())
            sys.exit(USAGE)
        except AnalyzerError as error:
            _fail(str(error))
            sys.exit(USAGE)
        except BrokenPipeError:
            sys.exit(CLEAN)
        except Exception as error:  # noqa: BLE001 - the last resort of the whole program
            _fail(f"internal error: {type(error).__name__}: {_one_line(str(error))}")
            click.echo("Please report it, with the file that causes it if you can share it.", err=True)
            sys.exit(INTERNAL)


def _fail(message: str, shown: str = "") -> None:
    """Say why nothing came of a run; where GitHub's runner reads the log, as an annotation too."""
    lines = "\n".join(visible(line) for line in (shown or f"leastscope: {message}").rstrip("\n").split("\n"))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from leastscope.report.github import quiet, render_failure  # noqa: PLC0415 - only where it is needed

        click.echo(f"{quiet(lines)}{render_failure(message)}", err=True, nl=False)
    else:
        click.echo(lines, err=True)


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


class _Ci(click.Command):
    """A command that may be given paths and further arguments by variables, as they are in an action."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Add what the variables say; a line is a path, whatever it holds."""
        try:
            more = shlex.split(os.environ.get(f"{_CI}_ARGS", ""))
        except ValueError as error:
            raise click.UsageError(f"{_CI}_ARGS: {error}", ctx) from None
        lines = os.environ.get(f"{_CI}_PATHS", "").splitlines()
        paths = [line.strip() for line in lines if line.strip()]
        behind = paths if "--" in args else ["--", *paths]
        return super().parse_args(ctx, [*more, *args, *(behind if paths else [])])


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
@_format(*FORMATS)
@_OUTPUT
@_ALSO
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    help="Exit with 1 if there is a finding of this level or above.  [default: error]",
)
@_STRICT
@click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found; errors still count.")
@_TESTS
@_SUPPRESSED
@_SETTINGS
@_EXCLUDE
@_CACHE
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
    no_cache: bool,
    color: str,
) -> int:
    """Compare what the code below PATHS needs with what its apps are granted.

    PATHS are files and folders; without one, the working directory.

    Exit codes: 0 clean, 1 findings at or above --fail-on, 2 usage, settings or manifest error, 3 incomplete (--strict),
    70 internal error.
    """
    from leastscope import pipeline  # noqa: PLC0415 - `--help` and `--version` need none of it

    targets = [_target(item) for item in also]
    request = pipeline.Request(paths or (Path(),), Path.cwd(), config, exclude, tests, _today())
    report = pipeline.scan(request, _trees(no_cache=no_cache))
    view = View(_source, color=_colored(color, output), suppressed=show_suppressed)
    _write(render_state(form, report, view), output)
    for other, path in targets:
        _write(render_state(other, report, replace(view, color=False)), path)
    _show_errors(report.errors, form)
    code = exit_code(report.findings, report.errors, report.inventory.gaps, fail_on or report.fail_on, strict=strict)
    return CLEAN if exit_zero and code in {FINDINGS, INCOMPLETE} else code


@main.command(short_help="List the requests that code sends, with their permissions.")
@_PATHS
@_format("text", "json")
@_OUTPUT
@_SETTINGS
@_EXCLUDE
@_CACHE
@_COLOR
def requests(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[Path, ...],
    form: str,
    output: Path | None,
    config: Path | None,
    exclude: tuple[str, ...],
    no_cache: bool,
    color: str,
) -> int:
    """List every request the code below PATHS sends, with the permissions each one needs.

    PATHS are files and folders; without one, the working directory.
    """
    from leastscope import pipeline  # noqa: PLC0415 - `--help` and `--version` need none of it

    request = pipeline.Request(paths or (Path(),), Path.cwd(), config, exclude)
    report = pipeline.requests(request, _trees(no_cache=no_cache))
    if form == "json":
        from leastscope.report.contracts import render_requests  # noqa: PLC0415 - only what is asked for

        _write(render_requests(report), output)
    else:
        from leastscope.report.text import render_requests_text  # noqa: PLC0415 - only what is asked for

        _write(render_requests_text(report, _source, color=_colored(color, output)), output)
    return CLEAN


@main.command(cls=_WithPaths, short_help="Show what a change does to the permissions.")
@click.argument("base")
@click.argument("head", required=False)
@click.option("--exact", is_flag=True, help="Compare with BASE itself, not with where HEAD and BASE went apart.")
@_format(*FORMATS)
@_OUTPUT
@_ALSO
@click.option(
    "--fail-on",
    type=click.Choice(["needs-more", "new-findings", "none"]),
    default="needs-more",
    show_default=True,
    help="Exit with 1 if an app needs more than it is granted; or if there is any new error or warning as well.",
)
@_TESTS
@_SETTINGS
@_EXCLUDE
@_CACHE
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
    also: tuple[str, ...],
    fail_on: FailOn,
    tests: bool | None,
    config: Path | None,
    exclude: tuple[str, ...],
    no_cache: bool,
    color: str,
) -> int:
    """Show what a change does to the permissions: BASE and HEAD are two states of a git repository.

    Without HEAD it is the work tree as it is. BASE is taken where HEAD and BASE went apart, so that `leastscope diff
    main` shows what a pull request would. PATHS are files and folders; without one, the working directory. Nothing in
    the repository is touched.

    Exit codes: 0 no app needs more, 1 --fail-on, 2 usage, settings, manifest or repository error, 70 internal error.
    """
    from leastscope import changes  # noqa: PLC0415 - `--help` and `--version` need none of it

    paths: tuple[Path, ...] = ctx.meta[_PATHS_BEHIND]
    targets = [_target(item) for item in also]
    whole = bool({form, *(other for other, _ in targets)} & {"sarif", "gitlab"})
    asked = changes.Comparison(base, head, Path.cwd(), paths, exact, config, exclude, tests, _today(), whole)
    compared = changes.compare_states(asked, _trees(no_cache=no_cache))
    difference, after = compared.difference, compared.after
    view = View(compared.texts_after.get, compared.texts_before.get, new=difference.new)
    _write(render_change(form, difference, after, replace(view, color=_colored(color, output))), output)
    for other, path in targets:
        _write(render_change(other, difference, after, view), path)
    _show_errors(after.errors, form)
    return code_of(difference.errors, (), fails=difference.fails(fail_on), strict=False)


@main.command(
    cls=_Ci,
    context_settings={"auto_envvar_prefix": _CI},
    short_help="Scan under a service that builds and checks, such as GitHub Actions.",
)
@_PATHS
@click.option(
    "--mode",
    type=click.Choice(["auto", "compare", "full"]),
    default="auto",
    show_default=True,
    help="Judge what a change does, or all that there is; auto compares in pull requests and merge queues.",
)
@click.option("--base", default="", help="Compare with this revision, not with the one that the service names.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "needs-more", "never"]),
    help="Exit with 1 if there is a finding of this level or above (if a change is judged: a new one), or if an app "
    "needs more than it is granted.  [default: error]",
)
@_STRICT
@_ALSO
@click.option(
    "--annotations",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    show_default=True,
    help="Annotate lines; auto does so unless the results go to code scanning.",
)
@click.option(
    "--upload",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    show_default=True,
    help="Whether the results are for code scanning; auto means those of public repositories, not of forks.",
)
@_TESTS
@_SUPPRESSED
@_SETTINGS
@_EXCLUDE
@_CACHE
def ci(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[Path, ...],
    mode: Mode,
    base: str,
    fail_on: str | None,
    strict: bool,
    also: tuple[str, ...],
    annotations: Choice,
    upload: Choice,
    tests: bool | None,
    show_suppressed: bool,
    config: Path | None,
    exclude: tuple[str, ...],
    no_cache: bool,
) -> int:
    """Scan under a service that builds and checks: GitHub Actions, GitLab CI, or any other.

    What the service says decides: in a pull request, merge request or merge queue only what the change does is judged,
    and the rest is shown as being there already; otherwise all is. Options can be given as variables as well:
    LEASTSCOPE_CI_FAIL_ON for --fail-on; LEASTSCOPE_CI_PATHS has a path a line, LEASTSCOPE_CI_ARGS further arguments.

    Exit codes: 0 clean, 1 findings as --fail-on says, 2 usage, settings, manifest or repository error, 3 incomplete
    (--strict), 70 internal error.
    """
    from leastscope.ci import run  # noqa: PLC0415 - `--help` and `--version` need none of it

    targets = [_target(item) for item in also]
    wanted = run.Wanted(
        cwd=Path.cwd(),
        paths=paths,
        mode=mode,
        base=base,
        fail_on=fail_on or "",
        strict=strict,
        settings_file=config,
        exclude=exclude,
        tests=tests,
        suppressed=show_suppressed,
        annotations=annotations,
        upload=upload,
        today=_today(),
    )
    outcome = run.run(wanted, os.environ, _trees(no_cache=no_cache))
    for form, path in targets:
        _write(outcome.render(form), path)
    _tell(outcome, os.environ)
    return outcome.code


@main.group(short_help="What was parsed in earlier runs.")
def cache() -> None:
    """Look after what was parsed in earlier runs: it is kept in the user's cache folder, or in LEASTSCOPE_CACHE_DIR."""


@cache.command()
def clear() -> int:
    """Remove all of it."""
    from leastscope.cache import clear as remove  # noqa: PLC0415 - only this command needs it

    click.echo(f"{remove(_cache_folder())} bytes removed")
    return CLEAN


def _trees(*, no_cache: bool) -> Trees | None:
    """Open what was parsed in earlier runs."""
    if no_cache:
        return None
    from leastscope.cache import open_cache  # noqa: PLC0415 - `--help` and `--version` need none of it

    return open_cache(_cache_folder())


def _cache_folder() -> Path | None:
    named = os.environ.get("LEASTSCOPE_CACHE_DIR", "")
    return Path(named).absolute() if named else None


def _tell(outcome: Outcome, environment: Mapping[str, str]) -> None:
    """Print what a run found, and tell the service in the ways it has."""
    from leastscope.ci import github  # noqa: PLC0415 - only this command needs it
    from leastscope.report.github import quiet  # noqa: PLC0415 - the same

    log = f"{outcome.render('text')}{outcome.log}"
    if outcome.platform != "github":
        _write(log, None)
        return
    _write(quiet(log), None)
    for file in github.files(outcome, environment):
        _write(file.text, file.path, append=file.append)
    _write(github.commands(outcome), None)


def _target(item: str) -> tuple[str, Path]:
    form, equals, path = item.partition("=")
    if not equals or form not in FORMATS or not path:
        raise UsageError(f"-o {item}: expected FORMAT=FILE, where FORMAT is one of {', '.join(FORMATS)}")
    return form, Path(path)


def _today() -> date:
    return datetime.now().astimezone().date()


def _colored(color: str, output: Path | None) -> bool:
    return color == "always" or (color == "auto" and output is None and sys.stdout is not None and sys.stdout.isatty())


def _source(path: str) -> str | None:
    """The text of a scanned file."""
    from leastscope.pipeline import legible_text  # noqa: PLC0415 - `--help` and `--version` need none of it

    return legible_text(Path(path))


def _write(text: str, path: Path | None, *, append: bool = False) -> None:
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


def _show_errors(errors: Iterable[InputError], form: str) -> None:
    """Repeat what could not be read on standard error, where machine output would hide it."""
    if form == "text":
        return
    for error in errors:
        span = error.span
        click.echo(f"leastscope: {span.path}:{span.line}:{span.column}: {error.message}", err=True)


if __name__ == "__main__":
    main()
