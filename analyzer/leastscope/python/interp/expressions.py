"""What expressions are: one small function for each kind of node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leastscope.python.domain import contents, mappings, strings, urls
from leastscope.python.domain.arguments import Arguments
from leastscope.python.domain.contents import elements
from leastscope.python.domain.kept import replace
from leastscope.python.domain.values import (
    BOTTOM,
    NONE,
    UNION_LIMIT,
    UNKNOWN,
    Bottom,
    Builtin,
    ClassValue,
    Const,
    Dependent,
    External,
    FunctionValue,
    Inert,
    Instance,
    Items,
    LibraryClass,
    LibraryObject,
    Mapping,
    Namespace,
    Outside,
    Param,
    Place,
    Query,
    Text,
    Union,
    Unknown,
    Value,
    join,
    options,
    parameters_in,
)
from leastscope.python.index.program import last_name, target_names
from leastscope.python.interp import annotations as types
from leastscope.python.interp import attributes, binding, calls, members, names, narrowing, objects
from leastscope.python.models import companions, enums, foreign, records, rows, supplied
from leastscope.python.sending import credentials, events, libraries, pages, untold
from leastscope.python.state import carriers, cells, hierarchy
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from leastscope.python.state.frame import Frame

_FALSY = (None, False, "", 0)


def value_of(frame: Frame, node: ir.Expr) -> Value:
    """The value of an expression at the statement at hand, with its effects recorded on the frame."""
    match node:
        case ir.Name(id=name):
            return objects.fresh(frame, names.lookup(frame, name))
        case ir.Constant(value=value):
            return pages.noted(frame, node, Const.of(value))
        case ir.Attribute(value=owner, name=name):
            # Noted for whoever asks later what the receiver of a call was; see `Frame.evaluated`.
            held = frame.evaluated[owner.start, owner.end] = value_of(frame, owner)
            return credentials.named(node, objects.fresh(frame, attributes.get(frame, held, name, node)))
        case ir.Call():
            made = objects.made_here(frame, calls.call_expression(frame, node), node)
            return credentials.named(node, objects.fresh(frame, made))
        case ir.Subscript(value=owner, index=ir.Opaque() as index):
            value_of(frame, index)
            return _slice(frame, value_of(frame, owner), node)
        case ir.Subscript(value=owner, index=index):
            found = item(frame, value_of(frame, owner), value_of(frame, index), node)
            return credentials.named(node, objects.fresh(frame, found))
        case ir.Dict():
            return objects.made_here(frame, _dict(frame, node), node)
        case ir.Display(items=items, kind=kind):
            made = _display(frame, items, kind)
            return made if kind == "tuple" else objects.made_here(frame, made, node)
        case ir.FString(parts=parts, plain=plain):
            return pages.noted(frame, node, _formatted(frame, parts, plain=plain))
        case ir.Operation(op=op, left=left, right=right):
            return pages.noted(frame, node, _operation(frame, op, left, right))
        case ir.Compare():
            return _compare(frame, node)
        case ir.Unary(operand=operand):
            # `not`, `-` and `~` give plain data. The operand is evaluated for the requests in it.
            value_of(frame, operand)
            return UNKNOWN
        case ir.Conditional(test=test, body=body, orelse=orelse):
            value_of(frame, test)
            always = narrowing.always(frame, test)
            return join(
                BOTTOM if always is False else value_of(frame, body), BOTTOM if always else value_of(frame, orelse)
            )
        case ir.Lambda(function=function):
            define_defaults(frame, function)
            return frame.closure(function)
        case ir.Comprehension():
            return objects.made_here(frame, _comprehension(frame, node), node)
        case ir.Await(value=value):
            return join(*(_awaited(frame, option, node) for option in options(value_of(frame, value))))
        case ir.Yield(value=value, delegates=delegates):
            return _yield(frame, value, delegates=delegates)
        case ir.Walrus(target=target, value=value):
            bound = value_of(frame, value)
            frame.bind(target, bound)
            return bound
        case ir.Starred(value=value):
            return value_of(frame, value)
        case ir.Opaque(parts=parts):
            return _unknown_of([value_of(frame, part) for part in parts])


def _formatted(frame: Frame, parts: tuple[ir.Expr, ...], *, plain: bool) -> Value:
    """The text of an f-string, which cannot be told where a part of it is written in a way of its own."""
    values = [value_of(frame, part) for part in parts]
    untold.put_together(frame, values)
    return strings.concat(values) if plain else _unknown_of(values)


def _awaited(frame: Frame, value: Value, node: ir.Node) -> Value:
    if isinstance(value, Instance):
        method = hierarchy.class_attribute(frame.engine, value.place, "__await__")
        if isinstance(method, FunctionValue):
            return calls.call(frame, replace(method, bound=value), Arguments(), node)
    if isinstance(value, Unknown) and value.origin:
        result = foreign.read_item(frame, value, UNKNOWN)
        return value if isinstance(result, Bottom) else result
    return companions.awaited(value)


def define_defaults(frame: Frame, function: ir.Function) -> None:
    """The defaults of a function, which are evaluated where it is defined; a call finds them in their cells."""
    place = Place(frame.module.path, function.start)
    for parameter in function.parameters:
        if parameter.default is not None:
            frame.store(cells.Default(place, parameter.name), value_of(frame, parameter.default))


def _unknown_of(values: list[Value]) -> Value:
    """Something made of these values: open where they are."""
    params = frozenset[Param]().union(*(parameters_in(value) for value in values))
    return Dependent(params) if params else UNKNOWN


def _dict(frame: Frame, node: ir.Dict) -> Value:
    entries: dict[object, tuple[str | int | float | bool | None, Value]] = {}
    rest: Value = BOTTOM
    keys: Value = BOTTOM
    for key, value in node.items:
        inner = value_of(frame, value)
        if key is None:
            for option in options(inner):
                if isinstance(option, Mapping):
                    entries.update({(type(known), known): (known, each) for known, each in option.items})
                    rest, keys = join(rest, option.rest), join(keys, option.keys)
                else:
                    rest = join(rest, _unknown_of([option]))
            continue
        known_key = enums.told(frame.engine, value_of(frame, key))
        # `{"invoice.paid": handler}` dispatches events; `{"invoice.paid": "Invoice paid"}` only names them.
        if not isinstance(inner, Const):
            events.keyed(frame, known_key, key)
        if isinstance(known_key, Const):
            # `{"gateway": Provide(make)}`: a framework gives it to parameters of this name.
            if isinstance(value, ir.Call) and last_name(value) in frame.engine.knowledge.functions.injecting:
                supplied.keyed(frame, str(known_key.value), inner)
                inner = UNKNOWN
            entries[(type(known_key.value), known_key.value)] = (known_key.value, inner)
        else:
            rest, keys = join(rest, inner), join(keys, mappings.objects_among(known_key))
    return Mapping(tuple(entries.values()), rest, keys=keys)


def _display(frame: Frame, items: tuple[ir.Expr, ...], kind: str) -> Value:
    known: list[Value] = []
    rest: Value = BOTTOM
    for node in items:
        value = value_of(frame, node)
        if not isinstance(node, ir.Starred):
            known.append(value)
        elif isinstance(value, Items) and isinstance(value.rest, Bottom):
            known.extend(value.items)
        else:
            rest = join(rest, attributes.iterate(frame, value, node))
    # A long list loses its positions. A tuple keeps them, since rows are unpacked by position.
    if len(known) > UNION_LIMIT and kind != "tuple":
        return Items((), join(rest, *known))
    return Items(tuple(known), rest)


def _operation(frame: Frame, op: str, left: ir.Expr, right: ir.Expr) -> Value:
    if op in {"and", "or"} and narrowing.always(frame, left) is (op == "or"):
        return value_of(frame, left)
    first, second = value_of(frame, left), value_of(frame, right)
    # `given or default`: what is false for certain falls away, everything else may be either.
    if op == "or":
        kept = [option for option in options(first) if not (isinstance(option, Const) and option.value in _FALSY)]
        sure = bool(kept) and len(kept) == len(options(first)) and all(isinstance(option, Const) for option in kept)
        return first if sure else join(*kept, second)
    if op == "and":
        return second
    untold.put_together(frame, (first, second))
    own = {option: _own_operator(frame, option, op, Arguments((second,)), left) for option in options(first)}
    # Alternatives stay together: one by one, they would depend on ever more different sets of parameters.
    plain = first if not any(own.values()) else join(*(option for option, made in own.items() if made is None))
    return join(operate(op, plain, second), *(made for made in own.values() if made is not None))


def _own_operator(frame: Frame, value: Value, op: str, other: Arguments, node: ir.Node) -> Value | None:
    """What a class of the program makes of an operator; None where it says nothing."""
    name = _OPERATORS.get(op, "")
    method = (
        hierarchy.class_attribute(frame.engine, value.place, name) if isinstance(value, Instance) and name else None
    )
    if not isinstance(method, FunctionValue):
        return None
    return calls.call(frame, replace(method, bound=value), other, node)


_OPERATORS = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "//": "__floordiv__", "%": "__mod__",
    "@": "__matmul__", "&": "__and__", "|": "__or__", "^": "__xor__", "<<": "__lshift__", ">>": "__rshift__",
    "**": "__pow__",
}  # fmt: skip


def operate(op: str, left: Value, right: Value) -> Value:
    """A binary operation on two values."""
    if isinstance(left, Bottom) or isinstance(right, Bottom):
        return BOTTOM
    if op == "+":
        return _add(left, right)
    if op == "*" and isinstance(left, Items):
        return Items(left.items, elements(left))
    if op == "%":
        found = [
            _unknown_of([option, right])
            if strings.template(option) is None
            else strings.percent_pieces(strings.pieces_of(option), right)
            for option in options(left)
        ]
        return join(*found)
    if op == "|":
        return join(*(_united(one, other) for one in options(left) for other in options(right)))
    # Path objects and URL objects of some clients are joined with `/`; of numbers nothing is asked here.
    if op == "/" and any(contents.is_url(option) for option in options(left)):
        return join(*(urls.below(option, right) for option in options(left)))
    return _unknown_of([left, right])


def _add(left: Value, right: Value) -> Value:
    several = isinstance(left, Union) or isinstance(right, Union)
    if several and any(isinstance(option, Items) for option in (*options(left), *options(right))):
        return join(*(_add(one, other) for one in options(left) for other in options(right)))
    if isinstance(left, Items) and isinstance(right, Items):
        if isinstance(left.rest, Bottom):
            return Items(left.items + right.items, right.rest)
        return Items(left.items, join(left.rest, *right.items, right.rest))
    textual = (Text, Outside)
    for value in (left, right):
        for option in options(value):
            told = option.value if isinstance(option, Const) else None
            # Of what callers decide, an address is known to be one of several texts.
            if isinstance(option, textual) or isinstance(told, str) or contents.is_hot(option, 0):
                return strings.concat((left, right))
    return _unknown_of([left, right])


def _united(left: Value, right: Value) -> Value:
    """`left | right` for dicts."""
    if not isinstance(left, Mapping):
        return _unknown_of([left, right])
    if not isinstance(right, Mapping):
        return Mapping(left.items, join(left.rest, _unknown_of([right])))
    return mappings.updated(left, right.items, join(left.rest, right.rest))


def _compare(frame: Frame, node: ir.Compare) -> Value:
    values = [(value_of(frame, node.left), node.left)]
    values += [(value_of(frame, right), right) for _, right in node.rest]
    for index, (operator, _) in enumerate(node.rest):
        if operator in {"==", "in", "!=", "not in"}:
            for value, side in values[index : index + 2]:
                events.compared(frame, value, side)
    return UNKNOWN


def _comprehension(frame: Frame, node: ir.Comprehension) -> Value:
    # A comprehension has names of its own, and assignments to them must not go to an enclosing function.
    outer, names_outside = frame.env, frame.inner_names
    frame.env = None if outer is None else dict(outer)
    own = frozenset(name for clause in node.clauses for name in target_names(clause.target))
    frame.inner_names |= own
    first = value_of(frame, node.clauses[0].iterable)
    known = _one_by_one(frame, node, first)
    made = _joined(frame, node, first) if known is None else known
    if outer is not None and frame.env is not None:
        # `:=` binds a name of the function around it, and so does what changes an object; perhaps for no item at all.
        changed = {name: held for name, held in frame.env.items() if name not in own and outer.get(name) is not held}
        outer |= {name: join(outer.get(name, BOTTOM), held) for name, held in changed.items()}
    frame.env, frame.inner_names = outer, names_outside
    return made


def _joined(frame: Frame, node: ir.Comprehension, first: Value) -> Value:
    """What a comprehension gives of items that are taken together."""
    for clause in node.clauses:
        iterable = first if clause is node.clauses[0] else value_of(frame, clause.iterable)
        binding.assign(frame, clause.target, attributes.iterate(frame, iterable, clause.iterable))
        for condition in clause.conditions:
            value_of(frame, condition)
    key = value_of(frame, node.key) if node.key is not None else None
    value = value_of(frame, node.value)
    if node.kind != "dict":
        return Items((), value)
    keys = list(options(key)) if key is not None else []
    if keys and all(isinstance(option, Const) for option in keys):
        return Mapping(tuple((option.value, value) for option in keys if isinstance(option, Const)))
    return Mapping((), value, keys=BOTTOM if key is None else mappings.objects_among(key))


def _one_by_one(frame: Frame, node: ir.Comprehension, first: Value) -> Items | Mapping | None:
    """What a comprehension gives of a few items that are all known, one by one, so that the parts of each stay together.

    None where there are more, or not all are known, or where a condition may leave one out of a list, whose items have
    their places. What a generator leaves out by a condition that is not known counts as there: it is only gone through.
    """
    # Clauses behind the first are read once for each item, and again if that comes to nothing: those that say more than a
    # name are left alone, or comprehensions inside one another would be read 2^n times.
    if any(not isinstance(clause.iterable, ir.Name | ir.Attribute) for clause in node.clauses[1:]):
        return None
    found: list[tuple[Value, Value]] = []
    if not _gather(frame, node, 0, first, found):
        return None
    if node.kind != "dict":
        return Items(tuple(value for _, value in found))
    entries = {key.value: value for key, value in found if isinstance(key, Const)}
    return Mapping(tuple(entries.items())) if all(isinstance(key, Const) for key, _ in found) else None


def _gather(
    frame: Frame, node: ir.Comprehension, depth: int, iterable: Value, found: list[tuple[Value, Value]]
) -> bool:
    """Add the keys and values of a comprehension for each item of a clause; whether all of these are known, and few."""
    clause = node.clauses[depth]
    if not (
        isinstance(iterable, Items) and isinstance(iterable.rest, Bottom) and 0 < len(iterable.items) <= UNION_LIMIT
    ):
        return False
    if clause.conditions and node.kind != "generator":
        return False
    for each in iterable.items:
        binding.assign(frame, clause.target, each)
        if any(_is_false(frame, condition) for condition in clause.conditions):
            continue
        if depth + 1 < len(node.clauses):
            if not _gather(frame, node, depth + 1, value_of(frame, node.clauses[depth + 1].iterable), found):
                return False
        elif len(found) < UNION_LIMIT:
            key = BOTTOM if node.key is None else value_of(frame, node.key)
            found.append((key, value_of(frame, node.value)))
        else:
            return False
    return True


def _is_false(frame: Frame, condition: ir.Expr) -> bool:
    """Whether a condition of a comprehension is known to leave an item out."""
    held = value_of(frame, condition)
    match condition:
        case ir.Compare(left=left, rest=((("is" | "is not") as operator, ir.Constant(value=None)),)):
            one = value_of(frame, left)
            return isinstance(one, Const) and (one.value is None) != (operator == "is")
        case _:
            return isinstance(held, Const) and not held.value


def _yield(frame: Frame, value: ir.Expr | None, *, delegates: bool) -> Value:
    """What a generator goes on with: what it is sent, or what the one gave at its end that it delegated to."""
    given = NONE if value is None else value_of(frame, value)
    if delegates and value is not None:
        frame.yielded = join(frame.yielded, attributes.iterate(frame, given, value))
        return join(*(objects.given_at_end(frame.engine, option) for option in options(given)))
    frame.yielded = join(frame.yielded, given)
    return UNKNOWN if frame.function is None else objects.sent_to(frame.engine, frame.function.place)


def _slice(frame: Frame, owner: Value, node: ir.Node) -> Value:
    """`owner[a:b]`: any of the elements of a sequence, some of a text."""
    if isinstance(owner, Items | LibraryObject | Union):
        return Items((), attributes.iterate(frame, owner, node))
    return _unknown_of([owner])


def _loaded(frame: Frame, key: Value) -> Value:
    """A module that `sys.modules` gives."""
    if isinstance(key, Const) and isinstance(key.value, str):
        return names.imported(frame, key.value)
    return UNKNOWN


def item(frame: Frame, owner: Value, key: Value, node: ir.Node) -> Value:
    """`owner[key]`."""
    if isinstance(owner, Union):
        return join(*(item(frame, option, key, node) for option in owner.options))
    match owner:
        case Bottom():
            return BOTTOM
        case Mapping():
            return join(*(_entry(frame, owner, option) for option in options(enums.told(frame.engine, key))))
        case Items():
            return join(*(_element(owner, option) for option in options(key)))
        case External("os.environ"):
            return join(*(_environment(option) for option in options(key)))
        case External("sys.modules"):
            return join(*(_loaded(frame, option) for option in options(key)))
        # The order counts: an alias of a type is an external name as well, and must be read as an annotation first.
        case External(name) if name.rpartition(".")[2] in types.ALIASED:
            return types.resolve(frame, node) if isinstance(node, ir.Subscript) else UNKNOWN
        case LibraryObject():
            return join(*(libraries.field_item(frame, owner, option, node) for option in options(key)))
        case External(name) if name.endswith((".Provide", ".Closing")):
            return rows.provided(key)
        case ClassValue(place):
            if enums.is_enum(frame.engine, place):
                return members.by_key(frame, place, key, node)
            method = hierarchy.class_attribute(frame.engine, place, "__class_getitem__")
            if isinstance(method, FunctionValue):
                return calls.call(frame, replace(method, bound=owner), Arguments((key,)), node)
            return owner
        case Instance():
            return attributes.get_item(frame, owner, key, node)
        case LibraryClass() | Inert() | FunctionValue():
            return owner
        case Param() | Dependent():
            open_value = Dependent(parameters_in(owner) | parameters_in(key), contents.is_hot(owner))
            return join(open_value, *(foreign.read_item(frame, owner, option) for option in options(key)))
        case Unknown() | External():
            kept = join(*(foreign.read_item(frame, owner, option) for option in options(key)))
            return _item_outside(frame, owner, key) if isinstance(kept, Bottom) else kept
        case Namespace(inner):
            return attributes.dynamic(frame, inner, key, node)
        case Query() | Builtin():
            return records.record_of(owner)
        case _:
            return UNKNOWN


def _item_outside(frame: Frame, owner: Unknown | External, key: Value) -> Value:
    """An item of an object from outside in which the program keeps nothing."""
    if isinstance(owner, External):
        return UNKNOWN
    record = records.of_registry(frame, key.value) if isinstance(key, Const) and isinstance(key.value, str) else UNKNOWN
    return owner if isinstance(record, Unknown) else record


def _environment(key: Value) -> Value:
    return Outside(f"env:{key.value}") if isinstance(key, Const) else Outside("env:?")


def _entry(frame: Frame, mapping: Mapping, key: Value) -> Value:
    """One entry of a mapping; UNKNOWN where a literal key is not there."""
    found = carriers.entry(frame.engine, mapping, key)
    return UNKNOWN if found is None else found


def _element(items: Items, key: Value) -> Value:
    if isinstance(key, Const) and isinstance(key.value, int) and isinstance(items.rest, Bottom):
        index = int(key.value)
        return items.items[index] if -len(items.items) <= index < len(items.items) else UNKNOWN
    # `rows[i]` and `rows[a:b]` look alike where the key is not known: the second gives a list of elements.
    if isinstance(key, Unknown) and items.items:
        return join(elements(items), Items((), elements(items))) if len(items.items) < 2 else elements(items)
    return elements(items)
