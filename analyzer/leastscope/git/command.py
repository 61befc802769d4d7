"""Runs git on a repository that may be hostile: no shell, no hook, no network, no lock, no pager, and not for ever.

What a repository can configure to be run is turned off; only commands that read are asked for. The program is taken from
an absolute folder of the search path, never from the working directory.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Event, Timer
from typing import IO, TYPE_CHECKING, cast

from leastscope.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SECONDS = 300.0
"""How long one call of git may take."""
MAX_RECORD = 1_000_000
_AT_ONCE = 50
_CHUNK = 1 << 16
_SAFE = (
    *("--no-pager", "--no-replace-objects", "--literal-pathspecs"),
    *("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never"),
)
_DROPPED = ("GIT_TRACE", "GIT_TR2", "GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_SSH", "GIT_PROXY_COMMAND", "GIT_ASKPASS")
_SET = {
    "GIT_ALLOW_PROTOCOL": "",  # one that is set outside would win over `protocol.allow`
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "",
    "LC_ALL": "C",
}


class BrokenOffError(GitError):
    """Git gave less than it was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What git said: `code` is 0 if it did what it was asked."""

    code: int
    out: bytes
    said: str

    @property
    def line(self) -> str:
        """The only line of an answer."""
        return os.fsdecode(self.out).removesuffix("\n").removesuffix("\r")


@dataclass(frozen=True, slots=True)
class Git:
    """Git, run in a folder; a call that takes longer than `seconds` is an error."""

    program: str
    folder: Path
    seconds: float = SECONDS

    def ask(self, *arguments: str) -> Answer:
        """Run a command whose answer is short."""
        try:
            done = subprocess.run(  # noqa: S603 - no shell; what users and repositories name is checked
                self._command(arguments),
                cwd=self.folder,
                env=_environment(os.environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise self._late(arguments) from None
        except OSError as error:
            raise GitError(f"git cannot be run: {error.strerror}") from None
        return Answer(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace").strip())

    def records(self, *arguments: str) -> Iterator[bytes]:
        """Run a command and give what it writes, record by record, each of which ends in a null byte."""
        rest = b""
        with self._started(arguments) as (_, answers):
            while chunk := answers.read(_CHUNK):
                *whole, rest = (rest + chunk).split(b"\0")
                yield from whole
                if len(rest) > MAX_RECORD:
                    raise GitError(f"a path is longer than {MAX_RECORD} bytes")
        if rest:
            raise BrokenOffError(f"git {arguments[0]} broke off")

    def sizes(self, ids: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Give the size of each object in bytes, in their order."""
        for name, size, _ in self._objects("--batch-check", ids):
            yield name, size

    def contents(self, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """Give the bytes of each object, in their order."""
        for name, size, answers in self._objects("--batch", ids):
            data = answers.read(size)
            if len(data) != size or answers.read(1) != b"\n":
                raise BrokenOffError("git cat-file broke off")
            yield name, data

    def _objects(self, mode: str, ids: Iterable[str]) -> Iterator[tuple[str, int, IO[bytes]]]:
        """Ask for objects a few at a time: both ends may write before either reads, and neither pipe is ever full."""
        left = iter(ids)
        with self._started(("cat-file", mode)) as (questions, answers):
            while some := list(islice(left, _AT_ONCE)):
                try:
                    questions.write("".join(f"{name}\n" for name in some).encode())
                    questions.flush()
                except OSError:
                    raise BrokenOffError("git cat-file broke off") from None
                for name in some:
                    words = answers.readline(_CHUNK).split()
                    if len(words) != 3 or not words[2].isdigit():
                        raise BrokenOffError(f"the object {name} is missing")
                    yield name, int(words[2]), answers

    @contextmanager
    def _started(self, arguments: tuple[str, ...]) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        """Start a command, give its input and output, and end it whatever happens."""
        late = Event()
        process = self._process(arguments)

        def stop() -> None:
            late.set()
            process.kill()

        timer = Timer(self.seconds, stop)
        timer.daemon = True
        timer.start()
        with process, ExitStack() as ends:
            ends.callback(process.kill)
            ends.callback(timer.cancel)
            try:
                yield cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
                cast("IO[bytes]", process.stdin).close()
                if process.wait():
                    raise BrokenOffError(f"git {arguments[0]} failed")
            except GitError:
                if late.is_set():
                    raise self._late(arguments) from None
                raise

    def _process(self, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - the same
                self._command(arguments),
                cwd=self.folder,
                env=_environment(os.environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise GitError(f"git cannot be run: {error.strerror}") from None

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [self.program, *_SAFE, *arguments]

    def _late(self, arguments: tuple[str, ...]) -> GitError:
        return GitError(f"git {arguments[0]} took longer than {self.seconds:g} seconds")


def git_in(folder: Path, path: str | None = None) -> Git:
    """Find git in an absolute folder of the search path (the environment's, if none is given)."""
    names = ("git.exe", "git.cmd") if sys.platform == "win32" else ("git",)
    for place in (os.environ.get("PATH", "") if path is None else path).split(os.pathsep):
        for name in names:
            program = Path(place, name)
            if program.is_absolute() and program.is_file() and os.access(program, os.X_OK):
                return Git(str(program), folder)
    raise GitError("git is not installed, or not in the search path; comparing two states needs it")


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if not name.startswith(_DROPPED)} | _SET
