"""Runs a command and turns every error into an exit code. The only module with a broad `except`."""

from __future__ import annotations

import os
import sys
from io import StringIO

import click

from leastscope.cli.printing import fail, say
from leastscope.errors import AnalyzerError
from leastscope.verdict import CLEAN, INTERNAL, USAGE


class Door(click.Group):
    """The group of commands: `scan` is the default command, and every error becomes an exit code."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `scan` if the first argument is an option or a path and not a command."""
        first = args[0] if args else "."
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if first not in self.commands and first not in own and (first[:1] == "-" or os.path.lexists(first)):
            args = ["scan", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the arguments."""
        if args[0] not in self.commands:
            known = ", ".join(sorted(self.commands))
            raise click.UsageError(f"'{args[0]}' is neither a path nor a command; the commands are: {known}", ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: object, **options: object) -> None:  # type: ignore[override]
        """Run a command and exit; an exception becomes an exit code, never a traceback."""
        try:
            options["standalone_mode"] = False
            code = super().main(*args, **options)  # type: ignore[call-overload]
            sys.exit(code if isinstance(code, int) else CLEAN)
        except click.exceptions.Abort:
            sys.exit(130)
        except click.ClickException as error:
            shown = StringIO()
            error.show(shown)
            fail(error.format_message(), shown.getvalue())
            sys.exit(USAGE)
        except AnalyzerError as error:
            fail(str(error))
            sys.exit(USAGE)
        except BrokenPipeError:
            sys.exit(CLEAN)
        except Exception as error:  # noqa: BLE001 - the last resort of the whole program
            fail(f"internal error: {type(error).__name__}: {_one_line(str(error))}")
            say(
                "This is a bug in leastscope. Please report it, and attach the scanned file if you can share it.",
                err=True,
            )
            sys.exit(INTERNAL)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
