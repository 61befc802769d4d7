"""All transformations by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.metamorphic import calls, functions, moves, names, variables
from tools.metamorphic.edits import Change, Changed, Files, apply, compatible
from tools.metamorphic.source import Program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

TRANSFORMATIONS: Mapping[str, Callable[[Program], Iterator[Change]]] = {
    "alias-import": names.alias_import,
    "rename-locals": names.rename_locals,
    "move-helper": moves.move_helper,
    "move-class": moves.move_class,
    "constant-to-import": moves.constant_to_import,
    "reorder-functions": moves.reorder_functions,
    "mirror-branches": moves.mirror_branches,
    "wrap-call": calls.wrap_call,
    "wrap-receiver": calls.wrap_receiver,
    "keyword-to-dict": calls.keyword_to_dict,
    "inline-variable": variables.inline_variable,
    "extract-receiver": variables.extract_receiver,
    "extract-result": variables.extract_result,
    "extract-argument": variables.extract_argument,
    "make-async": functions.make_async,
    "method-to-function": functions.method_to_function,
}


def changes_of(name: str, program: Program) -> list[Change]:
    """What a transformation would change in a program, without what touches an earlier change."""
    return compatible(TRANSFORMATIONS[name](program))


def transformed(name: str, files: Files) -> Changed | None:
    """A program after a transformation, with the lines before; None where it has nothing to change."""
    changes = changes_of(name, Program(files))
    return apply(files, changes) if changes else None
