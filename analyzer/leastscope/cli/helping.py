"""The command `help`."""

from __future__ import annotations

import click

from leastscope.cli.printing import say
from leastscope.verdict import CLEAN


@click.command("help", short_help="Show the help of a command.")
@click.argument("command", nargs=-1)
@click.pass_context
def show_help(ctx: click.Context, command: tuple[str, ...]) -> int:
    """Show the help of leastscope or of COMMAND."""
    at = ctx.parent or ctx
    found: click.Command = at.command
    for name in command:
        inner = found.get_command(at, name) if isinstance(found, click.Group) else None
        if inner is None:
            raise click.UsageError(f"'{name}' is no command; run `leastscope help`", ctx)
        found, at = inner, click.Context(inner, at, name, help_option_names=at.help_option_names)
    say(found.get_help(at))
    return CLEAN
