"""Lists what the installed release lets a program call, by looking at its objects; never at our model of it.

A script for the interpreter that has the library; the calls go as JSON to standard output.
"""

# ruff: noqa: ANN401 - what the library gives has no type that this script could name

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tools.coverage.methods import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

_SERVICE = "AdyenServiceBase"
KEPT = "kept on self"


def main() -> None:
    """Write the calls to standard output."""
    adyen = importlib.import_module("Adyen")
    calls = [*attached_calls(adyen), *class_calls(service_classes(adyen))]
    json.dump([asdict(call) for call in calls], sys.stdout)


def attached_calls(adyen: Any) -> Iterator[Call]:
    """Call every method below an object of the library: one of the file, one kept on self, the package's own."""
    for path, found in _below("", adyen.Adyen()):
        for name, function in _methods(found):
            member = f"{path}.{name}".removeprefix(".")
            yield from _ways("object", f"client.{member}", function)
            yield from _ways(KEPT, f"self.adyen.{member}", function)
            if hasattr(adyen, member.partition(".")[0]):
                yield from _ways("package", f"Adyen.{member}", function)


def class_calls(classes: dict[str, Any]) -> Iterator[Call]:
    """Call every method of objects that a program makes of the services' classes, and of what hangs below these."""
    for dotted, cls in sorted(classes.items()):
        module, _, name = dotted.rpartition(".")
        before = f"from {module} import {name}"
        for path, found in _below("", cls()):
            for method, function in _methods(found):
                target = f"{name}(client=base){path}.{method}"
                yield from _ways("class" if not path else "class of a service", target, function, before)


def service_classes(adyen: Any) -> dict[str, Any]:
    """Give the classes of services and their groups, by the name of the module that has them."""
    services = importlib.import_module(f"{adyen.__name__}.services")
    modules = [services]
    if hasattr(services, "__path__"):
        found = pkgutil.walk_packages(services.__path__, f"{services.__name__}.")
        modules += [importlib.import_module(one.name) for one in found]
    return {
        f"{module.__name__}.{name}": cls
        for module in modules
        for name, cls in vars(module).items()
        if inspect.isclass(cls) and cls.__module__ == module.__name__ and _is_service(cls) and name != _SERVICE
    }


def _is_service(cls: type) -> bool:
    return any(base.__name__ == _SERVICE for base in cls.__mro__)


def _below(path: str, holder: Any) -> Iterator[tuple[str, Any]]:
    """Give an object and the services below it, with the attributes that lead to them."""
    yield path, holder
    for name, found in sorted(vars(holder).items()):
        if _is_service(type(found)):
            yield from _below(f"{path}.{name}", found)


def _methods(holder: Any) -> Iterator[tuple[str, Any]]:
    for name, found in sorted(vars(type(holder)).items()):
        if inspect.isfunction(found) and not name.startswith("_"):
            yield name, found


def _ways(style: str, target: str, function: Any, *before: str) -> Iterator[Call]:
    """Call it with its arguments by position and by name."""
    names = [
        one.name
        for one in inspect.signature(function).parameters.values()
        if one.kind is one.POSITIONAL_OR_KEYWORD and one.name not in {"self", "idempotency_key", "skip_details"}
    ]
    positional = ", ".join(name if name != "path_param" else f"{name}={name}" for name in names)
    by_name = ", ".join([*(f"{name}={name}" for name in names), 'query_parameters={"page": 1}'])
    member = target.replace("(client=base)", "")
    yield Call(style, member, tuple(names), (*before, f"return {target}({positional})"))
    yield Call(f"{style}, by name", member, tuple(names), (*before, f"return {target}({by_name})"))


if __name__ == "__main__":
    main()
