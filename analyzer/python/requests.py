"""From a call of a library's method to the request it sends: verb, path, parameters, account, credential."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.python import configuration, libraries, targets
from analyzer.python.effects import Passed, Sends
from analyzer.python.values import (
    Bottom,
    Configuration,
    Const,
    Items,
    LibraryMethod,
    LibraryObject,
    Mapping,
    Param,
    Value,
    join,
    options,
    parameters_in,
    trail_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analyzer.library import Library, Member
    from analyzer.python import ir
    from analyzer.python.calls import Arguments
    from analyzer.python.frame import Frame

_DEPTH = 4
_PASSED_LIMIT = 200


def fitting(
    frame: Frame, variants: tuple[Member, ...], arguments: Arguments, method: LibraryMethod
) -> tuple[Member, ...]:
    """Of the members of one name, those whose parameters fit the call best (a method with and without an id)."""
    shapes = {variant.args for variant in variants}
    if len(shapes) < 2:
        return variants
    settings = frame.engine.knowledge.libraries[method.owner.library].options
    ranked = [(_fit(variant, arguments, settings), variant) for variant in variants]
    best = max(score for score, _ in ranked)
    return tuple(variant for score, variant in ranked if score == best)


def _fit(variant: Member, arguments: Arguments, settings: Iterable[str]) -> tuple[bool, int, int]:
    """How well a call fits: takes all its positional arguments, parameters given, parameters missing (less is better)."""
    own = [name for name in variant.args if name not in settings and name not in {*variant.mapping, variant.options}]
    taken = {name for name, _ in arguments.keywords} | set(variant.args[: len(arguments.args)])
    if not isinstance(arguments.more, Bottom):
        taken |= set(own)
    given = sum(name in taken for name in own)
    return len(arguments.args) <= len(variant.args), given, given - len(own)


def send(
    frame: Frame, method: LibraryMethod, variants: tuple[Member, ...], arguments: Arguments | None, node: ir.Node
) -> Value:
    """Record what a call (or, without arguments, a read) sends, and give its result."""
    owner = method.owner
    library = frame.engine.knowledge.libraries[owner.library]
    operations = {(variant.server, variant.verb, variant.path) for variant in variants}
    found: list[Value] = []
    done: set[targets.Target] = set()
    for variant in variants:
        given = _given(variant, arguments)
        options_given = configuration.of_call(library, owner, variant, given, arguments)
        told = targets.targets(frame, method, variant, given, options_given, node)
        sent = told[0].path if len(told) == 1 else ""
        kept = replace(options_given, account=options_given.account or "own")
        found.append(libraries.results(owner, (variant,), sent, kept))
        for target in told:
            if target not in done:
                done.add(target)
                request = _request(frame, method, variant, target, given, options_given, arguments, node)
                frame.emit(replace(request, variant=len(operations) > 1))
    return join(*found)


def _given(variant: Member, arguments: Arguments | None) -> dict[str, Value]:
    """The arguments of a call by the names of the member's parameters."""
    if arguments is None:
        return {}
    given = dict(zip(variant.args, arguments.args, strict=False))
    given.update(arguments.keywords)
    return given


def _request(  # noqa: PLR0913, PLR0917 - a request has this many sides
    frame: Frame,
    method: LibraryMethod,
    variant: Member,
    target: targets.Target,
    given: dict[str, Value],
    options_given: Configuration,
    arguments: Arguments | None,
    node: ir.Node,
) -> Sends:
    library = frame.engine.knowledge.libraries[method.owner.library]
    passed, closed, refinable = _passed(frame, library, variant, given, arguments)
    if target.system != library.system:
        options_given = configuration.by_headers(frame.engine.knowledge, target.system, method.owner, options_given)
    credential = options_given.credential or _module_credential(frame, method.owner.library, library)
    return Sends(
        frame.site(node),
        target.system,
        target.verb,
        target.path,
        target.server,
        options_given.account or "own",
        credential,
        passed,
        closed,
        "possible" if isinstance(method.owner, LibraryObject) and not method.owner.sure else "resolved",
        refinable=refinable,
        evidence=trail_of(method),
    )


def _module_credential(frame: Frame, distribution: str, library: Library) -> str:
    """Where the key comes from that is set on the library's module, if all places agree."""
    for option in sorted(set(library.settings.values())):
        if library.options.get(option) == "credential":
            found = {option.value for option in options(frame.engine.read(("setting", distribution, option)))
                     if isinstance(option, Const) and isinstance(option.value, str)}  # fmt: skip
            if len(found) == 1:
                return str(found.pop())
    return "unknown"


# parameters of a request


def _passed(
    frame: Frame, library: Library, variant: Member, given: dict[str, Value], arguments: Arguments | None
) -> tuple[tuple[Passed, ...], bool, frozenset[Param]]:
    """The parameters that some rule asks for, whether there can be no others, and which callers decide more of them."""
    wanted = frame.engine.knowledge.parameters
    values: list[tuple[str, Value]] = []
    closed, refinable = True, frozenset[Param]()
    if arguments is not None and variant.keywords:
        values.extend((name, value) for name, value in given.items() if name not in library.options)
        closed = isinstance(arguments.extra, Bottom)
        refinable = parameters_in(arguments.extra)
    for option in (option for name in variant.mapping for option in options(given.get(name, Mapping(())))):
        if isinstance(option, Mapping):
            values.extend((name, value) for name, value in option.items if isinstance(name, str))
            closed = closed and isinstance(option.rest, Bottom)
            refinable |= parameters_in(option.rest)
        elif not (isinstance(option, Const) and option.value is None):
            closed = False
            refinable |= parameters_in(option)
    passed: set[Passed] = set()
    for name, value in values:
        if name.removesuffix("[]") in wanted:
            passed.update(_flat(name.removesuffix("[]"), value, 0))
            refinable |= parameters_in(value)
    return tuple(sorted(passed))[:_PASSED_LIMIT], closed, refinable


def _flat(key: str, value: Value, depth: int) -> Iterator[Passed]:
    """A parameter's value as dotted keys with literals."""
    for option in options(value):
        match option:
            case Const(constant, _):
                if constant is not None:
                    yield Passed(key, constant, known=True)
            case Items(items, rest) if depth < _DEPTH:
                for item in (*items, rest):
                    yield from _flat(key, item, depth + 1)
            case Mapping(entries, _) if depth < _DEPTH:
                for name, entry in entries:
                    yield from _flat(f"{key}.{name}", entry, depth + 1)
            case _:
                yield Passed(key, None, known=False)
