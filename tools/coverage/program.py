"""Writes the program: one function for each call, files of a few hundred functions."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tools.coverage.methods import Call

_FUNCTIONS_IN_A_FILE = 250
_HEAD = '''"""{style}: generated."""

import os

import stripe

client = stripe.StripeClient(os.environ["STRIPE_API_KEY"], client_id="ca_123")

'''


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the program: where it stands (file, first and last line), its name, and the call in it."""

    file: str
    first: int
    last: int
    name: str
    call: Call


def write(calls: Iterable[Call], folder: Path, requirement: str) -> list[Function]:
    """Write the program into `folder`, with the release it needs; the same calls give the same files."""
    return write_files(calls, folder, requirement, _FUNCTIONS_IN_A_FILE, _file)


def write_files(
    calls: Iterable[Call],
    folder: Path,
    requirement: str,
    most: int,
    made: Callable[[str, str, list[Call]], tuple[str, list[Function]]],
) -> list[Function]:
    """Write the files of a program, at most so many calls in each; `made` gives the text of one (name, style, calls)."""
    by_style: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        by_style[call.style].append(call)
    (folder / "requirements.txt").write_text(f"{requirement}\n", "utf-8")
    functions: list[Function] = []
    for style, group in sorted(by_style.items()):
        for start in range(0, len(group), most):
            file = f"{re.sub(r'[^a-z0-9]+', '_', style)}_{start // most}.py"
            text, written = made(file, style, group[start : start + most])
            (folder / file).write_text(text, "utf-8")
            functions += written
    return functions


def _file(file: str, style: str, calls: list[Call]) -> tuple[str, list[Function]]:
    text, functions = _HEAD.format(style=style.capitalize()), []
    for number, call in enumerate(calls):
        first = text.count("\n") + 2
        name = f"{re.sub(r'[^a-z0-9]+', '_', call.member.lower())}_{number}"
        text += f"\n{_definition(name, call)}\n"
        functions.append(Function(file, first, text.count("\n"), name, call))
        text += "\n"
    return text, functions


def _definition(name: str, call: Call) -> str:
    parameters = [f"found: {call.receiver}"] if call.receiver else []
    head = f"{'async ' if call.asynchronous else ''}def {name}({', '.join([*parameters, *call.arguments])}):"
    return "\n".join([head, *(f"    {line}" for line in call.lines)])
