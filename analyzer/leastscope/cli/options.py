"""The options that several commands share, and what their values mean."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from leastscope.pipeline import Trees

Decorated = TypeVar("Decorated", bound="Callable[..., object]")
PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
SETTINGS = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file.  [default: leastscope.yaml or pyproject.toml, here or in the one folder that is scanned]",
)
EXCLUDE = click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave these paths out (as in .gitignore).")
OUTPUT = click.option("--output", type=click.Path(path_type=Path), help="Write there instead of to standard output.")
ALSO = click.option(
    "-o", "--also", "also", multiple=True, metavar="FORMAT=FILE", help="Write this format to a file as well."
)
SUPPRESSED = click.option("--show-suppressed", is_flag=True, help="Write suppressed findings to SARIF as well.")
TESTS = click.option("--tests/--no-tests", default=None, help="Count what only tests do as a need of the app.")
STRICT = click.option("--strict", is_flag=True, help="Exit with 3 if something could not be told.")
CACHE = click.option("--no-cache", is_flag=True, help="Parse every file anew, and keep nothing for the next run.")
COLOR = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Color the text; auto does so on a terminal.",
)


def format_option(*forms: str) -> Callable[[Decorated], Decorated]:
    """Make the option that names the format."""
    return click.option(
        "--format", "form", type=click.Choice(forms), default="text", show_default=True, help="What to print."
    )


def trees(*, no_cache: bool) -> Trees | None:
    """Open what was parsed in earlier runs."""
    if no_cache:
        return None
    from leastscope.cache import open_cache  # noqa: PLC0415 - `--help` and `--version` need none of it

    return open_cache(cache_folder())


def cache_folder() -> Path | None:
    """Give the folder that the user named for the cache; None for the usual one."""
    named = os.environ.get("LEASTSCOPE_CACHE_DIR", "")
    return Path(named).absolute() if named else None


def today() -> date:
    """Give the day by which exceptions in the settings end."""
    return datetime.now().astimezone().date()
