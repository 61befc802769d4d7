"""Compares what the scan names with what the library sent, function by function and line by line."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tools.coverage.program import Function

_HOLE = re.compile(r"{[^}]*}")
Row = tuple[int, str, str]
NOTHING = "sends nothing"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one function should have given, what it gave, and whether that is right.

    `among` is true where the answer is one of several that the scan calls possible.
    """

    function: Function
    truth: frozenset[Row]
    named: frozenset[Row]
    right: bool
    among: bool = False


def judge(
    functions: Iterable[Function], truths: Mapping[str, list[dict[str, Any]]], requests: Iterable[Mapping[str, Any]]
) -> tuple[list[Verdict], dict[str, list[str]]]:
    """Judge every function that sends or should not have been named, and give the other members by the reason.

    `truths` maps files to what each of their functions sent, in order; `requests` are those of the scan's inventory.
    """
    named: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for request in requests:
        named[request["file"]].append(request)
    waiting = {file: iter(rows) for file, rows in truths.items()}
    verdicts: list[Verdict] = []
    silent: dict[str, list[str]] = defaultdict(list)
    for function in functions:
        truth = next(waiting[function.file])
        verdict = _verdict(function, truth["sent"], named[function.file])
        if "error" in truth and not (truth["error"] == NOTHING and verdict.named):
            silent[truth["error"]].append(function.call.member)
        else:
            verdicts.append(verdict)
    return verdicts, silent


def _verdict(function: Function, sent: Iterable[list[Any]], requests: Iterable[Mapping[str, Any]]) -> Verdict:
    truth = frozenset((int(line), str(verb), shape(path)) for line, verb, path in sent)
    here = [row for row in requests if function.first <= row["line"] <= function.last]
    named = frozenset((row["line"], row["verb"], shape(row["path"])) for row in here)
    certain = {(row["line"], row["verb"], shape(row["path"])) for row in here if row["resolution"] == "resolved"}
    among = truth < named and certain <= truth
    return Verdict(function, truth, named, truth == named or among, among)


def shape(path: str) -> str:
    """Give the path without the names of its holes."""
    return _HOLE.sub("{}", path)


def table(verdicts: Iterable[Verdict]) -> list[str]:
    """Give one line for each style, and one for all: calls, right, among several, missed."""
    rows: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        rows[verdict.function.call.style].append(verdict)
    rows["all"] = [verdict for group in rows.values() for verdict in group]
    lines = [f"{'style':<44} {'calls':>6} {'right':>6} {'of these possible':>18} {'missed':>7}"]
    for style, group in rows.items():
        right = sum(one.right for one in group)
        among = sum(one.among for one in group)
        lines.append(f"{style:<44} {len(group):>6} {right:>6} {among:>18} {len(group) - right:>7}")
    return lines


def silence(silent: Mapping[str, list[str]]) -> list[str]:
    """Name what was called and left out, because the library sent nothing or refused the call."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for reason, members in silent.items():
        kinds[reason.partition("(")[0]].update(member.rpartition(".")[2] for member in members)
    return [
        f"left out ({kind}): {sum(names.values())} calls: "
        + ", ".join(f"{name} {count}" for name, count in sorted(names.items()))
        for kind, names in sorted(kinds.items())
    ]


def missed(verdict: Verdict) -> str:
    """Name the method, its place in the program, what it sends and what the scan said."""
    function = verdict.function
    place = f"{function.file}:{function.first}"
    return (
        f"{function.call.member} ({function.call.style}) {place}: {_rows(verdict.truth)}; named: {_rows(verdict.named)}"
    )


def _rows(rows: Iterable[Row]) -> str:
    return ", ".join(f"{verb} {path}" for _, verb, path in sorted(rows)) or "nothing"
