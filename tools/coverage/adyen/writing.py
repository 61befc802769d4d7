"""Writes the program: one function, or one method of a class that keeps the client, for each call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.coverage.adyen.listing import KEPT
from tools.coverage.program import Function, write_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tools.coverage.methods import Call

_CALLS_IN_A_FILE = 200
_HEAD = '''"""{style}: generated."""

import os

import Adyen
from Adyen.client import AdyenClient

client = Adyen.Adyen(xapikey=os.environ["ADYEN_API_KEY"])
base = AdyenClient(xapikey=os.environ["ADYEN_API_KEY"])
'''
_CLASS = """

class Shop:
    def __init__(self, key):
        self.adyen = Adyen.Adyen(xapikey=key)
"""


def write(calls: Iterable[Call], folder: Path, requirement: str) -> list[Function]:
    """Write the program into `folder`, with the release it needs; the same calls give the same files."""
    return write_files(calls, folder, requirement, _CALLS_IN_A_FILE, _file)


def _file(file: str, style: str, calls: list[Call]) -> tuple[str, list[Function]]:
    kept = style.startswith(KEPT)
    text = _HEAD.format(style=style.capitalize()) + (_CLASS if kept else "")
    functions = []
    for number, call in enumerate(calls):
        text += "\n" if kept else "\n\n"
        first = text.count("\n") + 1
        name = f"{re.sub(r'[^a-z0-9]+', '_', call.member.lower())}_{number}"
        parameters = ["self", *call.arguments] if kept else list(call.arguments)
        lines = [f"def {name}({', '.join(parameters)}):", *(f"    {line}" for line in call.lines)]
        text += "".join(f"{'    ' if kept else ''}{line}\n" for line in lines)
        functions.append(Function(file, first, text.count("\n"), name, call))
    return text, functions
