"""`--version`: which version this is and, with `--verbose`, what the rule packs know and when it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from leastscope import __version__
from leastscope.cli.printing import say

if TYPE_CHECKING:
    from leastscope.library import Library
    from leastscope.rulebook.pack import Pack


def show_version(ctx: click.Context, _option: click.Parameter, value: bool) -> None:
    """Print the version and stop; without `--verbose` no pack is loaded, so that the answer is quick."""
    if not value:
        if ctx.params.get("verbose"):
            raise click.UsageError("--verbose belongs to --version: leastscope --version --verbose", ctx)
        return
    say(f"leastscope, version {__version__}")
    for line in _knowledge() if ctx.params.get("verbose") else ():
        say(line)
    ctx.exit()


def _knowledge() -> list[str]:
    """Give a line for each rule pack."""
    from leastscope.rulebook.compile import available_systems, compiled, rules_root  # noqa: PLC0415 - costs 0.1 s

    return [_known_of(compiled(rules_root() / system)) for system in available_systems()]


def _known_of(pack: Pack) -> str:
    days = sorted({source.read for source in pack.sources.values()})
    read = [f"facts read {' to '.join(dict.fromkeys((days[0], days[-1])))}"] if days else []
    libraries = ", ".join(_releases(library) for library in pack.libraries)
    return f"{pack.system}: {'; '.join([*read, *([libraries] if libraries else [])])}"


def _releases(library: Library) -> str:
    """Name a library with its first and last release; a model of a single release stands for all releases."""
    first, last = library.releases[0], library.releases[-1]
    return library.distribution if first == last else f"{library.distribution} {first} to {last}"
