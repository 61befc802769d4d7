"""Ways through what the standard library brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.carrying.way import Way

if TYPE_CHECKING:
    from collections.abc import Mapping

LIBRARY: Mapping[str, Way] = {
    # containers, references and callables
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
    "typed named tuple": Way(
        "import typing\nclass NAME(typing.NamedTuple):\n    one: object\n    two: int = 1", "NAME(VALUE).one"
    ),
    "frozen dataclass": Way(
        "import dataclasses\n@dataclasses.dataclass(frozen=True, slots=True)\nclass NAME:\n    one: object\n"
        "    two: int = 1",
        "NAME(one=VALUE).one",
    ),
    "field with a factory": Way(
        "import dataclasses\n@dataclasses.dataclass\nclass NAME:\n"
        "    one: object = dataclasses.field(default_factory=lambda: VALUE)",
        "NAME().one",
    ),
    "dataclass, replaced": Way(
        "import dataclasses\n@dataclasses.dataclass\nclass NAMEc:\n    one: object\n    two: int = 1\n"
        "NAME = dataclasses.replace(NAMEc(None), one=VALUE)",
        "NAME.one",
    ),
    "dataclass, after": Way(
        "import dataclasses\n@dataclasses.dataclass\nclass NAME:\n    one: object\n    two: object = None\n"
        "    def __post_init__(self_):\n        self_.two = self_.one",
        "NAME(VALUE).two",
    ),
    "dataclass, as a dict": Way(
        "import dataclasses\n@dataclasses.dataclass\nclass NAME:\n    one: object",
        "dataclasses.asdict(NAME(VALUE))['one']",
    ),
    "attrs": Way("import attrs\n@attrs.define\nclass NAME:\n    one: object\n    two: int = 1", "NAME(VALUE).one"),
    "attrs, of old": Way(
        "import attr\n@attr.s\nclass NAME:\n    one = attr.ib()\n    two = attr.ib(default=1)", "NAME(VALUE).one"
    ),
    "ordered dict": Way("import collections\nNAME = collections.OrderedDict()\nNAME['one'] = VALUE", "NAME['one']"),
    "default dict of lists": Way(
        "import collections\nNAME = collections.defaultdict(list)\nNAME['one'].append(VALUE)", "NAME['one'][0]"
    ),
    "default dict of dicts": Way(
        "import collections\nNAME = collections.defaultdict(dict)\nNAME['one']['two'] = VALUE", "NAME['one']['two']"
    ),
    "deque of two ends": Way(
        "import collections\nNAME = collections.deque([], maxlen=2)\nNAME.appendleft(VALUE)", "NAME[0]"
    ),
    "user list": Way(
        "import collections\nclass NAMEc(collections.UserList):\n    pass\nNAME = NAMEc([VALUE])", "NAME[0]"
    ),
    "read-only dict": Way("import types\nNAME = types.MappingProxyType({'one': VALUE})", "NAME['one']"),
    "simple queue": Way("import queue\nNAME = queue.SimpleQueue()\nNAME.put(VALUE)", "NAME.get_nowait()"),
    "queue by priority": Way("import queue\nNAME = queue.PriorityQueue()\nNAME.put((1, VALUE))", "NAME.get()[1]"),
    "single dispatch": Way(
        "import functools\n@functools.singledispatch\ndef NAME(it):\n    raise TypeError\n@NAME.register\n"
        "def _(it: object):\n    return it",
        "NAME(VALUE)",
    ),
    "single dispatch of methods": Way(
        "import functools\nclass NAME:\n    @functools.singledispatchmethod\n    def get(self_, it):\n"
        "        return it\n    @get.register\n    def _(self_, it: int):\n        return None",
        "NAME().get(VALUE)",
    ),
    "partial method": Way(
        "import functools\nclass NAME:\n    def _get(self_, it, other=None):\n        return it\n"
        "    get = functools.partialmethod(_get, VALUE)",
        "NAME().get()",
    ),
    "cached method": Way(
        "import functools\nclass NAME:\n    @functools.cache\n    def get(self_):\n        return VALUE", "NAME().get()"
    ),
    "caller of methods": Way(
        "import operator\nclass NAMEc:\n    def get(self_, name):\n        return VALUE\nNAME = NAMEc()",
        "operator.methodcaller('get', 'one')(NAME)",
    ),
    "getter in a map": Way(
        "import operator, types\nNAME = list(map(operator.attrgetter('one'), [types.SimpleNamespace(one=VALUE)]))",
        "NAME[0]",
    ),
    "operator.getitem": Way("import operator\nNAME = {'one': VALUE}", "operator.getitem(NAME, 'one')"),
    "cycle": Way("import itertools\nNAME = itertools.cycle([VALUE])", "next(NAME)"),
    "repeat": Way("import itertools\nNAME = itertools.repeat(VALUE, 2)", "next(NAME)"),
    "tee": Way("import itertools\nNAME, NAMEo = itertools.tee([VALUE])", "next(NAME)"),
    "part of an iterator": Way("import itertools\nNAME = list(itertools.islice([1, VALUE], 1, 2))", "NAME[0]"),
    "chain of an iterable": Way("import itertools\nNAME = list(itertools.chain.from_iterable([[VALUE]]))", "NAME[0]"),
    "product": Way("import itertools\nNAME = list(itertools.product([VALUE], [1]))", "NAME[0][0]"),
    "groups": Way(
        "import itertools\nfor NAMEk, NAMEg in itertools.groupby([VALUE], key=id):\n    NAME = next(NAMEg)", "NAME"
    ),
    "zip of the longest": Way("import itertools\nNAME = list(itertools.zip_longest([VALUE], [1, 2]))", "NAME[0][0]"),
    "accumulate": Way("import itertools\nNAME = list(itertools.accumulate([VALUE]))", "NAME[0]"),
    "starmap": Way("import itertools\nNAME = list(itertools.starmap(lambda one, two: one, [(VALUE, 1)]))", "NAME[0]"),
    "min": Way("", "min([VALUE], key=id)"),
    "choice": Way("import random", "random.choice([VALUE])"),
    "deep copy": Way("import copy\nNAME = copy.deepcopy({'one': VALUE})", "NAME['one']"),
    "weak proxy": Way("import weakref\nNAME = weakref.proxy(VALUE)", "NAME"),
    "weak dict": Way("import weakref\nNAME = weakref.WeakValueDictionary()\nNAME['one'] = VALUE", "NAME['one']"),
    "globals": Way("globals()['NAME'] = VALUE", "NAME"),
    "globals, read": Way("global NAME\nNAME = VALUE", "globals()['NAME']"),
    "module, by name": Way("import sys\nsetattr(sys.modules[__name__], 'NAME', VALUE)", "sys.modules[__name__].NAME"),
    "locals": Way("NAME = VALUE", "locals()['NAME']"),
    "command line": Way("import argparse\nNAME = argparse.Namespace(one=VALUE)", "NAME.one"),
    "copied context": Way("import contextvars\nNAME = contextvars.copy_context()", "NAME.run(lambda: VALUE)"),
    # what runs later
    "async function": Way("import asyncio\nasync def NAME():\n    return VALUE", "asyncio.run(NAME())"),
    "loop of events": Way(
        "import asyncio\nasync def NAME():\n    return VALUE", "asyncio.get_event_loop().run_until_complete(NAME())"
    ),
    "async generator": Way(
        "import asyncio\nasync def NAMEg():\n    yield VALUE\nasync def NAME():\n"
        "    async for each in NAMEg():\n        return each",
        "asyncio.run(NAME())",
    ),
    "async comprehension": Way(
        "import asyncio\nasync def NAMEg():\n    yield VALUE\nasync def NAME():\n"
        "    return [each async for each in NAMEg()]",
        "asyncio.run(NAME())[0]",
    ),
    "next of an async generator": Way(
        "import asyncio\nasync def NAMEg():\n    yield VALUE\nasync def NAME():\n    return await anext(NAMEg())",
        "asyncio.run(NAME())",
    ),
    "async iterator": Way(
        "import asyncio\nclass NAMEc:\n    def __aiter__(self_):\n        return self_\n"
        "    async def __anext__(self_):\n        return VALUE\nasync def NAME():\n"
        "    async for each in NAMEc():\n        return each",
        "asyncio.run(NAME())",
    ),
    "async context": Way(
        "import asyncio, contextlib\n@contextlib.asynccontextmanager\nasync def NAMEc():\n    yield VALUE\n"
        "async def NAME():\n    async with NAMEc() as it:\n        return it",
        "asyncio.run(NAME())",
    ),
    "class of async contexts": Way(
        "import asyncio\nclass NAMEc:\n    async def __aenter__(self_):\n        return VALUE\n"
        "    async def __aexit__(self_, *args):\n        return None\nasync def NAME():\n"
        "    async with NAMEc() as it:\n        return it",
        "asyncio.run(NAME())",
    ),
    "stack of async contexts": Way(
        "import asyncio, contextlib\nasync def NAME():\n    async with contextlib.AsyncExitStack() as stack:\n"
        "        return stack.enter_context(contextlib.nullcontext(VALUE))",
        "asyncio.run(NAME())",
    ),
    "gather": Way(
        "import asyncio\nasync def NAMEo():\n    return VALUE\nasync def NAME():\n"
        "    one, two = await asyncio.gather(NAMEo(), NAMEo())\n    return one",
        "asyncio.run(NAME())",
    ),
    "gather of a list": Way(
        "import asyncio\nasync def NAMEo():\n    return VALUE\nasync def NAME():\n"
        "    return await asyncio.gather(*[NAMEo() for _ in range(2)])",
        "asyncio.run(NAME())[0]",
    ),
    "task": Way(
        "import asyncio\nasync def NAMEo():\n    return VALUE\nasync def NAME():\n"
        "    return await asyncio.create_task(NAMEo())",
        "asyncio.run(NAME())",
    ),
    "group of tasks": Way(
        "import asyncio\nasync def NAMEo():\n    return VALUE\nasync def NAME():\n"
        "    async with asyncio.TaskGroup() as group:\n        task = group.create_task(NAMEo())\n"
        "    return task.result()",
        "asyncio.run(NAME())",
    ),
    "wait for": Way(
        "import asyncio\nasync def NAMEo():\n    return VALUE\nasync def NAME():\n"
        "    return await asyncio.wait_for(NAMEo(), 1)",
        "asyncio.run(NAME())",
    ),
    "shield": Way(
        "import asyncio\nasync def NAMEo():\n    return VALUE\nasync def NAME():\n"
        "    return await asyncio.shield(NAMEo())",
        "asyncio.run(NAME())",
    ),
    "thread of asyncio": Way(
        "import asyncio\nasync def NAME():\n    return await asyncio.to_thread(lambda it: it, VALUE)",
        "asyncio.run(NAME())",
    ),
    "executor of a loop": Way(
        "import asyncio\nasync def NAME():\n"
        "    return await asyncio.get_running_loop().run_in_executor(None, lambda: VALUE)",
        "asyncio.run(NAME())",
    ),
    "queue of asyncio": Way(
        "import asyncio\nasync def NAME():\n    jobs = asyncio.Queue()\n    await jobs.put(VALUE)\n"
        "    return await jobs.get()",
        "asyncio.run(NAME())",
    ),
    "future": Way(
        "import asyncio\nasync def NAME():\n    later = asyncio.get_running_loop().create_future()\n"
        "    later.set_result(VALUE)\n    return await later",
        "asyncio.run(NAME())",
    ),
    "__await__": Way(
        "import asyncio\nclass NAMEc:\n    def __await__(self_):\n        yield\n        return VALUE\n"
        "async def NAME():\n    return await NAMEc()",
        "asyncio.run(NAME())",
    ),
    "future of a pool": Way(
        "import concurrent.futures\nNAME = concurrent.futures.Future()\nNAME.set_result(VALUE)", "NAME.result()"
    ),
    "as completed": Way(
        "import concurrent.futures\nwith concurrent.futures.ThreadPoolExecutor() as NAMEp:\n"
        "    for NAMEf in concurrent.futures.as_completed([NAMEp.submit(lambda: VALUE)]):\n"
        "        NAME = NAMEf.result()",
        "NAME",
    ),
    "callback of a future": Way(
        "import concurrent.futures\nNAME = []\nwith concurrent.futures.ThreadPoolExecutor() as NAMEp:\n"
        "    NAMEp.submit(lambda: VALUE).add_done_callback(lambda done: NAME.append(done.result()))",
        "NAME[0]",
    ),
    "thread": Way(
        "import threading\nNAME = []\nNAMEt = threading.Thread(target=NAME.append, args=(VALUE,))\n"
        "NAMEt.start()\nNAMEt.join()",
        "NAME[0]",
    ),
    "thread, a class": Way(
        "import threading\nclass NAMEt(threading.Thread):\n    def run(self_):\n        self_.it = VALUE\n"
        "NAME = NAMEt()\nNAME.start()\nNAME.join()",
        "NAME.it",
    ),
    "pool of processes": Way(
        "import multiprocessing.pool\nwith multiprocessing.pool.ThreadPool() as NAMEp:\n"
        "    NAME = NAMEp.map(lambda each: each, [VALUE])",
        "NAME[0]",
    ),
    "pool that applies": Way(
        "import multiprocessing.pool\nNAMEp = multiprocessing.pool.ThreadPool()\n"
        "NAME = NAMEp.apply_async(lambda it: it, (VALUE,))",
        "NAME.get()",
    ),
}
