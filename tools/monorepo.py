"""Writes a monorepo of which one file in a hundred matters: `python -m tools.monorepo FOLDER [FILES]`.

The files are packages of services that import each other, with classes, functions and names that occur everywhere. What
matters is written in several styles: a client of the file, one that a class keeps, a wrapper whose callers choose the
operation, a request over HTTP, and callers of the wrapper that name no system. The same arguments give the same tree.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

_SHARE = 100
_PACKAGE = 40
"""Files of one package."""
_PLAIN = '''"""{name} of {package}."""

import logging

from {other} import get, run

log = logging.getLogger(__name__)


class {title}:
    """Keeps what {name} needs."""

    def __init__(self, client, items=()):
        self.client = client
        self.items = list(items)

    def get(self, key):
        log.info("get %s", key)
        return self.client.get(key)

    def create(self, **fields):
        self.items.append(fields)
        return self.run(fields)

    def run(self, fields):
        return {{name: value for name, value in fields.items() if value is not None}}


def handle(request, client):
    made = {title}(client)
    if request.get("kind") == "{name}":
        return made.create(kind=request["kind"], total=request.get("total", {number}))
    return run(get(made, request))
'''
_STYLES = (
    """import stripe

client = stripe.StripeClient(KEY)


def show(customer):
    return client.v1.customers.retrieve(customer)
""",
    """import stripe


class Billing:
    def __init__(self, key):
        self.stripe = stripe.StripeClient(key)

    def refund(self, charge):
        return self.stripe.v1.refunds.create({"charge": charge})
""",
    """import stripe


def call_stripe_resource(resource, method, **parameters):
    return getattr(getattr(stripe, resource), method)(**parameters)


def pay(total):
    return call_stripe_resource("PaymentIntent", "create", amount=total)
""",
    """import requests

SERVER = "https://api.stripe.com"


def invoices(key):
    return requests.get(f"{SERVER}/v1/invoices", headers={"Authorization": f"Bearer {key}"})
""",
)
_CALLER = """from {home} import call_stripe_resource


def capture_{number}(intent):
    return call_stripe_resource("PaymentIntent", "capture", intent=intent)
"""


def write(folder: Path, files: int) -> None:
    """Write a monorepo of some files below a folder."""
    dice = random.Random(files)  # noqa: S311 - the same tree every time
    names = [f"services/s{number // _PACKAGE:04}/m{number:06}" for number in range(files)]
    homes = [name for number, name in enumerate(names) if number % _SHARE == 0 and number // _SHARE % 5 == 2]
    for number, name in enumerate(names):
        path = folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(number, name, homes, _dotted(dice.choice(names))), "utf-8")


def _text(number: int, name: str, homes: list[str], other: str) -> str:
    style = number // _SHARE % 5
    if number % _SHARE == 0 and style == len(_STYLES):
        return _CALLER.format(home=_dotted(homes[number % len(homes)]), number=number)
    if number % _SHARE == 0:
        return _STYLES[style]
    last = name.rpartition("/")[2]
    package = _dotted(name).rpartition(".")[0]
    return _PLAIN.format(name=last, package=package, other=other, title=last.title(), number=number)


def _dotted(name: str) -> str:
    return name.replace("/", ".")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20_000)
