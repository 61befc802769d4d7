"""Writes values of ours as text that a person can read and that differs where they differ: for goldens."""

from __future__ import annotations

import re
from dataclasses import MISSING, fields, is_dataclass

from leastscope.model import App, Requirement, Span, Step, Use


def shown(value: object) -> str:
    """Write a value: places short, texts as they are, of anything else what differs from its defaults."""
    match value:
        case Span():
            return f"{value.path}:{value.line}" + (f"-{value.end_line}" if value.end_line != value.line else "")
        case Step():
            return f"<{shown(value.span)} {value.note!r}>"
        case tuple() | list():
            return f"[{', '.join(map(shown, value))}]"
        case App():
            return value.name
        case Requirement():
            rest = (value.certainty, value.because, value.strength, value.detail, *value.maybe, *value.only)
            return f"({' | '.join(value.any_of)}; {' '.join(filter(None, rest))})"
        case Use():
            evidence = " ".join(map(shown, value.evidence))
            return (
                f"\n    {value.permission}: {shown(value.requirement)} {value.operation} {shown(value.span)} {evidence}"
            )
        case re.Pattern():
            return f"/{value.pattern}/"
        case _ if is_dataclass(value):
            told = (
                (one.name, getattr(value, one.name))
                for one in fields(value)
                if one.default is MISSING or getattr(value, one.name) != one.default
            )
            return f"{type(value).__name__}({', '.join(f'{name}={shown(one)}' for name, one in told)})"
        case _:
            return repr(value)


def section(text: str, name: str) -> str:
    """Give the part of a golden that begins with the line `# name`, and ends at a blank line before the next."""
    return next(part for part in text.strip("\n").split("\n\n# ") if part.removeprefix("# ").startswith(f"{name}\n"))
