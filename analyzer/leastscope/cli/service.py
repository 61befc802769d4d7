"""The command `ci`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leastscope.cli.options import ALSO, CACHE, EXCLUDE, PATHS, SETTINGS, STRICT, SUPPRESSED, TESTS, today, trees
from leastscope.cli.printing import target, write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leastscope.ci.run import Choice, Mode, Outcome

_CI = "LEASTSCOPE_CI"


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


@click.command(
    cls=_Ci,
    context_settings={"auto_envvar_prefix": _CI},
    short_help="Scan under a service that builds and checks, such as GitHub Actions.",
)
@PATHS
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
@STRICT
@ALSO
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
@TESTS
@SUPPRESSED
@SETTINGS
@EXCLUDE
@CACHE
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

    targets = [target(item) for item in also]
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
        today=today(),
    )
    outcome = run.run(wanted, os.environ, trees(no_cache=no_cache))
    for form, path in targets:
        write(outcome.render(form), path)
    _tell(outcome, os.environ)
    return outcome.code


def _tell(outcome: Outcome, environment: Mapping[str, str]) -> None:
    """Print what a run found, and tell the service in the ways it has."""
    from leastscope.ci import github  # noqa: PLC0415 - only this command needs it
    from leastscope.report.github import quiet  # noqa: PLC0415 - the same

    log = f"{outcome.render('text')}{outcome.log}"
    if outcome.platform != "github":
        write(log, None)
        return
    write(quiet(log), None)
    for file in github.files(outcome, environment):
        write(file.text, file.path, append=file.append)
    write(github.commands(outcome), None)
