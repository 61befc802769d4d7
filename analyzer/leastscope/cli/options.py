"""The options that several commands share, and what their values mean."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from leastscope.request import Trees

Decorated = TypeVar("Decorated", bound="Callable[..., object]")
_AUTO_JOBS = 8
"""Each process takes 100 MB: what is not asked for stays within bounds."""
_MOST_JOBS = 64
"""More processes than this take longer to start than they save."""
_ADDRESS = re.compile(r"dask://[^/\s@]+:[0-9]{1,5}")
PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))


def _config(default: str) -> Callable[[Decorated], Decorated]:
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help=f"Read settings from this file.  [default: leastscope.yaml or pyproject.toml in {default}]",
    )


SETTINGS = _config("the nearest folder above PATHS that has settings, up to the root of the repository")
SETTINGS_HERE = _config("the working directory, or in the scanned folder if there is only one")
EXCLUDE = click.option(
    "--exclude", multiple=True, metavar="PATTERN", help="Skip paths that match this .gitignore pattern."
)
OUTPUT = click.option(
    "--output", type=click.Path(path_type=Path), help="Write the report to this file instead of standard output."
)
ALSO = click.option(
    "-o",
    "--also",
    "also",
    multiple=True,
    metavar="FORMAT=FILE",
    help="Also write the report to FILE in FORMAT. Can be repeated.",
)
BASELINE = click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Do not count the findings in this file; `leastscope baseline` writes it.  [default: as the settings say]",
)
SUPPRESSED = click.option("--show-suppressed", is_flag=True, help="Include suppressed findings in SARIF.")
TESTS = click.option(
    "--tests/--no-tests", default=None, help="Count requests in test code as needs of the app.  [default: --no-tests]"
)
STRICT = click.option("--strict", is_flag=True, help="Exit with 3 if anything could not be analyzed.")
CACHE = click.option("--no-cache", is_flag=True, help="Do not read or write the cache of parsed files and answers.")
JOBS = click.option(
    "--jobs",
    default="auto",
    show_default=True,
    metavar="N|auto",
    callback=lambda _ctx, _option, value: _jobs(value),
    help="Parse files in up to N processes; auto takes one for each processor. Small trees are parsed in one process.",
)
EXECUTOR = click.option(
    "--executor",
    default="",
    metavar="dask://HOST:PORT",
    callback=lambda _ctx, _option, value: _cluster(value),
    help="Parse files on this Dask cluster instead of in processes on this machine. Needs `leastscope[dask]`.",
)
COLOR = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Color the text output; auto colors it on a terminal.",
)


TRUSTED = click.option(
    "--trusted-config",
    "trusted",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="Judge by this settings file instead of the settings of the base. Its paths are relative to the folder of the "
    "project's settings.",
)


class Words(click.ParamType[tuple[str, ...]]):
    """Several of some words, separated by commas; of the words in `single` at most one."""

    name = "words"

    def __init__(self, words: Sequence[str], single: Sequence[str]) -> None:
        self._words = words
        self._single = single

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:  # noqa: ARG002 - click calls it
        """Return the words, as click shows those of a choice."""
        return f"[{'|'.join(self._words)}][,...]"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Split the words; an unknown one is refused."""
        words = value if isinstance(value, tuple) else tuple(word.strip() for word in str(value).split(","))
        for word in words:
            if word not in self._words:
                self.fail(f"{word!r} is not one of {', '.join(self._words)}", param, ctx)
        if len(set(words).intersection(self._single)) > 1:
            self.fail(f"name only one of {', '.join(self._single)}", param, ctx)
        return words


def format_option(*forms: str) -> Callable[[Decorated], Decorated]:
    """Make the option that names the format."""
    return click.option(
        "--format", "form", type=click.Choice(forms), default="text", show_default=True, help="Output format."
    )


def trees(*, no_cache: bool) -> Trees | None:
    """Open the cache of parsed files, or return None without a cache."""
    if no_cache:
        return None
    from leastscope.cache import open_cache  # noqa: PLC0415 - `--help` and `--version` need none of it

    return open_cache(cache_folder())


def answers_folder(*, no_cache: bool) -> Path | None:
    """Return the folder that answers are kept in; None without a cache, and where the user measures a run."""
    if no_cache or os.environ.get("LEASTSCOPE_PROFILE"):
        return None
    from leastscope.store import user_folder  # noqa: PLC0415 - `--help` and `--version` need none of it

    return cache_folder() or user_folder()


def cache_folder() -> Path | None:
    """Return the folder that LEASTSCOPE_CACHE_DIR names, or None for the default folder."""
    named = os.environ.get("LEASTSCOPE_CACHE_DIR", "")
    return Path(named).absolute() if named else None


def _jobs(value: str) -> int:
    """Read how many processes parse files."""
    if value == "auto":
        return min(os.cpu_count() or 1, _AUTO_JOBS)
    if value.isascii() and value.isdigit() and int(value[:9]) > 0:
        return min(int(value[:9]), _MOST_JOBS)
    raise click.BadParameter(f"'{value}' is neither a positive number nor 'auto'.")


def _cluster(value: str) -> str:
    """Read the address of a cluster."""
    if value and not _ADDRESS.fullmatch(value):
        raise click.BadParameter(f"'{value}' is not an address of the form dask://HOST:PORT.")
    return value


def today() -> date:
    """Return the current day, which decides whether an exception in the settings has ended."""
    from datetime import datetime  # noqa: PLC0415 - `--help` and `--version` need none of it

    return datetime.now().astimezone().date()
