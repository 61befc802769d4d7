"""Runs a command and turns every error into an exit code. The only module with a broad `except`."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
from contextlib import suppress
from io import StringIO
from typing import TYPE_CHECKING, NoReturn

import click

from leastscope.cli.printing import fail, say
from leastscope.errors import AnalyzerError, TimeLimitError
from leastscope.verdict import CLEAN, INCOMPLETE, INTERNAL, INTERRUPTED, TERMINATED, USAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

_SIGNALS = ("SIGTERM", "SIGHUP")


class Door(click.Group):
    """The group of commands: `scan` is the default command, and every error becomes an exit code.

    `load` imports a command by one of the `names`; only the command that is asked for is imported.
    """

    def __init__(
        self, *args: object, names: Sequence[str], load: Callable[[str], click.Command], **options: object
    ) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._names = names
        self._load = load

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Give the names of the commands."""
        return [*self._names]

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where no command has the name."""
        return self._load(cmd_name) if cmd_name in self._names else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert `scan` if the first argument is an option or a path and not a command."""
        if ctx.resilient_parsing and not args:
            return super().parse_args(ctx, args)  # a shell asks which commands there are
        first = args[0] if args else "."
        own = {option for parameter in self.get_params(ctx) for option in parameter.opts}
        if first not in self._names and first not in own and (first[:1] == "-" or os.path.lexists(first)):
            args = ["scan", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the arguments."""
        if args[0] not in self._names:
            from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

            known = ", ".join(self._names)
            near = get_close_matches(args[0][:40], self._names, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"the commands are: {known}"
            raise click.UsageError(f"'{args[0]}' is neither a path nor a command; {hint}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; click would print an empty line of its own for a key that interrupts it."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stopped(INTERRUPTED) from None

    def main(self, *args: object, **options: object) -> None:  # type: ignore[override]
        """Run a command and exit; an exception becomes an exit code, never a traceback."""
        _end_on_signals()
        # At its end, Python would look for cycles in all that is left, which takes a tenth of a short run.
        atexit.register(gc.freeze)
        try:
            options["standalone_mode"] = False
            code = super().main(*args, **options)  # type: ignore[call-overload]
            sys.exit(code if isinstance(code, int) else CLEAN)
        except Stopped as stopped:
            _leave(stopped.code)
        except click.exceptions.Abort:
            _leave(INTERRUPTED)
        except click.ClickException as error:
            shown = StringIO()
            error.show(shown)
            fail(error.format_message(), shown.getvalue())
            sys.exit(USAGE)
        except TimeLimitError as error:
            fail(str(error))
            os._exit(INCOMPLETE)  # as for an interruption: a parser may hold up a thread
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


class Stopped(BaseException):
    """A signal ends the run; `code` is the exit code. Whatever has to be cleaned up is, on the way out."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def _end_on_signals() -> None:
    """Make signals that end a process run what cleans up, unless whoever started the process wants otherwise."""
    if threading.current_thread() is not threading.main_thread():
        return
    for name in _SIGNALS:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped(TERMINATED)


def _leave(code: int) -> NoReturn:
    """Say in one line that the run was ended, and exit at once.

    All that has to be cleaned up is by now. Python's own way out may wait for a thread that a parser holds up, and ends
    with a signal instead of the code where the interruption met an `exec`.
    """
    with suppress(OSError):
        say("leastscope: interrupted" if code == INTERRUPTED else "leastscope: terminated", err=True)
    os._exit(code)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
