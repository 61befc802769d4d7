"""Evaluates a few files as a program of their own, and gives the frame of one of them as its last statement left it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from http_worlds import known
from leastscope.python.domain.effects import Fails, Handles, Loses, Opens, Sends, in_order
from leastscope.python.domain.values import UNKNOWN, LibraryClass, options
from leastscope.python.heuristics.receivers import RECEIVERS
from leastscope.python.index.modules import ModuleIndex
from leastscope.python.index.program import ModuleInfo, module_info
from leastscope.python.interp.semantics import Semantics
from leastscope.python.interp.statements import evaluate_unit, run
from leastscope.python.state.engine import Engine
from leastscope.python.state.frame import Frame
from leastscope.python.state.roots import module_unit, root_units
from leastscope.python.syntax import ir
from leastscope.python.syntax.lower import lower
from leastscope.rulebook.load import load_pack
from places import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leastscope.library import Knowledge
    from leastscope.python.domain.effects import Effect, Summary
    from leastscope.python.domain.values import Place, Unit, Value

SHOP = load_pack(ROOT / "fixtures" / "rulepacks" / "good" / "shop")
KNOWN = known(SHOP)
APP = "app.py"


@dataclass(frozen=True, slots=True)
class World:
    """An engine that has settled, and the frame of the module that was asked for."""

    engine: Engine
    frame: Frame
    loaded: list[str]

    def holds(self, name: str = "found") -> Value | None:
        """What a global of the module holds at its end."""
        return self.frame.interpreter.held(self.frame, name)

    def effects(self) -> list[str]:
        """What the module's body does, and what each of its functions does for any caller, by site."""
        units = [self.engine.units[unit] for unit in root_units(self.frame.module)]
        return [told(effect) for effect in in_order({effect for unit in units for effect in unit.effects})]

    def placed(self) -> list[str]:
        """The same, each behind the line that it stands in."""
        units = [self.engine.units[unit] for unit in root_units(self.frame.module)]
        found = in_order({effect for unit in units for effect in unit.effects})
        return [f"{self.frame.module.span_at(*effect.site).line} {told(effect)}" for effect in found]

    def cls(self, name: str, path: str = APP) -> Place:
        """Where a class stands."""
        module = self.engine.modules[path]
        assert module is not None
        return next(info.place for info in module.classes.values() if info.node.name == name)

    def function(self, name: str, path: str = APP) -> Place:
        """Where a function stands."""
        module = self.engine.modules[path]
        assert module is not None
        return next(info.place for info in module.functions.values() if info.qualname == name)


def told(effect: Effect) -> str:
    """An effect in a few words."""
    match effect:
        case Sends():
            return f"{effect.resolution} {effect.verb} {effect.path}"
        case Fails():
            return f"fails {effect.kind}"
        case Opens():
            return f"opens {' '.join(sorted(param.name for param in effect.params))}"
        case Handles():
            return f"{effect.how} {effect.event}"
        case Loses():
            return f"loses {effect.field or effect.where}"


def world(files: Mapping[str, str] | str, knowledge: Knowledge = KNOWN, releases: tuple[int, int] = (0, 2)) -> World:
    """Evaluate `app.py` (or a text as it), and of the other files what it asks for."""
    texts = {APP: files} if isinstance(files, str) else files
    loaded: list[str] = []

    def load(path: str) -> ModuleInfo | None:
        loaded.append(path)
        tree = lower(texts[path].encode())
        assert not isinstance(tree, ir.Unreadable)
        return module_info(path, tree, in_tests=False, speaks_of=frozenset({SHOP.system}))

    libraries = [module for library in knowledge.libraries.values() for module in library.modules]
    engine = Engine(knowledge, ModuleIndex(texts, libraries), load, lambda *_: releases, _evaluate)
    app = engine.module(APP)
    assert app is not None
    engine.add(app)
    engine.solve(root_units(app))
    return World(engine, body_of(engine, app), loaded)


def _evaluate(engine: Engine, unit: Unit) -> Summary:
    return evaluate_unit(engine, unit, RECEIVERS)


def body_of(engine: Engine, module: ModuleInfo) -> Frame:
    """The frame of a module whose body has run once more, with all tables settled."""
    frame = Frame(engine, module_unit(module.path), module, Semantics(), RECEIVERS)
    run(frame, module.tree.body)
    return frame


def found(text: str) -> Value | None:
    """What the name `found` holds at the end of a program of one file."""
    return world(text).holds()


def kinds(value: Value | None) -> list[str]:
    """The types of the library's classes that a value can be."""
    return sorted(option.type for option in options(value or UNKNOWN) if isinstance(option, LibraryClass))
