"""The command `comment`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from leastscope.cli.printing import say
from leastscope.errors import UsageError
from leastscope.verdict import CLEAN

_MAX_EVENT = 32 * 1024 * 1024


@click.command(short_help="Write a comment on a pull request of GitHub.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", default="leastscope", show_default=True, help="Keep one comment for each name.")
@click.option("--if-exists", is_flag=True, help="Change an existing comment only; do not make a new one.")
def comment(*, file: Path, name: str, if_exists: bool) -> int:
    """Write FILE as a comment on the pull request that GitHub Actions runs for.

    The action runs this command. A later run changes the comment and does not add another one. GITHUB_TOKEN needs the
    permission `pull-requests: write`. GITHUB_API_URL, GITHUB_REPOSITORY and GITHUB_EVENT_PATH name the pull request, as
    they do in GitHub Actions.

    Exit codes: 0 done, 2 usage error or refused by GitHub, 70 internal error.
    """
    from leastscope.ci.comment import COMMENT_LIMIT, asking, keep_comment, place_of  # noqa: PLC0415 - only this command

    event = _read(os.environ.get("GITHUB_EVENT_PATH", ""), _MAX_EVENT)
    place = place_of(os.environ, event)
    text = _read(str(file), COMMENT_LIMIT).decode("utf-8", "replace")
    say(f"leastscope: {keep_comment(asking(place), place, text, name=name, news=not if_exists)}")
    return CLEAN


def _read(path: str, limit: int) -> bytes:
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
