"""Runs one release of the library with its requestor replaced, and says what each method would send.

A script for an interpreter of its own, with the release's folder on its path: questions come as JSON on standard input,
answers go as JSON to standard output. Nothing is sent. What it runs is the library, never what users scan.
"""

# ruff: noqa: ANN401 - what the library gives has no type that this script could name

from __future__ import annotations

import importlib
import importlib.util
import inspect
import json
import re
import sys
from typing import Any

_HOLE = re.compile(r"{(\w+)}")
_URL = "/v1/probed"
_MAX_TRIES = 6


class Sent(BaseException):
    """Raised in place of a request; not an `Exception`, so that the library does not catch it."""


def main() -> None:
    """Answer the questions on standard input."""
    questions = json.load(sys.stdin)
    stripe: Any = importlib.import_module("stripe")
    stripe.api_key, stripe.client_id = "sk_test_probe", "ca_probe"
    _replace_requestor()
    types = {key: _reached(key, names) for key, names in questions["types"].items()}
    answers = {
        "sends": [answer(types, *question) for question in questions["sends"]],
        "attributes": [_attribute(types, *question) for question in questions["attributes"]],
        "names": sorted(name for key, names in questions["types"].items() for name in names if _reached(key, [name])),
    }
    json.dump(answers, sys.stdout)


def answer(types: dict[str, Any], key: str, member: str, form: str, path: str) -> list[str]:
    """Call the member in every way that may fit; give verb and path, or an empty verb and a reason.

    `form` says how: on the `class`, on an `instance`, or on an instance as the `variant` of a class method.
    """
    found = inspect.getattr_static(types[key], member, None)
    if form == "variant" and type(found).__name__ != "class_method_variant":
        return ["", "no variant"]
    holes = _HOLE.findall(path)
    ids = [f"zz_{hole}" for hole in holes]
    given = {"class": ids, "variant": ids[1:], "instance": []}[form]
    named = dict(zip(holes, ids, strict=True))
    error = ""
    for arguments, keywords in (
        (given, {}),
        ([*given, {}], {}),
        ([], {**named, "stripe_version": "2026-01-01"}),
        (ids, {}),
        ([*ids, {}], {}),
        (ids[1:], {}),
        (["get", _URL], {}),
    ):
        attributes = {"id": "zz_id", **(named if form != "class" else {})}
        for _ in range(_MAX_TRIES):
            try:
                result = getattr(_receiver(types, key, form, attributes), member)(*arguments, **keywords)
                _drain(result)
                error = error or "nothing sent"
                break
            except Sent as sent:
                return [sent.args[0].upper(), sent.args[1]]
            except (AttributeError, KeyError) as missing:
                error = error or repr(missing)
                attribute = re.sub(r".*'(\w+)'\W*$", r"\1", str(missing))
                if attribute in attributes or form == "class":
                    break
                attributes[attribute] = f"zz_{attribute}"
            except Exception as other:  # noqa: BLE001 - whatever the library raises is the answer
                error = error or repr(other)
                break
    return ["", error]


def _replace_requestor() -> None:
    module = importlib.import_module(
        "stripe._api_requestor" if _has("stripe._api_requestor") else "stripe.api_requestor"
    )
    requestor = getattr(module, "_APIRequestor", None) or module.APIRequestor

    def request_raw(_self: object, method: str, url: str, *_: object, **__: object) -> None:
        raise Sent(method, url)

    async def request_raw_async(_self: object, method: str, url: str, *_: object, **__: object) -> None:
        raise Sent(method, url)

    requestor.request_raw = request_raw
    requestor.request_raw_async = request_raw_async


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _drain(result: Any) -> None:
    if inspect.iscoroutine(result):
        result.send(None)
    elif hasattr(result, "__next__"):
        next(result, None)
        next(result, None)


def _receiver(types: dict[str, Any], key: str, form: str, attributes: dict[str, str]) -> Any:
    cls = types[key]
    if form == "class":
        return cls
    if key.endswith(".TestHelpers"):
        return cls(_object(types[key.rpartition(".")[0]], attributes))
    if hasattr(cls, "construct_from"):
        return _object(cls, attributes)
    client = types["StripeClient"]("sk_test_probe", client_id="ca_probe")
    if key.endswith("Notification"):
        related = {"id": "x", "type": "x", "url": _URL}
        return cls({"id": "zz_id", "object": "x", "type": "x", "created": "x", "related_object": related}, client)
    if key == "StripeClient":
        return client
    return cls(client._requestor, client._options) if key == "OAuthService" else cls(client._requestor)  # noqa: SLF001


def _object(cls: Any, attributes: dict[str, str]) -> Any:
    values = {
        "object": "x",
        "url": _URL,
        "next_page_url": _URL,
        "has_more": True,
        "next_page": "x",
        "data": [{"id": "x"}],
    }
    pages = hasattr(cls, "auto_paging_iter") and not hasattr(cls, "class_url")
    found = cls.construct_from({**(values if pages else {"object": "x"}), **attributes}, "sk_test_probe")
    if hasattr(found, "save"):
        found.description = "changed, so that saving sends"
    return found


def _reached(key: str, names: list[str]) -> Any:
    """Give the class of that key under the first of its names that leads to it."""
    for name in names:
        found = _find(name)
        if getattr(found, "__name__", "") in {key.rpartition(".")[2], name.rpartition(".")[2]}:
            return found
    return None


def _find(dotted: str) -> Any:
    """Follow a dotted name, importing modules on the way; None where it leads nowhere."""
    found: Any = importlib.import_module("stripe")
    path = "stripe"
    for part in dotted.split(".")[1:]:
        path = f"{path}.{part}"
        try:
            found = getattr(found, part, None) or importlib.import_module(path)
        except ImportError:
            return None
    return found


def _attribute(types: dict[str, Any], key: str, member: str) -> str:
    """Name the class of what reading the attribute gives."""
    try:
        return type(getattr(_receiver(types, key, "instance", {}), member)).__name__
    except Exception as error:  # noqa: BLE001 - whatever the library raises is the answer
        return repr(error)


if __name__ == "__main__":
    main()
