"""The limit of time of a run: the last resort against what no other limit foresaw.

When the limit is reached, the run ends with an error. Nothing of what the run found is printed, kept or written.
"""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from leastscope.errors import TimeLimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

Decorated = TypeVar("Decorated", bound="Callable[..., object]")
_armed: list[Callable[[], object]] = []
"""What ends the limit of the run; a process has one alarm at most."""


def time_limit_option(default: int) -> Callable[[Decorated], Decorated]:
    """Make the option that limits the time of a run; 0 is no limit."""
    shown = f"{default}" if default else "none"
    return click.option(
        "--time-limit",
        type=click.IntRange(min=0),
        default=default,
        expose_value=False,
        callback=_arm,
        metavar="SECONDS",
        help=f"Exit with 3 and report nothing if the run takes longer; 0 is no limit.  [default: {shown}]",
    )


def disarm() -> None:
    """End the limit, because from now on the run changes files, and half of a change is worse than a late one."""
    while _armed:
        _armed.pop()()


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise a `TimeLimitError` in the block, which the main thread runs, if it takes longer than some seconds."""
    reached = threading.Event()

    def ring() -> None:
        reached.set()
        signal.raise_signal(signal.SIGINT)

    def raised(_number: int, _frame: FrameType | None) -> None:
        raise _error(seconds)

    if sys.platform == "win32":  # which has no alarm: a key that interrupts the run stands in for it
        timer = threading.Timer(seconds, ring)
        timer.daemon = True
        timer.start()
        _armed.append(timer.cancel)
    else:
        signal.signal(signal.SIGALRM, raised)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _armed.append(lambda: signal.setitimer(signal.ITIMER_REAL, 0))
    try:
        yield
    except KeyboardInterrupt:
        if reached.is_set():
            raise _error(seconds) from None
        raise
    finally:
        disarm()


def _arm(ctx: click.Context, _option: click.Parameter, seconds: int) -> None:
    if seconds and not ctx.resilient_parsing and threading.current_thread() is threading.main_thread():
        ctx.with_resource(limited(seconds))


def _error(seconds: float) -> TimeLimitError:
    return TimeLimitError(
        f"the run took longer than {seconds:g} seconds and was ended; leave out what the app does not run with --exclude, "
        "or raise --time-limit"
    )
