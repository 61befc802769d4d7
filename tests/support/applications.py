"""Programs that are made for their size: one that grows in one dimension, and applications as large ones look.

The same arguments give the same files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shop import shop

if TYPE_CHECKING:
    from collections.abc import Callable

Files = dict[str, str]

_HEAD = "import stripe\n\nclient = stripe.StripeClient(KEY)\n\n\n"
_BY_NAME = "def {}(name, verb):\n    return getattr(getattr(stripe, name), verb)()\n\n\n"


def files(count: int) -> Files:
    """Give files that each send requests with a client of another file."""
    body = (
        "import stripe\nfrom app import base\n\n\ndef show_{0}(one):\n    return base.client.v1.customers.retrieve(one)\n"
        "\n\ndef pay_{0}(one):\n    return stripe.PaymentIntent.create(amount=one)\n"
    )
    return {"app/base.py": _HEAD, **{f"app/m{n}.py": body.format(n) for n in range(count)}}


def call_sites(count: int) -> Files:
    """Give functions of one file that each send a request."""
    body = "def f{0}(one):\n    client.v1.customers.retrieve(one)\n    return stripe.Refund.create(charge=one)\n\n\n"
    return {"app.py": _HEAD + "".join(body.format(n) for n in range(count))}


def callers(count: int) -> Files:
    """Give a wrapper, and callers in this file and in others."""
    near = "".join(
        f"def f{n}():\n    return sent_by('{('Customer', 'Refund')[n % 2]}', 'create')\n" for n in range(count)
    )
    far = "from lib import sent_by\n\n\ndef f{0}():\n    return sent_by('Customer', 'list')\n"
    lib = "import stripe\n\n\n" + _BY_NAME.format("sent_by") + near
    return {"lib.py": lib, **{f"m{n}.py": far.format(n) for n in range(count)}}


def subclasses(count: int) -> Files:
    """Give classes that say what a method of their base class sends, and classes that say how."""
    base = "class Base:\n    path = None\n\n    def get(self):\n        return client.raw_request('get', self.path)\n\n"
    base += "    def run(self):\n        return self.one(client)\n\n\n"
    body = (
        "class C{0}(Base):\n    path = '/v1/customers'\n\n    def one(self, c):\n"
        "        return c.v1.refunds.retrieve('{0}')\n\n\nC{0}().get()\n\n\n"
    )
    return {"app.py": _HEAD + base + "".join(body.format(n) for n in range(count))}


def providers(count: int) -> Files:
    """Give classes of one base class in files of their own, of which one is for a system that is modeled."""
    base = (
        "import requests\n\n\nclass Provider:\n    url = ''\n\n    def setting(self, name, default=None):\n"
        "        return default or getattr(self, name)\n\n    def get(self, path):\n"
        "        return requests.get(self.setting('url') + path).json()\n\n    def complete(self, data):\n"
        "        return self.user(data)\n\n    def user(self, data):\n        raise NotImplementedError\n"
    )
    body = (
        "from base import Provider\n\n\nclass P{0}(Provider):\n    url = '{1}'\n\n"
        "    def user(self, data):\n        return self.get('/v1/customers')\n"
    )
    asked = {f"p{n}.py": body.format(n, f"https://api.p{n}.example") for n in range(count)}
    return {"base.py": base, "ours.py": body.format("Ours", "https://api.stripe.com"), **asked}


def wrapper_depth(count: int) -> Files:
    """Give wrappers around each other, of which the outermost is called."""
    layers = "".join(f"def f{n + 1}(name, verb):\n    return f{n}(name, verb)\n\n\n" for n in range(count))
    uses = f"f{count}('Customer', 'list')\nf{count}('Refund', 'create')\n"
    return {"app.py": _HEAD + _BY_NAME.format("f0") + layers + uses}


def chained_classes(count: int) -> Files:
    """Give classes that each make an object of the one before, and ask it."""
    body = (
        "class C{0}:\n    def __init__(self, client):\n        self.client = client\n        self.inner = C{1}(client)\n\n"
        "    def use(self):\n        self.client.v1.refunds.list()\n        return self.inner.use()\n\n\n"
    )
    first = (
        "class C0:\n    def __init__(self, client):\n        self.client = client\n\n"
        "    def use(self):\n        return self.client.v1.customers.list()\n\n\n"
    )
    others = "".join(body.format(n, n - 1) for n in range(1, count + 1))
    return {"app.py": f"{_HEAD}{first}{others}C{count}(client).use()\n"}


def registered_classes(count: int) -> Files:
    """Give classes that a decorator keeps under a name, and one call of any of them."""
    head = (
        "REGISTRY = {}\n\n\ndef register(name):\n    def wrap(cls):\n        REGISTRY[name] = cls\n        return cls\n"
        "    return wrap\n\n\n"
    )
    body = (
        "@register('p{0}')\nclass P{0}:\n    def run(self, client):\n"
        "        return client.v1.customers.retrieve('{0}')\n\n\n"
    )
    others = "".join(body.format(n) for n in range(count))
    return {"app.py": f"{_HEAD}{head}{others}def go(name):\n    return REGISTRY[name]().run(client)\n"}


def branches(count: int) -> Files:
    """Give globals, and conditions that each bind one more."""
    names = "".join(f"A{n} = 'v{n}'\n" for n in range(count))
    bound = "".join(f"if SOME{n}:\n    B{n} = A{n}\n" for n in range(count))
    return {"app.py": f"{_HEAD}client.v1.customers.list()\n{names}{bound}"}


def handed_on(count: int) -> Files:
    """Give modules that each import a client from the next one, and a program that uses it."""
    modules = {f"lib/m{n}.py": f"from lib.m{n + 1} import thing\n" for n in range(count)}
    last = {f"lib/m{count}.py": "import stripe\n\nthing = stripe.StripeClient(KEY)\n"}
    return modules | last | {"app.py": "import stripe\nfrom lib.m0 import thing\n\nthing.v1.customers.list()\n"}


def plain_functions(count: int) -> Files:
    """Give functions that send nothing beside one call that does."""
    body = (
        "def f{0}(a, b=1):\n    v = {{'id': a.id, 'n': b}}\n    if v['n'] > {0}:\n        return None\n"
        "    return [x for x in v]\n\n\n"
    )
    return {"app.py": _HEAD + "client.v1.customers.list()\n" + "".join(body.format(n) for n in range(count))}


def unrelated_code(count: int) -> Files:
    """Give functions beside one call that each call their own part of a program that has nothing to do with it."""
    calls = "".join(f"def f{n}(a):\n    return unrelated.start{n}(a)\n\n\n" for n in range(count))
    parts = "".join(
        f"def start{n}(a):\n    return middle{n}(a) + 1\n\n\ndef middle{n}(a):\n    return end{n}(a.b)\n\n\n"
        f"def end{n}(b):\n    return b\n\n\n"
        for n in range(count)
    )
    return {"app.py": f"import unrelated\n{_HEAD}client.v1.customers.list()\n{calls}", "unrelated.py": parts}


def models(count: int) -> Files:
    """Give models that refer to each other and pay."""
    body = (
        "class M{0}(models.Model):\n    name = models.CharField(max_length=9)\n"
        "    other = models.ForeignKey('M{1}', on_delete=models.CASCADE)\n\n    def pay(self):\n"
        "        return stripe.Charge.create(amount=self.total())\n\n    def total(self):\n"
        "        return self.other.total() + 1\n\n\n"
    )
    head = "import stripe\nfrom django.db import models\n\n\n"
    return {"app/models.py": head + "".join(body.format(n, (n * 7 + 1) % count) for n in range(count))}


DIMENSIONS: dict[str, tuple[Callable[[int], Files], int]] = {
    "files": (files, 5),
    "call sites": (call_sites, 10),
    "callers": (callers, 5),
    "subclasses": (subclasses, 5),
    "providers": (providers, 10),
    "wrapper depth": (wrapper_depth, 32),
    "chained classes": (chained_classes, 8),
    "registered classes": (registered_classes, 10),
    "branches": (branches, 10),
    "plain functions": (plain_functions, 10),
    "unrelated code": (unrelated_code, 10),
    "models": (models, 5),
    "packages of an application": (shop, 5),
}
"""What grows -> a program of some size of it, and the smallest size."""
