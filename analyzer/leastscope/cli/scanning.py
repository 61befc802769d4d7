"""The commands `scan` and `requests`."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn, TypeAlias

import click

from leastscope.cli.life import sign_of_life
from leastscope.cli.limits import disarm, time_limit_option
from leastscope.cli.options import (
    ALSO,
    BASELINE,
    CACHE,
    COLOR,
    EXCLUDE,
    EXECUTOR,
    JOBS,
    OUTPUT,
    PATHS,
    SETTINGS,
    STRICT,
    SUPPRESSED,
    TESTS,
    answers_folder,
    format_option,
    trees,
)
from leastscope.cli.printing import (
    Targets,
    colored,
    error_lines,
    linked,
    say,
    show_errors,
    source_text,
    targets,
    text_width,
)
from leastscope.errors import AnalyzerError, UsageError
from leastscope.report.formats import FORMATS, View, render_state
from leastscope.report.hyperlinks import NO_LINKS
from leastscope.verdict import CLEAN, FINDINGS, INCOMPLETE, USAGE, exit_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leastscope.answers import Answer
    from leastscope.cli.asking import UserRequest
    from leastscope.looking import Look
    from leastscope.model import Finding, Report
    from leastscope.report.hyperlinks import Links
    from leastscope.request import Request, Trees


@click.command(short_help="Report missing and unused permissions.")
@PATHS
@format_option(*FORMATS)
@OUTPUT
@ALSO
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "note", "never"]),
    help="Exit with 1 if there is a finding of this level or higher.  [default: error]",
)
@STRICT
@click.option(
    "--exit-zero",
    is_flag=True,
    help="Exit with 0 even if there are findings or gaps. Usage and file errors still exit with 2.",
)
@click.option("--fix", is_flag=True, help="Fix the declarations: add missing permissions, remove unused ones.")
@click.option("--diff", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option("--unsafe-fixes", is_flag=True, help="Also apply fixes that a gap or an unread file could overturn.")
@click.option("--watch", is_flag=True, help="Keep running, and write the reports again when code changes.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only: no gaps, no summary.")
@click.option("-v", "--verbose", is_flag=True, help="Print every gap.")
@click.option("--statistics", is_flag=True, help="Count the findings of each kind.")
@click.option(
    "--repos",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="LIST",
    help="Scan the repositories that this file lists, one folder on each line, and report all of them in one document.",
)
@TESTS
@SUPPRESSED
@BASELINE
@SETTINGS
@EXCLUDE
@CACHE
@JOBS
@EXECUTOR
@time_limit_option(0)
@COLOR
def scan(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[Path, ...],
    form: str,
    output: Path | None,
    also: tuple[str, ...],
    fail_on: str | None,
    strict: bool,
    exit_zero: bool,
    fix: bool,
    diff: bool,
    unsafe_fixes: bool,
    watch: bool,
    quiet: bool,
    verbose: bool,
    statistics: bool,
    repos: Path | None,
    tests: bool | None,
    show_suppressed: bool,
    baseline: Path | None,
    config: Path | None,
    exclude: tuple[str, ...],
    no_cache: bool,
    jobs: int,
    executor: str,
    color: str,
) -> int:
    """Report missing and unused permissions.

    Finds the API requests in the Python code below PATHS and compares the permissions that they need with the
    permissions that the app is granted. PATHS are files or folders; the default is the working directory.

    Exit codes: 0 no findings, 1 findings at or above --fail-on, 2 usage, settings or manifest error, 3 something could
    not be analyzed (with --strict) or --time-limit was reached, 70 internal error.
    """
    from leastscope.cli.asking import ask  # noqa: PLC0415 - `--help` and `--version` need none of it

    _check_together(watch=watch, repos=bool(repos), edits=fix or diff, named=bool(paths or config or baseline))
    asked = ask(paths, config, exclude, tests=tests, baseline=baseline, jobs=jobs, cluster=executor, no_cache=no_cache)
    into = targets(output, also, asked.read, config)
    if diff:
        return _show_difference(asked, trees(no_cache=no_cache), into, color, unsafe=unsafe_fixes)
    view = View(source_text, color=colored(color, output), links=linked(output), width=text_width(output))
    view = view._replace(suppressed=show_suppressed, quiet=quiet, verbose=verbose, statistics=statistics)
    wanted = _Wanted(_forms(form, view, into), fail_on or "", strict, exit_zero)
    if repos:
        return _scan_listed(repos, into, form, replace(asked.request, exclude=exclude), wanted, no_cache=no_cache)
    if watch:
        _watch(lambda at: _answered(asked._replace(request=at), wanted, no_cache=no_cache), into, asked.request)
    if fix:
        fixed = _fixed(asked, trees(no_cache=no_cache), into, unsafe=unsafe_fixes)
        return _told(into, _judged(asked, fixed, wanted), asked.request)
    return _told(into, _answered(asked, wanted, no_cache=no_cache), asked.request)


def _check_together(*, watch: bool, repos: bool, edits: bool, named: bool) -> None:
    """Refuse options that cannot be used together; `edits` are those that change files, `named` those that name some."""
    if watch and (edits or repos):
        raise UsageError("--watch writes reports only; leave out --fix, --diff and --repos")
    if repos and (edits or named):
        raise UsageError("--repos cannot be used with PATHS, --config, --baseline, --fix or --diff")


def _forms(form: str, view: View, into: Targets) -> tuple[tuple[str, View], ...]:
    """Give each format that is written with its view; those in files have neither colors nor links."""
    files = ((other, view._replace(width=text_width(path))) for other, path in into.files)
    return ((form, view), *((other, at._replace(color=False, links=NO_LINKS)) for other, at in files))


def _watch(ask: Callable[[Request], Answer], into: Targets, request: Request) -> NoReturn:
    """Write the reports whenever the answer changes, until the user interrupts."""
    from leastscope.cli.watching import watch_answers  # noqa: PLC0415 - only this option needs it

    watch_answers(ask, partial(_told, into), request)


def _answered(asked: UserRequest, wanted: _Wanted, *, no_cache: bool) -> Answer:
    """Scan, or give the answer that is known."""
    with sign_of_life(asked.request.stages, quiet=wanted.forms[0][1].quiet):
        return _answer(asked, wanted, answers_folder(no_cache=no_cache), no_cache=no_cache)


def _answer(asked: UserRequest, wanted: _Wanted, folder: Path | None, *, no_cache: bool) -> Answer:
    from leastscope import answers  # noqa: PLC0415 - `--help` and `--version` need none of it

    request = asked.request
    work = partial(answers.scan, request, partial(trees, no_cache=no_cache))
    question = (asked.cwd, *wanted.question)
    return answers.answer(request, question, folder, lambda look: _judged(asked, work(look), wanted))


def _scan_listed(  # noqa: PLR0913 - what a scan needs, and the list
    listed: Path, into: Targets, form: str, request: Request, wanted: _Wanted, *, no_cache: bool
) -> int:
    """Scan every repository of a list, each as from inside of it."""
    from leastscope.cli.several import scan_listed  # noqa: PLC0415 - only one option needs it

    def scan_at(folder: Path) -> Answer:
        return _answered(_inside(request, folder), wanted.at(folder), no_cache=no_cache)

    def prepare(folders: Sequence[Path]) -> None:
        kept = answers_folder(no_cache=no_cache)
        if request.jobs > 1 and kept is not None:
            _answer_ahead([(_inside(request, folder), wanted.at(folder), kept) for folder in folders], request.jobs)

    return scan_listed(listed, into, form, scan_at, prepare)


def _inside(request: Request, folder: Path) -> UserRequest:
    """Ask of a repository what was asked, as from inside of it."""
    from leastscope.cli.asking import UserRequest  # noqa: PLC0415 - only one option needs it
    from leastscope.questions import Questions  # noqa: PLC0415 - the same
    from leastscope.stages import Stages  # noqa: PLC0415 - the same

    at = replace(
        request,
        paths=(Path(),),
        shown=(),
        cwd=folder.absolute(),
        stages=Stages(),
        reads=set(),
        asked=Questions(),
        lost=set(),
    )
    return UserRequest(at, at.cwd)


_Asked: TypeAlias = "tuple[UserRequest, _Wanted, Path]"
"""A scan: what is asked for, how it is told, and the folder that its answer is kept in."""


def _answer_ahead(several: Iterable[_Asked], jobs: int) -> None:
    """Let processes find the answers that are not known, so that they are when they are asked for, one after the other."""
    from leastscope import answers, workers  # noqa: PLC0415 - only one option needs them

    def is_known(one: _Asked) -> bool:
        asked, wanted, folder = one
        try:
            return answers.is_known(asked.request, (asked.cwd, *wanted.question), folder)
        except AnalyzerError:
            return True  # it is told when its turn comes

    left = [one for one in several if not is_known(one)]
    if len(left) > 1:
        workers.ahead(left, min(jobs, len(left)), find_answer)


def find_answer(one: _Asked) -> None:
    """Find an answer in a process of its own, for the folder of kept ones."""
    asked, wanted, folder = one
    with suppress(AnalyzerError):
        _answer(asked._replace(request=replace(asked.request, jobs=1)), wanted, folder, no_cache=False)


class _Wanted(NamedTuple):
    """What decides how a report is told: formats with their views, and what makes the run fail."""

    forms: tuple[tuple[str, View], ...]
    fail_on: str
    strict: bool
    exit_zero: bool

    def at(self, folder: Path) -> _Wanted:
        """The same for a scan whose paths are relative to a folder."""
        forms = ((form, view._replace(source=partial(_source_below, folder))) for form, view in self.forms)
        return self._replace(forms=tuple((form, view._replace(links=view.links.at(folder))) for form, view in forms))

    @property
    def question(self) -> tuple[object, ...]:
        """Everything that decides the answer beside the report."""
        forms = [
            (form, view.color, view.links, view.width, view.suppressed, view.quiet, view.verbose, view.statistics)
            for form, view in self.forms
        ]
        return ("scan", forms, self.fail_on, self.strict, self.exit_zero)


def _source_below(folder: Path, path: str) -> str | None:
    return source_text(os.fspath(folder / path))


def _judged(asked: UserRequest, found: Report, wanted: _Wanted) -> Answer:
    """Render a report in every format, and judge it."""
    from leastscope.answers import Answer  # noqa: PLC0415 - `--help` and `--version` need none of it
    from leastscope.report.text import nothing_checked  # noqa: PLC0415 - the same

    report = asked.seen(found)
    new = _not_in_baseline(report)
    with asked.request.stages.stage("report"):
        texts = tuple(render_state(form, report, view._replace(new=new)) for form, view in wanted.forms)
    said = error_lines(report.errors, wanted.forms[0][0])
    nothing = nothing_checked(report)
    fail_on = wanted.fail_on or report.fail_on
    code = exit_code(report.findings, report.errors, report.inventory.gaps, fail_on, strict=wanted.strict)
    code = CLEAN if wanted.exit_zero and code in {FINDINGS, INCOMPLETE} else code
    return Answer(texts, (*said, *([f"warning: {nothing}"] if nothing else [])), code)


def _told(into: Targets, answer: Answer, request: Request) -> int:
    """Write an answer to the targets of the command."""
    for text, path in zip(answer.texts, (into.output, *(path for _, path in into.files)), strict=True):
        into.write(text, path)
    into.write_profile(request.stages)
    for line in answer.said:
        say(line, err=True)
    return answer.code


def _not_in_baseline(report: Report) -> list[Finding] | None:
    """Give the findings that are new since the baseline; None without one."""
    if not report.baseline:
        return None
    from leastscope.baseline import in_baseline  # noqa: PLC0415 - few runs have one

    return [finding for finding in report.findings if not in_baseline(finding, report.baseline)]


def _fixed(asked: UserRequest, known: Trees | None, into: Targets, *, unsafe: bool) -> Report:
    """Apply the fixes, say which, and give the report of how it is then."""
    from leastscope import fixing  # noqa: PLC0415 - only this option needs it
    from leastscope.outputs import write_output  # noqa: PLC0415 - the same
    from leastscope.report.escape import visible  # noqa: PLC0415 - the same

    request = asked.request

    def write(path: str, data: bytes) -> None:
        disarm()
        write_output(Path(path), data, request.cwd, into.trees)

    repaired = fixing.repaired(request, known, unsafe=unsafe)
    fixing.write_fixed(repaired.fixed, request.cwd, write)
    moved = asked.words(repaired.report)
    for text in dict.fromkeys(finding.fix.description for finding in repaired.findings if finding.fix):
        say(f"fixed: {visible(moved(text))}", err=True)
    for text in repaired.costs:
        say(f"note: {text}", err=True)
    _say_what_is_left(repaired.report, request, known, unsafe=unsafe)
    return repaired.report


def _say_what_is_left(report: Report, request: Request, known: Trees | None, *, unsafe: bool) -> None:
    """Say how many more findings could be fixed, which takes a scan of its own."""
    from leastscope.pipeline import scan_to_fix  # noqa: PLC0415 - only two options need it

    if unsafe or all(finding.suppressed is not None for finding in report.findings):
        return
    found = scan_to_fix(request, known, unsafe=True).report.findings
    fixable = sum(finding.fix is not None and finding.suppressed is None for finding in found)
    already = sum(finding.fix is not None for finding in report.findings)
    if fixable > already:
        say(f"note: {fixable - already} more can be fixed with --unsafe-fixes", err=True)


def _show_difference(asked: UserRequest, known: Trees | None, into: Targets, color: str, *, unsafe: bool) -> int:
    """Print what fixing would change."""
    from leastscope import fixing  # noqa: PLC0415 - only this option needs it
    from leastscope.grants.together import unified  # noqa: PLC0415 - the same
    from leastscope.report.patch import render_patch  # noqa: PLC0415 - the same

    repaired = fixing.repaired(asked.request, known, unsafe=unsafe)
    text, report = unified(repaired.fixed), repaired.before
    into.write(render_patch(text, color=colored(color, into.output)), into.output)
    show_errors(asked.seen(report).errors, "")
    _say_what_is_left(report, asked.request, known, unsafe=unsafe)
    return USAGE if report.errors else FINDINGS if text else CLEAN


@click.command(short_help="List API requests and the permissions they need.")
@PATHS
@format_option("text", "json")
@OUTPUT
@SETTINGS
@EXCLUDE
@CACHE
@JOBS
@EXECUTOR
@time_limit_option(0)
@COLOR
def requests(  # noqa: PLR0913 - one parameter for each option
    *,
    paths: tuple[Path, ...],
    form: str,
    output: Path | None,
    config: Path | None,
    exclude: tuple[str, ...],
    no_cache: bool,
    jobs: int,
    executor: str,
    color: str,
) -> int:
    """List the API requests in the code below PATHS and the permissions that each request needs.

    PATHS are files or folders; the default is the working directory.
    """
    from leastscope import answers  # noqa: PLC0415 - `--help` and `--version` need none of it
    from leastscope.cli.asking import ask  # noqa: PLC0415 - the same

    asked = ask(paths, config, exclude, jobs=jobs, cluster=executor, no_cache=no_cache)
    request = asked.request
    into = targets(output, (), asked.read, config)
    look = (colored(color, output), text_width(output), linked(output))

    def work(found: Look) -> Answer:
        report = asked.seen(answers.requests(request, partial(trees, no_cache=no_cache), found))
        with request.stages.stage("report"):
            return answers.Answer((_rendered(form, report, *look),), (), CLEAN)

    folder = answers_folder(no_cache=no_cache)
    with sign_of_life(request.stages):
        answer = answers.answer(request, (asked.cwd, "requests", form, look), folder, work)
    return _told(into, answer, request)


def _rendered(form: str, report: Report, color: bool, width: int, links: Links) -> str:
    """Render the inventory of a report."""
    if form == "json":
        from leastscope.report.contracts import render_requests  # noqa: PLC0415 - only what is asked for

        return render_requests(report)
    from leastscope.report.text import render_requests_text  # noqa: PLC0415 - only what is asked for

    return render_requests_text(report, source_text, color=color, width=width, links=links)
