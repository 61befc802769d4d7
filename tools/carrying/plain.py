"""Ways through names, containers, statements and functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.carrying.way import Way

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN: Mapping[str, Way] = {
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
    "annotated": Way("NAME: object = VALUE", "NAME"),
    "global": Way("global NAME\nNAME = VALUE", "NAME"),
    "nested unpacking": Way("(_, (NAME, _)) = (1, (VALUE, 2))", "NAME"),
    "list spread": Way("NAME = [1, *[VALUE]]", "NAME[1]"),
    "lists added": Way("NAME = [] + [VALUE]", "NAME[0]"),
    "list repeated": Way("NAME = [VALUE] * 2", "NAME[1]"),
    "list grown": Way("NAME = []\nNAME += [VALUE]", "NAME[0]"),
    "list.extend": Way("NAME = []\nNAME.extend([VALUE])", "NAME[-1]"),
    "list.insert": Way("NAME = [1]\nNAME.insert(0, VALUE)", "NAME[0]"),
    "list.copy": Way("NAME = [VALUE].copy()", "NAME[0]"),
    "place of a list": Way("NAME = [None]\nNAME[0] = VALUE", "NAME[0]"),
    "slice": Way("NAME = [1, VALUE, 2][1:]", "NAME[0]"),
    "slice, written": Way("NAME = [None]\nNAME[:] = [VALUE]", "NAME[0]"),
    "set": Way("NAME = {VALUE}", "next(iter(NAME))"),
    "set.pop": Way("NAME = set()\nNAME.add(VALUE)", "NAME.pop()"),
    "frozen set": Way("NAME = frozenset([VALUE])", "list(NAME)[0]"),
    "dict.pop": Way("NAME = {'one': VALUE}", "NAME.pop('one')"),
    "dict.popitem": Way("NAME = {'one': VALUE}", "NAME.popitem()[1]"),
    "dict.values": Way("NAME = {'one': VALUE}", "list(NAME.values())[0]"),
    "dict.fromkeys": Way("NAME = dict.fromkeys(('one', 'two'), VALUE)", "NAME['one']"),
    "dict.copy": Way("NAME = {'one': VALUE}.copy()", "NAME['one']"),
    "dict of pairs": Way("NAME = dict([('one', VALUE)])", "NAME['one']"),
    "dict grown": Way("NAME = {}\nNAME |= {'one': VALUE}", "NAME['one']"),
    "dict in a dict": Way("NAME = {}\nNAME['one'] = {}\nNAME['one']['two'] = VALUE", "NAME['one']['two']"),
    "dict.setdefault of a dict": Way("NAME = {}\nNAME.setdefault('one', {})['two'] = VALUE", "NAME['one']['two']"),
    "dict.setdefault of a list": Way("NAME = {}\nNAME.setdefault('one', []).append(VALUE)", "NAME['one'][0]"),
    "enumerate": Way("for NAMEi, NAME in enumerate([VALUE]):\n    pass", "NAME"),
    "reversed": Way("NAME = list(reversed([VALUE, 1]))", "NAME[1]"),
    "filter": Way("NAME = list(filter(None, [VALUE]))", "NAME[0]"),
    "generator expression": Way("NAME = (each for each in [VALUE])", "next(NAME)"),
    "set comprehension": Way("NAME = {each for each in [VALUE]}", "next(iter(NAME))"),
    "and": Way("NAME = True and VALUE", "NAME"),
    "next, by default": Way("NAME = iter(())", "next(NAME, VALUE)"),
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
    "condition": Way("if (NAME := VALUE) is None:\n    raise ValueError", "NAME"),
    "endless loop": Way("while True:\n    NAME = VALUE\n    break", "NAME"),
    "loop that ends": Way("for NAMEi in ():\n    pass\nelse:\n    NAME = VALUE", "NAME"),
    "finally": Way("try:\n    pass\nfinally:\n    NAME = VALUE", "NAME"),
    "branches": Way("if __name__:\n    NAME = VALUE\nelse:\n    NAME = None", "NAME"),
    "arguments of an exception": Way(
        "class NAMEe(Exception):\n    pass\ntry:\n    raise NAMEe(VALUE)\nexcept NAMEe as NAMEx:\n"
        "    NAME = NAMEx.args[0]",
        "NAME",
    ),
    "attribute of an exception": Way(
        "class NAMEe(Exception):\n    pass\nNAMEx = NAMEe()\nNAMEx.it = VALUE\ntry:\n    raise NAMEx\n"
        "except NAMEe as NAMEy:\n    NAME = NAMEy.it",
        "NAME",
    ),
    "exception of a function": Way(
        "class NAMEe(Exception):\n    def __init__(self_, it):\n        self_.it = it\ndef NAMEf():\n"
        "    raise NAMEe(VALUE)\ntry:\n    NAMEf()\nexcept NAMEe as NAMEx:\n    NAME = NAMEx.it",
        "NAME",
    ),
    "match of a class": Way(
        "class NAMEc:\n    def __init__(self_, it):\n        self_.it = it\nmatch NAMEc(VALUE):\n"
        "    case NAMEc(it=NAME):\n        pass",
        "NAME",
    ),
    "match by position": Way(
        "class NAMEc:\n    __match_args__ = ('it',)\n    def __init__(self_, it):\n        self_.it = it\n"
        "match NAMEc(VALUE):\n    case NAMEc(NAME):\n        pass",
        "NAME",
    ),
    "match of a list": Way("match [VALUE, 1]:\n    case [NAME, *_]:\n        pass", "NAME"),
    "match of the rest": Way(
        "match {'one': VALUE, 'two': 1}:\n    case {'two': 1, **NAME}:\n        pass", "NAME['one']"
    ),
    "match with a name": Way("match VALUE:\n    case object() as NAME:\n        pass", "NAME"),
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
    "arguments spread": Way("def NAME(one, it):\n    return it", "NAME(*[1, VALUE])"),
    "keywords spread": Way("def NAME(it):\n    return it", "NAME(**{'it': VALUE})"),
    "keywords.pop": Way("def NAME(**given):\n    return given.pop('it')", "NAME(it=VALUE)"),
    "keyword-only": Way("def NAME(*, it):\n    return it", "NAME(it=VALUE)"),
    "handed through": Way(
        "def NAMEi(one, *, it):\n    return it\ndef NAME(*args, **kwargs):\n    return NAMEi(*args, **kwargs)",
        "NAME(1, it=VALUE)",
    ),
    "function of a function": Way(
        "def NAME(it):\n    def give():\n        return it\n    return give", "NAME(VALUE)()"
    ),
    "lambda of a lambda": Way("NAME = (lambda it: lambda: it)(VALUE)", "NAME()"),
    "attribute of a function": Way("def NAME():\n    return NAME.it\nNAME.it = VALUE", "NAME()"),
    "callback": Way("NAME = []\ndef NAMEf(done):\n    done(VALUE)\nNAMEf(NAME.append)", "NAME[0]"),
    "callback that keeps": Way(
        "NAME = {}\ndef NAMEd(it):\n    NAME['one'] = it\ndef NAMEf(done):\n    done(VALUE)\nNAMEf(NAMEd)",
        "NAME['one']",
    ),
    "recursion": Way("def NAME(number, it):\n    return it if number == 0 else NAME(number - 1, it)", "NAME(3, VALUE)"),
    "dispatch": Way("NAME = {'one': lambda: VALUE}", "NAME['one']()"),
    "several results": Way("def NAME():\n    return VALUE, 1", "NAME()[0]"),
    "finally of a function": Way("def NAME():\n    try:\n        return VALUE\n    finally:\n        pass", "NAME()"),
    "decorator with arguments": Way(
        "def NAMEd(times):\n    def decorate(function):\n        def inner(*args):\n"
        "            return function(*args)\n        return inner\n    return decorate\n@NAMEd(3)\n"
        "def NAME():\n    return VALUE",
        "NAME()",
    ),
    "decorator, a class": Way(
        "class NAMEd:\n    def __init__(self_, function):\n        self_.function = function\n"
        "    def __call__(self_, *args):\n        return self_.function(*args)\n@NAMEd\ndef NAME():\n"
        "    return VALUE",
        "NAME()",
    ),
    "generator that is sent to": Way(
        "def NAMEg():\n    it = yield\n    yield it\nNAME = NAMEg()\nnext(NAME)", "NAME.send(VALUE)"
    ),
    "generator that collects": Way(
        "NAME = []\ndef NAMEg():\n    while True:\n        it = yield\n        NAME.append(it)\n"
        "NAMEh = NAMEg()\nnext(NAMEh)\nNAMEh.send(VALUE)",
        "NAME[0]",
    ),
    "result of a generator": Way(
        "def NAMEg():\n    yield 1\n    return VALUE\ndef NAME():\n    it = yield from NAMEg()\n    yield it",
        "list(NAME())[-1]",
    ),
    "loop over a generator": Way(
        "def NAMEg():\n    for each in [VALUE]:\n        yield each\nfor NAME in NAMEg():\n    pass", "NAME"
    ),
}
