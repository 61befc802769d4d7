"""Carries what calls are made on through plain Python, and says which requests nobody hears of any more.

    python -m tools.carrying [--way NAME] [--net] FILE...

In each file the receiver of every call that is a statement's first is put into something (a dict, a closure, a queue, a
property, an object of a class in another file), and the call is made on what comes out. The program does what it did, so
that each request of before has to be there, at its line or at another one, or a gap on its line. Without `--net`, only what
the evaluation finds by itself counts.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import libcst as cst

from leastscope.evaluations import WITHOUT_NET
from tools.carrying.elsewhere import ELSEWHERE
from tools.carrying.library import LIBRARY
from tools.carrying.objects import OBJECTS
from tools.carrying.plain import PLAIN
from tools.metamorphic.compare import facts_of
from tools.metamorphic.edits import Change, Edit, Fragment, Place, apply, compatible
from tools.metamorphic.source import Program
from tools.metamorphic.variables import is_super, statement_to_precede

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tools.carrying.way import Way
    from tools.metamorphic.compare import Facts
    from tools.metamorphic.source import Source

HELPER = "carriers"
"""The module that ways through another file add beside the program."""

WAYS: Mapping[str, Way] = {**PLAIN, **OBJECTS, **LIBRARY, **ELSEWHERE}
"""Each way by its name."""

Request = tuple[Place, str, str]
"""The line of a request, its verb and its path."""


class Carried(NamedTuple):
    """How many requests a program sends, and what became of those that are not found at their lines as they were."""

    requests: int
    possible: tuple[Request, ...]
    gaps: tuple[Request, ...]
    elsewhere: tuple[Request, ...]
    silent: tuple[Request, ...]


def carried(files: Mapping[str, str], way: Way, before: Facts) -> Carried:
    """Carry every receiver of a program in a way; `before` are the facts of the program as it is."""
    changes = compatible(_changes(Program(dict(files)), way))
    changed = apply(dict(files), changes)
    for path, text in changed.files.items():
        if path.endswith(".py"):
            compile(text, path, "exec", dont_inherit=True)
    told = scanned(changed.files | ({f"{HELPER}.py": way.helper} if way.helper else {}))
    after = {(changed.before(place), *fact[1:4]) for place, fact in told if fact[0] == "request"}
    sure, there = {one[:3] for one in after if one[3] == "resolved"}, {one[:3] for one in after}
    anywhere = {one[1:3] for one in after}
    gaps = {changed.before(place) for place, fact in told if fact[0] == "gap"}

    def became(one: Request) -> str:
        if one in sure:
            return "found"
        if one in there:
            return "possible"
        return "gap" if one[0] in gaps else "elsewhere" if one[1:] in anywhere else "silent"

    asked = requests_of(before)
    several = {one: became(one) for one in asked}
    ways = ("possible", "gap", "elsewhere", "silent")
    return Carried(len(asked), *(tuple(one for one in asked if several[one] == each) for each in ways))


def requests_of(facts: Facts) -> list[Request]:
    """Give the requests that are sure, in order."""
    return sorted(
        {(place, fact[1], fact[2]) for place, fact in facts if fact[0] == "request" and fact[3] == "resolved"}
    )


def scanned(files: Mapping[str, str]) -> Facts:
    """Give what is found in a program."""
    with tempfile.TemporaryDirectory() as work:
        return facts_of(dict(files), Path(work))


def _changes(program: Program, way: Way) -> Iterator[Change]:
    for source in program.sources.values():
        for number, call in enumerate(source.of(cst.Call) if not source.dynamic else ()):
            change = _carrying(source, call, way, source.fresh("carried", number))
            if change is not None:
                yield change


def _carrying(source: Source, call: cst.Call, way: Way, new: str) -> Change | None:
    """Put what a call is made on through a way, where it is evaluated at the same time as before."""
    receiver = call.func.value if isinstance(call.func, cst.Attribute) else None
    if not isinstance(receiver, cst.Name | cst.Attribute) or receiver.lpar or is_super(receiver):
        return None
    statement, value = statement_to_precede(source, receiver), source.code(receiver)
    if statement is None or "\n" in value:
        return None

    def written(text: str) -> str:
        text = re.sub(r"\bNAME([a-z]?)\b", rf"{new}\1", text)
        return re.sub(r"\bVALUE\b", lambda _: value, text).replace("HELPER", HELPER)

    lines = [*([f"import {HELPER}"] if way.helper else []), *(written(way.before).splitlines())]
    edits = [source.replaced(receiver, written(way.after))]
    if lines:
        at, indent = source.start(statement), source.indent_at(statement)
        text = "".join(f"{line}\n{indent}" for line in lines)
        edits.insert(0, Edit(source.path, at, at, (Fragment(text, source.place(receiver), steps=False),)))
    return Change(tuple(edits))


def main(arguments: list[str]) -> int:
    """Run the command; the result is the exit code: 1 where a request is silent."""
    parser = argparse.ArgumentParser(prog="python -m tools.carrying", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--way", choices=sorted(WAYS), default="", help="only this one")
    parser.add_argument("--net", action="store_true", help="count what only the net finds, too")
    options = parser.parse_args(arguments)
    if not options.net:
        os.environ[WITHOUT_NET] = "1"
    counts = Counter[str]()
    for path in options.files:
        files = {path.name: path.read_text(encoding="utf-8")}
        before = scanned(files)
        for name in [options.way] if options.way else WAYS:
            found = carried(files, WAYS[name], before)
            counts.update({"requests": found.requests, "silent": len(found.silent)})
            print(*_shown(path, name, found), sep="\n", end="\n" if found.silent else "")
    print(f"{counts['silent']} of {counts['requests']} requests are silent")
    return 1 if counts["silent"] else 0


def _shown(path: Path, name: str, found: Carried) -> Iterable[str]:
    return (f"{path}:{place.line}: {name}: {verb} {target}" for place, verb, target in found.silent)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
