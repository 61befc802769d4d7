"""What the parameters of a request require beside its operation: some permissions depend on what is in the body."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leastscope.model import ApiRequest, Parameter, Requirement, Strength
    from leastscope.rulebook.types import Condition

_RANK: dict[Strength, int] = {"sure": 0, "possible": 1, "open": 2}


def conditional(conditions: Iterable[Condition], request: ApiRequest) -> tuple[Requirement, ...]:
    """Give the requirements of the conditions that hold, that may hold, or that nothing speaks against.

    Of several conditions that ask for the same, the strongest counts.
    """
    best: dict[tuple[str, ...], Requirement] = {}
    for condition in conditions:
        for requirement in _of(condition, request):
            known = best.get(requirement.any_of)
            if known is None or _rank(requirement) < _rank(known):
                best[requirement.any_of] = requirement
    return tuple(best.values())


def _rank(requirement: Requirement) -> tuple[int, bool]:
    return _RANK[requirement.strength], requirement.certainty == "inferred"


def _of(condition: Condition, request: ApiRequest) -> Iterator[Requirement]:
    if any(is_at(parameter, name) for name in condition.unless for parameter in request.parameters):
        return
    met = min(
        ((_RANK[one], one, name) for name in condition.parameters for one in _met(condition, request, name)),
        default=None,
    )
    if met is None:
        return
    _, strength, name = met
    if condition.possible and strength == "sure":
        strength = "possible"
    for requirement in condition.requirements("parameter", name):
        yield replace(requirement, strength=strength)


def _met(condition: Condition, request: ApiRequest, name: str) -> Iterator[Strength]:
    """Tell how the parameter of one name meets a condition; nothing where it does not."""
    passed = [parameter for parameter in request.parameters if is_at(parameter, name)]
    for parameter in passed:
        if not condition.values:
            yield "sure"
        elif not parameter.known:
            yield "possible"
        elif any(_same(parameter.value, value) for value in condition.values):
            yield "sure"
    hidden = any(name.startswith(f"{parameter.key}.") and not parameter.known for parameter in request.parameters)
    if not passed and (hidden or not request.closed):
        yield "open"


def is_at(parameter: Parameter, name: str) -> bool:
    """Whether a parameter is the one of a dotted name, or inside it."""
    return parameter.key == name or parameter.key.startswith(f"{name}.")


def _same(left: object, right: object) -> bool:
    """Whether two literals are the same; true is not 1."""
    return left == right and type(left) is type(right)
