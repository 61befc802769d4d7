"""Statements in order: what each does to the names of a frame, and where the paths of the code meet again."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from leastscope.python.domain import contents
from leastscope.python.domain.contents import elements
from leastscope.python.domain.effects import Summary
from leastscope.python.domain.trails import with_step
from leastscope.python.domain.values import (
    NONE,
    UNION_LIMIT,
    UNKNOWN,
    Bottom,
    ClassValue,
    Const,
    Dependent,
    Instance,
    Items,
    Mapping,
    Param,
    Place,
    Unit,
    Unknown,
    Value,
    join,
    options,
)
from leastscope.python.index.carried import carried, keeps_by_target
from leastscope.python.index.program import last_name, target_names
from leastscope.python.interp import annotations as types
from leastscope.python.interp import attributes, binding, decorators, descriptors, names, narrowing, objects
from leastscope.python.interp.expressions import define_defaults, operate, value_of
from leastscope.python.interp.expressions import item as item_of
from leastscope.python.interp.semantics import Semantics
from leastscope.python.models import enums, records
from leastscope.python.sending import events, losses, pages, requests, subclasses
from leastscope.python.state import cells, demand, hierarchy
from leastscope.python.state.frame import Environment, Frame, Receivers, join_environments
from leastscope.python.state.notes import Catch
from leastscope.python.syntax import ir, truth

_UNROLLED = UNION_LIMIT
"""Items of a literal up to which a loop over them is followed item by item."""

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leastscope.python.state.engine import Engine
    from leastscope.python.syntax.ir import Expr, Stmt


_SEMANTICS = Semantics()


def evaluate_unit(engine: Engine, unit: Unit, receivers: Receivers) -> Summary:
    """Evaluate one unit against the engine's tables."""
    module = engine.module(unit.place.path)
    if module is None:
        return Summary()
    frame = Frame(engine, unit, module, _SEMANTICS, receivers)
    if frame.function is None:
        run(frame, module.tree.body if unit.part < 0 else _at(module.tree.body, unit.part))
        # Globals are published when the body has run: in between, functions that the body calls see what earlier
        # evaluations of the module left.
        for name, value in (frame.env or {}).items():
            frame.store(cells.Global(module.path, name), value)
    else:
        binding.enter(frame, frame.function)
        run(frame, frame.function.node.body)
        frame.returned = _as_annotated(frame, frame.function.node)
    requests.send_prepared(frame)
    if demand.is_late(frame):
        engine.start_over()
        return evaluate_unit(engine, unit, receivers)
    return frame.summary()


def _at(body: tuple[Stmt, ...], start: int) -> tuple[Stmt, ...]:
    """The statements at an offset: one, or those of an import of several modules."""
    by_start = attrgetter("start")
    return body[bisect_left(body, start, key=by_start) : bisect_right(body, start, key=by_start)]


def _as_annotated(frame: Frame, node: ir.Function) -> Value:
    """What a function returns; where the code does not tell, what its annotation says."""
    if node.returns is None or node.generator:
        return frame.returned
    told = [option for option in options(frame.returned) if not isinstance(option, Unknown | Param | Dependent)]
    # What the code returns wins over the annotation, which may be wider, or wrong. A stub returns nothing, so the
    # annotation is all there is.
    if len(told) == len(options(frame.returned)) and not _is_stub(node):
        return frame.returned
    annotated = types.resolve(frame, node.returns)
    return frame.returned if isinstance(annotated, Unknown | Bottom) else join(*told, annotated)


def _is_stub(node: ir.Function) -> bool:
    """Whether a function only says what others do: a method of a protocol or an abstract class."""
    return all(_says_nothing(statement) for statement in node.body)


def _says_nothing(statement: Stmt) -> bool:
    """Whether a statement is a docstring, `...`, or leaves without an error of its own."""
    match statement:
        case ir.Evaluate(value=told) | ir.Leave(raised=told):
            return told is None or last_name(told) in {"", "NotImplementedError"}
        case _:
            return False


def run(frame: Frame, body: Iterable[Stmt]) -> None:
    """Run statements in order, as long as a path of the code leads there."""
    left = tuple(body)
    for index, statement in enumerate(left):
        if frame.env is None:
            return
        if not isinstance(statement, ir.Assign) or statement.value is None:
            _run_statement(frame, statement)
            continue
        value = value_of(frame, statement.value)
        # `resource, verb = ...` of several rows: joined part by part, a resource would meet the verb of another row. So the
        # rest of the block runs once for each row, but not again inside of that: rows of rows would multiply.
        rows = () if frame.forked else _rows(statement, value)
        if rows:
            _run_each(frame, statement, rows, left[index + 1 :])
            return
        _assign(frame, statement, value)


def _rows(statement: ir.Assign, value: Value) -> tuple[Value, ...]:
    """The sequences that `a, b = value` may unpack, where their parts belong together; nothing otherwise."""
    target = statement.targets[0]
    if not isinstance(target, ir.Display) or len(statement.targets) > 1 or isinstance(statement.value, ir.Display):
        return ()
    found = tuple(option for option in options(value) if isinstance(option, Items) and isinstance(option.rest, Bottom))
    if len(found) < len(options(value)) or not 1 < len(found) <= _UNROLLED:
        return ()
    apart = contents.rows_apart(found, [index for index, item in enumerate(target.items) if _is_thrown_away(item)])
    return apart if len(apart) > 1 else ()


def _is_thrown_away(target: Expr) -> bool:
    """Whether nobody is to read what a target is given: `value, _ = pair`."""
    return isinstance(target, ir.Name) and target.id == "_"


def _run_each(frame: Frame, statement: ir.Assign, rows: tuple[Value, ...], rest: tuple[Stmt, ...]) -> None:
    """Run what follows an unpacking once for each sequence that it may unpack."""
    frame.forked = True
    frame.branch(*(partial(_run_row, frame, statement, row, rest) for row in rows))
    frame.forked = False


def _run_row(frame: Frame, statement: ir.Assign, row: Value, rest: tuple[Stmt, ...]) -> None:
    binding.assign(frame, statement.targets[0], row)
    run(frame, rest)


def _run_statement(frame: Frame, statement: Stmt) -> None:
    match statement:
        case ir.Evaluate(value=value):
            if not isinstance(value, ir.Constant):
                value_of(frame, value)
        case ir.Assign():
            _declare(frame, statement)  # one with a value is assigned by `run`
        case ir.Augment():
            _augment(frame, statement)
        case ir.Return():
            _return(frame, statement)
        case ir.Leave():
            _leave(frame, statement)
        case ir.If():
            _if(frame, statement)
        case ir.For():
            _for(frame, statement)
        case ir.While():
            _while(frame, statement)
        case ir.Try():
            _try(frame, statement)
        case ir.With():
            _with(frame, statement)
        case ir.Define():
            _define(frame, statement)
        case ir.DefineClass():
            _define_class(frame, statement)
        case ir.Import():
            _import(frame, statement)
        case ir.ImportFrom():
            names.import_from(frame, statement)
        case ir.Match():
            _match(frame, statement)
        case ir.Declare():
            pass  # part of the function's scope already


def _assign(frame: Frame, statement: ir.Assign, value: Value) -> None:
    # A literal is joined with its annotation: `client: Client = None` is a placeholder that somebody replaces later.
    if statement.annotation is not None and isinstance(value, Unknown | Bottom | Param | Dependent | Const):
        annotated = types.resolve(frame, statement.annotation)
        # `method: ClassVar[Literal["GET", "POST"]] = "GET"`: the other words are what other classes may say.
        told = isinstance(value, Const) and all(isinstance(option, Const) for option in options(annotated))
        if not isinstance(annotated, Unknown) and not told:
            value = join(value, annotated) if isinstance(value, Const) else annotated
    for target in statement.targets:
        binding.assign(frame, target, value)


def _declare(frame: Frame, statement: ir.Assign) -> None:
    """`name: annotation` without a value: what the annotation says, for class attributes and locals."""
    value = UNKNOWN if statement.annotation is None else types.resolve(frame, statement.annotation)
    if not isinstance(value, Unknown):
        binding.assign(frame, statement.targets[0], objects.made_here(frame, value, statement))


def _augment(frame: Frame, statement: ir.Augment) -> None:
    result = operate(statement.op, value_of(frame, statement.target), value_of(frame, statement.value))
    binding.assign(frame, statement.target, pages.noted(frame, statement, result))


def _return(frame: Frame, statement: ir.Return) -> None:
    value = NONE if statement.value is None else value_of(frame, statement.value)
    frame.returned = join(frame.returned, value)
    frame.env = None


def _leave(frame: Frame, statement: ir.Leave) -> None:
    if statement.raised is not None:
        losses.raised(frame, value_of(frame, statement.raised), statement.raised)
    if statement.kind != "raise" and frame.env is not None:
        frame.exits.append(frame.env)
    frame.env = None


def _if(frame: Frame, statement: ir.If) -> None:
    value_of(frame, statement.test)
    always = narrowing.always(frame, statement.test)

    def then() -> None:
        narrowing.narrow(frame, statement.test, holds=True)
        run(frame, statement.body)

    # `if TYPE_CHECKING:` never runs, and what it imports still says what annotations mean: names are kept, effects
    # are not.
    def never() -> None:
        effects, frame.effects = frame.effects, {}
        run(frame, statement.body)
        frame.effects = effects

    def otherwise() -> None:
        narrowing.narrow(frame, statement.test, holds=False)
        run(frame, statement.orelse)

    if always is None:
        frame.branch(then, otherwise)
    elif always:
        then()
    elif truth.for_types(statement.test):
        frame.branch(never, otherwise)
    else:
        otherwise()


def _for(frame: Frame, statement: ir.For) -> None:
    iterable = value_of(frame, statement.iterable)
    values = _each(frame, iterable, statement)
    around = frame.row_names
    if len(values) > 1:
        frame.row_names |= frozenset(target_names(statement.target))

    def once() -> None:
        for value in values:
            binding.assign(frame, statement.target, value)
            left = len(frame.exits)
            run(frame, statement.body)
            if frame.env is None and len(frame.exits) == left:
                break
            # `continue` ends a row, and `break` may have been for another one.
            for ended in frame.exits[left:]:
                frame.env = join_environments(frame.env, ended)

    _loop(frame, once, statement)
    frame.row_names = around


def _each(frame: Frame, iterable: Value, statement: ir.For) -> tuple[Value, ...]:
    """The values of a loop's target: one by one where parts of literal items belong together, else all in one."""
    whole = isinstance(iterable, Items) and isinstance(iterable.rest, Bottom)
    if isinstance(iterable, Items) and whole and 1 < len(iterable.items) <= _UNROLLED:
        # The fields of a record, or the entries of a dict, belong together as the parts of a row do.
        records_of = all(
            item.made_with if isinstance(item, Instance) else isinstance(item, Mapping) for item in iterable.items
        )
        if isinstance(statement.target, ir.Display) or records_of or keeps_by_target(statement):
            return iterable.items
    return (attributes.iterate(frame, iterable, statement.iterable),)


def _while(frame: Frame, statement: ir.While) -> None:
    if narrowing.always(frame, statement.test) is False:
        run(frame, statement.orelse)
        return

    def once() -> None:
        value_of(frame, statement.test)
        run(frame, statement.body)

    _loop(frame, once, statement)


def _loop(frame: Frame, once: Callable[[], None], loop: ir.For | ir.While) -> None:
    """Run a loop's body until another pass would see what this one saw; what still grows at the third is widened."""
    exits, frame.exits = frame.exits, []
    carried = _carried(frame, loop)
    # The first pass binds, the second sees what the first bound; what still changes after the second is widened.
    # Without that, a text that grows at each pass would not end.
    for attempt in range(4):
        before = frame.env
        if before is None:
            break
        frame.env = dict(before)
        once()
        after = join_environments(before, frame.env)
        for left in frame.exits:
            after = join_environments(after, left)
        frame.exits = []
        # The body may run no time at all, and `break` leaves from within it: where the loop ends, all of these meet.
        frame.env = after
        changed = {name for name, value in (after or {}).items() if name not in before or before[name] != value}
        # What the code sets on a library's module has no name of the code, and any call may read it.
        if not any(name in carried or not name.isidentifier() for name in changed):
            break
        if attempt:
            frame.env = _widen(before, after)
    frame.exits = exits
    run(frame, loop.orelse)


def _carried(frame: Frame, loop: ir.For | ir.While) -> frozenset[str]:
    place = Place(frame.module.path, loop.start)
    known = frame.engine.carried.get(place)
    if known is None:
        known = frame.engine.carried[place] = carried(loop)
    return known


def _try(frame: Frame, statement: ir.Try) -> None:
    before = frame.env
    reached = None if before is None else dict(before)
    # A handler may run after any statement of the body, so it starts from the join of what each of them leaves.
    for inner in statement.body:
        run(frame, (inner,))
        reached = join_environments(reached, frame.env)
    run(frame, statement.orelse)
    after = frame.env
    for handler in statement.handlers:
        frame.env = None if reached is None else dict(reached)
        if handler.type is not None:
            kinds = _kinds(value_of(frame, handler.type))
            for kind in kinds:
                frame.engine.note(Catch(kind.place))
            caught = join(*(contents.instance_of(kind) for kind in kinds)) if kinds else UNKNOWN
        else:
            caught = UNKNOWN
        if handler.name:
            frame.bind(handler.name, caught)
        run(frame, handler.body)
        after = join_environments(after, frame.env)
    frame.env = after
    if statement.final:
        # `finally` runs on paths that leave the function, too: for its effects, which lead nowhere afterwards.
        unreachable = after is None
        if unreachable:
            frame.env = None if reached is None else dict(reached)
        run(frame, statement.final)
        if unreachable:
            frame.env = None


def _kinds(value: Value) -> list[ClassValue]:
    """The classes of the program that a handler catches: one, or those of a tuple."""
    several = [
        inner
        for option in options(value)
        for inner in (options(elements(option)) if isinstance(option, Items) else (option,))
    ]
    return [one for one in several if isinstance(one, ClassValue)]


def _with(frame: Frame, statement: ir.With) -> None:
    for expression, target in statement.items:
        entered = attributes.entered(frame, value_of(frame, expression), expression)
        if target is not None:
            binding.assign(frame, target, entered)
    run(frame, statement.body)


def _define(frame: Frame, statement: ir.Define) -> None:
    node = statement.function
    function = frame.closure(node)
    held: Value = function
    for decorator in reversed(node.decorators):
        held = decorators.decorate(frame, decorator, held)
    define_defaults(frame, node)
    kind = frame.module.functions[node.start].kind
    # A setter has the name of its property and would hide the getter.
    if kind != "setter":
        binding.assign(frame, ir.Name(node.start, node.end, node.name), held)


def _define_class(frame: Frame, statement: ir.DefineClass) -> None:
    node = statement.definition
    place = Place(frame.module.path, node.start)
    if frame.function is None:
        frame.engine.add_member(cells.Named(node.name), place)
    for base in node.bases:
        value = value_of(frame, base.value)
        if base.keyword == "metaclass":
            frame.store(cells.ClassAttribute(place, hierarchy.METACLASS), value)
        if not base.keyword and not base.star:
            hierarchy.add_base(frame.engine, place, value)
    # Told at the class, once. Each attribute that the cut may hide would be a gap of its own otherwise.
    if hierarchy.is_cut(frame.engine, place):
        name = ir.Name(node.start, node.start + len(f"class {node.name}"), node.name)
        frame.fail(
            name, "limit", "", f"class '{node.name}' has more base classes or subclasses than leastscope follows"
        )
    for decorator in node.decorators:
        decorators.decorate(frame, decorator, ClassValue(place))
    _class_body(frame, place, node)
    descriptors.subclassed(frame, ClassValue(place), node)
    binding.assign(frame, ir.Name(node.start, node.end, node.name), ClassValue(place))
    subclasses.defined(frame, place, node)


def _class_body(frame: Frame, place: Place, node: ir.Class) -> None:
    """Run a class body with its own names, which become the class's attributes."""
    outer, cls = frame.env, frame.cls
    frame.env, frame.cls = dict(outer or {}), place
    run(frame, node.body)
    inner, frame.env, frame.cls = {**(frame.env or {}), **enums.named(frame.engine, place, node)}, outer, cls
    told = descriptors.last_names(node.body)
    for name in sorted(frame.module.classes[node.start].bound):
        value = names.settled(frame, inner[name]) if name in inner else None
        if value is not None:
            value = descriptors.named(frame, ClassValue(place), told.get(name, name), value, node)
            frame.store(cells.ClassAttribute(place, name), value)
            records.manages(frame, place, value)
    records.register(frame, place, frame.module.classes[node.start].bound)


def _import(frame: Frame, statement: ir.Import) -> None:
    step = frame.step(statement, f"'{statement.module}' is imported")
    if statement.alias:
        frame.bind(statement.alias, with_step(names.imported(frame, statement.module), step))
    else:
        names.imported(frame, statement.module)
        top = statement.module.partition(".")[0]
        frame.bind(top, with_step(names.imported(frame, top), step))


def _match(frame: Frame, statement: ir.Match) -> None:
    subject = value_of(frame, statement.subject)

    def once(case: ir.Case) -> None:
        _match_pattern(frame, case.pattern, subject, statement.subject)
        if case.guard is not None:
            value_of(frame, case.guard)
        run(frame, case.body)

    # A path on which no case matches stays: whether the cases cover everything is not decided.
    frame.branch(*(partial(once, case) for case in statement.cases), lambda: None)


def _match_pattern(frame: Frame, pattern: ir.Pattern, subject: Value, node: Expr | None) -> None:
    match pattern:
        case ir.ValuePattern(value=value):
            known = value_of(frame, value)
            events.compared(frame, known, value)
            if isinstance(node, ir.Name) and isinstance(known, Const) and narrowing.is_text(subject):
                frame.bind(node.id, known)
        case ir.CapturePattern(name=name, inner=within):
            if within is not None:
                _match_pattern(frame, within, subject, node)
            if name:
                frame.bind(name, _narrowed(frame, within, subject))
        case ir.SequencePattern(items=items):
            for item, told in zip(items, _matched(frame, pattern, subject), strict=True):
                _match_pattern(frame, item, told, None)
        case ir.MappingPattern(items=entries, rest=rest):
            for key, entry in entries:
                _match_pattern(frame, entry, item_of(frame, subject, value_of(frame, key), key), None)
            if rest:
                frame.bind(rest, subject)
        case ir.ClassPattern(cls=cls, args=args, keywords=keywords):
            kind = value_of(frame, cls)
            events.checked(frame, kind, cls)
            narrowed = _narrowed(frame, pattern, subject)
            if isinstance(node, ir.Name):
                frame.bind(node.id, narrowed)
            for name, item in (*zip(_positions(frame, kind), args, strict=False), *keywords):
                _match_pattern(frame, item, attributes.get(frame, narrowed, name, cls), None)
            for item in args[len(_positions(frame, kind)) :]:
                _match_pattern(frame, item, UNKNOWN, None)
        case ir.OrPattern(options=alternatives):
            for item in alternatives:
                _match_pattern(frame, item, subject, None)


def _matched(frame: Frame, pattern: ir.SequencePattern, subject: Value) -> list[Value]:
    """What each part of a sequence pattern is matched with, where it can match at all; after a star, any of the items."""
    rows = [attributes.row_of(frame, one) if isinstance(one, Instance) else one for one in options(subject)]
    items = [one for one in rows if isinstance(one, Items)]
    count, star = len(pattern.items), pattern.star
    fitting = [one for one in items if star >= 0 or not isinstance(one.rest, Bottom) or len(one.items) == count]
    found: list[Value] = []
    for index in range(count):
        exact = star < 0 or index < star
        told = join(*(_item_at(one, index) if exact else elements(one) for one in fitting)) if fitting else UNKNOWN
        found.append(Items((), told) if index == star else told)
    return found


def _item_at(items: Items, index: int) -> Value:
    return items.items[index] if index < len(items.items) else items.rest


def _positions(frame: Frame, kind: Value) -> tuple[str, ...]:
    """The fields that a class pattern matches by position."""
    if not isinstance(kind, ClassValue):
        return ()
    told = hierarchy.class_attribute(frame.engine, kind.place, "__match_args__")
    if isinstance(told, Items):
        return tuple(str(name.value) for name in told.items if isinstance(name, Const))
    return hierarchy.declared_fields(frame.engine, kind.place)


def _narrowed(frame: Frame, pattern: ir.Pattern | None, subject: Value) -> Value:
    """What a value is once a class pattern has matched it."""
    if not isinstance(pattern, ir.ClassPattern):
        return subject
    made = contents.instance_of(value_of(frame, pattern.cls))
    same = [option for option in options(subject) if any(narrowing.is_of(option, one) for one in options(made))]
    return join(*same) if same else subject if isinstance(made, Unknown | Bottom) else made


def _widen(before: Environment, after: Environment | None) -> Environment | None:
    """What a loop still changes after its second pass can be anything that depends on the same parameters."""
    if after is None:
        return None
    return {
        name: value if before.get(name, value) == value else contents.widened(before[name], value)
        for name, value in after.items()
    }
