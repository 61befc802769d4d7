"""The command `ci`."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from leastscope.cli.limits import time_limit_option
from leastscope.cli.options import (
    ALSO,
    CACHE,
    EXCLUDE,
    EXECUTOR,
    JOBS,
    PATHS,
    SETTINGS_HERE,
    STRICT,
    SUPPRESSED,
    TESTS,
    TRUSTED,
    Words,
    answers_folder,
    today,
    trees,
)
from leastscope.cli.printing import targets, write
from leastscope.outputs import append_output

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leastscope.ci.run import Choice, Mode, Outcome
    from leastscope.cli.printing import Targets

_CI = "LEASTSCOPE_CI"
_LEVELS = ("error", "warning", "note", "needs-more", "never")


class _Ci(click.Command):
    """A command that also takes paths and arguments from environment variables, as the action passes them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Add paths and arguments from the variables; every line of LEASTSCOPE_CI_PATHS is one path."""
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
    short_help="Scan in a CI service, such as GitHub Actions.",
)
@PATHS
@click.option(
    "--mode",
    type=click.Choice(["auto", "compare", "full"]),
    default="auto",
    show_default=True,
    help="compare: check only what a change adds. full: check everything. auto: compare in pull requests, merge requests "
    "and merge queues, else full.",
)
@click.option("--base", default="", help="Compare with this revision instead of the one that the CI service reports.")
@click.option(
    "--fail-on",
    type=Words((*_LEVELS, "new-gaps", "policy"), _LEVELS),
    help="Exit with 1 if there is a finding of this level or higher (when comparing: a new finding). needs-more: exit with "
    "1 if an app needs a permission that it is not granted. new-gaps: exit with 1 if leastscope cannot analyze a place "
    "that a change adds. policy: exit with 1 if a change loosens how leastscope judges.  [default: error,policy]",
)
@STRICT
@ALSO
@click.option(
    "--annotations",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    show_default=True,
    help="Annotate source lines; auto annotates unless the results are uploaded to code scanning.",
)
@click.option(
    "--upload",
    type=click.Choice(["auto", "yes", "no"]),
    default="auto",
    show_default=True,
    help="Tell the action whether to upload SARIF to code scanning; auto uploads in public repositories, except for forks.",
)
@TESTS
@SUPPRESSED
@SETTINGS_HERE
@TRUSTED
@EXCLUDE
@CACHE
@JOBS
@EXECUTOR
@time_limit_option(600)
def ci(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[Path, ...],
    mode: Mode,
    base: str,
    fail_on: tuple[str, ...] | None,
    strict: bool,
    also: tuple[str, ...],
    annotations: Choice,
    upload: Choice,
    tests: bool | None,
    show_suppressed: bool,
    config: Path | None,
    trusted: Path | None,
    exclude: tuple[str, ...],
    no_cache: bool,
    jobs: int,
    executor: str,
) -> int:
    """Scan in a CI service: GitHub Actions, GitLab CI, or any other.

    In a pull request, merge request or merge queue, only new findings can fail the run; existing findings are listed as
    existing. leastscope judges the change by the settings and suppression comments of its base, and reports what the
    change alters of them. In all other runs, every finding counts. Options can also be set as environment variables,
    for example LEASTSCOPE_CI_FAIL_ON for --fail-on. LEASTSCOPE_CI_PATHS holds one path per line, and
    LEASTSCOPE_CI_ARGS holds more arguments.

    Exit codes: 0 passed, 1 failed as --fail-on says, 2 usage, settings, manifest or repository error, 3 something could
    not be analyzed (with --strict) or --time-limit was reached, 70 internal error.
    """
    from leastscope.ci import run  # noqa: PLC0415 - `--help` and `--version` need none of it

    into = targets(None, also, paths, trusted or config)
    wanted = run.Wanted(
        cwd=Path.cwd(),
        paths=paths,
        mode=mode,
        base=base,
        fail_on=fail_on or (),
        strict=strict,
        settings_file=config,
        trusted=trusted,
        exclude=exclude,
        tests=tests,
        suppressed=show_suppressed,
        annotations=annotations,
        upload=upload,
        today=today(),
        jobs=jobs,
        cluster=executor,
        kept=answers_folder(no_cache=no_cache),
    )
    outcome = run.run(wanted, os.environ, trees(no_cache=no_cache))
    for form, path in into.files:
        into.write(outcome.render(form), path)
    _tell(outcome, os.environ, into)
    return outcome.code


def _tell(outcome: Outcome, environment: Mapping[str, str], into: Targets) -> None:
    """Print the result, and write the files and workflow commands that the CI service reads."""
    from leastscope.ci import github  # noqa: PLC0415 - only this command needs it
    from leastscope.report.github import quiet  # noqa: PLC0415 - the same

    log = f"{outcome.render('text')}{outcome.log}"
    if outcome.platform != "github":
        write(log)
        return
    write(quiet(log))
    for file in github.files(outcome, environment):
        if file.append:
            append_output(file.path, file.text.encode("utf-8", "replace"))
        else:
            into.write(file.text, file.path)
    write(github.commands(outcome))
