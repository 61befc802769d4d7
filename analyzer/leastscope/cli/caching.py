"""The command `cache`."""

from __future__ import annotations

import click

from leastscope.cli.options import cache_folder
from leastscope.cli.printing import say
from leastscope.verdict import CLEAN


@click.group(short_help="Manage the cache.")
def cache() -> None:
    """Manage the cache of parsed files and answers.

    The cache is in the user's cache folder, or in the folder that LEASTSCOPE_CACHE_DIR names.
    """


@cache.command()
def clear() -> int:
    """Delete the cache."""
    from leastscope.cache import clear as remove  # noqa: PLC0415 - only this command needs it

    say(f"{remove(cache_folder())} bytes removed")
    return CLEAN
