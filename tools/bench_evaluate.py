"""Seconds that the evaluator needs for programs made to be hard: `python -m tools.bench_evaluate [NAME…]`.

Each program is written into a temporary folder and its inventory is taken in this process, as the command does it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from leastscope.pipeline import requests
from leastscope.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable


def recursion(count: int = 500) -> str:
    """Give functions that all call two others, with the resource as a parameter."""
    functions = "\n".join(
        f"def f{number}(resource, depth):\n"
        f"    resource.list()\n"
        f"    return f{(number + 1) % count}(resource, depth + 1) or f{(number * 7 + 3) % count}(resource, depth)"
        for number in range(count)
    )
    return f"import stripe\n{functions}\nf0(stripe.Customer, 0)\nf1(stripe.Invoice, 0)\n"


def table(count: int = 10_000) -> str:
    """Give one dict literal that maps names to methods and to plain data, and a dispatch over it."""
    methods = ("Customer.list", "Invoice.pay", "Refund.create", "Coupon.delete")
    rows = "\n".join(
        f"    'key{number}': stripe.{methods[number % 4]},"
        if number % 10 == 0
        else f"    'key{number}': {{'n': {number}}},"
        for number in range(count)
    )
    return f"import stripe\nTABLE = {{\n{rows}\n}}\ndef run(name):\n    return TABLE[name]()\nrun('key0')\n"


def generated(size: int = 3_000_000) -> str:
    """Give a long file of plain functions, each with a call."""
    parts, length, number = ["import stripe\n"], 0, 0
    while length < size:
        part = (
            f"\n\ndef handler_{number}(request, name=None):\n"
            f'    """Serve request number {number} and nothing else."""\n'
            f"    values = {{'id': request.id, 'name': name or 'nobody', 'number': {number}}}\n"
            f"    if values['number'] > {number}:\n"
            f"        return None\n"
            f"    return stripe.Customer.modify(request.id, metadata=values)\n"
        )
        parts.append(part)
        length += len(part)
        number += 1
    return "".join(parts)


def wrappers(count: int = 300) -> str:
    """Give layers of wrappers, each called with every resource of a short list."""
    layers = "\n".join(f"def f{number}(name, method):\n    return f{number + 1}(name, method)" for number in range(20))
    last = "def f20(name, method):\n    return getattr(getattr(stripe, name), method)()"
    names = ("Customer", "Invoice", "Refund", "Coupon", "Price", "Product")
    uses = "\n".join(f"f{number % 20}('{names[number % 6]}', 'list')" for number in range(count))
    return f"import stripe\n{layers}\n{last}\n{uses}\n"


def classes(count: int = 300) -> str:
    """Give a chain of classes that each keep an instance of the one before."""
    rows = "\n".join(
        f"class C{number}:\n"
        f"    def __init__(self, client):\n"
        f"        self.client = client\n"
        f"        self.inner = C{number - 1}(client)\n"
        f"    def use(self):\n"
        f"        self.client.customers.list()\n"
        f"        return self.inner.use()"
        for number in range(1, count)
    )
    first = (
        "class C0:\n    def __init__(self, client):\n        self.client = client\n    def use(self):\n        return 1"
    )
    return f"import stripe\n{first}\n{rows}\nC{count - 1}(stripe.StripeClient('k')).use()\n"


PROGRAMS: dict[str, Callable[[], str]] = {
    "recursion": recursion,
    "table": table,
    "generated": generated,
    "wrappers": wrappers,
    "classes": classes,
}


def measure(text: str) -> tuple[float, int, int]:
    """Take the inventory of one file: seconds, requests, gaps."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "app.py").write_text(text, encoding="utf-8")
        start = time.perf_counter()
        inventory = requests(Request((root,), root)).inventory
        return time.perf_counter() - start, len(inventory.needs), len(inventory.gaps)


def main(names: list[str]) -> None:
    """Print a row for each program."""
    measure("import stripe\nstripe.Customer.list()\n")
    print(f"{'program':<12}{'bytes':>10}{'seconds':>10}{'requests':>10}{'gaps':>8}")
    for name in names or list(PROGRAMS):
        text = PROGRAMS[name]()
        seconds, found, gaps = measure(text)
        print(f"{name:<12}{len(text):>10}{seconds:>10.2f}{found:>10}{gaps:>8}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
