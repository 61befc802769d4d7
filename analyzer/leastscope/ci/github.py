"""What GitHub's runner is told: files that it names, and the annotations.

The files and their limits are those of
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leastscope.report.github import render_failure
from leastscope.verdict import CLEAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leastscope.ci.run import Outcome

_TO_FILES = {"sarif": "leastscope.sarif", "json": "leastscope.json", "github": "leastscope-annotations.txt"}
_COMMENT = "leastscope-comment.md"


@dataclass(frozen=True, slots=True)
class File:
    """A text for a file; one that is shared with other steps is written to its end."""

    path: Path
    text: str
    append: bool = False


def files(outcome: Outcome, environment: Mapping[str, str]) -> Iterator[File]:
    """Give the files to write: the results, the summary of the job, the outputs of the step."""
    outputs = dict(outcome.outputs)
    folder = environment.get("RUNNER_TEMP", "")
    if folder:
        for form, name in _TO_FILES.items():
            path = Path(folder, name)
            outputs[f"{form}-file"] = str(path)
            yield File(path, outcome.render(form))
        if outcome.comment:
            outputs |= {"comment-file": str(Path(folder, _COMMENT)), "comment-news": str(outcome.is_news).lower()}
            yield File(Path(folder, _COMMENT), outcome.comment)
    if summary := environment.get("GITHUB_STEP_SUMMARY", ""):
        yield File(Path(summary), outcome.render("markdown"), append=True)
    if output := environment.get("GITHUB_OUTPUT", ""):
        outputs["exit-code"] = str(outcome.code)
        yield File(Path(output), "".join(_output(name, value) for name, value in sorted(outputs.items())), append=True)


def _output(name: str, value: str) -> str:
    """Return an output in the form that ends at a line nobody can foresee."""
    end = secrets.token_hex(16)
    return f"{name}<<{end}\n{value}\n{end}\n"


def commands(outcome: Outcome) -> str:
    """Return the annotations, and last what made the run fail."""
    lines = outcome.render("github") if outcome.annotations else ""
    return lines if outcome.code == CLEAN else f"{lines}{render_failure(outcome.verdict)}"
