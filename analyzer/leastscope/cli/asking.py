"""What the user asks of a run: the project of the paths, read from its root, and its report as seen from where they are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from leastscope.cli.options import answers_folder, today
from leastscope.ignore import moved_pattern
from leastscope.project import find_project
from leastscope.report.escape import visible
from leastscope.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leastscope.model import Report


Value = TypeVar("Value")


class UserRequest(NamedTuple):
    """A run to be done, and the folder that the user is in."""

    request: Request
    cwd: Path

    @property
    def read(self) -> tuple[Path, ...]:
        """The paths that the run reads."""
        return tuple(self.request.cwd / path for path in self.request.paths)

    def seen(self, report: Value) -> Value:
        """Give a report, or a part of one, with paths that can be opened from where the user is."""
        return self._moved(report)[0]

    def path(self, file: Path) -> str:
        """Give a file as messages show it."""
        return visible(os.path.relpath(file, self.cwd).replace(os.sep, "/"))

    def words(self, report: Report) -> Callable[[str], str]:
        """Give a function that does the same to a message of the run."""
        return self._moved(report)[1]

    def _moved(self, report: Value) -> tuple[Value, Callable[[str], str]]:
        if self.request.cwd == self.cwd:
            return report, lambda text: text
        from leastscope.report.moved import seen_from  # noqa: PLC0415 - an answer that is known needs none of it

        return seen_from(report, self.request.cwd, self.cwd)


def ask(  # noqa: PLR0913 - one parameter for each option
    paths: Sequence[Path],
    config: Path | None,
    exclude: Sequence[str] = (),
    *,
    tests: bool | None = None,
    baseline: Path | None = None,
    jobs: int = 1,
    cluster: str = "",
    no_cache: bool,
) -> UserRequest:
    """Make the request for some paths; `exclude` has patterns that are relative to the working directory."""
    cwd = Path.cwd()
    project = find_project(paths, cwd, config)
    inside = cwd.resolve().relative_to(project.root).as_posix() if project.root in cwd.resolve().parents else ""
    return UserRequest(
        Request(
            project.paths,
            project.root,
            None if config is None else cwd / config,
            tuple(moved_pattern(pattern, inside) for pattern in exclude),
            tests,
            today(),
            shown=project.shown,
            jobs=jobs,
            cluster=cluster,
            kept=answers_folder(no_cache=no_cache),
            baseline=None if baseline is None else cwd / baseline,
        ),
        cwd.resolve(),
    )
