"""Changes of text that know where every line of their result comes from. Knows nothing of Python."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Files = dict[str, str]
"""A program: the text of each file by its path."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file, 1-based."""

    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text and the place its first character comes from.

    Each further line of the text comes from the line below, or from the same one where `steps` is false.
    """

    text: str
    place: Place
    steps: bool = True


@dataclass(frozen=True, slots=True)
class Edit:
    """What to put in place of the characters from `start` to `end` of a file."""

    path: str
    start: int
    end: int
    fragments: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Edits that only together keep what a program does, and files that they add.

    `merged` are places whose code ends up on the line of another one: both count as that line.
    """

    edits: tuple[Edit, ...]
    files: Mapping[str, tuple[Fragment, ...]] = field(default_factory=dict)
    merged: Mapping[Place, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changed:
    """A changed program: `origins` gives the place before for each place after, `merged` as in `Change`."""

    files: Files
    origins: Mapping[Place, Place]
    merged: Mapping[Place, Place]

    def before(self, place: Place) -> Place:
        """The place before the change that stands for a place after it."""
        return self.counted(self.origins.get(place, place))

    def counted(self, place: Place) -> Place:
        """The place that stands for a place before the change: the same one, or what it was merged with."""
        seen = set[Place]()
        while place in self.merged and place not in seen:
            seen.add(place)
            place = self.merged[place]
        return place


def compatible(changes: Iterable[Change]) -> list[Change]:
    """Keep the changes whose edits do not touch those of an earlier one, in the given order."""
    taken: dict[str, list[tuple[int, int]]] = {}
    kept = []
    for change in changes:
        if not any(_overlaps(taken.get(edit.path, []), edit) for edit in change.edits):
            kept.append(change)
            for edit in change.edits:
                bisect.insort(taken.setdefault(edit.path, []), (edit.start, edit.end))
    return kept


def _overlaps(taken: Sequence[tuple[int, int]], edit: Edit) -> bool:
    """Insertions may stand at the ends of what is replaced, and beside each other."""
    index = bisect.bisect_left(taken, (edit.end, edit.end))
    return any(start < edit.end and edit.start < end for start, end in taken[max(0, index - 2) : index + 1])


def apply(files: Files, changes: Sequence[Change]) -> Changed:
    """Make changes that are compatible with each other."""
    after, origins, merged = dict(files), dict[Place, Place](), dict[Place, Place]()
    by_path: dict[str, list[Edit]] = {}
    for change in changes:
        merged.update(change.merged)
        for edit in change.edits:
            by_path.setdefault(edit.path, []).append(edit)
        for path, fragments in change.files.items():
            after[path] = _joined(path, fragments, origins)
    for path, edits in by_path.items():
        after[path] = _joined(path, _rewritten(path, files[path], edits), origins)
    return Changed(after, origins, merged)


def _rewritten(path: str, text: str, edits: list[Edit]) -> Iterator[Fragment]:
    position, line = 0, 1
    for edit in sorted(edits, key=lambda one: (one.start, one.end)):
        yield Fragment(text[position : edit.start], Place(path, line))
        yield from edit.fragments
        line += text.count("\n", position, edit.end)
        position = edit.end
    yield Fragment(text[position:], Place(path, line))


def _joined(path: str, fragments: Iterable[Fragment], origins: dict[Place, Place]) -> str:
    """Put fragments together; a line comes from where the first thing written on it comes from."""
    line, texts = 1, []
    for fragment in fragments:
        for offset, text in enumerate(fragment.text.split("\n")):
            line += offset > 0
            if text.strip() and Place(path, line) not in origins:
                place = fragment.place
                origins[Place(path, line)] = Place(place.path, place.line + offset) if fragment.steps else place
        texts.append(fragment.text)
    return "".join(texts)
