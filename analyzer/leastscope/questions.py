"""What a run asked about the Python files of a tree, so that a later run can tell whether an edit changes an answer.

Every question goes through `Sources`, which notes it here: which words were searched, which files were used as a whole,
which names were looked for in the others, and how many methods of a name each holds. A file that was not used, is edited,
and answers all of these questions as before, has no part in the report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Question: TypeAlias = tuple[Mapping[str, frozenset[str]], frozenset[str]]
"""Names with the words one of which stands beside them (none: the name is enough), and names of methods."""


@dataclass(slots=True, eq=False, repr=False)
class Questions:
    """The questions of a run, and what was answered.

    `triggers` are the words that make a file worth reading. `used` are the files of which more was asked than the rest
    tells. `questions` were asked of all others. `counted` are names of methods, `counts` how many of them a file holds,
    for the files that hold any. `modules` are names that were looked for in imports, `endings` what calls of a library end
    with.
    """

    triggers: tuple[bytes, ...] = ()
    used: set[str] = field(default_factory=set)
    questions: list[Question] = field(default_factory=list)
    counted: set[str] = field(default_factory=set)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    endings: frozenset[str] = frozenset()

    def take(self, other: Questions) -> None:
        """Have asked what others have asked, and nothing else."""
        self.triggers, self.used, self.questions = other.triggers, set(other.used), [*other.questions]
        self.counted, self.modules = set(other.counted), set(other.modules)
        self.endings = other.endings
        self.counts = {path: dict(counts) for path, counts in other.counts.items()}
