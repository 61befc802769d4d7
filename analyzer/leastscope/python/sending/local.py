"""Requests that never leave the machine: code that points a library at a loopback address talks to a stand-in there.

Such requests count as those of tests do. Only what a file says for all of its requests counts: an address that a branch,
a function or the environment gives may be another one where it matters.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from leastscope.python.domain import strings, urls
from leastscope.python.domain.values import Const, Mapping, Value, options
from leastscope.python.index.program import last_name
from leastscope.python.sending import configuration
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leastscope.library import Library
    from leastscope.python.index.program import ModuleInfo
    from leastscope.python.state.frame import Frame

NOTE = "the address is that of this machine, so a stand-in of the server answers"
ADDRESS = "address"
"""The meaning of an option that says where a library sends its requests."""


def is_local(frame: Frame, distribution: str, library: Library, address: Value | None) -> bool:
    """Whether what a library sends from a module stays on the machine; `address` is what its client was given."""
    if address is not None:
        return _are_local([one for _, one in address.items] if isinstance(address, Mapping) else (address,))
    return any(
        option in library.options
        and library.options[option] == ADDRESS
        and _is_set_outright(frame.module, name)
        and _are_local((configuration.setting(frame, distribution, option),))
        for name, option in sorted(library.settings.items())
    )


def _is_set_outright(module: ModuleInfo, name: str) -> bool:
    """Whether the body of a module sets an attribute of the library's module, whatever else it does."""
    return any(
        isinstance(target, ir.Attribute) and f"{last_name(target.value)}.{target.name}" == name
        for statement in module.tree.body
        if isinstance(statement, ir.Assign)
        for target in statement.targets
    )


def _are_local(values: Iterable[Value]) -> bool:
    texts = [option for value in values for option in options(value)]
    return bool(texts) and all(isinstance(one, Const) and _is_loopback(one) for one in texts)


def _is_loopback(url: Const) -> bool:
    """Whether the host of a URL is the machine itself."""
    address = urls.address(url)
    host = strings.template(address.host) if address is not None else None
    name = (host or "").partition(":")[0].lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
