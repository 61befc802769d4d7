"""Parses files on a Dask cluster that the user names, in the place of processes on this machine.

The bytes of each file go out, once, and what it was lowered to comes back in the form in which the cache keeps it. What a
worker sends tells whether it lowers files as this process does, or has another leastscope, LibCST or Python. No worker has
access to files, rule packs or reports.
"""

from __future__ import annotations

import logging
import re
import time
from asyncio import TimeoutError as AsyncTimeoutError
from concurrent.futures import CancelledError
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from leastscope import workers
from leastscope.cache import form, unpacked
from leastscope.errors import UsageError
from leastscope.python.syntax.faults import LOST
from leastscope.store import digest, opened, sealed
from leastscope.workers import AT_ONCE, through

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from concurrent.futures import Future

    from distributed import Client

    from leastscope.workers import Tree

SCHEME = "dask://"
_INSTALL = "install `leastscope[dask]` in the same versions for the scheduler and every worker"
_IS_DASK = re.compile(r"distributed\b").match
_STEP = 2.0
"""Seconds after which it is asked again whether there are workers."""
_PATIENCE = 10
"""Seconds in which a scheduler has to answer, and to have a worker."""


def lowered(files: Mapping[bytes, bytes], address: str) -> Iterator[tuple[bytes, Tree | None]]:
    """Give what each file (its content, by a key) is lowered to on the cluster at `dask://HOST:PORT`, in no order.

    A worker that dies takes all its files with it: these are parsed in a process on this machine, where it is known which
    one to blame. Raises `UsageError` where there is no such cluster, it goes away, or a worker is of another version.
    """
    suspects: dict[bytes, bytes] = {}
    with _connected(address) as client:
        at_once = AT_ONCE * max(1, sum(client.nthreads().values()))
        still = _Workers(client, address).there
        for key, future in through(client.get_executor(), files, at_once, lower_sealed, still):
            tree = _tree(address, files[key], future)
            if tree is LOST:
                suspects[key] = files[key]
            else:
                yield key, tree
    if suspects:
        yield from workers.lowered(suspects, 1)


class _Workers:
    """Looks now and then whether a cluster still has workers: without any, Dask would wait for one without end."""

    def __init__(self, client: Client, address: str) -> None:
        self._client = client
        self._address = address
        self._seen = self._looked = time.monotonic()

    def there(self) -> None:
        """Raise `UsageError` where there has been no worker for long."""
        now = time.monotonic()
        if now - self._looked < _STEP:
            return
        self._looked = now
        if self._client.nthreads():
            self._seen = now
        elif now - self._seen > _PATIENCE:
            raise UsageError(f"{self._address} has lost all its workers; read their logs, and {_INSTALL}")


def lower_sealed(data: bytes) -> bytes:
    """Lower a file on a worker; gives its packed form, sealed with what decides that form here and with the file."""
    return sealed(_name(data), workers.lower_packed(data))


def _name(data: bytes) -> bytes:
    return digest(b"lowered", _form(), data)


@cache
def _form() -> bytes:
    return form() or b""


def _tree(address: str, data: bytes, future: Future[bytes]) -> Tree | None:
    """Read what a worker sent; None where it could not write it."""
    from distributed.scheduler import KilledWorker  # noqa: PLC0415 - only who names a cluster has the library

    try:
        body = opened(_name(data), future.result())
    except KilledWorker:
        return LOST
    except (ImportError, RuntimeError) as error:  # the second one is the scheduler's, which reads what is asked, too
        raise UsageError(f"{address} cannot run leastscope: {_words(error)}; {_INSTALL}") from None
    except (CancelledError, OSError):
        raise UsageError(f"{address} was lost during the run; run the command again") from None
    if body is None:
        raise UsageError(f"a worker of {address} has another version of leastscope, LibCST or Python; {_INSTALL}")
    return unpacked(body)


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    """Connect to a cluster for as long as the block runs."""
    try:
        from distributed import Client  # noqa: PLC0415 - only who names a cluster has the library
    except ImportError:
        raise UsageError(f"{address} needs the extra `dask`; run: pip install 'leastscope[dask]'") from None
    for name in filter(_IS_DASK, logging.root.manager.loggerDict):  # what goes wrong there is told in one sentence
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        client = Client(address.replace(SCHEME, "tcp://", 1), timeout=_PATIENCE, set_as_default=False)
    except (OSError, AsyncTimeoutError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {address}: {_words(error)}") from None
    try:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except (TimeoutError, AsyncTimeoutError):  # one and the same since Python 3.11
            raise UsageError(f"{address} has no workers; start one with: dask worker HOST:PORT") from None
        yield client
    finally:
        client.close(timeout=_PATIENCE)


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
