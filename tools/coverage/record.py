"""Runs the generated program against the library with its requestor replaced, and says what each line sent.

A script for the interpreter that has the library. Standard input is the list of functions, standard output what each
sent, as [line, verb, path] with every id replaced by an empty hole, or why nothing was sent. Nothing leaves the machine.
"""

# ruff: noqa: ANN401 - what the library gives has no type that this script could name

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.coverage.loading import load
from tools.coverage.score import NOTHING
from tools.stripe_sdk.probe import Sent, _find, _object, _replace_requestor

if TYPE_CHECKING:
    from types import FrameType

_ID = re.compile(r"zz_\w+")
_MAX_TRIES = 8
_PAGES = frozenset({"list", "search_result"})
_PAGE = {"has_more": True, "next_page": "more", "data": [{"id": "zz_first"}]}


class Wire:
    """What the requestor was asked for, and what it answers the first time; every later request ends the call."""

    def __init__(self) -> None:
        self.sent: list[tuple[int, str, str]] = []
        self.answers: list[dict[str, Any]] = []
        self.program = ""

    def ask(self, method: str, url: str) -> tuple[str, int, dict[str, str]]:
        path = _ID.sub("{}", url.partition("?")[0])
        self.sent.append((_line_in(self.program, sys._getframe()), method.upper(), path))  # noqa: SLF001
        if not self.answers:
            raise Sent(method, url)
        answer = self.answers.pop(0)
        if "has_more" in answer:
            place = url.partition("?")[0]
            answer |= {"url": place, "next_page_url": f"{place}?page=2"}
        return json.dumps(answer), 200, {}


def main() -> None:
    """Answer for every function of every file named on standard input."""
    stripe: Any = importlib.import_module("stripe")
    stripe.api_key, stripe.client_id = "sk_test_record", "ca_record"
    wire = Wire()
    _tap(wire)
    answers = {}
    for file, functions in json.load(sys.stdin).items():
        wire.program = str(Path(file).resolve())
        module = load(wire.program)
        with contextlib.redirect_stdout(sys.stderr):  # what the program itself prints
            answers[file] = [_recorded(wire, module, function) for function in functions]
    json.dump(answers, sys.stdout)


def _tap(wire: Wire) -> None:
    """Replace the requestor as the generator's own check does, and note what reaches it."""
    _replace_requestor()
    requestor = importlib.import_module("stripe._api_requestor")._APIRequestor  # noqa: SLF001

    def request_raw(_self: object, method: str, url: str, *_: object, **__: object) -> object:
        return wire.ask(method, url)

    async def request_raw_async(_self: object, method: str, url: str, *_: object, **__: object) -> object:
        return wire.ask(method, url)

    requestor.request_raw = request_raw
    requestor.request_raw_async = request_raw_async


def _recorded(wire: Wire, module: Any, function: dict[str, Any]) -> dict[str, Any]:
    """Call one function until it has all the attributes it reads of the object it works on."""
    attributes = {"id": "zz_id"}
    error = ""
    for _ in range(_MAX_TRIES):
        wire.sent, wire.answers = [], []
        try:
            given = _given(wire, function, attributes)
            result = getattr(module, function["name"])(**given)
            if function["asynchronous"]:
                asyncio.run(_finished(result))
            error = NOTHING
            break
        except Sent:
            return {"sent": wire.sent}
        except (AttributeError, KeyError) as missing:
            error = repr(missing)
            attribute = re.sub(r".*'(\w+)'\W*$", r"\1", str(missing))
            if attribute in attributes:
                break
            attributes[attribute] = f"zz_{attribute}"
        except Exception as other:  # noqa: BLE001 - whatever the library raises is the answer
            error = repr(other)
            break
    return {"sent": wire.sent, "error": error}


async def _finished(coroutine: Any) -> None:
    await coroutine


def _given(wire: Wire, function: dict[str, Any], attributes: dict[str, str]) -> dict[str, Any]:
    given: dict[str, Any] = {name: f"zz_{name}" for name in function["arguments"]}
    if function["receiver"]:
        given["found"] = _object(_find(function["receiver"]), attributes)
    if function["answer"] in _PAGES:
        wire.answers = [{**_PAGE, "object": function["answer"]}]
    elif function["answer"]:
        wire.answers = [{**attributes, "object": _find(function["answer"]).OBJECT_NAME}]
    return given


def _line_in(program: str, frame: FrameType | None) -> int:
    while frame is not None and frame.f_code.co_filename != program:
        frame = frame.f_back
    return frame.f_lineno if frame else 0


if __name__ == "__main__":
    main()
