"""One comment on a pull request, kept up to date: found again by its mark, changed in place, made only where there is news.

The requests are those of https://docs.github.com/en/rest/issues/comments, read 2026-11-28. Whatever the server answers is
looked at for the comments of a bot that begin with the mark, and for nothing else.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from leastscope.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMENT_LIMIT = 60_000
"""Bytes of a comment; GitHub takes 65,536 characters, of which the mark takes some."""
MAX_EVENT = 32 * 1024 * 1024
"""Bytes of the largest payload of an event that is read."""
_PAGES = 10
_PER_PAGE = 100
_MAX_ANSWER = 16 * 1024 * 1024
_SECONDS = 30
_API = re.compile(r"https://[\w.:-]+(?:/[\w.-]+)*|http://(?:127\.0\.0\.1|localhost)(?::\d+)?")
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_NAME = re.compile(r"[\w. -]{1,60}")


class _User(msgspec.Struct):
    type: str = ""


class _Comment(msgspec.Struct):
    """The part of a comment that matters."""

    id: int
    body: str | None = ""
    user: _User | None = None


class _Event(msgspec.Struct):
    """The number of a pull request, in the payload of its events."""

    number: int = 0


class Ask(Protocol):
    """Sends a request to the API: verb, path and body; gives the body of the answer."""

    def __call__(self, verb: str, path: str, body: object = None) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a comment goes: the API, the repository, the number of the pull request, and the token to write with."""

    api: str
    repository: str
    number: int
    token: str


def place_of(environment: Mapping[str, str], event: bytes) -> Place:
    """Read where to comment; raises `UsageError` where the run is not one of a pull request, or has no token."""
    api = environment.get("GITHUB_API_URL", "https://api.github.com")
    repository, token = environment.get("GITHUB_REPOSITORY", ""), environment.get("GITHUB_TOKEN", "")
    if not _API.fullmatch(api) or not _REPOSITORY.fullmatch(repository):
        raise UsageError("GITHUB_API_URL and GITHUB_REPOSITORY must name an API and a repository")
    if not token:
        raise UsageError("GITHUB_TOKEN is not set; a comment needs a token")
    try:
        found = msgspec.json.decode(event, type=_Event).number
    except (msgspec.DecodeError, RecursionError) as error:
        raise UsageError(f"GITHUB_EVENT_PATH: the file is not the payload of an event: {error}") from None
    if not found:
        raise UsageError("a comment needs a pull request, and the event has none")
    return Place(api, repository, found, token)


def keep_comment(ask: Ask, place: Place, text: str, *, name: str, news: bool) -> str:
    """Write the comment of this name, or change it; gives what was done. Without news, none is made, and one is changed."""
    if not _NAME.fullmatch(name):
        raise UsageError(f"the name of a comment has letters, digits, spaces, '-', '_' and '.': {name!r}")
    mark = f"<!-- leastscope comment: {name} -->"
    body = {"body": f"{mark}\n{text}"}
    home = f"/repos/{place.repository}/issues"
    found = _find(ask, f"{home}/{place.number}/comments", mark)
    if found is not None:
        if found.body == body["body"]:
            return "the comment is up to date"
        ask("PATCH", f"{home}/comments/{found.id}", body)
        return "the comment was changed"
    if not news:
        return "there is nothing to comment on"
    ask("POST", f"{home}/{place.number}/comments", body)
    return "a comment was made"


def _find(ask: Ask, path: str, mark: str) -> _Comment | None:
    """Find the comment with the mark that a bot has written: anybody else can write the mark, too."""
    for page in range(1, _PAGES + 1):
        answer = ask("GET", f"{path}?per_page={_PER_PAGE}&page={page}")
        try:
            comments = msgspec.json.decode(answer, type=list[_Comment])
        except (msgspec.DecodeError, RecursionError):
            raise UsageError("the API's answer is no list of comments") from None
        for one in comments:
            if one.user and one.user.type == "Bot" and (one.body or "").split("\n", 1)[0].rstrip("\r") == mark:
                return one
        if len(comments) < _PER_PAGE:
            break
    return None


def asking(place: Place) -> Ask:
    """Give what sends requests to the API; it raises `UsageError` with what to do about a refusal."""

    def ask(verb: str, path: str, body: object = None) -> bytes:
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {place.token}",
            "Content-Type": "application/json",
            "User-Agent": "leastscope",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        data = None if body is None else msgspec.json.encode(body)
        request = urllib.request.Request(place.api + path, data, headers, method=verb)  # noqa: S310 - see _API
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310 - the same
                return bytes(answer.read(_MAX_ANSWER))
        except urllib.error.HTTPError as error:
            error.close()
            refused = error.code in {401, 403, 404}
            hint = '; give the job the permission "pull-requests: write"' if refused else ""
            raise UsageError(f"GitHub refused the comment with status {error.code}{hint}") from None
        except (OSError, ValueError) as error:
            raise UsageError(f"GitHub could not be reached: {error}") from None

    return ask


def read_file(path: str, limit: int) -> bytes:
    """Read a file of at most so many bytes."""
    if not path:
        raise UsageError("GITHUB_EVENT_PATH is not set; it must name the file with the payload of the event")
    try:
        with Path(path).open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > limit:
        raise UsageError(f"{path}: has more than {limit} bytes")
    return data
