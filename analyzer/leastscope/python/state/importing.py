"""Which code a module runs for: who imports it, since an import runs the module's body.

Code below `if __name__ == "__main__"` runs for nobody who imports the module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from leastscope.model import Step
from leastscope.python.domain.values import Place
from leastscope.python.index.program import function_at
from leastscope.python.syntax import ir

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leastscope.python.index.modules import ModuleIndex
    from leastscope.python.index.program import ModuleInfo

BODY = -1
"""Where the place of a module's body starts."""
Importers: TypeAlias = "dict[str, list[tuple[Place, Step]]]"
"""The path of a module -> who imports it (a function or the body of another module), and the import."""


def importers(modules: Mapping[str, ModuleInfo | None], index: ModuleIndex) -> Importers:
    """Give who imports each module, in the order of the files; tests do not count."""
    found: Importers = {}
    for path, module in sorted(modules.items()):
        if module is None or module.in_tests:
            continue
        for statement in module.loads:
            place = function_at(module, statement.start) or Place(path, BODY)
            for loaded, name in _loaded(path, statement, index):
                if loaded != path and not (place.start == BODY and is_script(module, statement.start)):
                    found.setdefault(loaded, []).append((place, Step(module.span(statement), f"'{name}' is imported")))
    return found


def is_script(module: ModuleInfo, offset: int) -> bool:
    """Whether a place of a module's body stands below `if __name__ == "__main__"`."""
    return any(
        isinstance(statement, ir.If)
        and statement.start <= offset < statement.end
        and isinstance(statement.test, ir.Compare)
        and isinstance(statement.test.left, ir.Name)
        and statement.test.left.id == "__name__"
        for statement in module.tree.body
    )


def _loaded(importer: str, statement: ir.Import | ir.ImportFrom, index: ModuleIndex) -> Iterator[tuple[str, str]]:
    """Give the modules whose bodies an import runs, by path and name: packages on the way, the module, those inside it."""
    level = statement.level if isinstance(statement, ir.ImportFrom) else 0
    parts = statement.module.split(".") if statement.module else []
    whole = None
    for count in range(0 if level else 1, len(parts) + 1):
        name = ".".join(parts[:count])
        whole = index.find(importer, name, level)
        if whole is not None and whole.endswith(".py"):
            yield whole, "." * level + name
    if isinstance(statement, ir.ImportFrom) and whole is not None:
        for name, _ in statement.names:
            inside = index.submodule(whole, name) if name != "*" else None
            if inside is not None and inside.endswith(".py"):
                yield inside, name
