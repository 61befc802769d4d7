"""The story of a run under a service: find out what is to be compared, scan, judge, and say it in every form wanted.

Nothing is printed or written here: the command line does that.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from leastscope.changes import Comparison, compare_states
from leastscope.ci.base import find_base
from leastscope.ci.comment import COMMENT_LIMIT
from leastscope.ci.job import read_job
from leastscope.ci.links import links_to
from leastscope.ci.words import outputs_of, verdict
from leastscope.errors import GitError
from leastscope.fixing import repaired
from leastscope.git import Repository
from leastscope.grants.together import unified
from leastscope.model import Checkout
from leastscope.pipeline import legible_text
from leastscope.report.formats import View, render_change, render_state
from leastscope.report.page import words
from leastscope.request import Request, Trees
from leastscope.verdict import CLEAN, code_of, fails

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from leastscope.changes import Compared
    from leastscope.ci.job import Job, Platform
    from leastscope.diff import Difference
    from leastscope.model import Report, Span

Mode: TypeAlias = Literal["auto", "compare", "full"]
_BESIDE = ("new-gaps", "policy")
Choice: TypeAlias = Literal["auto", "yes", "no"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run is asked to do; paths are relative to `cwd`.

    `base` is the revision to compare with, or empty for the one that the service names. `fail_on` is empty where the
    settings decide; a change that loosens these then fails, too. `trusted` is a settings file of the owner. `kept` is the
    folder that evaluations are kept in.
    """

    cwd: Path
    paths: tuple[Path, ...] = ()
    mode: Mode = "auto"
    base: str = ""
    fail_on: tuple[str, ...] = ()
    strict: bool = False
    settings_file: Path | None = None
    trusted: Path | None = None
    exclude: tuple[str, ...] = ()
    tests: bool | None = None
    suppressed: bool = False
    annotations: Choice = "auto"
    upload: Choice = "auto"
    today: date | None = None
    jobs: int = 1
    cluster: str = ""
    kept: Path | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended.

    code         the exit code
    platform     the service
    verdict      one sentence that says why
    notes        what else a reader of the log should know, a sentence each
    annotations  whether to annotate lines
    outputs      what later steps are told
    render       gives the result in a format
    comment      the text of a comment on the pull request, or "" where the run can have none
    is_news      whether the change changes a permission or adds a finding, so that a comment is worth while
    """

    code: int
    platform: Platform
    verdict: str
    notes: tuple[str, ...]
    annotations: bool
    outputs: Mapping[str, str]
    render: Callable[[str], str]
    comment: str = ""
    is_news: bool = False

    @property
    def log(self) -> str:
        """The last lines of a log: how the run ended."""
        return "".join(f"{words(line)}\n" for line in (f"leastscope: {self.verdict}", *self.notes))


@dataclass(frozen=True, slots=True)
class _Scanned:
    """What was found at a commit (or "", where there is none), what would fix it, and how it compares, if it does."""

    report: Report
    commit: str
    patch: str
    compared: Compared | None = None


def run(wanted: Wanted, environment: Mapping[str, str], trees: Trees | None = None) -> Outcome:
    """Scan what a service has checked out, and where a change is to be judged, only judge what the change does.

    Raises `UsageError` and `GitError` with words that say what to do.
    """
    job = read_job(environment)
    repository = _repository(wanted.cwd)
    base = find_base(job, repository, wanted.mode, wanted.base)
    root = Path(os.path.realpath(repository.top if repository and repository.top else wanted.cwd))
    if base is None:
        repair = repaired(_request(wanted, root), trees)
        return _outcome(wanted, job, root, _Scanned(repair.before, _commit(repository), unified(repair.fixed)))
    comparison = Comparison(
        base=base.revision,
        head="HEAD",
        cwd=wanted.cwd,
        paths=wanted.paths,
        exact=base.exact,
        settings_file=wanted.settings_file,
        exclude=wanted.exclude,
        tests=wanted.tests,
        today=wanted.today,
        whole=True,
        from_root=True,
        trusted=wanted.trusted,
        jobs=wanted.jobs,
        cluster=wanted.cluster,
        kept=wanted.kept,
    )
    compared = compare_states(comparison, trees)
    scanned = _Scanned(compared.after, compared.difference.head.commit, compared.patch, compared)
    return _outcome(wanted, job, root, scanned)


def _repository(cwd: Path) -> Repository | None:
    """Find the repository; a scan of one state needs none."""
    try:
        return Repository.find(cwd)
    except GitError:
        return None


def _commit(repository: Repository | None) -> str:
    try:
        return repository.commit("HEAD") if repository else ""
    except GitError:
        return ""


def _request(wanted: Wanted, root: Path) -> Request:
    """Ask for a scan of what is checked out, its paths shown from the root."""
    home = Path(os.path.realpath(wanted.cwd))
    paths = tuple(Path(os.path.relpath(home / path, root)) for path in wanted.paths or (Path(),))
    settings = None if wanted.settings_file is None else home / wanted.settings_file
    trusted = None if wanted.trusted is None else home / wanted.trusted
    request = Request(paths, root, settings, wanted.exclude, wanted.tests, wanted.today, home=home, trusted=trusted)
    return replace(request, jobs=wanted.jobs, cluster=wanted.cluster, kept=wanted.kept)


def _outcome(wanted: Wanted, job: Job, root: Path, scanned: _Scanned) -> Outcome:
    """Judge what was found, and make ready to say it."""
    report = scanned.report
    difference = scanned.compared.difference if scanned.compared else None
    findings = difference.new if difference else report.findings
    gaps = difference.new_gaps if difference else report.inventory.gaps
    fail_on = next((word for word in wanted.fail_on if word not in _BESIDE), report.fail_on)
    failed = difference.needs_more if difference and fail_on == "needs-more" else fails(findings, fail_on)
    beside = next((word for word in wanted.fail_on or ("policy",) if difference and difference.fails((word,))), "")
    failed, fail_on = failed or bool(beside), fail_on if failed or not beside else beside
    code = code_of(report.errors, gaps, fails=failed, strict=wanted.strict)
    view = _view(wanted, job, root, scanned)._replace(reserved=0 if code == CLEAN else 1)
    why_not = _why_not(wanted.upload, job)
    return Outcome(
        code=code,
        platform=job.platform,
        verdict=verdict(code, fail_on, report, difference),
        notes=(f"Not uploaded to code scanning: {why_not}.",) if why_not and job.platform == "github" else (),
        annotations=wanted.annotations == "yes" or (wanted.annotations == "auto" and bool(why_not)),
        outputs=outputs_of(report, difference) | {"upload": "false" if why_not else "true", "root": str(root)},
        render=partial(_rendered, report, difference, view),
        comment=_comment(job, report, difference, view),
        is_news=bool(difference and (difference.apps or difference.new or difference.errors)),
    )


def _comment(job: Job, report: Report, difference: Difference | None, view: View) -> str:
    """Return the text of a comment, as long as GitHub takes it; none where there is no pull request or no right to write."""
    if not job.number or job.read_only or difference is None:
        return ""
    return render_change("markdown", difference, report, view._replace(limit=COMMENT_LIMIT))


def _rendered(report: Report, difference: Difference | None, view: View, form: str) -> str:
    return render_change(form, difference, report, view) if difference else render_state(form, report, view)


def _why_not(upload: Choice, job: Job) -> str:
    """Say why the results are not for code scanning, or nothing where they are."""
    if upload == "auto":
        return job.private
    return "" if upload == "yes" else "`upload` is `no`"


def _view(wanted: Wanted, job: Job, root: Path, scanned: _Scanned) -> View:
    compared = scanned.compared
    checkout = Checkout(job.home, scanned.commit, job.branch) if job.home and scanned.commit else None
    link = links_to(job, scanned.commit)
    if compared is None:
        return View(
            partial(_source, root), link=link, suppressed=wanted.suppressed, checkout=checkout, patch=scanned.patch
        )
    return View(
        source=compared.texts_after.get,
        before=compared.texts_before.get,
        link=link,
        before_link=links_to(job, compared.difference.base.commit),
        is_changed=partial(_is_changed, compared.changed),
        suppressed=wanted.suppressed,
        new=compared.difference.new,
        checkout=checkout,
        patch=scanned.patch,
    )


def _source(root: Path, path: str) -> str | None:
    return legible_text(root / path)


def _is_changed(changed: Mapping[str, tuple[range, ...]], span: Span) -> bool:
    """Whether a place begins in a line that the change has touched."""
    return any(span.line in lines for lines in changed.get(span.path, ()))
