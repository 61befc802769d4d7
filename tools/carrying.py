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
from tools.metamorphic.compare import facts_of
from tools.metamorphic.edits import Change, Edit, Fragment, Place, apply, compatible
from tools.metamorphic.source import Program
from tools.metamorphic.variables import is_super, statement_to_precede

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from tools.metamorphic.compare import Facts
    from tools.metamorphic.source import Source

HELPER = "carriers"
"""The module that ways through another file add beside the program."""


class Way(NamedTuple):
    """Lines before a statement, and what stands for the value in it; `helper` is the text of a module beside the file.

    VALUE is the code of what is carried, NAME a name that is free, HELPER the module.
    """

    before: str
    after: str
    helper: str = ""


WAYS: Mapping[str, Way] = {
    # names and containers
    "unpacked": Way("_, NAME = 1, VALUE", "NAME"),
    "unpacked rest": Way("NAME, *_ = [VALUE, 2]", "NAME"),
    "assignment expression": Way("", "(NAME := VALUE)"),
    "conditional": Way("NAME = VALUE if VALUE else None", "NAME"),
    "or": Way("NAME = None or VALUE", "NAME"),
    "dict": Way("NAME = {'one': VALUE}", "NAME['one']"),
    "dict, later": Way("NAME = {}\nNAME['one'] = VALUE", "NAME['one']"),
    "dict.get": Way("NAME = dict(one=VALUE)", "NAME.get('one')"),
    "dict.setdefault": Way("NAME = {}", "NAME.setdefault('one', VALUE)"),
    "dict.update": Way("NAME = {}\nNAME.update(one=VALUE)", "NAME['one']"),
    "dict.items": Way("for NAMEk, NAME in {'one': VALUE}.items():\n    pass", "NAME"),
    "dicts merged": Way("NAME = {} | {'one': VALUE}", "NAME['one']"),
    "dict spread": Way("NAME = {**{'one': VALUE}}", "NAME['one']"),
    "keys of a loop": Way("NAME = {}\nfor NAMEk in ('a', 'b'):\n    NAME[NAMEk] = VALUE", "NAME['a']"),
    "list": Way("NAME = []\nNAME.append(VALUE)", "NAME[0]"),
    "list.pop": Way("NAME = [VALUE]", "NAME.pop()"),
    "tuple": Way("NAME = (1, VALUE)", "NAME[1]"),
    "comprehension": Way("NAME = [each for each in [VALUE]]", "NAME[0]"),
    "dict comprehension": Way("NAME = {key: each for key, each in [('one', VALUE)]}", "NAME['one']"),
    "iterator": Way("NAME = iter([VALUE])", "next(NAME)"),
    "map": Way("NAME = list(map(lambda each: each, [VALUE]))", "NAME[0]"),
    "zip": Way("NAME = list(zip([VALUE], [1]))", "NAME[0][0]"),
    "sorted": Way("NAME = sorted([VALUE], key=id)", "NAME[0]"),
    "max": Way("NAME = max([VALUE], key=id)", "NAME"),
    # statements
    "for": Way("for NAME in [VALUE]:\n    pass", "NAME"),
    "while": Way("NAME = None\nwhile NAME is None:\n    NAME = VALUE", "NAME"),
    "try": Way("try:\n    NAME = VALUE\nexcept ValueError:\n    NAME = None", "NAME"),
    "exception": Way(
        "class NAMEe(Exception):\n    def __init__(self_, it):\n        self_.it = it\n"
        "try:\n    raise NAMEe(VALUE)\nexcept NAMEe as NAMEx:\n    NAME = NAMEx.it",
        "NAME",
    ),
    "match": Way("match VALUE:\n    case NAME:\n        pass", "NAME"),
    "match of a dict": Way("match {'one': VALUE}:\n    case {'one': NAME}:\n        pass", "NAME"),
    # functions
    "lambda": Way("NAME = lambda: VALUE", "NAME()"),
    "closure": Way("def NAME():\n    return VALUE", "NAME()"),
    "default": Way("def NAME(it=VALUE):\n    return it", "NAME()"),
    "identity": Way("def NAME(it):\n    return it", "NAME(VALUE)"),
    "keywords": Way("def NAME(**given):\n    return given['it']", "NAME(it=VALUE)"),
    "arguments": Way("def NAME(*given):\n    return given[0]", "NAME(VALUE)"),
    "partial": Way("import functools\ndef NAME(it):\n    return it", "functools.partial(NAME, VALUE)()"),
    "generator": Way("def NAME():\n    yield VALUE", "next(NAME())"),
    "delegating generator": Way("def NAMEg():\n    yield VALUE\ndef NAME():\n    yield from NAMEg()", "next(NAME())"),
    "cached function": Way("import functools\n@functools.lru_cache\ndef NAME():\n    return VALUE", "NAME()"),
    "decorator": Way(
        "import functools\ndef NAMEd(function):\n    @functools.wraps(function)\n    def inner(*args, **kwargs):\n"
        "        return function(*args, **kwargs)\n    return inner\n@NAMEd\ndef NAME():\n    return VALUE",
        "NAME()",
    ),
    "injecting decorator": Way(
        "def NAMEd(function):\n    def inner():\n        return function(VALUE)\n    return inner\n"
        "@NAMEd\ndef NAME(it):\n    return it",
        "NAME()",
    ),
    "nonlocal": Way(
        "def NAME():\n    it = None\n    def put(given):\n        nonlocal it\n        it = given\n"
        "    def get():\n        return it\n    return put, get\nNAMEp, NAMEg = NAME()\nNAMEp(VALUE)",
        "NAMEg()",
    ),
    "fold": Way("import functools\nNAME = functools.reduce(lambda one, two: one or two, [VALUE])", "NAME"),
    # contexts
    "context manager": Way(
        "import contextlib\n@contextlib.contextmanager\ndef NAMEc():\n    yield VALUE\nwith NAMEc() as NAME:\n    pass",
        "NAME",
    ),
    "class of contexts": Way(
        "class NAMEc:\n    def __init__(self_, it):\n        self_.it = it\n    def __enter__(self_):\n"
        "        return self_.it\n    def __exit__(self_, *args):\n        return None\n"
        "with NAMEc(VALUE) as NAME:\n    pass",
        "NAME",
    ),
    "null context": Way("import contextlib\nwith contextlib.nullcontext(VALUE) as NAME:\n    pass", "NAME"),
    "exit stack": Way(
        "import contextlib\nNAMEs = contextlib.ExitStack()\nNAME = NAMEs.enter_context(contextlib.nullcontext(VALUE))",
        "NAME",
    ),
    # objects and classes
    "attribute": Way("class NAMEc:\n    pass\nNAME = NAMEc()\nNAME.one = VALUE", "NAME.one"),
    "constructor": Way("class NAME:\n    def __init__(self_, it):\n        self_.it = it", "NAME(VALUE).it"),
    "slots": Way(
        "class NAME:\n    __slots__ = ('it',)\n    def __init__(self_, it):\n        self_.it = it", "NAME(VALUE).it"
    ),
    "property": Way(
        "class NAME:\n    def __init__(self_, it):\n        self_._it = it\n    @property\n    def it(self_):\n"
        "        return self_._it",
        "NAME(VALUE).it",
    ),
    "cached property": Way(
        "import functools\nclass NAME:\n    @functools.cached_property\n    def it(self_):\n        return VALUE",
        "NAME().it",
    ),
    "call of an object": Way(
        "class NAME:\n    def __init__(self_, it):\n        self_._it = it\n    def __call__(self_):\n"
        "        return self_._it",
        "NAME(VALUE)()",
    ),
    "item of an object": Way("class NAME:\n    def __getitem__(self_, key):\n        return VALUE", "NAME()['one']"),
    "item of a class": Way("class NAME:\n    def __class_getitem__(cls_, key):\n        return VALUE", "NAME['one']"),
    "iteration": Way("class NAMEc:\n    def __iter__(self_):\n        yield VALUE\n(NAME,) = NAMEc()", "NAME"),
    "proxy": Way(
        "class NAME:\n    def __init__(self_, it):\n        self_._it = it\n    def __getattr__(self_, name):\n"
        "        return getattr(self_._it, name)",
        "NAME(VALUE)",
    ),
    "attribute of a class": Way("class NAME:\n    it = None\nNAME.it = VALUE", "NAME.it"),
    "body of a class": Way("class NAME:\n    it = VALUE", "NAME.it"),
    "class that makes something else": Way("class NAME:\n    def __new__(cls_):\n        return VALUE", "NAME()"),
    "singleton": Way(
        "class NAME:\n    _it = None\n    @classmethod\n    def get(cls_):\n        if cls_._it is None:\n"
        "            cls_._it = VALUE\n        return cls_._it",
        "NAME.get()",
    ),
    "metaclass": Way(
        "class NAMEm(type):\n    @property\n    def it(cls_):\n        return VALUE\nclass NAME(metaclass=NAMEm):\n    pass",
        "NAME.it",
    ),
    "descriptor": Way(
        "class NAMEd:\n    def __get__(self_, owner, kind=None):\n        return VALUE\nclass NAME:\n    it = NAMEd()",
        "NAME().it",
    ),
    "enumeration": Way("import enum\nclass NAME(enum.Enum):\n    ONE = VALUE", "NAME.ONE.value"),
    "setattr": Way("class NAMEc:\n    pass\nNAME = NAMEc()\nsetattr(NAME, 'one', VALUE)", "getattr(NAME, 'one')"),
    "vars": Way("class NAMEc:\n    pass\nNAME = NAMEc()\nvars(NAME)['one'] = VALUE", "NAME.one"),
    "subclass of dict": Way("class NAMEc(dict):\n    pass\nNAME = NAMEc()\nNAME['one'] = VALUE", "NAME['one']"),
    "missing key": Way(
        "class NAMEc(dict):\n    def __missing__(self_, key):\n        return VALUE\nNAME = NAMEc()", "NAME['one']"
    ),
    # what the standard library brings
    "namespace": Way("import types\nNAME = types.SimpleNamespace(one=VALUE)", "NAME.one"),
    "named tuple": Way("import collections\nNAME = collections.namedtuple('NAME', 'one two')(VALUE, 2)", "NAME.one"),
    "dataclass": Way("import dataclasses\n@dataclasses.dataclass\nclass NAME:\n    one: object", "NAME(VALUE).one"),
    "default dict": Way("import collections\nNAME = collections.defaultdict(lambda: VALUE)", "NAME['any']"),
    "chain of dicts": Way("import collections\nNAME = collections.ChainMap({}, {'one': VALUE})", "NAME['one']"),
    "user dict": Way(
        "import collections\nclass NAMEc(collections.UserDict):\n    pass\nNAME = NAMEc(one=VALUE)", "NAME['one']"
    ),
    "deque": Way("import collections\nNAME = collections.deque()\nNAME.append(VALUE)", "NAME.popleft()"),
    "queue": Way("import queue\nNAME = queue.Queue()\nNAME.put(VALUE)", "NAME.get()"),
    "heap": Way("import heapq\nNAME = []\nheapq.heappush(NAME, (1, VALUE))", "heapq.heappop(NAME)[1]"),
    "bisect": Way("import bisect\nNAME = []\nbisect.insort(NAME, VALUE)", "NAME[0]"),
    "thread local": Way("import threading\nNAME = threading.local()\nNAME.one = VALUE", "NAME.one"),
    "context variable": Way("import contextvars\nNAME = contextvars.ContextVar('NAME')\nNAME.set(VALUE)", "NAME.get()"),
    "getter of attributes": Way(
        "import operator, types\nNAME = types.SimpleNamespace(one=VALUE)", "operator.attrgetter('one')(NAME)"
    ),
    "getter of items": Way("import operator\nNAME = {'one': VALUE}", "operator.itemgetter('one')(NAME)"),
    "chain": Way("import itertools\nNAME = itertools.chain([VALUE], [])", "next(NAME)"),
    "weak reference": Way("import weakref\nNAME = weakref.ref(VALUE)", "NAME()"),
    "copy": Way("import copy\nNAME = copy.copy(VALUE)", "NAME"),
    "cast": Way("import typing\nNAME = typing.cast(object, VALUE)", "NAME"),
    "executor": Way(
        "import concurrent.futures\nwith concurrent.futures.ThreadPoolExecutor() as NAMEp:\n"
        "    NAME = NAMEp.submit(lambda: VALUE)",
        "NAME.result()",
    ),
    "map of an executor": Way(
        "import concurrent.futures\nwith concurrent.futures.ThreadPoolExecutor() as NAMEp:\n"
        "    NAME = list(NAMEp.map(lambda each: each, [VALUE]))",
        "NAME[0]",
    ),
    # through a module that names no system
    "elsewhere: identity": Way("", "HELPER.same(VALUE)", "def same(it):\n    return it\n"),
    "elsewhere: attribute of a module": Way("HELPER.kept = VALUE", "HELPER.kept", "kept = None\n"),
    "elsewhere: global": Way(
        "HELPER.keep(VALUE)",
        "HELPER.give()",
        "_kept = None\ndef keep(it):\n    global _kept\n    _kept = it\ndef give():\n    return _kept\n",
    ),
    "elsewhere: registry": Way(
        "HELPER.registry.add('one', VALUE)",
        "HELPER.registry.get('one')",
        "class Registry:\n    def __init__(self):\n        self._all = {}\n    def add(self, name, it):\n"
        "        self._all[name] = it\n    def get(self, name):\n        return self._all[name]\nregistry = Registry()\n",
    ),
    "elsewhere: pool": Way(
        "HELPER.pool.release(VALUE)",
        "HELPER.pool.acquire()",
        "class Pool:\n    def __init__(self):\n        self._free = []\n    def release(self, it):\n"
        "        self._free.append(it)\n    def acquire(self):\n        return self._free.pop()\npool = Pool()\n",
    ),
    "elsewhere: object": Way(
        "NAME = HELPER.Holder(VALUE)", "NAME.it", "class Holder:\n    def __init__(self, it):\n        self.it = it\n"
    ),
    "elsewhere: getter": Way(
        "NAME = HELPER.Holder(VALUE)",
        "NAME.get()",
        "class Holder:\n    def __init__(self, it):\n        self._it = it\n    def get(self):\n        return self._it\n",
    ),
    "elsewhere: proxy": Way(
        "NAME = HELPER.Proxy(VALUE)",
        "NAME",
        "class Proxy:\n    def __init__(self, it):\n        self._it = it\n    def __getattr__(self, name):\n"
        "        return getattr(self._it, name)\n",
    ),
    "elsewhere: lazy": Way(
        "NAME = HELPER.Lazy(lambda: VALUE)",
        "NAME.get()",
        "class Lazy:\n    def __init__(self, make):\n        self._make = make\n        self._it = None\n"
        "    def get(self):\n        if self._it is None:\n            self._it = self._make()\n        return self._it\n",
    ),
    "elsewhere: dataclass": Way(
        "NAME = HELPER.Context(it=VALUE)",
        "NAME.it",
        "from dataclasses import dataclass\n@dataclass\nclass Context:\n    it: object\n    other: int = 1\n",
    ),
    "elsewhere: context variable": Way(
        "HELPER.current.set(VALUE)",
        "HELPER.current.get()",
        "from contextvars import ContextVar\ncurrent = ContextVar('current')\n",
    ),
    "elsewhere: queue": Way("HELPER.jobs.put(VALUE)", "HELPER.jobs.get()", "import queue\njobs = queue.Queue()\n"),
    "elsewhere: context manager": Way(
        "with HELPER.using(VALUE) as NAME:\n    pass",
        "NAME",
        "from contextlib import contextmanager\n@contextmanager\ndef using(it):\n    yield it\n",
    ),
    "elsewhere: decorator": Way(
        "@HELPER.twice\ndef NAME():\n    return VALUE",
        "NAME()",
        "import functools\ndef twice(function):\n    @functools.wraps(function)\n    def inner(*args, **kwargs):\n"
        "        return function(*args, **kwargs)\n    return inner\n",
    ),
    "elsewhere: retries": Way(
        "",
        "HELPER.retry(lambda: VALUE)",
        "def retry(function, *args, **kwargs):\n    for _ in range(3):\n        try:\n"
        "            return function(*args, **kwargs)\n        except ValueError:\n            continue\n"
        "    return function(*args, **kwargs)\n",
    ),
    "elsewhere: base": Way(
        "class NAME(HELPER.Base):\n    def make(self_):\n        return VALUE",
        "NAME().use()",
        "class Base:\n    def use(self):\n        return self.make()\n",
    ),
    "elsewhere: builder": Way(
        "",
        "HELPER.Builder().having(VALUE).build()",
        "class Builder:\n    def having(self, it):\n        self._it = it\n        return self\n    def build(self):\n"
        "        return self._it\n",
    ),
    "elsewhere: result": Way(
        "",
        "HELPER.Ok(VALUE).map(lambda it: it).unwrap()",
        "class Ok:\n    def __init__(self, value):\n        self.value = value\n    def unwrap(self):\n"
        "        return self.value\n    def map(self, function):\n        return Ok(function(self.value))\n",
    ),
    "elsewhere: bus": Way(
        "@HELPER.subscribe\ndef NAME():\n    return VALUE",
        "HELPER.ask()",
        "_handlers = []\ndef subscribe(function):\n    _handlers.append(function)\n    return function\n"
        "def ask():\n    for function in _handlers:\n        return function()\n",
    ),
    "elsewhere: cache": Way(
        "",
        "HELPER.cache.remember('one', lambda: VALUE)",
        "class Cache(dict):\n    def remember(self, key, make):\n        if key not in self:\n"
        "            self[key] = make()\n        return self[key]\ncache = Cache()\n",
    ),
}
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
