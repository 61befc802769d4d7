"""Turns the object model of SARIF into text.

The model's own serializer leaves out values that equal a default (a `level` of "warning" would then mean the rule's
level), copies everything at every step, and turns foreign values into strings. This walker keeps what must stand there
and refuses what is no JSON.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from leastscope.report.escape import json_rows, visible

_Fields: TypeAlias = "tuple[tuple[str, str, object], ...]"

_ALWAYS = frozenset({"level", "columnKind"})
# A draft name in the object model; the published schema says `status`.
_RENAMED = {("Suppression", "state"): "status"}
_FIRST = (
    "$schema", "version", "tool", "driver", "automationDetails", "columnKind", "originalUriBaseIds", "invocations",
    "id", "name", "ruleId", "ruleIndex", "level", "message", "text", "startLine", "startColumn", "endLine", "endColumn",
)  # fmt: skip
_RANK = {name: index for index, name in enumerate(_FIRST)}
# Down to the results, which stand on one line each.
_DEPTH = 4
_WORDS_LIMIT = 1_000


def sarif_text(log: object) -> str:
    """Return a log of `sarif_om` objects, plain dicts and lists as JSON; raise TypeError for anything else."""
    return json_rows(_plain(log, {}), _DEPTH)


def _plain(value: Any, known: dict[type, _Fields]) -> object:  # noqa: ANN401 - the object model is not typed
    """Return a value as plain JSON; `known` remembers the fields of each class."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item, known) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item, known) for key, item in value.items()}
    kind = type(value)
    if kind not in known:
        known[kind] = _fields(kind)
    kept: dict[str, object] = {}
    for attribute, name, default in known[kind]:
        item = getattr(value, attribute)
        if item is not None and item != default:
            kept[name] = _plain(item, known)
    return kept


def _fields(kind: type) -> _Fields:
    """Return attribute, name in SARIF and the value to leave out, of each field in the order of writing."""
    fields = getattr(kind, "__attrs_attrs__", None)
    if fields is None:
        raise TypeError(f"{kind.__name__} has no form in SARIF")
    named = [(field, field.metadata["schema_property_name"]) for field in fields]
    return tuple(
        (field.name, _RENAMED.get((kind.__name__, name), name), None if name in _ALWAYS else field.default)
        for field, name in sorted(named, key=lambda pair: _RANK.get(pair[1], len(_RANK)))
    )


def plain(text: str) -> str:
    """Return words of ours or of the code as a message: no control characters, no links, a period at the end."""
    words = clip(text).rstrip().replace("](", "] (")
    return words if words.endswith((".", "!", "?")) else f"{words}."


def clip(text: str) -> str:
    """Return words without control characters, and not endless."""
    shown = visible(text)
    return shown if len(shown) <= _WORDS_LIMIT else shown[: _WORDS_LIMIT - 1] + "…"
