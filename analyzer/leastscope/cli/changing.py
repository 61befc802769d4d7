"""The command `diff`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from leastscope.cli.limits import time_limit_option
from leastscope.cli.options import (
    ALSO,
    CACHE,
    COLOR,
    EXCLUDE,
    EXECUTOR,
    JOBS,
    OUTPUT,
    SETTINGS_HERE,
    TESTS,
    TRUSTED,
    Words,
    answers_folder,
    format_option,
    today,
    trees,
)
from leastscope.cli.printing import colored, linked, show_errors, targets, text_width
from leastscope.report.formats import FORMATS, View, render_change
from leastscope.verdict import CHANGE_FAILS_ON, code_of

_PATHS_BEHIND = "leastscope.paths"


class _WithPaths(click.Command):
    """A command whose paths follow `--`, because the arguments before `--` are revisions."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the arguments after `--` for the command."""
        end = args.index("--") if "--" in args else len(args)
        ctx.meta[_PATHS_BEHIND] = tuple(Path(path) for path in args[end + 1 :])
        return super().parse_args(ctx, args[:end])

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Name the paths in the usage line."""
        return [*super().collect_usage_pieces(ctx), "[-- PATHS...]"]


@click.command(cls=_WithPaths, short_help="Show how a change affects the needed permissions.")
@click.argument("base")
@click.argument("head", required=False)
@click.option("--exact", is_flag=True, help="Compare with BASE itself, not with the merge base of BASE and HEAD.")
@format_option(*FORMATS)
@OUTPUT
@ALSO
@click.option(
    "--fail-on",
    type=Words(CHANGE_FAILS_ON, ("needs-more", "new-findings", "none")),
    default="needs-more",
    show_default=True,
    help="needs-more: exit with 1 if the change makes an app need a permission that it is not granted. new-findings: also "
    "exit with 1 if there is any other new error or warning. new-gaps: exit with 1 if leastscope cannot analyze a place "
    "that the change adds. policy: exit with 1 if the change loosens how leastscope judges.",
)
@TESTS
@SETTINGS_HERE
@TRUSTED
@EXCLUDE
@CACHE
@JOBS
@EXECUTOR
@time_limit_option(0)
@COLOR
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
    fail_on: tuple[str, ...],
    tests: bool | None,
    config: Path | None,
    trusted: Path | None,
    exclude: tuple[str, ...],
    no_cache: bool,
    jobs: int,
    executor: str,
    color: str,
) -> int:
    """Show how a change affects the permissions that each app needs.

    BASE and HEAD are git revisions. Without HEAD, the working tree is compared, including uncommitted changes. The
    comparison starts at the merge base of BASE and HEAD, as in a pull request. PATHS are files or folders; the default
    is the working directory. The command does not modify the repository.

    leastscope judges the change by the settings and suppression comments of BASE, and reports what the change alters of
    them. Manifests and grants count as in HEAD.

    Exit codes: 0 passed, 1 failed as --fail-on says, 2 usage, settings, manifest or repository error, 3
    --time-limit was reached, 70 internal error.
    """
    from leastscope import changes  # noqa: PLC0415 - `--help` and `--version` need none of it

    paths: tuple[Path, ...] = ctx.meta[_PATHS_BEHIND]
    into = targets(output, also, paths, trusted or config)
    whole = bool({form, *(other for other, _ in into.files)} & {"sarif", "gitlab", "html"})
    asked = changes.Comparison(base, head, Path.cwd(), paths, exact, config, exclude, tests, today(), whole)
    asked = replace(asked, trusted=trusted, jobs=jobs, cluster=executor, kept=answers_folder(no_cache=no_cache))
    compared = changes.compare_states(asked, trees(no_cache=no_cache))
    difference, after = compared.difference, compared.after
    view = View(compared.texts_after.get, compared.texts_before.get, new=difference.new)
    shown = view._replace(color=colored(color, output), links=linked(output), width=text_width(output))
    into.write(render_change(form, difference, after, shown), output)
    for other, path in into.files:
        into.write(render_change(other, difference, after, view), path)
    show_errors(after.errors, form)
    return code_of(difference.errors, (), fails=difference.fails(fail_on), strict=False)
