"""One repository: which commits names mean, where two of them meet, and in plain words why that cannot be told."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from leastscope.errors import GitError
from leastscope.git.command import Git, git_in

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_NAMES = 5000
_MAX_NAME = 1000
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_ID_START = re.compile(r"[0-9a-f]{7,64}")
_NO_COMMIT = re.compile("0{7,64}")
_HUNK = re.compile(rb"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")
_WHOLE_HISTORY = "`git fetch --unshallow origin` (in a GitHub workflow `fetch-depth: 0` of the checkout)"


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository; `top` is the root of its work tree, None for one without."""

    git: Git
    top: Path | None

    @staticmethod
    def find(folder: Path, git: Git | None = None) -> Repository:
        """Find the repository that a folder is in, or the one that the environment names."""
        git = git or git_in(folder)
        answer = git.ask("rev-parse", "--is-inside-work-tree")
        if answer.code:
            raise _no_repository(answer.said)
        if answer.line != "true":
            return Repository(git, None)
        top = git.ask("rev-parse", "--show-toplevel")
        if top.code:
            raise _no_repository(top.said)
        return Repository(git, Path(top.line))

    def commit(self, name: str) -> str:
        """Give the id of the commit that a revision means."""
        _check_name(name)
        answer = self.git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        if answer.code == 0 and _ID.fullmatch(answer.line):
            return answer.line
        raise self._unknown(name)

    def merge_base(self, base: str, head: str, names: tuple[str, str]) -> str:
        """Give the commit at which two commits, known to the user by names, went apart."""
        answer = self.git.ask("merge-base", base, head)
        found = answer.line
        if answer.code == 0 and _ID.fullmatch(found):
            return found
        one, other = (_quoted(name) for name in names)
        if self.is_shallow:
            raise GitError(
                f"this clone is shallow, and its history does not reach back to where {one} and {other} went apart; "
                f"get the rest with {_WHOLE_HISTORY}, or compare the two as they are with --exact"
            )
        raise GitError(f"{one} and {other} have no commit in common; compare them as they are with --exact")

    def is_ancestor(self, old: str, new: str) -> bool:
        """Whether one commit is in the history of another, as far as that was fetched."""
        return self.git.ask("merge-base", "--is-ancestor", old, new).code == 0

    def parents(self, commit: str) -> tuple[str, ...]:
        """Give the parents of a commit as it names them, whether they were fetched or not."""
        answer = self.git.ask("cat-file", "commit", commit)
        head = answer.out.partition(b"\n\n")[0].decode("ascii", "replace")
        return tuple(found for line in head.split("\n") if _ID.fullmatch(found := line.removeprefix("parent ")))

    def changed_lines(self, old: str, new: str) -> tuple[range, ...]:
        """Give the lines that one file (the id of its content) has and another one had not."""
        plain = ("--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "--text")
        answer = self.git.ask("diff", *plain, old, new)
        hunks = (_HUNK.match(line) for line in answer.out.split(b"\n"))
        return tuple(range(start, start + count) for start, count in map(_lines_of, filter(None, hunks)) if count)

    @property
    def is_shallow(self) -> bool:
        """Whether a part of the history was not fetched."""
        return self.git.ask("rev-parse", "--is-shallow-repository").line == "true"

    @property
    def is_partial(self) -> bool:
        """Whether files are only fetched when they are asked for."""
        return self.git.ask("config", "--get-regexp", r"^remote\..*\.promisor$").code == 0

    def left_out(self) -> frozenset[str]:
        """Give the files that a sparse checkout keeps out of the work tree."""
        if self.top is None or self.git.ask("config", "--type=bool", "core.sparseCheckout").line != "true":
            return frozenset()
        entries = replace(self.git, folder=self.top).records("ls-files", "-t", "-z")
        return frozenset(os.fsdecode(entry[2:]) for entry in entries if entry.startswith(b"S "))

    def tracked(self) -> frozenset[str]:
        """Give the absolute paths of the files in the index."""
        if self.top is None:
            return frozenset()
        entries = replace(self.git, folder=self.top).records("ls-files", "-z", "--cached", "--full-name")
        top = os.path.realpath(self.top)
        return frozenset(os.path.join(top, *os.fsdecode(entry).split("/")) for entry in entries)  # noqa: PTH118 - many

    def incomplete(self, name: str) -> GitError:
        """Say that files of a state are not at hand."""
        if self.is_partial:
            return GitError(
                f"this clone is partial and does not hold all files of {_quoted(name)}; get them with "
                f"`git fetch --refetch --no-filter origin`, or clone without `--filter`"
            )
        return GitError(f"git cannot read the files of {_quoted(name)}; `git fsck` may tell what is damaged")

    def _unknown(self, name: str) -> GitError:
        shown = _quoted(name)
        if name == "HEAD":
            return GitError("HEAD names no commit: nothing has been committed on this branch yet")
        if _ID_START.fullmatch(name):
            if self.is_shallow:
                return GitError(
                    f"this clone is shallow and does not hold the commit {shown}; get it with "
                    f"`git fetch --depth=1 origin {name}` and compare with --exact, or get the whole history with "
                    f"{_WHOLE_HISTORY}"
                )
            return GitError(f"there is no commit {shown} here; get it with `git fetch origin {name}`")
        if _is_path(self.git.folder / name):
            return GitError(f"{shown} names no commit but a file or folder; write paths behind two dashes: `-- {name}`")
        close = self._nearest(name)
        if close:
            return GitError(f"{shown} names no commit; did you mean {_quoted(close)}?")
        if self.is_shallow:
            return GitError(
                f"{shown} names no commit, and this clone is shallow: it may hold one branch only; get the others with "
                f"{_WHOLE_HISTORY}"
            )
        return GitError(f"{shown} names no commit; a branch of another repository has to be fetched first")

    def _nearest(self, name: str) -> str:
        """Give the branch or tag that looks most like a name: first the same one elsewhere."""
        from leastscope.document import nearest  # noqa: PLC0415 - only for a mistake

        known = sorted(set(self._names()))
        last = name.rpartition("/")[2]
        same = (one for one in known if one.rpartition("/")[2] == last or one == last)
        return next(same, nearest(name, known) or "")

    def _names(self) -> Iterator[str]:
        places = ("refs/heads", "refs/remotes", "refs/tags")
        answer = self.git.ask("for-each-ref", f"--count={_MAX_NAMES}", "--format=%(refname:short)", *places)
        yield from (line for line in os.fsdecode(answer.out).split("\n") if line and not line.endswith("/HEAD"))


def _lines_of(hunk: re.Match[bytes]) -> tuple[int, int]:
    """Give the first line of a hunk and how many it has; none are written where it is one."""
    start, count = hunk.groups()
    return int(start), 1 if count is None else int(count)


def _is_path(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _check_name(name: str) -> None:
    if not name.strip():
        raise GitError("the name of a revision is empty; is the variable that should hold it set?")
    if name.startswith("-"):
        raise GitError(f"{_quoted(name)} is no revision: the name of one does not begin with '-'")
    if _NO_COMMIT.fullmatch(name):
        raise GitError(
            f"{_quoted(name)} stands for no commit: the branch was new; compare with the branch it will be merged into"
        )
    if len(name) > _MAX_NAME or not name.isprintable():
        raise GitError(f"{_quoted(name)} cannot be the name of a revision")
    if ".." in name and not name.startswith((":/", "^")) and "{" not in name:
        raise GitError(f"{_quoted(name)} is a range; write the two revisions apart, base first")


def _no_repository(said: str) -> GitError:
    if "dubious ownership" in said:
        return GitError(
            "this repository belongs to another user, and git does not trust it; if you do, run "
            "`git config --global --add safe.directory FOLDER`"
        )
    if "not a git repository" in said:
        return GitError("this folder is in no git repository; `leastscope scan` needs none")
    return GitError(f"git cannot read this repository: {_one_line(said)}")


def _quoted(name: str) -> str:
    return f"'{_one_line(name)}'"


def _one_line(text: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in text)
    return shown if len(shown) <= 200 else shown[:199] + "…"
