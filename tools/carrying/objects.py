"""Ways through contexts, objects and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.carrying.way import Way

if TYPE_CHECKING:
    from collections.abc import Mapping

OBJECTS: Mapping[str, Way] = {
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
    "context that gives itself": Way(
        "class NAMEc:\n    def __init__(self_, it):\n        self_.it = it\n    def __enter__(self_):\n"
        "        return self_\n    def __exit__(self_, *args):\n        return None\n"
        "with NAMEc(VALUE) as NAMEx:\n    NAME = NAMEx.it",
        "NAME",
    ),
    "closing": Way("import contextlib\nwith contextlib.closing(VALUE) as NAME:\n    pass", "NAME"),
    "suppress": Way("import contextlib\nwith contextlib.suppress(ValueError):\n    NAME = VALUE", "NAME"),
    "context decorator": Way(
        "import contextlib\nclass NAMEc(contextlib.ContextDecorator):\n    def __enter__(self_):\n"
        "        return self_\n    def __exit__(self_, *args):\n        return None\n@NAMEc()\ndef NAME():\n"
        "    return VALUE",
        "NAME()",
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
    "property with a setter": Way(
        "class NAMEc:\n    @property\n    def it(self_):\n        return self_._it\n    @it.setter\n"
        "    def it(self_, value):\n        self_._it = value\nNAME = NAMEc()\nNAME.it = VALUE",
        "NAME.it",
    ),
    "lazy property": Way(
        "class NAME:\n    _it = None\n    @property\n    def it(self_):\n        if self_._it is None:\n"
        "            self_._it = VALUE\n        return self_._it",
        "NAME().it",
    ),
    "attribute, if there is none": Way(
        "class NAME:\n    @property\n    def it(self_):\n        if not hasattr(self_, '_it'):\n"
        "            self_._it = VALUE\n        return self_._it",
        "NAME().it",
    ),
    "dict of an object": Way("class NAMEc:\n    pass\nNAME = NAMEc()\nNAME.__dict__['one'] = VALUE", "NAME.one"),
    "dict of an object, updated": Way(
        "class NAME:\n    def __init__(self_, **given):\n        self_.__dict__.update(given)", "NAME(one=VALUE).one"
    ),
    "attributes by name": Way(
        "class NAME:\n    def __init__(self_, **given):\n        for name, it in given.items():\n"
        "            setattr(self_, name, it)",
        "NAME(one=VALUE).one",
    ),
    "object.__setattr__": Way(
        "class NAME:\n    def __init__(self_, it):\n        object.__setattr__(self_, 'it', it)", "NAME(VALUE).it"
    ),
    "__setattr__": Way(
        "class NAME:\n    def __init__(self_):\n        self_.__dict__['_all'] = {}\n"
        "    def __setattr__(self_, name, it):\n        self_._all[name] = it\n"
        "    def __getattr__(self_, name):\n        return self_._all[name]\nNAMEx = NAME()\nNAMEx.one = VALUE",
        "NAMEx.one",
    ),
    "__getattribute__": Way("class NAME:\n    def __getattribute__(self_, name):\n        return VALUE", "NAME().one"),
    "shared state": Way(
        "class NAME:\n    _shared = {}\n    def __init__(self_):\n        self_.__dict__ = self_._shared\n"
        "NAME().it = VALUE",
        "NAME().it",
    ),
    "other constructor": Way(
        "class NAME:\n    def __init__(self_, it):\n        self_.it = it\n    @classmethod\n"
        "    def of(cls_, it):\n        return cls_(it)",
        "NAME.of(VALUE).it",
    ),
    "constructor of a base": Way(
        "class NAMEb:\n    def __init__(self_, it):\n        self_.it = it\nclass NAME(NAMEb):\n"
        "    def __init__(self_, it):\n        super().__init__(it)",
        "NAME(VALUE).it",
    ),
    "mixin": Way(
        "class NAMEm:\n    def get(self_):\n        return self_.it\nclass NAME(NAMEm):\n"
        "    def __init__(self_, it):\n        self_.it = it",
        "NAME(VALUE).get()",
    ),
    "template method": Way(
        "class NAMEb:\n    def get(self_):\n        return self_.make()\nclass NAME(NAMEb):\n"
        "    def make(self_):\n        return VALUE",
        "NAME().get()",
    ),
    "static method": Way("class NAME:\n    @staticmethod\n    def get(it):\n        return it", "NAME.get(VALUE)"),
    "class in a class": Way("class NAME:\n    class Inner:\n        it = VALUE", "NAME.Inner.it"),
    "object in an object": Way(
        "class NAMEi:\n    def __init__(self_, it):\n        self_.it = it\nclass NAME:\n"
        "    def __init__(self_, it):\n        self_.inner = NAMEi(it)",
        "NAME(VALUE).inner.it",
    ),
    "builder": Way(
        "class NAME:\n    def having(self_, it):\n        self_.it = it\n        return self_",
        "NAME().having(VALUE).it",
    ),
    "decorator of a class": Way(
        "def NAMEd(cls_):\n    cls_.it = VALUE\n    return cls_\n@NAMEd\nclass NAME:\n    pass", "NAME.it"
    ),
    "call of a metaclass": Way(
        "class NAMEm(type):\n    def __call__(cls_):\n        return VALUE\nclass NAME(metaclass=NAMEm):\n    pass",
        "NAME()",
    ),
    "singleton of a metaclass": Way(
        "class NAMEm(type):\n    _all = {}\n    def __call__(cls_, *args):\n        if cls_ not in cls_._all:\n"
        "            cls_._all[cls_] = super().__call__(*args)\n        return cls_._all[cls_]\n"
        "class NAME(metaclass=NAMEm):\n    def __init__(self_, it):\n        self_.it = it",
        "NAME(VALUE).it",
    ),
    "subclass that is told": Way(
        "class NAMEb:\n    def __init_subclass__(cls_, it=None, **kwargs):\n"
        "        super().__init_subclass__(**kwargs)\n        cls_.it = it\nclass NAME(NAMEb, it=VALUE):\n"
        "    pass",
        "NAME.it",
    ),
    "descriptor that hears its name": Way(
        "class NAMEd:\n    def __set_name__(self_, owner, name):\n        self_.name = '_' + name\n"
        "    def __get__(self_, owner, kind=None):\n        return getattr(owner, self_.name)\n"
        "    def __set__(self_, owner, it):\n        setattr(owner, self_.name, it)\nclass NAME:\n"
        "    it = NAMEd()\n    def __init__(self_, it):\n        self_.it = it",
        "NAME(VALUE).it",
    ),
    "descriptor that caches": Way(
        "class NAMEd:\n    def __init__(self_, make):\n        self_.make = make\n"
        "    def __get__(self_, owner, kind=None):\n        return self_.make(owner)\nclass NAME:\n    @NAMEd\n"
        "    def it(self_):\n        return VALUE",
        "NAME().it",
    ),
    "property of a function": Way("class NAME:\n    it = property(lambda self_: VALUE)", "NAME().it"),
    "made by type": Way("NAME = type('NAME', (), {'it': VALUE})", "NAME.it"),
    "operator": Way("class NAME:\n    def __or__(self_, it):\n        return it", "(NAME() | VALUE)"),
    "context of a call": Way(
        "class NAME:\n    def __init__(self_):\n        self_._stack = []\n    def push(self_, it):\n"
        "        self_._stack.append(it)\n    @property\n    def top(self_):\n        return self_._stack[-1]\n"
        "NAMEx = NAME()\nNAMEx.push(VALUE)",
        "NAMEx.top",
    ),
    "generic": Way(
        "import typing\nNAMEt = typing.TypeVar('NAMEt')\nclass NAME(typing.Generic[NAMEt]):\n"
        "    def __init__(self_, it: NAMEt) -> None:\n        self_.it = it",
        "NAME[object](VALUE).it",
    ),
    "protocol": Way(
        "import typing\nclass NAMEp(typing.Protocol):\n    it: object\nclass NAMEc:\n"
        "    def __init__(self_, it):\n        self_.it = it\ndef NAME(one: NAMEp):\n    return one.it",
        "NAME(NAMEc(VALUE))",
    ),
    "subclass of list": Way("class NAMEc(list):\n    pass\nNAME = NAMEc()\nNAME.append(VALUE)", "NAME[0]"),
    "typed subclass of dict": Way(
        "import typing\nclass NAME(typing.TypedDict):\n    one: object", "NAME(one=VALUE)['one']"
    ),
    "items that are set": Way(
        "class NAMEc:\n    def __init__(self_):\n        self_._all = {}\n"
        "    def __setitem__(self_, key, it):\n        self_._all[key] = it\n    def __getitem__(self_, key):\n"
        "        return self_._all[key]\nNAME = NAMEc()\nNAME['one'] = VALUE",
        "NAME['one']",
    ),
    "iterator of a class": Way(
        "class NAMEc:\n    def __init__(self_, it):\n        self_._it = it\n    def __iter__(self_):\n"
        "        return self_\n    def __next__(self_):\n        return self_._it\nNAME = NAMEc(VALUE)",
        "next(NAME)",
    ),
    "proxy of items": Way(
        "class NAME:\n    def __init__(self_, it):\n        self_._it = it\n    def __getitem__(self_, key):\n"
        "        return self_._it[key]",
        "NAME([VALUE])[0]",
    ),
}
