"""Addresses of lines at the service that holds the repository."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.ci.job import Job
    from leastscope.model import Span


def links_to(job: Job, commit: str) -> Callable[[Span], str]:
    """Give a function from a place to its address at a commit; "" where there is none."""
    return partial(_address, job, commit)


def _address(job: Job, commit: str, span: Span) -> str:
    if not (job.files and commit) or span.path.startswith(("../", "/")):
        return ""
    last = f"{job.to_line}{span.end_line}" if span.end_line > span.line else ""
    return f"{job.files}{commit}/{quote(span.path, errors='surrogateescape')}#L{span.line}{last}"
