"""The language in which fixtures claim what the analyzer says about their lines, and what it really says.

A claim is a comment on the line of a call, or alone on a line before the next line of code:

    client.customers.list()  # expect: customer_read op: GET /v1/customers
    # gap: dynamic-operation
    getattr(client, name)()

Words: `expect`, `possible` and `outside` (permissions, or `uncovered`), `gap` (kinds), `event` (types that are handled),
`subscribed` (types), `missed` and `false-alarm` (any of these: known debt), and, where they matter, `op` (verb and path),
`account`, `key` and `local` (whether a stand-in on the machine answers). A file without a claim says `# expect-nothing`.
"""

from __future__ import annotations

import io
import re
import token
import tokenize
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leastscope.kinds import GAP_BY_NAME
from leastscope.pipeline import requests
from leastscope.request import Request
from leastscope.rulebook.compile import available_systems, compiled, rules_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from leastscope.model import EventNeed, Inventory, Need

PACKS = tuple(compiled(rules_root() / system) for system in available_systems())
ALWAYS = ("expect", "possible", "outside", "gap", "event", "subscribed")
"""Words whose claims are exact: what is not claimed must not be there."""
ON_DEMAND = ("op", "account", "key", "local")
"""Words that are held against the line only where it has them."""
_WORDS = {"resolved": "expect", "possible": "possible", "outside": "outside"}
DEBTS = ("missed", "false-alarm")
SILENT = "expect-nothing"
_WORD = re.compile(r"([a-z-]+):")
_NO_CODE = {token.COMMENT, token.NL, token.NEWLINE, token.INDENT, token.DEDENT, token.ENCODING, token.ENDMARKER}
_VALUES = {
    "permission": frozenset(name for pack in PACKS for name in pack.vocabulary.permissions) | {"uncovered"},
    "gap": frozenset(GAP_BY_NAME),
    "event": frozenset(name for pack in PACKS for name in pack.events.types) | {"*"},
    "account": frozenset({"own", "connected", "unknown"}),
    "local": frozenset({"yes", "no"}),
}
_KIND = {
    "expect": "permission",
    "possible": "permission",
    "outside": "permission",
    "gap": "gap",
    "event": "event",
    "subscribed": "event",
    "account": "account",
    "local": "local",
}

Fact = tuple[str, str]
"""A word and one value of it."""


class MalformedClaimError(ValueError):
    """A comment that looks like a claim and is none."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of one file, by line; `silent` says that the file claims to give nothing."""

    lines: Mapping[int, frozenset[Fact]]
    silent: bool


def read_claims(source: str) -> Claims:
    """Read the claims of a file; raises `MalformedClaimError`."""
    lines: dict[int, set[Fact]] = defaultdict(set)
    waiting: set[Fact] = set()
    silent, coded = False, set[int]()
    for item in tokenize.generate_tokens(io.StringIO(source).readline):
        if item.type == token.COMMENT:
            facts = set(_facts(item.string.lstrip("# "), item.start[0]))
            silent = silent or item.string.strip("# ") == SILENT
            (lines[item.start[0]] if item.start[0] in coded else waiting).update(facts)
        elif item.type not in _NO_CODE:
            coded.update(range(item.start[0], item.end[0] + 1))
            if waiting:
                lines[item.start[0]] |= waiting
                waiting = set()
    if waiting:
        raise MalformedClaimError(f"no code follows the claim {sorted(waiting)}")
    if silent == any(lines.values()):
        raise MalformedClaimError(f"a file has claims or says '{SILENT}', and not both")
    return Claims({line: frozenset(facts) for line, facts in lines.items() if facts}, silent)


def _facts(comment: str, line: int) -> Iterator[Fact]:
    """The claims in one comment; none where it does not start with a word of ours."""
    words = comment.split()
    if not words or not _WORD.fullmatch(words[0]):
        return
    current, values = "", list[str]()
    for word in [*words, "end:"]:
        match = _WORD.fullmatch(word)
        if not match:
            values.append(word)
            continue
        if current:
            yield from _checked(current, values, line)
        current, values = match[1], []


def _checked(word: str, values: list[str], line: int) -> Iterator[Fact]:
    if not values or word not in (*ALWAYS, *ON_DEMAND, *DEBTS):
        raise MalformedClaimError(f"line {line}: '{word}:' is no word, or nothing follows it")
    if word == "op":
        values = [" ".join(pair) for pair in zip(values[::2], values[1::2], strict=True)]
    allowed = _VALUES.get(_KIND.get(word, ""))
    if word in DEBTS:
        allowed = frozenset().union(*_VALUES.values())
    for value in values:
        if allowed is not None and value not in allowed:
            raise MalformedClaimError(f"line {line}: '{value}' cannot follow '{word}:'")
        yield word, value


def facts_of(inventory: Inventory) -> dict[str, dict[int, frozenset[Fact]]]:
    """What the analyzer says, by file and line."""
    found: dict[str, dict[int, set[Fact]]] = defaultdict(lambda: defaultdict(set))
    for need in inventory.needs:
        found[need.request.span.path][need.request.span.line].update(_of_need(need))
    for event in inventory.events:
        found[event.use.span.path][event.use.span.line].add(_of_event(event))
    for gap in inventory.gaps:
        found[gap.span.path][gap.span.line].add(("gap", gap.kind))
    return {path: {line: frozenset(facts) for line, facts in lines.items()} for path, lines in found.items()}


def _of_need(need: Need) -> Iterator[Fact]:
    word = _WORDS[need.request.resolution]
    if not need.covered:
        yield word, "uncovered"
    for requirement in need.requirements:
        if requirement.strength != "open":
            yield word if requirement.strength == "sure" else "possible", requirement.any_of[0]
    yield "op", f"{need.request.verb} {need.path}"
    yield "account", need.request.account
    yield "local", "yes" if need.request.local else "no"
    yield "key", need.request.credential


def _of_event(need: EventNeed) -> Fact:
    return ("event" if need.use.how == "handled" else "subscribed"), need.use.event


def differences(claims: Mapping[int, frozenset[Fact]], facts: Mapping[int, frozenset[Fact]]) -> list[str]:
    """Say in words where the facts of one file differ from its claims, sorted by line."""
    found = []
    for line in sorted({*claims, *facts}):
        found += [
            f"line {line}: {text}" for text in _differ(claims.get(line, frozenset()), facts.get(line, frozenset()))
        ]
    return found


def _differ(claimed: frozenset[Fact], facts: frozenset[Fact]) -> Iterator[str]:
    debts = {(word, value) for word, value in claimed if word in DEBTS}
    seen = {value for _, value in facts}
    excused = {value for word, value in debts if word == "false-alarm"}
    asked = {*ALWAYS, *(word for word, _ in claimed)}
    wanted = {(word, value) for word, value in claimed if word not in DEBTS}
    real = {(word, value) for word, value in facts if word in asked and value not in excused}
    yield from (f"claimed, and not found: {word}: {value}" for word, value in sorted(wanted - real))
    yield from (f"found, and not claimed: {word}: {value}" for word, value in sorted(real - wanted))
    for word, value in sorted(debts):
        if (value in seen) == (word == "missed"):
            yield f"paid, so that the mark must go: {word}: {value}"


def inventory_of(paths: Iterable[Path], cwd: Path) -> Inventory:
    """Take the inventory of files and folders as the command does; their paths are relative to `cwd`."""
    return requests(Request(tuple(paths), cwd)).inventory


def inventory_of_files(files: Mapping[str, str], root: Path) -> Inventory:
    """Write a program into an empty folder and take its inventory."""
    for name, text in files.items():
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return inventory_of([root], root)


def summary_of(inventory: Inventory) -> Counter[tuple[str, ...]]:
    """What an inventory says, without places: requests with what they require, events and gaps, each with its number."""
    return sum(summary_by_file(inventory).values(), Counter())


def summary_by_file(inventory: Inventory) -> dict[str, Counter[tuple[str, ...]]]:
    """What an inventory says of each file, without lines."""
    found: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for need in inventory.needs:
        request = need.request
        asked = sorted({one.any_of[0] for one in need.requirements})
        key = (request.resolution, request.account, request.credential, request.verb, need.path, *asked)
        found[request.span.path][key] += 1
    for event in inventory.events:
        found[event.use.span.path][_of_event(event)] += 1
    for gap in inventory.gaps:
        found[gap.span.path]["gap", gap.kind] += 1
    return dict(found)
