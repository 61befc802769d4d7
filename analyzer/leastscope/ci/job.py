"""What the service that runs us says of the run: with what to compare, where the lines can be seen, who may upload.

GitHub's variables and event payloads, and GitLab's variables, as their references name them
(https://docs.github.com/en/actions/reference/workflows-and-actions/variables,
https://docs.gitlab.com/ci/variables/predefined_variables/). Both may hold words of strangers: the names of branches,
titles, the names of forks. None of these is used for more than a comparison.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from leastscope.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

Platform: TypeAlias = Literal["github", "gitlab", ""]
_MAX_EVENT = 32 * 1024 * 1024
_HOME = "https://github.com"
_WEB = re.compile(r"https?://[\w.:-]+(?:/[\w.~-]+)*")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_MERGED = re.compile(r"refs/pull/[0-9]+/merge")
_NEW_BRANCH = re.compile("0+")
_BOT = "dependabot[bot]"


@dataclass(frozen=True, slots=True)
class Change:
    """What a run is to be compared with.

    `base` is a revision, `exact` says that it is taken as it is. `head` is the commit of the change itself, and `merged`
    the one that merges it into its base, if the service names them. `depth` says how to get what a shallow clone lacks.
    """

    base: str
    exact: bool
    head: str = ""
    merged: str = ""
    depth: str = ""


@dataclass(frozen=True, slots=True)
class Job:
    """A run under a service.

    platform  the service, or ""
    change    what a pull request, merge request or merge queue is to be compared with; None for any other run
    before    the state before a push, which is only looked at if that is asked for
    event     what the service calls the event
    private   why code scanning would refuse or not want the results, or "" if it takes them
    home      the address of the repository, or ""
    files     what stands before a commit and a path in the address of a file, or ""
    to_line   what stands before the last of several lines in it
    branch    the branch or tag that is built, or ""
    number    the number of the pull request, or 0
    read_only    why the token of the run may not write, or ""
    """

    platform: Platform = ""
    change: Change | None = None
    before: Change | None = None
    event: str = ""
    private: str = "this CI service has no code scanning"
    home: str = ""
    files: str = ""
    to_line: str = "-L"
    branch: str = ""
    number: int = 0
    read_only: str = ""


def read_job(environment: Mapping[str, str]) -> Job:
    """Read what the environment says; raises `UsageError` where a service says something that cannot be."""
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github(environment)
    if environment.get("GITLAB_CI") == "true":
        return _gitlab(environment)
    return Job()


# GitHub


class _Repo(msgspec.Struct):
    full_name: str = ""
    private: bool = True
    visibility: str = ""


class _Side(msgspec.Struct):
    sha: str
    repo: _Repo | None = None


class _PullRequest(msgspec.Struct):
    base: _Side
    head: _Side


class _MergeGroup(msgspec.Struct):
    base_sha: str
    head_sha: str


class _Event(msgspec.Struct):
    """The part of an event payload that matters."""

    repository: _Repo = msgspec.field(default_factory=_Repo)
    number: int = 0
    pull_request: _PullRequest | None = None
    merge_group: _MergeGroup | None = None
    before: str = ""


def _github(environment: Mapping[str, str]) -> Job:
    name = environment.get("GITHUB_EVENT_NAME", "")
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    server = environment.get("GITHUB_SERVER_URL", _HOME)
    repository = environment.get("GITHUB_REPOSITORY", "")
    known = _WEB.fullmatch(server) and _REPOSITORY.fullmatch(repository)
    home = f"{server}/{repository}" if known else ""
    before = "" if _NEW_BRANCH.fullmatch(event.before) else event.before
    return Job(
        platform="github",
        change=_github_change(name, event, environment),
        before=Change(_commit(before), exact=True, depth=_DEEPER) if name == "push" and before else None,
        event=name,
        private=_not_for_code_scanning(name, event, environment),
        home=home,
        files=f"{home}/blob/" if home else "",
        branch=environment.get("GITHUB_REF", ""),
        number=event.number if event.pull_request is not None else 0,
        read_only=_read_only(event, environment),
    )


_DEEPER = "`fetch-depth: 0` in the checkout step"
_DEEP = "`fetch-depth: 2` in the checkout step"


def _github_change(name: str, event: _Event, environment: Mapping[str, str]) -> Change | None:
    if event.merge_group is not None:
        group = event.merge_group
        return Change(_commit(group.base_sha), exact=True, head=_commit(group.head_sha), depth=_DEEPER)
    if event.pull_request is not None:
        ends = event.pull_request
        is_merged = _MERGED.fullmatch(environment.get("GITHUB_REF", "")) is not None
        merged = environment.get("GITHUB_SHA", "") if is_merged else ""
        return Change(_commit(ends.base.sha), exact=False, head=_commit(ends.head.sha), merged=merged, depth=_DEEP)
    if name in {"pull_request", "pull_request_target", "merge_group"}:
        raise UsageError(f"GITHUB_EVENT_PATH: the payload of the '{name}' event does not name a base to compare with")
    return None


def _event(path: str) -> _Event:
    """Read the payload of an event; an unknown field is none of our business, a wrong one is an error."""
    if not path:
        raise UsageError("GITHUB_EVENT_PATH is not set; it must name the file with the payload of the event")
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path of the service's own
            data = file.read(_MAX_EVENT)
        return msgspec.json.decode(data, type=_Event)
    except OSError as error:
        raise UsageError(f"GITHUB_EVENT_PATH: cannot read the event: {error.strerror}") from None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UsageError(f"GITHUB_EVENT_PATH: the file is not the payload of an event: {error}") from None


def _commit(text: str) -> str:
    if not _COMMIT.fullmatch(text):
        raise UsageError("GITHUB_EVENT_PATH: the payload of the event names a commit that is not a hash")
    return text


def _read_only(event: _Event, environment: Mapping[str, str]) -> str:
    """Say why the token of a run may not write, or nothing where it may."""
    if event.pull_request is not None:
        there, here = event.pull_request.head.repo, event.pull_request.base.repo
        if there is None or here is None or there.full_name != here.full_name:
            return "the pull request comes from a fork, and the token of a fork is read-only"
    return "the token of Dependabot is read-only" if environment.get("GITHUB_ACTOR") == _BOT else ""


def _not_for_code_scanning(name: str, event: _Event, environment: Mapping[str, str]) -> str:
    """Say why results would be refused: by what the token may do, and by what GitHub charges for."""
    if read_only := _read_only(event, environment):
        return read_only
    if name == "merge_group":
        return "GitHub deletes the branch of a merge queue after the merge"
    if environment.get("GITHUB_SERVER_URL", _HOME) != _HOME:
        return "leastscope does not know whether this server has code scanning"
    visibility = event.repository.visibility or ("private" if event.repository.private else "public")
    return "" if visibility == "public" else f"code scanning needs a license in a repository that is {visibility}"


# GitLab


def _gitlab(environment: Mapping[str, str]) -> Job:
    home = environment.get("CI_PROJECT_URL", "")
    home = home if _WEB.fullmatch(home) else ""
    return Job(
        platform="gitlab",
        change=_gitlab_change(environment),
        event=environment.get("CI_PIPELINE_SOURCE", ""),
        home=home,
        files=f"{home}/-/blob/" if home else "",
        to_line="-",
        branch=environment.get("CI_COMMIT_REF_NAME", ""),
    )


def _gitlab_change(environment: Mapping[str, str]) -> Change | None:
    """Find the base: a merged result is held against the target branch, the branch itself against where it left it."""
    if not environment.get("CI_MERGE_REQUEST_IID"):
        return None
    merged = environment.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", "")
    base = merged or environment.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")
    if not _COMMIT.fullmatch(base):
        raise UsageError("CI_MERGE_REQUEST_DIFF_BASE_SHA is not a commit, so this is not a merge request pipeline")
    return Change(base, exact=True, depth="`GIT_DEPTH: 0` in the variables of the job")
