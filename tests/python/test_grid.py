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
    "factory of a field": (
        (
            "@dataclasses.dataclass\nclass Box:\n    held: object = dataclasses.field(default_factory=lambda: {})\n\n"
            "box = Box()"
        ),
        "box.held",
    ),
    "setter": (
        (
            "class Box:\n    @property\n    def held(self):\n        return self._held\n\n    @held.setter\n"
            "    def held(self, it):\n        self._held = it\n\nbox = Box()\nbox.held = {}"
        ),
        "box.held",
    ),
    "class method": (
        "class Box:\n    @classmethod\n    def put(cls, it):\n        cls.held = it\n\nBox.put({})",
        "Box.held",
    ),
    "entered": (
        (
            "class Box:\n    def __enter__(self):\n        return {}\n\n    def __exit__(self, *args):\n        pass\n\n"
            "with Box() as held:\n    pass"
        ),
        "held",
    ),
    "generator": ("def give():\n    yield {}\n\nheld = give()", "next(held)"),
    "star arguments": (
        (
            "def inner(it):\n    return it\n\ndef outer(*args, **kwargs):\n    return inner(*args, **kwargs)\n\n"
            "held = outer({})"
        ),
        "held",
    ),
    "partial in a table": (
        "def give(it):\n    return it\n\nbox = {{'a': functools.partial(give, {})}}",
        "box['a']()",
    ),
    "registry of subclasses": (
        (
            "class Base:\n    known = {{}}\n\n    def __init_subclass__(cls):\n        Base.known[cls.name] = cls\n\n"
            "class Box(Base):\n    name = 'a'\n    held = {}"
        ),
        "Base.known['a'].held",
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
    "entered": (
        "class Opened:\n    def __init__(self, it):\n        self.it = it\n\n    def __enter__(self):\n"
        "        return self.it\n\n    def __exit__(self, *args):\n        pass\n\nwith Opened({held}) as it:\n    {call:it}"
    ),
    "entered later": (
        "class Opened:\n    def __init__(self, it):\n        self.it = it\n\n    async def __aenter__(self):\n"
        "        return self.it\n\n    async def __aexit__(self, *args):\n        pass\n\n"
        "async def main():\n    async with Opened({held}) as it:\n        {call:it}"
    ),
    "opened later": (
        "from contextlib import asynccontextmanager\n\n@asynccontextmanager\nasync def opened():\n    yield {held}\n\n"
        "async def main():\n    async with opened() as it:\n        {call:it}"
    ),
    "forwarded": (
        "def take(it):\n    {call:it}\n\ndef forward(*args, **kwargs):\n    take(*args, **kwargs)\n\nforward({held})"
    ),
    "forwarded by name": (
        "def take(it):\n    {call:it}\n\ndef forward(*args, **kwargs):\n    take(*args, **kwargs)\n\nforward(it={held})"
    ),
    "partial in a table": (
        "import functools\n\ndef take(it):\n    {call:it}\n\nRUN = {'a': functools.partial(take, {held})}\nRUN['a']()"
    ),
    "field": (
        "import dataclasses\n\n@dataclasses.dataclass\nclass Row:\n    it: object\n\n    def run(self):\n"
        "        {call:self.it}\n\nRow({held}).run()"
    ),
    "factory of a field": (
        "import dataclasses\n\ndef give():\n    return {held}\n\n@dataclasses.dataclass\nclass Row:\n"
        "    it: object = dataclasses.field(default_factory=give)\n\n    def run(self):\n        {call:self.it}\n\n"
        "Row().run()"
    ),
    "setter": (
        "class Row:\n    @property\n    def it(self):\n        return self._it\n\n    @it.setter\n    def it(self, value):\n"
        "        self._it = value\n\nrow = Row()\nrow.it = {held}\n{call:row.it}"
    ),
    "class method": (
        "class Row:\n    it = None\n\n    @classmethod\n    def put(cls, it):\n        cls.it = it\n\n    @classmethod\n"
        "    def run(cls):\n        {call:cls.it}\n\nRow.put({held})\nRow.run()"
    ),
    "delegated": (
        "def give():\n    yield {held}\n\ndef delegate():\n    yield from give()\n\nfor it in delegate():\n    {call:it}"
    ),
    "registry of subclasses": (
        "ROWS = {}\n\nclass Named:\n    def __init_subclass__(cls, name, **kwargs):\n        ROWS[name] = cls\n\n"
        "class Row(Named, name='a'):\n    def run(self):\n        {call:({held})}\n\nROWS['a']().run()"
    ),
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
    "field": (
        (
            "import dataclasses\n\n@dataclasses.dataclass\nclass Box:\n    held: object = None\n\nbox = Box()\n\n"
            "def keep(it):\n    box.held = it"
        ),
        "store.box.held",
    ),
    "made field": (
        (
            "import dataclasses\n\n@dataclasses.dataclass\nclass Box:\n    held: object\n\nbox = {}\n\n"
            "def keep(it):\n    box['a'] = Box(it)"
        ),
        "store.box['a'].held",
    ),
    "list of a field": (
        (
            "import dataclasses\n\n@dataclasses.dataclass\nclass Box:\n"
            "    items: list = dataclasses.field(default_factory=list)\n\nbox = Box()\n\n"
            "def keep(it):\n    box.items.append(it)"
        ),
        "store.box.items[0]",
    ),
    "setter": (
        (
            "class Box:\n    @property\n    def held(self):\n        return self._held\n\n    @held.setter\n"
            "    def held(self, it):\n        self._held = it\n\nbox = Box()\n\ndef keep(it):\n    box.held = it"
        ),
        "store.box.held",
    ),
    "entered": (
        (
            "class Box:\n    def __enter__(self):\n        return self.held\n\n    def __exit__(self, *args):\n"
            "        pass\n\nbox = Box()\n\ndef keep(it):\n    box.held = it\n\n"
            "def give():\n    with box as it:\n        return it"
        ),
        "store.give()",
    ),
    "generator": (
        "box = []\n\ndef keep(it):\n    box.append(it)\n\ndef every():\n    for it in box:\n        yield it",
        "next(store.every())",
    ),
    "star arguments": (
        "box = {}\n\ndef put(key, it):\n    box[key] = it\n\ndef keep(*args):\n    put('a', *args)",
        "store.box['a']",
    ),
    "partial in a table": (
        (
            "import functools\n\nbox = {}\n\ndef give(it):\n    return it\n\n"
            "def keep(it):\n    box['a'] = functools.partial(give, it)"
        ),
        "store.box['a']()",
    ),
    "closure returned": (
        (
            "box = {}\n\ndef closing(it):\n    def inner():\n        return it\n    return inner\n\n"
            "def keep(it):\n    box['a'] = closing(it)"
        ),
        "store.box['a']()",
    ),
    "makers in a table": (
        "box = {}\n\ndef register(makers):\n    box.update(makers)\n\ndef keep(it):\n    register({'a': lambda: it})",
        "store.box['a']()",
    ),
    "registry of subclasses": (
        (
            "class Base:\n    known = {}\n\n    def __init_subclass__(cls):\n        Base.known['a'] = cls\n\n"
            "def keep(it):\n    class Box(Base):\n        held = it"
        ),
        "store.Base.known['a'].held",
    ),
    "maker": (
        "box = {}\n\ndef register(name, maker):\n    box[name] = maker\n\ndef keep(it):\n    register('a', lambda: it)",
        "store.box['a']()",
    ),
}
"""What keeps it in a file that names no system, through a function `keep`, and the expression that reads it from there."""
IMPORTS = "import contextlib\nimport dataclasses\nimport functools\nimport queue\n\nimport httpx\nimport stripe\n\n"

DEBTS: frozenset[tuple[str, str, str]] = frozenset()
"""Silent today, by kind, place and way."""
DEBTS_APART: frozenset[tuple[str, str, str]] = frozenset()
"""The same where one file keeps it and another one, which does not name the system, calls it."""
DEBTS_GIVEN: frozenset[tuple[str, str, str]] = frozenset()
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
    name = re.search(r"(?!next)\b\w+", held)
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
    assert len(WAYS) >= len(PLACES)
    places = list(PLACES)
    slices = [(kind, places[number % len(places)], way) for number, way in enumerate(WAYS)]
    silent = {cell for cell in dict.fromkeys(slices) if word(cell, tmp_path) == "silent"}
    assert silent == DEBTS.intersection(slices)


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_in_a_file_that_does_not_name_the_system_is_one_too(kind: str, tmp_path: Path) -> None:
    places = list(PLACES)
    slices = {(kind, places[number % len(places)], way) for number, way in enumerate(WAYS)}
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
