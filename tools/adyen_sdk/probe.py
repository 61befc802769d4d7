"""Runs one release of the library with its HTTP client replaced, and says what each method would send.

A script for an interpreter of its own, with the release's folder on its path: questions come as JSON on standard input,
answers go as JSON to standard output. Nothing is sent. What it runs is the library, never what users scan.
"""

# ruff: noqa: ANN401 - what the library gives has no type that this script could name

from __future__ import annotations

import importlib
import json
import sys
from typing import Any

_CREDENTIALS = {
    "username": "probe",
    "password": "probe",
    "xapikey": "probe",
    "review_payout_username": "probe",
    "review_payout_password": "probe",
    "store_payout_username": "probe",
    "store_payout_password": "probe",
    "live_endpoint_prefix": "probe",
    "merchant_account": "probe",
    "hmac": "00",
    "skin_code": "probe",
}


class Sent(BaseException):
    """Raised in place of a request; not an `Exception`, so that the library does not catch it."""


class Wire:
    """Stands in for the library's HTTP client."""

    user_agent = "probe"

    def __init__(self, *_: object, **__: object) -> None:
        """Take whatever the release hands over."""

    def request(self, first: str, second: str = "", **_: object) -> None:
        """Say what would be sent: verb and URL, or in older releases the URL alone."""
        raise Sent(*((first, second) if "://" not in first else ("POST", first)))


class Body(dict[str, Any]):
    """A request's body in which a release finds every field that it asks for before it sends."""

    def __contains__(self, _: object) -> bool:
        return True

    def __missing__(self, _: object) -> Any:
        return "probe"


def main() -> None:
    """Answer the questions on standard input."""
    questions = json.load(sys.stdin)
    replace_wire()
    answers = {
        "sends": [[_answer(platform, *row) for platform in ("test", "live")] for row in questions["sends"]],
        "attributes": [_read(*row) for row in questions["attributes"]],
        "names": [name for name in questions["names"] if find(name) is not None],
    }
    json.dump(answers, sys.stdout)


def replace_wire() -> None:
    """Put the stand-in where the client looks for its HTTP client."""
    importlib.import_module("Adyen.client").HTTPClient = Wire  # type: ignore[attr-defined]


def find(dotted: str) -> Any:
    """Follow a dotted name, importing modules on the way; None where it leads nowhere."""
    found: Any = importlib.import_module("Adyen")
    path = "Adyen"
    for part in dotted.split(".")[1:]:
        path = f"{path}.{part}"
        try:
            found = getattr(found, part, None) or importlib.import_module(path)
        except ImportError:
            return None
    return found


def settings(platform: str) -> dict[str, Any]:
    """Give what a client of this release is made with."""
    module: Any = importlib.import_module("Adyen.client")
    code = module.AdyenClient.__init__.__code__
    wanted = code.co_varnames[: code.co_argcount]
    return {name: value for name, value in {**_CREDENTIALS, "platform": platform}.items() if name in wanted}


def body() -> Body:
    """Give a body that every check of a release lets pass."""
    amount = {"value": "1", "currency": "EUR"}
    given = {
        "applicationInfo": {},
        "recurring": {"contract": "RECURRING"},
        "recurringContract": "RECURRING",
        "sessionValidity": "2026-01-01T00:00:00Z",
    }
    return Body(modificationAmount=amount, amount=amount, **given)


def argument(name: str) -> Any:
    """Give a value for a parameter: the body, nothing for a key that is not needed, a word for an id."""
    return body() if name == "request" else None if name == "idempotency_key" else f"zz_{name}"


def _answer(platform: str, dotted: str, member: str, args: list[str]) -> list[str]:
    """Call a member of an object of the class; give verb and URL, or an empty verb and the reason."""
    try:
        getattr(_made(dotted, platform), member)(*map(argument, args))
    except Sent as sent:
        return list(sent.args)
    except Exception as error:  # noqa: BLE001 - whatever the library raises is the answer
        return ["", repr(error)]
    return ["", "nothing sent"]


def _made(dotted: str, platform: str) -> Any:
    cls = find(dotted)
    if dotted == "Adyen.Adyen":
        return cls(**settings(platform))
    client = find("Adyen.client.AdyenClient")(**settings(platform))
    return client if dotted == "Adyen.client.AdyenClient" else cls(client=client)


def _read(dotted: str, member: str) -> str:
    """Name the class of what an attribute holds, of an object of a class or of the package itself."""
    holder = find(dotted) if dotted == "Adyen" else _made(dotted, "test")
    return type(getattr(holder, member, None)).__name__


if __name__ == "__main__":
    main()
