"""Code that feeds itself ends: what it does is found, or a cap is named, and other functions are not affected."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, cast

import pytest

from expectations import inventory_of_files
from leastscope.python.domain.effects import Handles, Summary
from leastscope.python.domain.values import UNKNOWN, Const, Param, Place, Text, Unknown, join, options
from leastscope.python.state.cells import Global
from leastscope.python.state.contexts import CONTEXT_LIMIT
from leastscope.python.state.engine import GROWTH_LIMIT, RESTLESS, Engine
from leastscope.python.state.roots import module_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from leastscope.model import How
    from leastscope.python.domain.values import Unit, Value

WITNESS = "\n\ndef witness():\n    return stripe.Balance.retrieve()\n"

KNOTS = {
    "a function that calls itself": """
def loop(resource):
    resource.list()
    return loop(resource)
loop(stripe.Customer)
""",
    "functions that call each other": "\n".join(
        f"def f{number}(resource):\n    return f{(number + 1) % 30}(resource) or f{(number * 7) % 30}(resource) or resource"
        for number in range(30)
    )
    + "\nf0(stripe.Customer).list()\n",
    "an argument that grows by nesting": """
def loop(resource, seen):
    resource.list()
    return loop(resource, [seen])
loop(stripe.Customer, [])
""",
    "a text that grows": """
def loop(path):
    client.raw_request("get", path)
    return loop(path + "/a")
client = stripe.StripeClient("k")
loop("/v1/customers")
""",
    "a text that grows in a loop": """
path = "/v1/customers"
while True:
    path += "/a"
stripe.StripeClient("k").raw_request("get", path)
stripe.Customer.list()
""",
    "a dict that grows in a loop": """
table = {}
for name in names:
    table = {name: table, "resource": stripe.Customer}
table["resource"].list()
""",
    "an instance that holds itself": """
class Node:
    def __init__(self, inner=None):
        self.inner = inner
        self.resource = stripe.Customer
    def wrap(self):
        return Node(self)
node = Node()
while True:
    node = node.wrap()
node.resource.list()
node.inner.inner.resource.list()
""",
    "a class that is its own base": """
class A(B):
    resource = stripe.Customer
class B(A):
    def use(self):
        self.resource.list()
A().use()
stripe.Customer.list()
""",
    "a closure around a closure": """
def wrap(function):
    def inner():
        return function()
    return inner
call = stripe.Customer.list
while True:
    call = wrap(call)
call()
stripe.Customer.list()
""",
    "a partial of a partial": """
import functools
call = stripe.Customer.list
while True:
    call = functools.partial(call, limit=1)
call()
""",
    "a decorator that decorates itself": """
@decorate
def decorate(function):
    return decorate(function)
@decorate
def use():
    stripe.Customer.list()
""",
    "a property that reads itself": """
class C:
    @property
    def client(self):
        return self.client or stripe.StripeClient("k")
C().client.customers.list()
""",
    "names that mean each other": """
a = lambda: b()
b = lambda: a() or stripe.Customer
a().list()
""",
    "a generator of itself": """
def walk(resource):
    yield resource
    yield from walk(resource)
for one in walk(stripe.Customer):
    one.list()
""",
}


@pytest.mark.parametrize("name", KNOTS)
def test_a_knot_ends_and_the_rest_of_the_file_is_still_found(name: str, tmp_path: Path) -> None:
    inventory = inventory_of_files({"app.py": f"import stripe\n{KNOTS[name]}{WITNESS}"}, tmp_path)
    paths = {need.path for need in inventory.needs}
    assert "/v1/balance" in paths
    assert "/v1/customers" in paths or inventory.gaps != ()


LINKS = 40
CHAINS = {
    "methods that only one class has": (
        (
            "class Gateway:\n    def advance_payment(self, name):\n        getattr(stripe, name).create()\n"
            "        return self\n"
        ),
        "thing" + ".advance_payment('Charge')" * LINKS,
        "/v1/charges",
    ),
    "properties that only one class has": (
        "class Gateway:\n    @property\n    def billing_side(self):\n        return stripe.Customer\n",
        "thing" + ".billing_side" * LINKS + ".list()",
        None,
    ),
    "names of a library": (
        "",
        "self.stripe" + ".customers.list().stripe" * LINKS + ".customers.list()",
        "/v1/customers",
    ),
    "names of a library, and members by name": (
        "",
        "getattr(" * LINKS + "self.stripe" + ", 'customers').list().stripe" * LINKS + ".customers.list()",
        "/v1/customers",
    ),
}
"""Receivers of which nothing is known -> a class, a chain of calls on them, and what it sends."""


@pytest.mark.parametrize("what", CHAINS)
def test_each_receiver_of_a_chain_is_evaluated_once(what: str, tmp_path: Path) -> None:
    """Evaluated twice, a chain of 40 calls would take 2^40 evaluations."""
    before, chain, path = CHAINS[what]
    text = f"import stripe\n{before}def run(self, thing):\n    {chain}\n{WITNESS}"
    inventory = inventory_of_files({"app.py": text}, tmp_path)
    assert {need.path for need in inventory.needs} == {"/v1/balance", path} - {None}


def test_modules_that_import_each_other_end(tmp_path: Path) -> None:
    files = {
        "a.py": "from b import *\nfrom c import Customer\nimport stripe\nCustomer.list()\n",
        "b.py": "from c import *\nfrom a import *\n",
        "c.py": "from a import *\nfrom b import *\nfrom stripe import Customer\n",
    }
    inventory = inventory_of_files(files, tmp_path)
    assert [(need.request.span.path, need.path) for need in inventory.needs] == [("a.py", "/v1/customers")]


def test_a_module_that_imports_its_names_from_itself_ends(tmp_path: Path) -> None:
    text = "from app import Customer\nfrom . import app\nimport stripe\nstripe.Customer.list()\nCustomer.list()\n"
    inventory = inventory_of_files({"app.py": text}, tmp_path)
    sure = [need.path for need in inventory.needs if need.request.resolution == "resolved"]
    assert sure == ["/v1/customers"]


def test_more_resources_than_a_union_holds_are_a_gap_or_all_of_them(tmp_path: Path) -> None:
    rows = "\n".join(f"    'k{number}': stripe.Customer.retrieve('c{number}').delete," for number in range(200))
    text = f"import stripe\ntable = {{\n{rows}\n}}\ndef run(name):\n    table[name]()\n"
    inventory = inventory_of_files({"app.py": text}, tmp_path)
    told = {need.request.span.line for need in inventory.needs} | {gap.span.line for gap in inventory.gaps}
    assert 205 in told


def test_a_function_called_in_very_many_ways_names_its_cap(tmp_path: Path) -> None:
    calls = "\n".join(f"raw('/v1/customers/c{number}')" for number in range(CONTEXT_LIMIT + 1))
    wrapper = "client = stripe.StripeClient('k')\ndef raw(path):\n    client.raw_request('get', path)\n"
    text = f"import stripe\n{wrapper}{calls}\n"
    inventory = inventory_of_files({"app.py": text}, tmp_path)
    assert inventory.needs == ()
    assert "limit" in {gap.kind for gap in inventory.gaps}


@pytest.mark.parametrize("depth", [30, 90])
def test_deeply_nested_code_is_read(depth: int, tmp_path: Path) -> None:
    blocks = "".join(f"{' ' * level}if x{level}:\n" for level in range(depth // 2))
    text = f"import stripe\n{blocks}{' ' * (depth // 2)}stripe.Customer.list()\n"
    chain = "stripe.Customer.list()" + ".data" * depth + "\n"
    inventory = inventory_of_files({"app.py": text, "chain.py": f"import stripe\n{chain}"}, tmp_path)
    assert [need.path for need in inventory.needs] == ["/v1/customers"] * 2


def test_a_broken_file_that_uses_a_followed_name_is_tried_once(tmp_path: Path) -> None:
    """It holds no trigger, so that only the name of the accessor leads to it, again after every round."""
    sources = {
        "billing.py": "import stripe\ndef billing_client():\n    return stripe.StripeClient('k')\n",
        "views.py": "from billing import billing_client\nbilling_client(\n",
    }
    gaps = inventory_of_files(sources, tmp_path).gaps
    assert [gap.span.path for gap in gaps if gap.kind == "syntax-error"] == ["views.py"]


METHODS = [
    f"{kind}.{verb}"
    for kind in ("Account", "Balance", "Charge", "Coupon", "Customer", "Dispute", "Event", "Invoice", "Payout", "Plan",
                 "Price", "Product", "PromotionCode", "Quote", "Refund", "Subscription", "TaxRate", "Topup", "Transfer")
    for verb in ("create", "list", "modify", "retrieve")
    if (kind, verb) not in {("Balance", "create"), ("Balance", "list"), ("Balance", "modify"), ("Event", "create"),
                            ("Event", "modify"), ("Dispute", "create")}
][:68]  # fmt: skip
ROWS = ", ".join(str(tuple(name.split("."))) for name in METHODS)
FUNCTIONS = ", ".join(f"stripe.{name}" for name in METHODS)
CAPS = {
    "alternatives of a value": f"for call in [{FUNCTIONS}]:\n    call()\n",
    "alternatives under names": f"table = dict(zip(names, [{FUNCTIONS}]))\ndef run(name):\n    table[name]()\n",
    "alternatives that branches give": "def run(name):\n"
    + "".join(f"    if name == '{name}':\n        call = stripe.{name}\n" for name in METHODS)
    + "    call()\n",
    "rows of a table": f"for kind, verb in [{ROWS}]:\n    getattr(getattr(stripe, kind), verb)()\n",
    "texts": "client = stripe.StripeClient('k')\nfor path in ["
    + ", ".join(f"'/v1/customers/c{number}'" for number in range(70))
    + "]:\n    client.raw_request('get', path)\n",
    "pieces of a text": "client = stripe.StripeClient('k')\nclient.raw_request('get', f'/v1/customers/"
    + "".join(f"{{a{number}}}x" for number in range(70))
    + "')\n",
    "length of a text": f"stripe.StripeClient('k').raw_request('get', '/v1/customers/' + '{'x' * 12_000}')\n",
    "items that are appended": "calls = []\n"
    + "".join(f"calls.append(stripe.{name})\n" for name in METHODS)
    + "for call in calls:\n    call()\n",
    "parts of a literal text": f"for name in {' '.join(METHODS)!r}.split():\n    getattr(stripe, name)()\n",
    "size of a value": "table = {"
    + ", ".join(f"'k{number}': {{'a': [1, 2, {number}], 'b': stripe.Customer}}" for number in range(300))
    + "}\ndef run(table, name):\n    table[name]['b'].list()\nrun(table, 'k1')\n",
    "arguments of a function": "client = stripe.StripeClient('k')\ndef raw(path):\n    client.raw_request('get', path)\n"
    + "".join(f"raw('/v1/customers/c{number}')\n" for number in range(CONTEXT_LIMIT + 1)),
    "bases of a class": "class C0:\n    resource = stripe.Customer\n"
    + "".join(f"class C{number}(C{number - 1}):\n    pass\n" for number in range(1, 130))
    + "C129().resource.list()\n",
}
"""What is capped -> a program that goes beyond the cap."""


@pytest.mark.parametrize("what", CAPS)
def test_a_cap_that_is_reached_is_a_gap(what: str, tmp_path: Path) -> None:
    inventory = inventory_of_files({"app.py": f"import stripe\n{CAPS[what]}"}, tmp_path)
    assert {gap.kind for gap in inventory.gaps} & {"limit", "raw-request", "dynamic-operation"}


def test_calls_deeper_than_the_stack_of_units_are_followed_all_the_same(tmp_path: Path) -> None:
    layers = "".join(f"def f{number}(name):\n    return f{number + 1}(name)\n" for number in range(60))
    text = f"import stripe\n{layers}def f60(name):\n    return getattr(stripe, name).list()\nf0('Customer')\n"
    inventory = inventory_of_files({"app.py": text}, tmp_path)
    followed = [need.path for need in inventory.needs if need.request.found_by == "evaluation"]
    assert followed == ["/v1/customers"]


def test_calls_of_a_client_do_not_change_it_however_many_there_are(tmp_path: Path) -> None:
    calls = [f"def f{number}():\n    client.customers.update('c', {{'name': 'n{number}'}})\n" for number in range(80)]
    code = 'import stripe\nclient = stripe.StripeClient("k")\n' + "\n".join(calls)
    inventory = inventory_of_files({"app.py": code}, tmp_path)
    assert (len(inventory.needs), inventory.gaps) == (80, ())


def test_a_function_given_the_url_of_somebody_else_is_not_followed_for_each(tmp_path: Path) -> None:
    steps = "\n".join(f"def f{n}(url, *more):\n    return f{n + 1}(url, f{n + 1}(more), *more)" for n in range(12))
    calls = "\n".join(f"f0('https://shop{n}.example', {n})" for n in range(450))
    ours = "import requests\nrequests.get('https://api.stripe.com/v1/balance')"
    text = f"{ours}\n{steps}\ndef f12(*all):\n    return all\n{calls}\n"
    inventory = inventory_of_files({"app.py": text}, tmp_path)
    assert ([need.path for need in inventory.needs], inventory.gaps) == (["/v1/balance"], ())


PAID: tuple[str, str, How] = ("shop", "paid", "handled")
KEPT = Global("a.py", "kept")


def engine_of(evaluate: Callable[[Engine, Unit], Summary]) -> Engine:
    nothing = cast("Any", None)
    return Engine(nothing, nothing, nothing, nothing, evaluate)


def test_a_unit_that_does_not_settle_is_stopped() -> None:
    def evaluate(engine: Engine, unit: Unit) -> Summary:
        engine.summary(unit)
        return Summary(effects=frozenset((Handles((engine.spent, engine.spent), *PAID),)))

    engine = engine_of(evaluate)
    engine.solve([module_unit("a.py")])
    assert engine.stopped == {module_unit("a.py").place: "400 evaluations"}


def test_what_goes_to_and_fro_settles_as_all_that_it_said() -> None:
    def evaluate(engine: Engine, unit: Unit) -> Summary:
        known = engine.summary(unit)
        site = (0, 1) if known is None or Handles((0, 1), *PAID) not in known.effects else (2, 3)
        return Summary(effects=frozenset((Handles(site, *PAID),)))

    engine = engine_of(evaluate)
    engine.solve([module_unit("a.py")])
    assert engine.stopped == {}
    assert engine.units[module_unit("a.py")].effects == {Handles((0, 1), *PAID), Handles((2, 3), *PAID)}
    assert engine.spent < 2 * RESTLESS


def test_a_parameter_beside_texts_that_are_widened_is_written_once() -> None:
    """What an entry holds once it is widened is all that is written into it again: the parameter is not dropped and met."""
    given = Param(Place("a.py", 1), "id")
    texts = join(*(Text((f"{number}_", UNKNOWN)) for number in range(2 * GROWTH_LIMIT)))

    def evaluate(engine: Engine, _: Unit) -> Summary:
        engine.read(KEPT)
        engine.write(KEPT, given)
        engine.write(KEPT, texts)
        return Summary()

    engine = engine_of(evaluate)
    engine.solve([module_unit("a.py")])
    assert given in options(engine.peek(KEPT))
    assert engine.spent < GROWTH_LIMIT


def test_how_often_an_entry_grew_is_nothing_to_what_it_holds() -> None:
    """Only what the entry holds decides whether it is widened, not whether it came in one step or in several."""
    texts = [Const.of(f"/v1/{number}") for number in range(GROWTH_LIMIT)]

    def held(*steps: Sequence[Value]) -> Value:
        def evaluate(engine: Engine, _: Unit) -> Summary:
            engine.read(KEPT)
            for step in steps:
                engine.write(KEPT, join(*step))
            return Summary()

        engine = engine_of(evaluate)
        engine.solve([module_unit("a.py")])
        return engine.peek(KEPT)

    assert held(texts) == held(*([text] for text in texts)) == join(*texts)
    assert held([*texts, Const.of("/v2")]) == held(*([text] for text in texts), [Const.of("/v2")]) == Unknown("loop")


@pytest.mark.parametrize(("stopped", "line", "what"), [("", 1, "file"), ("def pay", 2, "function")])
def test_what_does_not_settle_is_a_gap_at_its_first_line(
    stopped: str, line: int, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "import stripe\ndef pay():\n    stripe.Balance.retrieve()\n"
    place = Place("app.py", text.index(stopped) if stopped else -1)
    solve = Engine.solve

    def stopping(engine: Engine, roots: Iterable[Unit]) -> None:
        solve(engine, roots)
        engine.stopped[place] = "3 evaluations"

    monkeypatch.setattr(Engine, "solve", stopping)
    found = inventory_of_files({"app.py": text}, tmp_path)
    assert [(gap.span.line, gap.reason) for gap in found.gaps] == [
        (line, f"the analysis of this {what} was cut off after 3 evaluations")
    ]


SEND = "import stripe\ndef send(name, which):\n    return getattr(stripe, name).retrieve(which)\n"


@pytest.mark.parametrize(
    ("calls", "cut"),
    [
        (["send('Charge', 'a')", "send('Refund', 'b')"], []),
        (["send('Charge', 'a')", "send('Refund', 'b')", "send('Customer', 'c')", "send('Customer', 'd')"], [4]),
    ],
)
def test_a_function_with_too_many_different_arguments_is_one_gap(
    calls: list[str], cut: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leastscope.python.state.contexts.CONTEXT_LIMIT", 2)
    found = inventory_of_files({"app.py": SEND, "tills.py": "\n".join(["from app import send", *calls])}, tmp_path)
    limits = [gap for gap in found.gaps if gap.kind == "limit"]
    assert [(gap.span.path, gap.span.line, gap.reason) for gap in limits] == [
        (
            "app.py",
            2,
            f"leastscope does not follow {each} calls of 'send': the function has too many different arguments",
        )
        for each in cut
    ]


GROWING = {
    "an attribute": (
        'class A:\n    def __init__(self):\n        self.p = "/v1"\n'
        '    def add(self):\n        self.p = self.p + "/x"\n'
    ),
    "a global": 'P = "/v1"\ndef add():\n    global P\n    P = P + "/x"\n',
    "what is returned": 'def add(n):\n    return "/x" if n else add(n - 1) + "/x"\n',
}


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Counter[Unit]:
    """How often each unit is evaluated in this test."""
    counts: Counter[Unit] = Counter()
    evaluate = Engine._run

    def counted(engine: Engine, unit: Unit) -> None:
        counts[unit] += 1
        evaluate(engine, unit)

    monkeypatch.setattr(Engine, "_run", counted)
    return counts


@pytest.mark.parametrize("what", GROWING)
def test_a_text_that_grows_with_every_round_is_widened_long_before_a_limit(
    what: str, tmp_path: Path, runs: Counter[Unit]
) -> None:
    found = inventory_of_files({"app.py": f"import stripe\n{GROWING[what]}{WITNESS}"}, tmp_path)
    assert [need.path for need in found.needs] == ["/v1/balance"]
    assert found.gaps == ()
    assert max(runs.values()) <= 2 * GROWTH_LIMIT


def test_a_module_is_not_evaluated_again_for_everything_that_its_methods_come_to_give(
    tmp_path: Path, runs: Counter[Unit]
) -> None:
    """Whether a class leads to a library is asked of its methods; what else they give is nothing to its module."""
    body = (
        "class C{0}:\n    def __init__(self, client):\n        self.client = client\n        self.inner = C{1}(client)\n"
        "    def use(self):\n        self.client.v1.refunds.list()\n        return self.inner.use()\n"
    )
    first = (
        body.replace("C{1}(client)", "None").replace("self.inner.use()", "self.client.v1.customers.list()").format(0)
    )
    others = "".join(body.format(n, n - 1) for n in range(1, 60))
    inventory_of_files({"app.py": f"import stripe\n{first}{others}C59(stripe.StripeClient('k')).use()\n"}, tmp_path)
    assert runs[module_unit("app.py")] < 10
