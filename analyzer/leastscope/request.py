"""What a run is asked to do: the values that the command line hands down, and nothing that takes time to import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from leastscope.questions import Questions
from leastscope.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, MutableMapping
    from datetime import date
    from pathlib import Path

    from leastscope.judging import Judging
    from leastscope.python.syntax import ir

MAX_SOURCE = 4 * 1024 * 1024
"""Bytes of the largest Python file that is read."""
MAX_OTHER = 1024 * 1024
"""Bytes of the largest other file that is read."""
Trees: TypeAlias = "MutableMapping[bytes, ir.Module | ir.Unreadable]"
"""What files were lowered to, by the digest of their bytes."""


class Room(NamedTuple):
    """How much Python is parsed in one run.

    bytes   of all files
    signs   in all files: characters that are neither letters, digits nor blanks. What is kept of a file takes up to 250
            bytes for each
    dense   signs in the files that have more than `DENSE`
    """

    bytes: int = 64 * 1024 * 1024
    signs: int = 4_000_000
    dense: int = 250_000


DENSE = 60_000
"""Signs of the largest file that is not dense."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)  # to make more would take longer than most walks
class Request:
    """What a run is asked to do; paths are as the user gave them, relative to `cwd`.

    `today` is the day by which exceptions in the settings end; without it none does. `rules` is the folder of the rule
    packs, where it is not our own. `home` is the folder whose settings count, where it is not `cwd`. `tracked` gives the
    real paths of the files that git tracks, where git is not to be asked. `trusted` is a settings file that says how to
    judge, wherever it lies; `judging` is what the base says of that, for a change that is judged. `jobs` is how many
    processes parse files, `cluster` the address of a cluster that does so in their place.
    `shown` are the paths that are reported on (POSIX style, relative to `cwd`; none: all that is
    read). `baseline` is the file whose findings do not count, where the settings are not to say so, and
    `without_baseline` says that there is none. `stages` is told where the time goes, `reads` which files are read beside
    those of the tree and the settings: their paths, relative to `cwd`; `asked` what is
    asked about Python files; `lost` which contents a process was lost on, by
    their digests. `room` is how much Python is parsed.
    `kept` is the folder of the user's cache in which evaluations are kept; without it none is.
    `instead` has the bytes that count in the place of what files hold, by the paths that reports show.
    """

    paths: tuple[Path, ...]
    cwd: Path
    settings_file: Path | None = None
    exclude: tuple[str, ...] = ()
    tests: bool | None = None
    today: date | None = None
    rules: Path | None = None
    home: Path | None = None
    tracked: Callable[[], Iterable[str]] | None = None
    trusted: Path | None = None
    judging: Judging | None = None
    jobs: int = 1
    cluster: str = ""
    shown: tuple[str, ...] = ()
    baseline: Path | None = None
    without_baseline: bool = False
    stages: Stages = field(default_factory=Stages)
    reads: set[str] = field(default_factory=set)
    asked: Questions = field(default_factory=Questions)
    lost: set[bytes] = field(default_factory=set)
    kept: Path | None = None
    instead: Mapping[str, bytes] = field(default_factory=dict)
    room: Room = Room()  # noqa: RUF009 - it is frozen
