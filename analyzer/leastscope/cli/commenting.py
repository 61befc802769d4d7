"""The command `comment`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from leastscope.cli.printing import say
from leastscope.verdict import CLEAN


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
    from leastscope.ci import comment as room  # noqa: PLC0415 - only this command needs it

    event = room.read_file(os.environ.get("GITHUB_EVENT_PATH", ""), room.MAX_EVENT)
    place = room.place_of(os.environ, event)
    text = room.read_file(str(file), room.COMMENT_LIMIT).decode("utf-8", "replace")
    say(f"leastscope: {room.keep_comment(room.asking(place), place, text, name=name, news=not if_exists)}")
    return CLEAN
