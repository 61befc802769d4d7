"""The evaluator as a function: modules in, requests, events and gaps out.

Discovery and evaluation alternate: evaluation asks for modules that relevant files import, and names that carry something
open or of a library lead to further files (`names_to_follow`), until nothing new appears.
"""

from __future__ import annotations

from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from leastscope.model import Step, gap_order
from leastscope.python import classes, collect
from leastscope.python.domain import contents
from leastscope.python.domain.effects import Opens, Sends, Summary
from leastscope.python.domain.kept import replace
from leastscope.python.domain.servers import is_ours
from leastscope.python.domain.values import (
    BOTTOM,
    ClassValue,
    Const,
    FunctionValue,
    Imported,
    Instance,
    LibraryClass,
    Place,
    Unit,
    Unknown,
    Value,
    join,
    options,
    parts,
)
from leastscope.python.fallbacks import fallbacks
from leastscope.python.heuristics import chains, guesses, idle, looking, net, received, unasked
from leastscope.python.heuristics.receivers import RECEIVERS
from leastscope.python.index.modules import ModuleIndex
from leastscope.python.interp import following, objects
from leastscope.python.interp.statements import evaluate_unit
from leastscope.python.models import foreign
from leastscope.python.models.records import is_registered
from leastscope.python.sending import attribution, sessions
from leastscope.python.state import cells, hierarchy, holdings
from leastscope.python.state.carriers import decides, marked
from leastscope.python.state.engine import Engine
from leastscope.python.state.importing import BODY, importers, is_script
from leastscope.python.state.roots import root_units
from leastscope.python.state.ways import Ways

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from leastscope.library import Knowledge, Library
    from leastscope.python.index.program import FunctionInfo, ModuleInfo


def _evaluate_unit(engine: Engine, unit: Unit) -> Summary:
    return evaluate_unit(engine, unit, RECEIVERS)


def _never_defined(names: frozenset[str]) -> Mapping[str, int]:
    """Take no method by its name alone."""
    return dict.fromkeys(names, 0)


class Program:
    """The modules under evaluation, and what evaluating them gave.

    `lent` are the files that matter only for what others hand to their functions: a class of requests that a class of one
    system is based on. Their names lead nobody to a system, so that no other file is read for using them.
    `load` gives a module by path (as no root; None where it cannot be read); `window` the releases of a library that can
    apply to a file; `defined` how many methods all the files define, read or not, of each of some names.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        paths: Iterable[str],
        load: Callable[[str], ModuleInfo | None],
        window: Callable[[str, Library], tuple[int, int]],
        defined: Callable[[frozenset[str]], Mapping[str, int]] = _never_defined,
    ) -> None:
        libraries = [module for library in knowledge.libraries.values() for module in library.modules]
        index = ModuleIndex(paths, libraries)
        self._engine = Engine(knowledge, index, load, window, _evaluate_unit)
        self._roots: dict[str, list[Unit]] = {}
        self.lent: frozenset[str] = frozenset()
        self._defined = defined
        self._telling: dict[str, Place] = {}

    def add(self, modules: Iterable[ModuleInfo], lent: frozenset[str] = frozenset()) -> None:
        """Evaluate more modules, with all their functions, together with those that are there."""
        self.lent |= lent
        for module in sorted(modules, key=lambda module: module.path):
            self._engine.add(module)
            self._roots[module.path] = root_units(module)
        self._engine.solve(self._in_turn())
        self._engine.withdraw(partial(decides, self._engine))
        self._mark_waiting()
        while told := sorted(holdings.only_classes(self._engine)):
            for name, place in told:
                self._engine.add_member(cells.OnlyClass(name), place)
            self._engine.solve(())
        while new := self._new_telling():
            self._telling |= new
            for name, place in sorted(new.items()):
                self._engine.add_member(cells.OnlyMethod(name), place)
            self._engine.solve(())
        for name, place in sorted(self._of_records().items()):
            self._engine.add_member(cells.OnlyRecordMethod(name), place)
        for name, value in sorted(self._new_fields()):
            self._engine.write(cells.OnlyField(name), value)
        self._engine.solve(())

    def _mark_waiting(self) -> None:
        """Let objects lead on that hand something of a system to what others are to put into them."""
        for places in self._engine.noted.waiting.values():
            for place in places:
                self._engine.confirm(cells.Carries(place))
        self._engine.solve(())

    def _new_fields(self) -> Iterator[tuple[str, Value]]:
        """The names that lead to a client on any object from outside, since nothing else is kept under them."""
        for name, kept, place in holdings.stored_outside(self._engine):
            module = self._engine.modules[place.path]
            if module is None or not guesses.is_own_name(self._engine.knowledge, name):
                continue
            note = f"the owner is not known; only a client is kept under '{name}'"
            step = Step(module.span_at(place.start, place.start), note)
            yield name, foreign.led_to_by_name(self._engine, kept, step)

    def lead_on(self, paths: Iterable[str]) -> None:
        """Take some files for more than lent: they turned out to use a name that leads to a system."""
        self.lent -= frozenset(paths)

    def _leads(self, path: str) -> bool:
        """Whether the names of a file may lead others to a system."""
        return path in self._roots and path not in self.lent

    @property
    def _leading_files(self) -> list[str]:
        """The files whose names may lead others to a system."""
        return sorted(self._roots.keys() - self.lent)

    def _in_turn(self) -> Iterator[Unit]:
        """The units in the order in which least has to be evaluated again: first the bodies, which define the classes."""
        several = [self._roots[path] for path in sorted(self._roots)]
        yield from (units[0] for units in several)
        for units in several:
            yield from units[1:]

    def names_to_follow(self, *, senders: bool) -> dict[str, frozenset[str]]:
        """Names that other files may use to reach a library or an open wrapper -> the files that define them.

        With `senders`, names of functions that send something are among them, though no caller changes what they send.
        """
        found: dict[str, set[str]] = {}
        open_classes, known = frozenset(self._open_classes()), dict[tuple[str, str], Value]()
        for path in self._leading_files:
            for name, home in self._carriers(path, open_classes, known):
                found.setdefault(name, set()).add(home)
        for path in sorted(self._engine.noted.waiting):
            module = self._engine.modules[path]
            for name in module.bound if module is not None else ():
                found.setdefault(name, set()).add(path)
        for place in self._sending_functions() if senders else ():
            if place.start == BODY:
                continue
            info = self._engine.function(place)
            if info.node.name and info.outer is None:
                name = info.qualname.split(".")[-2] if info.cls is not None else info.node.name
                found.setdefault(name, set()).add(place.path)
        return {name: frozenset(paths) for name, paths in found.items()}

    def attributes_to_follow(self) -> dict[str, frozenset[str]]:
        """Names that reach a library or an open method behind a dot, whatever a file imports -> the files that say so.

        Of what is kept in an object that is not read, also the names of that object.
        """
        found: dict[str, set[str]] = {}
        for path in self._leading_files:
            for info in self._leading(path):
                if info.cls is not None:
                    found.setdefault(_called_by(info), set()).add(path)
        for attribute in holdings.attributes_where(self._engine, self._leads_on):
            found.setdefault(attribute.name, set()).add(attribute.cls.path)
        stands_for = {name.rpartition(".")[2] for name in self._engine.knowledge.functions.objects}
        for name, kept, stored in holdings.stored_outside(self._engine):
            if any(self._leads_on(option) or self._is_way_in(option, ()) for option in options(kept)):
                owners = self._engine.noted.owners.get(name, set())
                found.setdefault(name, set()).update({stored.path}, owners, stands_for if owners else ())
        return {name: frozenset(paths) for name, paths in found.items()}

    def parameters_to_follow(self) -> dict[str, frozenset[str]]:
        """Folders (with a slash at the end; none: any) -> names of parameters that a framework gives something there.

        Names that the program makes built-in ones are among them.
        """
        found: dict[str, set[str]] = {}
        open_classes = frozenset(self._open_classes())
        given = [(key.scope.removeprefix("/"), key.name, value) for key, value in holdings.given_by_name(self._engine)]
        given += [("", name, value) for name, value in holdings.names_everywhere(self._engine)]
        for folder, name, value in given:
            if self._leads_on(value) or any(self._is_way_in(option, open_classes) for option in options(value)):
                found.setdefault(folder, set()).add(name)
        return {folder: frozenset(names) for folder, names in found.items()}

    def files_to_add(self) -> frozenset[str]:
        """The files of modules, or of objects, into which another file has put something of a system, or what gives it.

        So are those that put what they are given into an object that is not read.
        """
        found = {key.path for key in holdings.globals_where(self._engine, self._is_of_system)}
        found.update(holdings.filled_where(self._engine, self._gives_on))
        found.update(key.cls.path for key in holdings.attributes_where(self._engine, self._is_of_system))
        found.update(place.path for _, kept, place in holdings.stored_outside(self._engine) if self._leads_on(kept))
        return frozenset(found) & self._engine.modules.keys() - self._roots.keys()

    def files_to_lend(self) -> frozenset[str]:
        """The files with a function that was handed whom to ask: what it sends or loses stands there, whatever the words.

        A method is handed it by its object, and sends for any caller then.
        """
        called = (*self._engine.noted.handed, *self._engine.noted.assumed)
        found = {unit.place.path for unit in called} | {place.path for place in self._mixins()}
        found |= {place.path for place in self._engine.noted.lost}
        found |= {
            unit.place.path
            for unit, summary in self._engine.units.items()
            if unit.arguments is None and any(isinstance(effect, Sends) for effect in summary.effects)
        }
        return frozenset(found) - self._roots.keys()

    def _mixins(self) -> Iterator[Place]:
        """The bases of a class that holds or gives a client, and those beside it: their methods find it on `self`."""
        engine = self._engine
        holding = {key.cls for key in holdings.attributes_where(engine, self._leads_on)}
        for place in sorted(holding.union(self._giving())):
            yield from hierarchy.mro(engine, place)
            yield from hierarchy.beside(engine, place)

    def _giving(self) -> Iterator[Place]:
        """The classes with a method that gives a client or a resource, and not what came back."""
        for info, summary in self._functions(*self._leading_files):
            if info.cls is None or not self._leads_on(summary.returns):
                continue
            given = options(summary.returns)
            if any(isinstance(one, LibraryClass) or attribution.is_client(self._engine, one) for one in given):
                yield info.cls

    def _functions(self, *paths: str) -> Iterator[tuple[FunctionInfo, Summary]]:
        """The functions of some files, and what they do for any caller."""
        for unit in (unit for path in paths for unit in self._roots[path][1:]):
            summary = self._engine.units.get(unit)
            if summary is not None:
                yield self._engine.function(unit.place), summary

    def endings_to_follow(self, *, any_library: bool = False) -> frozenset[str]:
        """What calls end with, in any file, that can hardly be of another library than one that the code imports.

        With `any_library`, than one of any system.
        """
        knowledge = self._engine.knowledge
        used = () if any_library else self._imported_libraries()
        return frozenset[str]().union(
            *(
                chains.telling(library, knowledge.indexes[name].near_clients)
                for name, library in knowledge.libraries.items()
                if name in used or (any_library and library.system in knowledge.events)
            )
        )

    def _read_modules(self) -> list[ModuleInfo]:
        """The files that are evaluated, in the order of their paths."""
        return [module for path in sorted(self._roots) if (module := self._engine.modules[path]) is not None]

    def _imported_libraries(self) -> frozenset[str]:
        """The libraries of one system that a file imports, tests apart."""
        modules = (module for module in self._read_modules() if not module.in_tests)
        imported = frozenset[str]().union(*(module.imports for module in modules))
        knowledge = self._engine.knowledge
        return frozenset(
            name
            for name, library in knowledge.libraries.items()
            if library.system in knowledge.events and not imported.isdisjoint(library.modules)
        )

    def modules_to_follow(self) -> frozenset[str]:
        """The last names of modules that send something where they are imported, themselves or through others."""
        engine = self._engine
        bodies = {place.path for place in self._sending_functions() if place.start == BODY}
        bodies -= {path for path in bodies if (module := engine.modules.get(path)) is not None and module.in_tests}
        todo, known = sorted(bodies), importers(engine.modules, engine.index)
        while todo:
            for place, _ in known.get(todo.pop(), ()):
                if place.start == BODY and place.path not in bodies:
                    bodies.add(place.path)
                    todo.append(place.path)
        names = (path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2] for path in bodies)
        return frozenset(names) - {"__init__", "__main__"}

    def _sending_functions(self) -> frozenset[Place]:
        """The functions and bodies of modules that send something, or call a function that does."""
        sending = {
            unit.place
            for unit, summary in self._engine.units.items()
            if any(isinstance(effect, Sends) and self._is_run(unit.place, effect.site) for effect in summary.effects)
        }
        todo = sorted(sending)
        while todo:
            for caller, site in self._engine.noted.calls.get(todo.pop(), ()):
                if caller not in sending and self._is_run(caller, site):
                    sending.add(caller)
                    todo.append(caller)
        return frozenset(sending)

    def _is_run(self, place: Place, site: tuple[int, int]) -> bool:
        """Whether code runs for who calls or imports what it is in: not the part that is for a program of its own."""
        module = self._engine.modules.get(place.path)
        return place.start != BODY or (module is not None and not is_script(module, site[0]))

    def find(self, importer: str, module: str, level: int) -> str:
        """Give the file that an import in a file means; empty where it is none of the program's."""
        return self._engine.index.find(importer, module, level) or ""

    def ways(self) -> Ways:
        """The ways from code to a place, by the calls that were followed."""
        return Ways(self._engine.noted.calls, self._engine.modules, self._engine.index)

    def methods_to_follow(self) -> frozenset[str]:
        """Names of methods that say which class they are of, and matter wherever they are called."""
        return frozenset(self._telling)

    def _new_telling(self) -> dict[str, Place]:
        """Further methods that callers of any file complete, or that give something of a library, and are the only ones."""
        found = {self._engine.function(place).node.name for place in self._methods()} - self._telling.keys()
        return self._only(frozenset(name for name in found if guesses.is_telling(self._engine.knowledge, name)))

    def _of_records(self) -> dict[str, Place]:
        """The same for records of joined classes, by names that say nothing elsewhere."""
        methods = [self._engine.function(place) for place in self._methods()]
        found = {one.node.name for one in methods if one.cls is not None and is_registered(self._engine, one.cls)}
        own = self._engine.knowledge.functions.records
        return self._only(frozenset(name for name in found - self._telling.keys() if name not in own))

    def _methods(self) -> Iterator[Place]:
        """The methods that callers of any file complete, or that give something of a library."""
        for info, summary in self._functions(*self._leading_files):
            if info.cls is None or self._engine.cls(info.cls).outer is not None:
                continue
            if classes.is_open(summary.effects) or self._leads_on(summary.returns):
                yield info.place

    def _only(self, names: frozenset[str]) -> dict[str, Place]:
        """Of the names of methods those that lead to one method, with the method."""
        known = self._defined(names) if names else {}
        heads = {name: self._head(name, known.get(name, 0)) for name in sorted(names)}
        return {name: place for name, place in heads.items() if place is not None}

    def _head(self, name: str, defined: int) -> Place | None:
        """The method of a name, if one class has it, or one class and only classes below it; None where another one may.

        `defined` is how many methods all the files define under the name: the classes of these have to be known.
        """
        modules = (module for module in self._engine.modules.values() if module is not None)
        having = [info.place for module in modules for info in module.classes.values() if name in info.bound]
        if len(having) != defined:
            return None
        heads = [one for one in having if {one, *hierarchy.subclasses(self._engine, one)}.issuperset(having)]
        methods = [hierarchy.class_attribute(self._engine, head, name) for head in heads]
        return next((method.place for method in methods if isinstance(method, FunctionValue)), None)

    def _carriers(
        self, path: str, open_classes: Container[Place], known: dict[tuple[str, str], Value]
    ) -> Iterator[tuple[str, str]]:
        """The names of a module that lead on, with the files that others may import them from: where they are made, too."""
        module = self._engine.modules[path]
        for name in module.bound if module is not None else ():
            value = self._known_global(path, name, known)
            named = join(*(self._named(path, option, known) for option in options(value)))
            if self._holds_way(value) or any(
                self._is_way_in(option, open_classes) for option in (*options(value), *options(named))
            ):
                held = options(self._engine.read(cells.Global(path, name)))
                made = [
                    option for option in options(value) if isinstance(option, ClassValue | FunctionValue | Instance)
                ]
                homes = {option.source for option in held if isinstance(option, Imported)}
                yield from ((name, home) for home in {path, *homes, *(option.place.path for option in made)})
        yield from ((_called_by(info), path) for info in self._leading(path) if info.cls is None)

    def _named(self, path: str, value: Value, known: dict[tuple[str, str], Value]) -> Value:
        """What a dotted name in a text of a file stands for, in the program: a setting may say which class is used."""
        text = value.value if isinstance(value, Const) and isinstance(value.value, str) else ""
        module, _, name = text.rpartition(".")
        if not module or not module.replace(".", "").isidentifier() or not name.isidentifier():
            return BOTTOM
        source = self._engine.index.find(path, module, 0)
        return BOTTOM if source is None else self._known_global(source, name, known)

    def _leading(self, path: str) -> Iterator[FunctionInfo]:
        """The functions and methods of a file that callers decide, or that give something of a library."""
        for info, summary in self._functions(path):
            if not info.node.name or info.outer is not None:
                continue
            given = summary.returns
            if info.cls is not None:
                # `return redirect(url)` of a view: what unread code made of a URL, under a name that every view has.
                given = join(*(option for option in options(given) if not isinstance(option, Unknown)))
            if (
                classes.is_open(summary.effects)
                or self._gives_on(given)
                or following.gives_open(self._engine, Unit(info.place))
                or info.place in self._engine.noted.telling
            ):
                yield info

    def _known_global(self, path: str, name: str, known: dict[tuple[str, str], Value]) -> Value:
        """What a global is known to hold, also through modules that hand it on; evaluates nothing for it.

        `known` are globals that were looked up, and those of this one are added.
        """
        found: list[Value] = []
        pending, seen, forks = [(path, name)], dict[tuple[str, str], None](), False
        while pending:
            place = pending.pop()
            if place in known:
                found.append(known[place])
            elif place not in seen:
                seen[place] = None
                held = options(self._engine.read(cells.Global(*place)))
                forks = forks or len(held) > 1
                pending += [(option.source, option.name) for option in held if isinstance(option, Imported)]
                for option in (option for option in held if not isinstance(option, Imported)):
                    found += [objects.freshened(self._engine, option), foreign.kept_in(self._engine, option)]
        value = join(*found)
        # On a way without forks, all hold the same: a chain of modules that hand a name on is walked once.
        known.update(dict.fromkeys([(path, name)] if forks else seen, value))
        return value

    def _settling(self, path: str) -> Iterable[Unit]:
        """Further evaluations that the result needs: methods class by class, functions that no caller closes."""
        for unit in self._roots[path]:
            summary = self._engine.units.get(unit)
            if summary is None:
                continue
            yield from classes.class_units(self._engine, unit, summary)
            if unit.place not in self._engine.noted.calls and classes.is_open(summary.effects):
                yield classes.any_arguments(unit, summary)
            for effect in classes.effects_of(self._engine, unit, summary):
                for one in effect.within if isinstance(effect, Sends | Opens) else ():
                    inner = self._engine.units.get(one.unit)
                    if inner is not None:
                        yield classes.any_arguments(one.unit, inner)

    def _open_classes(self) -> Iterator[Place]:
        """The classes of which callers or subclasses decide a method, that keep or give a URL, or that others fill."""
        servers = self._engine.knowledge.servers
        for info, summary in self._functions(*self._leading_files):
            gives_url = info.node.name.startswith("__") and is_ours(servers, summary.returns)
            tells = info.place in self._engine.noted.telling
            if info.cls is not None and (gives_url or tells or classes.is_open(summary.effects)):
                yield info.cls
        held = holdings.attributes_where(self._engine, self._is_of_system)
        yield from (key.cls for key in held if not self._leads(key.cls.path))
        yield from (key.cls for key in holdings.attributes_where(self._engine, lambda value: is_ours(servers, value)))

    def _is_of_system(self, value: Value) -> bool:
        """Whether a value is, or holds, something of a library or the address of a server of one system."""
        return is_ours(self._engine.knowledge.servers, value) or self._leads_on(value)

    def _is_way_in(self, value: Value, open_classes: Container[Place]) -> bool:
        """Whether a global lets other files reach a system: a URL, or a function or class that is open or of a library."""
        if is_ours(self._engine.knowledge.servers, value):
            return True
        # An object leads on as its class does: `till = Till()` in a file that imports no library.
        if isinstance(value, Instance):
            return value.place in open_classes or marked(self._engine, value.place)
        if isinstance(value, ClassValue):
            return value.place in open_classes or (self._leads(value.place.path) and marked(self._engine, value.place))
        if not isinstance(value, FunctionValue) or value.frame is not None:
            return False
        summary = self._engine.units.get(Unit(value.place))
        tells = self._leads(value.place.path) and value.place in self._engine.noted.telling
        return summary is not None and (
            tells
            or (self._leads(value.place.path) and classes.is_open(summary.effects))
            or self._gives_on(summary.returns)
        )

    def _leads_on(self, value: Value) -> bool:
        """Whether a value is, or holds or closes over, something of a library of one system."""
        systems = self._engine.knowledge.events
        libraries, servers = self._engine.knowledge.libraries, self._engine.knowledge.servers
        found = contents.libraries_in(value)
        if any(libraries[name].system in systems for name in found):
            return True
        # A session of a general library leads to the system whose server it was made for.
        made = (sessions.fresh(self._engine, one).configuration for one in contents.clients_in(value) if found)
        return any(
            is_ours(servers, told) for one in made for told in (one.base, one.headers) if told is not None
        ) or any(self._leads_on(given) for given in contents.closed_over(value))

    def _gives_on(self, value: Value) -> bool:
        """Whether a value leads to a system or is of one, or is a function that gives or hands over what does."""
        return (
            self._is_of_system(value)
            or contents.is_hot(value)
            or any(
                isinstance(option, FunctionValue)
                and (summary := self._engine.units.get(Unit(option.place, option.frame))) is not None
                and (summary.hot or self._leads_on(summary.returns))
                for option in options(value)
            )
        )

    def _holds_way(self, value: Value, depth: int = 2) -> bool:
        """Whether a value gives on, or is a dict or list in which other code keeps what does."""
        if self._gives_on(value):
            return True
        inner = (objects.freshened(self._engine, part) for part in parts(value)) if depth else ()
        return any(self._holds_way(part, depth - 1) for part in inner)

    def known_at(self, path: str, line: int) -> Iterable[tuple[Step, tuple[Step, ...]]]:
        """What is known of the expressions of a line of a file that was added, each with where that comes from."""
        module = self._engine.modules.get(path)
        return looking.at_line(self._engine, module, self._roots.get(path, ()), line) if module is not None else ()

    def known_by_caller(self, path: str, line: int) -> Iterable[Step]:
        """What is known of the expressions of a line for particular calls of the function around it, at these calls."""
        module = self._engine.modules.get(path)
        return looking.by_caller(self._engine, module, self._roots.get(path, ()), line) if module is not None else ()

    def work(self) -> tuple[int, int, int]:
        """How many units there are, and how many evaluations they took, all of them and the one that took most."""
        return len(self._engine.units), self._engine.spent, self._engine.most

    def result(self) -> collect.Evaluated:
        """All that evaluation found, by the places of the modules that were added."""
        for _ in range(2):  # what methods do class by class is known after the first
            self._engine.solve([unit for path in sorted(self._roots) for unit in self._settling(path)])
        self._engine.trace()
        units = [unit for path in sorted(self._roots) for unit in self._roots[path]]
        collector = collect.Collector(
            self._engine, classes.settled(self._engine, units), fallbacks(self._engine, units)
        )
        for path in sorted(self._roots):
            for unit in self._roots[path]:
                collector.take(path, unit)
        return collector.result()

    def with_net(self, found: collect.Evaluated) -> collect.Evaluated:
        """Add what only the net found: calls of which the evaluation said nothing."""
        explained = [step.span for request in found.requests for step in request.evidence]
        explained += [request.span for request in found.requests]
        explained += [
            module.span_at(*site)
            for calls in self._engine.noted.cut.values()
            for path, site in calls
            if (module := self._engine.modules[path]) is not None
        ]
        # What becomes of something that is lost explains no call of what comes back.
        explained += [gap.span for gap in found.gaps if gap.kind != "lost-client"]
        used = self._imported_libraries()
        caught = net.cast(self._engine, self._roots, explained, used)
        requests = (*found.requests, *caught.requests)
        gaps = (*found.gaps, *caught.gaps)
        told = frozenset((*(request.system for request in requests), *(gap.system for gap in gaps)))
        modules = self._read_modules()
        kept = unasked.cast(self._engine, modules, requests, gaps, used)
        requests, gaps = (*requests, *kept.requests), (*gaps, *kept.gaps)
        gaps = (*gaps, *received.cast(self._engine.knowledge, modules, requests, found.events, used))
        left = idle.unused(self._engine.knowledge, modules, told)
        return replace(
            found,
            requests=tuple(sorted(requests, key=collect.request_order)),
            gaps=tuple(sorted((*gaps, *left.gaps), key=gap_order)),
            idle=left.idle,
        )


def _called_by(info: FunctionInfo) -> str:
    """The name that code uses to reach a function."""
    if info.cls is not None and info.node.name.startswith("__"):  # the constructor, or what an operator calls
        return info.qualname.split(".")[-2]
    if info.node.name == "__getattr__" and info.cls is None:
        path = PurePosixPath(info.place.path)
        return path.parent.name if path.name == "__init__.py" else path.stem
    return info.node.name
