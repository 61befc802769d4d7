"""Where the time of a run went, as JSON for whoever makes leastscope faster or wants to know what a scan waits for.

Times differ from run to run: this is no report, and nothing in it depends on what was found. Its form is described in
`docs/contributing/profile.md` and `schemas/profile.schema.json`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope import __version__
from leastscope.report.escape import json_text

if TYPE_CHECKING:
    from leastscope.stages import Stages

_DIGITS = 4


def render_profile(stages: Stages) -> str:
    """Render the seconds of CPU and the counts of a run that ends now."""
    stages.settle()
    seconds = {name: round(spent, _DIGITS) for name, spent in stages.seconds.items()}
    total = round(sum(stages.seconds.values()), _DIGITS)
    tool = {"name": "leastscope", "version": __version__}
    return json_text({"schema": 1, "tool": tool, "cpu_seconds": total, "stages": seconds, "counts": stages.counts})
