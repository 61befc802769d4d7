"""One report of several repositories, made of the report of each: the same documents, side by side."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from leastscope import __version__
from leastscope.report.contracts import SCHEMA, TOOL
from leastscope.report.escape import json_text, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMS = ("text", "json", "sarif")
"""The formats that can hold several repositories."""


class Part(NamedTuple):
    """A repository as the list names it, its exit code, and its report; or why it has none."""

    repository: str
    code: int
    text: str
    error: str = ""


def render_several(form: str, parts: Sequence[Part]) -> str:
    """Return the reports of several repositories as one, in one of the `FORMS`."""
    if form == "json":
        return _json(parts)
    return _sarif(parts) if form == "sarif" else _text(parts)


def _text(parts: Sequence[Part]) -> str:
    told = ((part.repository, part.text or f"error: {visible(part.error)}\n") for part in parts)
    return "\n".join(f"== {visible(repository)}\n{text}" for repository, text in told)


def _json(parts: Sequence[Part]) -> str:
    """Return a document of `schemas/repositories.schema.json`."""
    return json_text(
        {
            "schema": SCHEMA,
            "tool": {"name": TOOL, "version": __version__},
            "repositories": [
                {
                    "repository": part.repository,
                    "exit_code": part.code,
                    **({"error": part.error} if part.error else {"scan": json.loads(part.text)}),
                }
                for part in parts
            ],
        }
    )


def _sarif(parts: Sequence[Part]) -> str:
    """Return the runs of all logs in one log; the category of a run begins with its repository."""
    logs = [(part.repository, json.loads(part.text)) for part in parts if part.text]
    runs = []
    for repository, log in logs:
        for run in log["runs"]:
            details = run.setdefault("automationDetails", {})
            details["id"] = f"{repository}/{details.get('id', '')}"
            runs.append(run)
    head = {key: value for _, log in logs[:1] for key, value in log.items() if key != "runs"}
    return json_text({**(head or {"version": "2.1.0"}), "runs": runs})
