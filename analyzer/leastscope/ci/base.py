"""With what a checkout is to be compared: what a service says of a change, held against the commit that is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.errors import GitError, UsageError

if TYPE_CHECKING:
    from leastscope.ci.job import Change, Job
    from leastscope.git import Repository


@dataclass(frozen=True, slots=True)
class Base:
    """A revision to compare with; unless `exact`, where the checkout and it went apart."""

    revision: str
    exact: bool


def find_base(job: Job, repository: Repository | None, mode: str, named: str) -> Base | None:
    """Find what to compare with; None where one state is to be scanned whole.

    `named` is the revision that the user names, or empty. Raises `UsageError` where a comparison is wanted and nothing
    says with what, and `GitError` where the checkout does not hold what it takes.
    """
    if mode == "full":
        return None
    change = None if named else job.change or (job.before if mode == "compare" else None)
    if not (named or change):
        if mode == "compare":
            raise UsageError(f"there is no base to compare with, because {_event(job)} does not report one; set --base")
        return None
    if repository is None:
        raise UsageError(
            "the working directory is not in a git repository, which a comparison needs; check out the repository first"
        )
    return _of_change(change, repository) if change else Base(named, exact=False)


def _event(job: Job) -> str:
    return f"the event '{job.event}'" if job.event else "this run"


def _of_change(change: Change, repository: Repository) -> Base:
    """Find the base of what is checked out.

    For a pull request that is the change merged into its base (the first parent), unless the workflow checks out the
    change itself. What does not hold the change would pass whatever the change does.
    """
    at = repository.commit("HEAD")
    if not change.head:
        return _there(Base(change.base, change.exact), change, repository)
    parents = repository.parents(at)
    if len(parents) > 1 and (change.head in parents[1:] or at == change.merged):
        return _there(Base(parents[0], exact=True), change, repository)
    if at != change.head and not repository.is_ancestor(change.head, at):
        raise UsageError(
            "the checked-out commit does not contain the change: remove `ref` from the checkout step, and run the "
            "workflow on `pull_request`"
        )
    return _there(Base(change.base, change.exact), change, repository)


def _there(base: Base, change: Change, repository: Repository) -> Base:
    """Give the base if it is at hand; in a shallow clone it may not be."""
    try:
        repository.commit(base.revision)
    except GitError:
        if not repository.is_shallow:
            raise
        raise GitError(
            f"this clone is shallow and does not contain the base commit {base.revision}; to fetch it, "
            f"set {change.depth}"
        ) from None
    return base
