"""Runs work that recurses deep in a thread with a large stack, and ends that thread when somebody interrupts the run."""

from __future__ import annotations

import gc
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_STACK = 512 * 1024 * 1024
_RECURSION = 40_000
_PATIENCE = 5.0
MADE = 500_000
"""Objects that are made before Python looks for cycles: what is imported, trees and values are many, and few are in one."""
_LOOK = 0.2
"""Seconds after which a waiting thread looks whether it was interrupted."""
_T = TypeVar("_T")


class _StopError(BaseException):
    """Raised inside of the thread that is to end; no `except Exception` catches it."""


def run_deep(work: Callable[[], _T]) -> _T:
    """Run work with room for deep recursion and return its result, or raise its exception.

    An interruption of the waiting thread ends the work. The recursion limit is only lowered when no thread is deep any
    more: Python aborts the process if a thread is deeper than a limit that another thread sets.
    """
    result: list[_T] = []
    failure: list[BaseException] = []
    # Not `Thread.join`: where an interruption meets it, Python 3.11 takes the thread for ended and aborts when it ends.
    done = threading.Event()

    def run() -> None:
        try:
            with seldom_collected():
                result.append(work())
        except BaseException as error:  # noqa: BLE001 - carried over to the waiting thread
            failure.append(error)
        finally:
            done.set()

    limit, size = sys.getrecursionlimit(), threading.stack_size()
    sys.setrecursionlimit(max(limit, _RECURSION))
    thread = threading.Thread(target=run, daemon=True)
    try:
        try:
            threading.stack_size(_STACK)
            thread.start()
        finally:
            threading.stack_size(size)
        # A wait without an end would miss an interruption that comes just before it begins: Python looks at signals
        # before it blocks, not once it does.
        while not done.wait(_LOOK):
            pass
    except BaseException:
        _stop(thread)
        done.wait(_PATIENCE)
        raise
    finally:
        if done.is_set():
            sys.setrecursionlimit(limit)
    if failure:
        raise failure[0]
    return result[0]


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python look for cycles of objects less often than it does; where it never does, that stays."""
    young, *older = gc.get_threshold()
    gc.set_threshold(young and max(young, MADE), *older)
    try:
        yield
    finally:
        gc.set_threshold(young, *older)


def _stop(thread: threading.Thread) -> None:
    """Let a thread end at its next line of Python; a parser that it called is not interrupted."""
    import ctypes  # noqa: PLC0415 - only needed when a run is interrupted

    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_StopError))
