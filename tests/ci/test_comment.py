"""The comment on a pull request: one for each name, found by its mark, changed in place, and never somebody else's."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from leastscope.ci.comment import Place, asking, keep_comment, place_of
from leastscope.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

PLACE = Place("https://api.github.com", "shop/backend", 7, "secret")
EVENT = json.dumps({"number": 7, "pull_request": {}}).encode()
ENVIRONMENT = {"GITHUB_REPOSITORY": "shop/backend", "GITHUB_TOKEN": "secret"}
MARK = "<!-- leastscope comment: x -->"
HOME = "/repos/shop/backend/issues"


def comment(number: int, body: str | None, kind: str = "Bot") -> dict[str, Any]:
    return {"id": number, "body": body, "user": {"type": kind}, "url": "elsewhere"}


@dataclass
class Hub:
    """The part of the API that counts, with the comments of one pull request."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, verb: str, path: str, body: Any = None) -> bytes:  # noqa: ANN401 - what JSON can hold
        self.asked.append((verb, path))
        if verb == "GET":
            page = int(path.rpartition("=")[2])
            return json.dumps(self.comments[(page - 1) * 100 : page * 100]).encode()
        if verb == "POST":
            self.comments.append(comment(len(self.comments) + 1, body["body"]))
        else:
            (found,) = [one for one in self.comments if path == f"{HOME}/comments/{one['id']}"]
            found["body"] = body["body"]
        return b"{}"

    @property
    def wrote(self) -> list[tuple[str, str]]:
        return [one for one in self.asked if one[0] != "GET"]


def keep(hub: Hub, text: str = "hello", *, news: bool = True, name: str = "x") -> str:
    return keep_comment(hub, PLACE, text, name=name, news=news)


def test_news_makes_a_comment_and_a_second_run_changes_it() -> None:
    hub = Hub([comment(1, "something else")])
    assert keep(hub) == "a comment was made"
    assert keep(hub, "other") == "the comment was changed"
    assert keep(hub, "other") == "the comment is up to date"
    assert [one["body"] for one in hub.comments] == ["something else", f"{MARK}\nother"]
    assert hub.wrote == [("POST", f"{HOME}/7/comments"), ("PATCH", f"{HOME}/comments/2")]


def test_without_news_none_is_made_and_one_that_is_there_is_changed() -> None:
    hub = Hub()
    assert keep(hub, news=False) == "there is nothing to comment on"
    assert hub.wrote == []
    keep(hub)
    assert keep(hub, "no change", news=False) == "the comment was changed"
    assert hub.comments[0]["body"].endswith("no change")


@pytest.mark.parametrize(
    "there",
    [
        comment(1, f"{MARK}\nby somebody", "User"),
        comment(1, f"quoted: {MARK}"),
        comment(1, "<!-- leastscope comment: x y -->\n"),
        comment(1, None),
        {"id": 1, "body": MARK, "user": None},
    ],
)
def test_what_is_no_comment_of_ours_is_left_alone(there: dict[str, Any]) -> None:
    hub = Hub([there])
    assert keep(hub) == "a comment was made"
    assert hub.comments[0] is there


def test_each_name_has_a_comment_of_its_own() -> None:
    hub = Hub()
    assert [keep(hub, name=name) for name in ("a", "b", "a")] == [
        *("a comment was made", "a comment was made", "the comment is up to date"),
    ]


def test_all_pages_are_looked_at_up_to_a_bound() -> None:
    hub = Hub([comment(number, "words") for number in range(1, 251)])
    hub.comments[240]["body"] = f"{MARK}\r\nold"
    assert keep(hub) == "the comment was changed"
    many = Hub([comment(number, "words") for number in range(1, 5000)])
    keep(many)
    assert len(many.asked) == 11


@pytest.mark.parametrize("name", ["", "a-->b", "a\nb", "x" * 61])
def test_a_name_cannot_leave_its_mark(name: str) -> None:
    with pytest.raises(UsageError, match="name of a comment"):
        keep(Hub(), name=name)


def test_an_answer_that_is_no_list_is_an_error() -> None:
    with pytest.raises(UsageError, match="no list of comments"):
        keep_comment(lambda *_: b'{"message": "no"}', PLACE, "x", name="x", news=True)


# where


def test_the_place_is_what_the_runner_says() -> None:
    assert place_of(ENVIRONMENT, EVENT) == PLACE


@pytest.mark.parametrize(
    ("change", "event", "words"),
    [
        ({"GITHUB_TOKEN": ""}, EVENT, "GITHUB_TOKEN is not set"),
        ({"GITHUB_API_URL": "http://evil.example"}, EVENT, "must name an API"),
        ({"GITHUB_API_URL": "https://api.github.com/../x y"}, EVENT, "must name an API"),
        ({"GITHUB_REPOSITORY": "shop/backend/../../x"}, EVENT, "must name an API"),
        ({}, b"{}", "needs a pull request"),
        ({}, b"[", "not the payload"),
        ({}, b"[" * 100_000, "not the payload"),
    ],
)
def test_what_cannot_be_commented_on_is_refused(change: dict[str, str], event: bytes, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        place_of(ENVIRONMENT | change, event)


# how


class _Server(BaseHTTPRequestHandler):
    seen: list[tuple[str, str, str | None, bytes]] = []  # noqa: RUF012 - one server at a time
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.seen.append((self.command, self.path, self.headers["Authorization"], body))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(b"[]")

    do_GET = do_PATCH = do_POST  # noqa: N815 - the names that the server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """An API on this machine."""
    _Server.seen, _Server.status = [], 200
    served = HTTPServer(("127.0.0.1", 0), _Server)
    Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


def test_requests_carry_the_token_and_the_body(server: str) -> None:
    ask = asking(Place(server, "shop/backend", 7, "secret"))
    assert ask("GET", "/a?page=1") == b"[]"
    ask("POST", "/b", {"body": "ü"})
    assert _Server.seen == [
        ("GET", "/a?page=1", "Bearer secret", b""),
        ("POST", "/b", "Bearer secret", '{"body":"ü"}'.encode()),
    ]


def test_a_refusal_says_which_permission_the_job_needs_and_never_the_token(server: str) -> None:
    _Server.status = 403
    with pytest.raises(UsageError) as refused:
        asking(Place(server, "shop/backend", 7, "secret"))("GET", "/a")
    assert '"pull-requests: write"' in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_server_that_is_not_there_is_an_error_in_a_sentence() -> None:
    with pytest.raises(UsageError, match="GitHub could not be reached"):
        asking(Place("http://127.0.0.1:1", "shop/backend", 7, "secret"))("GET", "/a")
