"""Parses files in processes of their own, ahead of the evaluation that asks for them.

What a file is lowered to depends on its bytes alone, so neither the number of processes nor their order shows in a report. A
process that dies costs the file that it was at. One that is left behind by whoever started it ends by itself.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from leastscope.cache import packed, unpacked
from leastscope.deep import run_deep
from leastscope.python.syntax.faults import LOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Executor, Future

    from leastscope.python.syntax import ir

Tree: TypeAlias = "ir.Module | ir.Unreadable"
AT_ONCE = 4
"""Files that are handed out for each process, so that none waits for its next one."""
_ALONE = threading.Lock()
Key = TypeVar("Key")
Item = TypeVar("Item")
Result = TypeVar("Result")
_LOOK = 0.2
"""Seconds after which a waiting thread looks whether it was interrupted."""


def lowered(files: Mapping[bytes, bytes], jobs: int) -> Iterator[tuple[bytes, Tree | None]]:
    """Give what each file (its content, by a key) is lowered to, in no order; None or nothing where that cannot be told.

    After a process has died, the files that are left are parsed one by one, so that it is known which one to blame.
    """
    left = dict(files)
    try:
        for key, tree in _in_pool(left, jobs, AT_ONCE * jobs):
            del left[key]
            yield key, tree
        while left:
            for key, tree in _in_pool(left, 1, 1):
                del left[key]
                yield key, tree
            if left:
                lost = next(iter(left))
                del left[lost]
                yield lost, LOST
    except OSError:  # the machine has no room for processes, or no locks that they could share
        return


def ahead(items: Iterable[Item], jobs: int, work: Callable[[Item], None]) -> None:
    """Do work that is only there to be done before somebody asks, in several processes; what fails is left undone."""
    try:
        pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_begin)
        try:
            for _ in through(pool, dict(enumerate(items)), jobs, work):
                pass
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    except (BrokenProcessPool, OSError):  # as for `lowered`: no room, or a process that died
        return


def _in_pool(files: Mapping[bytes, bytes], jobs: int, at_once: int) -> Iterator[tuple[bytes, Tree | None]]:
    """Give what is lowered, in the order of the files if one is handed out `at_once`, until a process dies.

    Raises `OSError` where processes die without any work, so that no file is blamed for that.
    """
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_begin)
    try:
        try:
            [*_results(pool, {b"": b""}, 1)]
        except BrokenProcessPool as error:
            raise OSError(str(error)) from None
        yield from _results(pool, files, at_once)
    except BrokenProcessPool:
        return
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _results(pool: Executor, files: Mapping[bytes, bytes], at_once: int) -> Iterator[tuple[bytes, Tree | None]]:
    for key, future in through(pool, files, at_once, lower_packed):
        yield key, unpacked(memoryview(future.result()))


def through(
    pool: Executor,
    items: Mapping[Key, Item],
    at_once: int,
    work: Callable[[Item], Result],
    waiting_still: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Key, Future[Result]]]:
    """Hand items to an executor, a few at a time, and give each that is done, by its key.

    `waiting_still` is called now and then while nothing is done, and may raise.
    """
    waiting = iter([*items.items()])
    running: dict[Future[Result], Key] = {}
    while True:
        while len(running) < at_once and (following := next(waiting, None)):
            running[pool.submit(work, following[1])] = following[0]
        if not running:
            return
        # Not without an end: a thread that waits for a lock is not told that the run was interrupted.
        done = wait(running, _LOOK, FIRST_COMPLETED).done
        if not done:
            waiting_still()
        for future in done:
            yield running.pop(future), future


def lower_packed(data: bytes) -> bytes:
    """Lower one file, in a process of its own; gives the packed form, or nothing where that cannot be.

    One at a time: the threads of a process share the limit of recursion, which would be lowered below another one.
    """
    from leastscope.python.syntax.look import parse  # noqa: PLC0415 - only workers need LibCST

    with _ALONE:
        return packed(run_deep(lambda: parse(data))) or b""


def _begin() -> None:
    """Leave interruptions to the process that started this one, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
