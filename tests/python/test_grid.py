"""However a client travels, and wherever it is kept: its call is a request, or a gap at the line of the call.

A grid of generated programs: the kinds of what can send, the places it is kept in, and the ways on which it gets from there
to the call. `DEBTS` are the cells that are silent today: the list may only get shorter.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import pytest

from expectations import inventory_of_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CALL = "# the call"


class Kind(NamedTuple):
    """Something that can send: how it is made, and how it is called; `{}` stands for it."""

    made: str
    called: str


KINDS = {
    "client": Kind("stripe.StripeClient('k')", "{}.v1.payouts.list()"),
    "resource": Kind("stripe.Payout", "{}.list()"),
    "method": Kind("stripe.Payout.list", "{}()"),
    "session": Kind("httpx.Client(base_url='https://api.stripe.com')", "{}.get('/v1/payouts')"),
}
PLACES = {
    "name": ("held = {}", "held"),
    "self": ("class Box:\n    def __init__(self):\n        self.held = {}\n\nbox = Box()", "box.held"),
    "class": ("class Box:\n    held = {}", "Box.held"),
    "foreign": ("from framework import app\n\napp.held = {}", "app.held"),
    "key": ("box = {{'held': {}}}", "box['held']"),
    "item": ("box = [{}]", "box[0]"),
    "closure": ("def outer():\n    held = {}\n    def inner():\n        return held\n    return inner", "outer()()"),
    "module": ("import gate", "gate.held"),
    "default": ("def give_default(held={}):\n    return held", "give_default()"),
    "property": ("class Box:\n    @property\n    def held(self):\n        return {}", "Box().held"),
    "context": ("@contextlib.contextmanager\ndef opened():\n    yield {}\n\nwith opened() as held:\n    pass", "held"),
    "queue": ("box = queue.Queue()\nbox.put({})", "box.get()"),
    "registry": (
        "KNOWN = {{}}\n\ndef register(key, value):\n    KNOWN[key] = value\n\nregister('a', {})",
        "KNOWN['a']",
    ),
}
"""What keeps it, and the expression that reads it from there."""
WAYS = {
    "made": "{call:{held}}",
    "stored": "again = {held}\n{call:again}",
    "passed": "def take(it):\n    {call:it}\n\ntake({held})",
    "returned": "def give():\n    return {held}\n\n{call:give()}",
    "yielded": "def give():\n    yield {held}\n\nfor it in give():\n    {call:it}",
    "awaited": "async def give():\n    return {held}\n\nasync def main():\n    it = await give()\n    {call:it}",
    "iterated": "for it in ({held},):\n    {call:it}",
    "captured": "def run():\n    it = {held}\n    def inner():\n        {call:it}\n    return inner\n\nrun()()",
    "decorated": (
        "def given(function):\n    def inner():\n        return function({held})\n    return inner\n\n"
        "@given\ndef run(it):\n    {call:it}\n\nrun()"
    ),
    "matched": "match {held}:\n    case it:\n        {call:it}",
    "merged": "if flag:\n    it = {held}\nelse:\n    it = {held}\n{call:it}",
}
"""How it gets from there to the call."""
KEPT = {
    "global": ("held = None\n\ndef keep(it):\n    global held\n    held = it", "store.held"),
    "class": ("class Box:\n    held = None\n\ndef keep(it):\n    Box.held = it", "store.Box.held"),
    "method": (
        (
            "class Box:\n    def put(self, it):\n        self.held = it\n\n    def get(self):\n        return self.held\n\n"
            "box = Box()\n\ndef keep(it):\n    box.put(it)"
        ),
        "store.box.get()",
    ),
    "class method": (
        "class Box:\n    @classmethod\n    def put(cls, it):\n        cls.held = it\n\ndef keep(it):\n    Box.put(it)",
        "store.Box.held",
    ),
    "variable around": (
        (
            "def slot():\n    held = None\n    def put(it):\n        nonlocal held\n        held = it\n"
            "    def get():\n        return held\n    return put, get\n\nkeep, get = slot()"
        ),
        "store.get()",
    ),
    "context variable": (
        "from contextvars import ContextVar\n\ncurrent = ContextVar('c')\n\ndef keep(it):\n    current.set(it)",
        "store.current.get()",
    ),
    "thread": (
        "import threading\n\nlocal = threading.local()\n\ndef keep(it):\n    local.held = it",
        "store.local.held",
    ),
    "queue": ("import queue\n\nbox = queue.Queue()\n\ndef keep(it):\n    box.put(it)", "store.box.get()"),
    "function": ("def box():\n    return None\n\ndef keep(it):\n    box.held = it", "store.box.held"),
    "key": ("box = {}\n\ndef keep(it):\n    box['a'] = it", "store.box['a']"),
    "item": ("box = []\n\ndef keep(it):\n    box.append(it)", "store.box[0]"),
    "list of a table": (
        "from collections import defaultdict\n\nbox = defaultdict(list)\n\ndef keep(it):\n    box['a'].append(it)",
        "store.box['a'][0]",
    ),
    "default of a table": (
        "box = {}\n\ndef keep(it):\n    box.setdefault('a', []).append(it)",
        "store.box['a'][0]",
    ),
    "maker": (
        "box = {}\n\ndef register(name, maker):\n    box[name] = maker\n\ndef keep(it):\n    register('a', lambda: it)",
        "store.box['a']()",
    ),
}
"""What keeps it in a file that names no system, through a function `keep`, and the expression that reads it from there."""
IMPORTS = "import contextlib\nimport queue\n\nimport httpx\nimport stripe\n\n"

DEBTS: frozenset[tuple[str, str, str]] = frozenset()
"""Silent today, by kind, place and way."""
DEBTS_APART: frozenset[tuple[str, str, str]] = frozenset()
"""The same where one file keeps it and another one, which does not name the system, calls it."""
DEBTS_GIVEN = frozenset((kind, "maker", way) for kind in KINDS for way in WAYS)
"""The same where a third file, which does not name the system either, is given it to keep."""
FOUND_BY_EVALUATION = 0.99
"""The share of cells that the evaluation finds without the net."""


def _code(kind: str, place: str, way: str) -> tuple[str, str, str]:
    """What keeps it, the expression that reads it, and what gets it from there to the call."""
    kept, held = PLACES[place]
    return kept.format(KINDS[kind].made), held, _called(kind, held, way)


def _called(kind: str, held: str, way: str) -> str:
    """What gets it from an expression to the call."""
    text = WAYS[way].replace("{held}", held)
    while "{call:" in text:
        before, _, rest = text.partition("{call:")
        it, _, after = rest.partition("}")
        text = f"{before}{KINDS[kind].called.replace('{}', it)}  {CALL}{after}"
    return text


def program(kind: str, place: str, way: str) -> dict[str, str]:
    """The files of a cell."""
    kept, _, text = _code(kind, place, way)
    code = f"{IMPORTS}{kept}\n\n{text}\n"
    return (
        {"app.py": code, "gate.py": f"{IMPORTS}held = {KINDS[kind].made}\n"} if place == "module" else {"app.py": code}
    )


def program_apart(kind: str, place: str, way: str) -> dict[str, str]:
    """The files of a cell where one keeps it, and another one that does not name the system calls it."""
    kept, held, text = _code(kind, place, way)
    if place == "module":
        return {"gate.py": f"{IMPORTS}held = {KINDS[kind].made}\n", "app.py": f"import gate\n\n{text}\n"}
    name = re.match(r"\w+", held)
    assert name is not None
    return {"gate.py": f"{IMPORTS}{kept}\n", "app.py": f"from gate import {name[0]}\n\n{text}\n"}


def program_given(kind: str, place: str, way: str) -> dict[str, str]:
    """The files of a cell where one file names the system, and gives it to another one to keep, and a third one calls it."""
    kept, held = KEPT[place]
    return {
        "gate.py": f"{IMPORTS}from store import keep\n\n\ndef start():\n    keep({KINDS[kind].made})\n",
        "store.py": f"{kept}\n",
        "app.py": f"import store\n\n{_called(kind, held, way)}\n",
    }


def told(files: dict[str, str], folder: Path) -> str:
    """What a scan says of the call of a program: `found`, `net` (only the net found it), `gap`, or `silent`."""
    inventory = inventory_of_files(files, folder)
    sent = {
        need.request.found_by for need in inventory.needs if (need.request.verb, need.path) == ("GET", "/v1/payouts")
    }
    if sent:
        return "found" if "evaluation" in sent else "net"
    lines = [number for number, line in enumerate(files["app.py"].splitlines(), 1) if CALL in line]
    # `no-request` speaks of the whole program, not of the call.
    at = {gap.span.line for gap in inventory.gaps if gap.kind != "no-request" and gap.span.path.endswith("app.py")}
    return "gap" if at.intersection(lines) else "silent"


def cells_given() -> Iterator[tuple[str, str, str]]:
    yield from ((kind, place, way) for kind in KINDS for place in KEPT for way in WAYS)


def cells() -> Iterator[tuple[str, str, str]]:
    yield from ((kind, place, way) for kind in KINDS for place in PLACES for way in WAYS)


def word(cell: tuple[str, str, str], folder: Path, made: Callable[[str, str, str], dict[str, str]] = program) -> str:
    inside = folder / "-".join((made.__name__, *cell))
    inside.mkdir()
    return told(made(*cell), inside)


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_is_a_request_or_a_gap(kind: str, tmp_path: Path) -> None:
    """A slice of the grid, in which each way and each place is."""
    places = list(PLACES)
    slices = [(kind, places[number % len(places)], way) for number, way in enumerate([*WAYS, *WAYS])]
    silent = {cell for cell in dict.fromkeys(slices) if word(cell, tmp_path) == "silent"}
    assert silent == DEBTS.intersection(slices)


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_in_a_file_that_does_not_name_the_system_is_one_too(kind: str, tmp_path: Path) -> None:
    places = list(PLACES)
    slices = {(kind, places[number % len(places)], way) for number, way in enumerate([*WAYS, *WAYS])}
    silent = {cell for cell in sorted(slices) if word(cell, tmp_path, program_apart) == "silent"}
    assert silent == DEBTS_APART.intersection(slices)


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_of_what_a_file_was_given_that_names_no_system_is_one_too(kind: str, tmp_path: Path) -> None:
    ways = list(WAYS)
    slices = [(kind, place, ways[number % len(ways)]) for number, place in enumerate(KEPT)]
    silent = {cell for cell in slices if word(cell, tmp_path, program_given) == "silent"}
    assert silent == DEBTS_GIVEN.intersection(slices)


@pytest.mark.slow
def test_every_call_of_what_another_file_was_given_is_one_too_but_for_the_debts(tmp_path: Path) -> None:
    words = {cell: word(cell, tmp_path, program_given) for cell in cells_given()}
    counts = Counter(words.values())
    print({name: f"{count / len(words):.1%}" for name, count in sorted(counts.items())})  # noqa: T201 - the figures
    assert {cell for cell, said in words.items() if said == "silent"} == DEBTS_GIVEN


@pytest.mark.slow
def test_every_call_in_another_file_is_one_too_but_for_the_debts(tmp_path: Path) -> None:
    words = {cell: word(cell, tmp_path, program_apart) for cell in cells()}
    counts = Counter(words.values())
    print({name: f"{count / len(words):.1%}" for name, count in sorted(counts.items())})  # noqa: T201 - the figures
    assert {cell for cell, said in words.items() if said == "silent"} == DEBTS_APART


@pytest.mark.slow
def test_every_call_is_a_request_or_a_gap_but_for_the_debts(tmp_path: Path) -> None:
    words = {cell: word(cell, tmp_path) for cell in cells()}
    counts = Counter(words.values())
    print({name: f"{count / len(words):.1%}" for name, count in sorted(counts.items())})  # noqa: T201 - the figures
    assert {cell for cell, said in words.items() if said == "silent"} == DEBTS
    assert counts["found"] / len(words) >= FOUND_BY_EVALUATION


def test_every_cell_is_a_program() -> None:
    every = [made(*cell) for cell in cells() for made in (program, program_apart)]
    for files in (*every, *(program_given(*cell) for cell in cells_given())):
        for name, text in files.items():
            compile(text, name, "exec")
        assert CALL in files["app.py"]
