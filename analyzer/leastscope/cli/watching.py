"""Keeps the reports of a scan current: asks again and again, and writes when the answer is another one."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from leastscope.cli.options import today
from leastscope.cli.printing import say
from leastscope.errors import AnalyzerError
from leastscope.report.escape import visible
from leastscope.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Callable

    from leastscope.answers import Answer
    from leastscope.request import Request

_SHORTEST = 0.5
_SHARE = 4
"""The pause between two looks is so many times as long as a look: a large tree is not looked at all the time."""


def watch_answers(
    ask: Callable[[Request], Answer], tell: Callable[[Answer, Request], object], request: Request
) -> NoReturn:
    """Ask until the user interrupts; `tell` gets every answer that is not the one before it.

    What is wrong with the settings is said once for each time it comes up, and the reports stay as they were.
    """
    last: Answer | str | None = None
    while True:
        began = time.monotonic()
        now = replace(request, today=today(), stages=Stages(), reads=set())
        found = _asked(ask, now)
        if found != last:
            if isinstance(found, str):
                say(f"leastscope: {visible(found)}", err=True)
            else:
                tell(found, now)
        last = found
        time.sleep(max(_SHORTEST, _SHARE * (time.monotonic() - began)))


def _asked(ask: Callable[[Request], Answer], request: Request) -> Answer | str:
    """Give the answer, or what keeps from giving one."""
    try:
        return ask(request)
    except AnalyzerError as error:
        return str(error)
