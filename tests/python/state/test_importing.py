"""Who runs a place: by calls that were followed, and by imports, which run the bodies of modules."""

from __future__ import annotations

import pytest

from leastscope.model import Span
from leastscope.python.state.roots import root_units
from leastscope.python.state.ways import Ways
from worlds import world

LIBRARY = "def send():\n    pass\nsend()\nif __name__ == '__main__':\n    send()\n"
FILES = {
    "app.py": "",
    "libs/__init__.py": "",
    "libs/lib.py": LIBRARY,
    "libs/between.py": "from . import lib\n",
    "apps/__init__.py": "",
    "apps/one.py": "import libs.lib\n",
    "apps/two.py": "from libs import (\n    between,\n)\n",
    "apps/late.py": "def later():\n    from libs.lib import send\n",
    "apps/caller.py": "from apps.late import later\nlater()\n",
    "apps/script.py": "if __name__ == '__main__':\n    import libs.lib\n",
    "apps/other.py": "import libs\n",
}


def reached_from(line: int, column: int = 1, path: str = "libs/lib.py") -> dict[str, list[str]]:
    engine = world(FILES).engine
    modules = {name: engine.module(name) for name in FILES}
    for module in modules.values():
        assert module is not None
        engine.add(module)
        engine.solve(root_units(module))
    ways = Ways(engine.noted.calls, modules, engine.index)
    span = Span(path, line, column, line, column + 1)
    return {way[0].span.path: [step.note for step in way] for way in ways.to(span)}


def test_the_body_of_a_module_runs_for_everybody_who_imports_it() -> None:
    found = reached_from(3)
    assert found == {
        "apps/caller.py": ["'later' is called", "'libs.lib' is imported"],
        "apps/late.py": ["'libs.lib' is imported"],
        "apps/one.py": ["'libs.lib' is imported"],
        "libs/between.py": ["'lib' is imported"],
        "apps/two.py": ["'between' is imported", "'lib' is imported"],
    }


def test_a_function_that_the_body_calls_runs_for_them_too() -> None:
    assert reached_from(2, 5).keys() == reached_from(3).keys()


@pytest.mark.parametrize(("path", "line"), [("libs/lib.py", 5), ("apps/script.py", 2), ("apps/other.py", 1)])
def test_the_part_of_a_program_of_its_own_runs_for_nobody_else(path: str, line: int) -> None:
    assert reached_from(line, path=path) == {}
