"""Ways through a module beside the program that names no system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.carrying.way import Way

if TYPE_CHECKING:
    from collections.abc import Mapping

ELSEWHERE: Mapping[str, Way] = {
    # functions and classes of the module
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
    "elsewhere: __getattr__ of a module": Way(
        "HELPER.keep(VALUE)",
        "HELPER.one",
        "_all = {}\ndef keep(it):\n    _all['one'] = it\ndef __getattr__(name):\n    return _all[name]\n",
    ),
    "elsewhere: settings": Way(
        "HELPER.settings.configure(client=VALUE)",
        "HELPER.settings.client",
        "class Settings:\n    def configure(self, **given):\n        for name, it in given.items():\n"
        "            setattr(self, name, it)\nsettings = Settings()\n",
    ),
    "elsewhere: services": Way(
        "HELPER.services.register(object, lambda: VALUE)",
        "HELPER.services.get(object)",
        "class Services:\n    def __init__(self):\n        self._makers = {}\n        self._made = {}\n"
        "    def register(self, kind, make):\n        self._makers[kind] = make\n    def get(self, kind):\n"
        "        if kind not in self._made:\n            self._made[kind] = self._makers[kind]()\n"
        "        return self._made[kind]\nservices = Services()\n",
    ),
    "elsewhere: strategy": Way(
        "class NAMEs(HELPER.Strategy):\n    def give(self_):\n        return VALUE\nNAME = HELPER.Context(NAMEs())",
        "NAME.run()",
        "import abc\nclass Strategy(abc.ABC):\n    @abc.abstractmethod\n    def give(self): ...\n"
        "class Context:\n    def __init__(self, strategy):\n        self._strategy = strategy\n"
        "    def run(self):\n        return self._strategy.give()\n",
    ),
    "elsewhere: mixin": Way(
        "class NAME(HELPER.Keeps):\n    def __init__(self_, it):\n        self_.it = it",
        "NAME(VALUE).get()",
        "class Keeps:\n    def get(self):\n        return self.it\n",
    ),
    "elsewhere: pipeline": Way(
        "",
        "HELPER.Pipeline().then(lambda _: VALUE).run(None)",
        "class Pipeline:\n    def __init__(self):\n        self._steps = []\n    def then(self, step):\n"
        "        self._steps.append(step)\n        return self\n    def run(self, it):\n"
        "        for step in self._steps:\n            it = step(it)\n        return it\n",
    ),
    "elsewhere: plugins": Way(
        "@HELPER.plugin('one')\nclass NAME:\n    def give(self_):\n        return VALUE",
        "HELPER.make('one').give()",
        "plugins = {}\ndef plugin(name):\n    def register(cls):\n        plugins[name] = cls\n"
        "        return cls\n    return register\ndef make(name):\n    return plugins[name]()\n",
    ),
    "elsewhere: injection by a decorator": Way(
        "@HELPER.given(lambda: VALUE)\ndef NAME(it):\n    return it",
        "NAME()",
        "import functools\ndef given(make):\n    def decorate(function):\n        @functools.wraps(function)\n"
        "        def inner(*args, **kwargs):\n            return function(make(), *args, **kwargs)\n"
        "        return inner\n    return decorate\n",
    ),
    "elsewhere: injection by keyword": Way(
        "@HELPER.given(it=lambda: VALUE)\ndef NAME(it=None):\n    return it",
        "NAME()",
        "import functools\ndef given(**makers):\n    def decorate(function):\n"
        "        @functools.wraps(function)\n        def inner(*args, **kwargs):\n"
        "            found = {name: make() for name, make in makers.items()}\n"
        "            return function(*args, **found, **kwargs)\n        return inner\n    return decorate\n",
    ),
    "elsewhere: async helper": Way(
        "import asyncio",
        "asyncio.run(HELPER.later(lambda: VALUE))",
        "import asyncio\nasync def later(make):\n    return await asyncio.to_thread(make)\n",
    ),
    "elsewhere: maybe": Way(
        "",
        "HELPER.Maybe(VALUE).get_or(None)",
        "class Maybe:\n    def __init__(self, it):\n        self._it = it\n    def get_or(self, default):\n"
        "        return default if self._it is None else self._it\n",
    ),
    "elsewhere: signal": Way(
        "NAME = []\nHELPER.sent.connect(NAME.append)\nHELPER.sent.send(VALUE)",
        "NAME[0]",
        "class Signal:\n    def __init__(self):\n        self._receivers = []\n"
        "    def connect(self, receiver):\n        self._receivers.append(receiver)\n    def send(self, it):\n"
        "        for receiver in self._receivers:\n            receiver(it)\nsent = Signal()\n",
    ),
    "elsewhere: descriptor": Way(
        "class NAME:\n    it = HELPER.Field()\n    def __init__(self_, it):\n        self_.it = it",
        "NAME(VALUE).it",
        "class Field:\n    def __set_name__(self, owner, name):\n        self._name = '_' + name\n"
        "    def __get__(self, owner, kind=None):\n        return getattr(owner, self._name)\n"
        "    def __set__(self, owner, it):\n        setattr(owner, self._name, it)\n",
    ),
    "elsewhere: lazy property": Way(
        "class NAME:\n    @HELPER.lazy\n    def it(self_):\n        return VALUE",
        "NAME().it",
        "class lazy:\n    def __init__(self, make):\n        self._make = make\n"
        "        self._name = make.__name__\n    def __get__(self, owner, kind=None):\n"
        "        it = owner.__dict__[self._name] = self._make(owner)\n        return it\n",
    ),
    "elsewhere: local proxy": Way(
        "NAME = HELPER.LocalProxy(lambda: VALUE)",
        "NAME",
        "class LocalProxy:\n    def __init__(self, make):\n        self._make = make\n"
        "    def __getattr__(self, name):\n        return getattr(self._make(), name)\n",
    ),
    "elsewhere: thread local": Way(
        "HELPER.local.one = VALUE", "HELPER.local.one", "import threading\nlocal = threading.local()\n"
    ),
    "elsewhere: stack": Way(
        "HELPER.push(VALUE)",
        "HELPER.top()",
        "_stack = []\ndef push(it):\n    _stack.append(it)\ndef top():\n    return _stack[-1]\n",
    ),
    "elsewhere: memo": Way(
        "@HELPER.memo\ndef NAME():\n    return VALUE",
        "NAME()",
        "def memo(function):\n    known = {}\n    def inner(*args):\n        if args not in known:\n"
        "            known[args] = function(*args)\n        return known[args]\n    return inner\n",
    ),
    "elsewhere: singleton": Way(
        "@HELPER.singleton\nclass NAME:\n    def __init__(self_):\n        self_.it = VALUE",
        "NAME().it",
        "def singleton(cls):\n    made = {}\n    def get(*args):\n        if cls not in made:\n"
        "            made[cls] = cls(*args)\n        return made[cls]\n    return get\n",
    ),
    "elsewhere: metaclass": Way(
        "class NAME(metaclass=HELPER.Single):\n    def __init__(self_):\n        self_.it = VALUE",
        "NAME().it",
        "class Single(type):\n    _made = {}\n    def __call__(cls, *args):\n        if cls not in cls._made:\n"
        "            cls._made[cls] = super().__call__(*args)\n        return cls._made[cls]\n",
    ),
    "elsewhere: exception": Way(
        "try:\n    raise HELPER.Found(VALUE)\nexcept HELPER.Found as NAMEx:\n    NAME = NAMEx.it",
        "NAME",
        "class Found(Exception):\n    def __init__(self, it):\n        super().__init__('found')\n"
        "        self.it = it\n",
    ),
    "elsewhere: unit of work": Way(
        "with HELPER.Work(lambda: VALUE) as NAMEw:\n    NAME = NAMEw.session",
        "NAME",
        "class Work:\n    def __init__(self, make):\n        self._make = make\n    def __enter__(self):\n"
        "        self.session = self._make()\n        return self\n    def __exit__(self, *args):\n"
        "        return None\n",
    ),
}
