"""Takes the inventory of a program with the packs of one's choice, which need not be those that come with us."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.library import Knowledge, KnownServer, Servers
from leastscope.python.evaluate import Program
from leastscope.python.index.program import ModuleInfo, module_info
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower
from leastscope.require import require
from leastscope.rulebook.compile import compiled_functions, rules_root
from leastscope.rulebook.load import load_pack
from places import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leastscope.model import Inventory
    from leastscope.rulebook.pack import Pack

DEPOT = load_pack(ROOT / "fixtures" / "rulepacks" / "good" / "depot")
HTTP = load_pack(rules_root() / "http")


def known(*packs: Pack) -> Knowledge:
    """Give what the evaluator is told of packs, and of the HTTP libraries."""
    return Knowledge(
        {library.distribution: library for pack in (*packs, HTTP) for library in pack.libraries},
        {pack.system: frozenset(pack.events.types) for pack in packs},
        {pack.system: pack.triggers for pack in packs},
        frozenset().union(*(pack.parameters for pack in packs)),
        Servers.of(
            KnownServer(pack.system, name, server.hosts, server.prefixes, server.headers, server.suffixes)
            for pack in packs
            for name, server in pack.operations.servers.items()
        ),
        {pack.system: pack.headers for pack in packs},
        lambda system, server, verb, path: any(
            pack.system == system and pack.operations.find(verb, path, server or None) is not None for pack in packs
        ),
        functions=compiled_functions(),
    )


def inventory_with(files: Mapping[str, str], *packs: Pack) -> Inventory:
    """Take the inventory of a program; every file of it is read."""
    modules: dict[str, ModuleInfo] = {}
    for path, text in files.items():
        tree = lower(text.encode())
        assert not isinstance(tree, ir.Unreadable)
        modules[path] = module_info(path, tree, in_tests=False, speaks_of=frozenset(pack.system for pack in packs))
    program = Program(known(*packs), modules, modules.get, lambda _, library: (0, len(library.releases) - 1))
    program.add(modules.values())
    return require(program.with_net(program.result()), {pack.system: pack for pack in packs})


def told(files: Mapping[str, str], *packs: Pack) -> list[str]:
    """The requests and gaps of a program in a few words, each behind its line."""
    inventory = inventory_with(files, *packs)
    requests = [need.request for need in inventory.needs]
    return [
        *(f"{one.span.line} {one.resolution} {one.verb} {one.path}" for one in requests),
        *(f"{gap.span.line} gap {gap.kind}" for gap in inventory.gaps),
    ]
