"""Runs the generated program against the library with its HTTP client replaced, and says what each line sent.

A script for the interpreter that has the library. Standard input is the list of functions, standard output what each
sent, as [line, verb, URL], or why nothing was sent. Nothing leaves the machine.
"""

# ruff: noqa: ANN401 - what the library gives has no type that this script could name

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.adyen_sdk import probe
from tools.coverage.loading import load
from tools.coverage.score import NOTHING

if TYPE_CHECKING:
    from types import TracebackType


def main() -> None:
    """Answer for every function of every file named on standard input."""
    probe.replace_wire()
    _fill_credentials()
    answers = {}
    for file, functions in json.load(sys.stdin).items():
        program = str(Path(file).resolve())
        module = load(program)
        holder = module.Shop("key") if hasattr(module, "Shop") else module
        answers[file] = [_recorded(program, getattr(holder, one["name"]), one["arguments"]) for one in functions]
    json.dump(answers, sys.stdout)


def _fill_credentials() -> None:
    """Give every client what the library asks for before it sends, also the one that the package has made itself."""
    client: Any = importlib.import_module("Adyen.client").AdyenClient
    settings, original = probe.settings("test"), client.__init__

    def init(self: Any, **given: Any) -> None:
        original(self, **{**settings, **given})

    client.__init__ = init
    own: Any = importlib.import_module("Adyen")
    for name, value in settings.items():
        setattr(own._base_adyen_obj.client, name, value)  # noqa: SLF001 - it has no other name


def _recorded(program: str, function: Any, arguments: list[str]) -> dict[str, Any]:
    try:
        function(*map(probe.argument, arguments))
    except probe.Sent as sent:
        return {"sent": [[_line_in(program, sent.__traceback__), *sent.args]]}
    except Exception as error:  # noqa: BLE001 - whatever the library raises is the answer
        return {"sent": [], "error": repr(error)}
    return {"sent": [], "error": NOTHING}


def _line_in(program: str, traceback: TracebackType | None) -> int:
    while traceback is not None and traceback.tb_frame.f_code.co_filename != program:
        traceback = traceback.tb_next
    return traceback.tb_lineno if traceback else 0


if __name__ == "__main__":
    main()
