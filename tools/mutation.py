"""Changes code in small ways and names the changes that no test notices: `python -m tools.mutation MODULE...`.

mutmut makes the changes, and this program runs the tests: mutmut collects them anew for each change, which takes a hundred
times as long as they do. Here, they are collected once, in a process that is then forked for each change. The fork empties
all caches of functions and runs the tests that call the changed function, those that are fast first, until one fails.

It overwrites the modules that it changes, so it runs in a copy of the repository; `make mutation` makes one.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import functools
import gc
import os
import signal
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from _pytest.tmpdir import tmppath_result_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

SOURCES = Path("analyzer")
TESTS = ("tests/compare", "tests/grants", "tests/test_require.py", "tests/infer/test_first_settings.py")
HANG = 20
"""Seconds after which the tests of one change are ended; a change that takes that long is noticed."""
_OTHERS = ("_pytest", "hypothesis", "importlib", "re", "typing")
"""Where caches are that know nothing of the changed code."""


class Change(NamedTuple):
    """One change: the function, with its module, and the name of its changed form."""

    function: str
    name: str


_LEFT = frozenset({"survived", "untested"})
_NONE = Change("", "")


@dataclass
class State:
    """The change that is active, and the functions that were called since the set was emptied."""

    active: Change = _NONE
    called: set[str] = field(default_factory=set)


STATE = State()


def door(mutants: Mapping[str, Callable[..., Any]], *, is_classmethod: bool = False) -> Callable[..., Any]:
    """Stand in for mutmut's decorator: give a function that calls its active form, and notes that it was called."""

    def around(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def chosen(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - any function
            original = mutants["_mutmut_orig"]
            key = f"{original.__module__}.{original.__name__.removesuffix('__mutmut_orig')}"
            STATE.called.add(key)
            form = mutants[STATE.active.name] if STATE.active.function == key else original
            return getattr(given[0], form.__name__)(*given[1:], **named) if is_classmethod else form(*given, **named)

        return chosen

    return around


def change(paths: Iterable[Path]) -> Iterator[Change]:
    """Write each module anew with all its changes, and give these."""
    from mutmut.mutation.file_mutation import mutate_file_contents  # noqa: PLC0415 - the tests of this module lack it

    for path in paths:
        module = ".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__")
        changed = mutate_file_contents(str(path), path.read_text("utf-8"))
        path.write_text(changed.code, "utf-8")
        for name in changed.mutant_names:
            yield Change(f"{module}.{name.rpartition('__mutmut_')[0]}", name)


class Judge:
    """A plugin of pytest that learns which functions the tests call, and then judges changes, each in a fork.

    `verdicts` holds what came of each change: killed, timeout, survived, or untested, where no test calls the function.
    """

    def __init__(self, changes: Sequence[Change], asked: argparse.Namespace) -> None:
        self.changes, self.asked = changes, asked
        self.tests: dict[str, list[tuple[float, pytest.Item]]] = {}
        self.verdicts: dict[Change, str] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn and judge, where pytest would run the tests."""
        for function in sorted(STATE.called & {one.function for one in self.changes}):
            say(f"{function} is called when tests are imported; what these keep is not made anew for a change")
        for item in session.items:
            self.learn(item)
        caches = [one for one in gc.get_objects() if _is_cache(one)]
        gc.collect()
        gc.freeze()  # what a fork does not touch is not copied
        self.judge(caches)
        return True

    def learn(self, item: pytest.Item) -> None:
        """Run a test without a change, and note what it calls."""
        STATE.called.clear()
        start = time.perf_counter()
        passed = passes(item, None)
        seconds = time.perf_counter() - start
        if not passed:
            say(f"{item.nodeid} fails without a change, and is left out")
        for function in STATE.called if passed and seconds <= self.asked.longest else ():
            self.tests.setdefault(function, []).append((seconds, item))

    def judge(self, caches: Sequence[Any]) -> None:
        """Judge all changes, some at a time, and say what comes of each."""
        running: dict[int, Change] = {}
        waiting = list(reversed(self.changes))
        while waiting or running:
            while waiting and len(running) < self.asked.children:
                one = waiting.pop()
                tests = within(self.tests.get(one.function, ()), self.asked.budget)
                if tests:
                    running[forked(one, tests, caches)] = one
                else:
                    self._note(one, "untested")
            if running:
                child, status = os.wait()
                code = os.waitstatus_to_exitcode(status)
                self._note(running.pop(child), "survived" if code == 1 else "killed" if code == 0 else "timeout")

    def _note(self, one: Change, verdict: str) -> None:
        self.verdicts[one] = verdict
        with self.asked.out.open("a") as lines:
            lines.write(f"{verdict}\t{one.function}\t{one.name}\n")


def within(tests: Iterable[tuple[float, pytest.Item]], budget: float) -> list[pytest.Item]:
    """Give tests, fast ones first, until they take as many seconds as the budget."""
    chosen: list[pytest.Item] = []
    total = 0.0
    for seconds, item in sorted(tests, key=lambda one: one[0]):
        total += seconds
        if total <= budget or not chosen:
            chosen.append(item)
    return chosen


def forked(one: Change, tests: Sequence[pytest.Item], caches: Sequence[Any]) -> int:
    """Start a process whose exit code is 1 where all tests pass with the change, and give its number."""
    child = os.fork()
    if child:
        return child
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(HANG)
    gc.disable()
    for cache in caches:
        cache.cache_clear()
    STATE.active = one
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        noticed = any(not passes(item, after) for item, after in zip(tests, [*tests[1:], None], strict=True))
    os._exit(0 if noticed else 1)


def passes(item: pytest.Item, after: pytest.Item | None) -> bool:
    """Tell whether a test passes. pytest itself would also write why it fails, which takes longer than the test."""
    state = item.session._setupstate  # noqa: SLF001 - pytest has no door for this
    try:
        if getattr(item, "_request", None) is False:
            item._initrequest()  # type: ignore[attr-defined] # noqa: SLF001 - the same
        item.stash[tmppath_result_key] = {}
        state.setup(item)
        item.runtest()
    except pytest.skip.Exception:
        return True
    except BaseException:  # noqa: BLE001 - whatever a change does, the test has noticed it
        return False
    finally:
        state.teardown_exact(after)
        item._request = False  # type: ignore[attr-defined] # noqa: SLF001 - the same
        item.funcargs = None  # type: ignore[attr-defined]
    return True


def _is_cache(one: object) -> bool:
    return isinstance(one, functools._lru_cache_wrapper) and not one.__module__.startswith(_OTHERS)  # noqa: SLF001


def differences(path: Path, names: Iterable[str]) -> Iterator[str]:
    """Give, for each changed form of a function in a changed module, the lines in which it differs from the original."""
    lines = path.read_text("utf-8").splitlines()
    forms = {
        node.name: lines[node.lineno : node.end_lineno]
        for node in ast.walk(ast.parse("\n".join(lines)))
        if isinstance(node, ast.FunctionDef)
    }
    for name in names:
        original = forms[f"{name.rpartition('__mutmut_')[0]}__mutmut_orig"]
        changed = difflib.unified_diff(original, forms[name], lineterm="", n=0)
        yield "\n".join([name, *(line for line in changed if not line.startswith(("---", "+++", "@@")))])


def unnoticed(path: Path) -> set[Change]:
    """Give the changes that the lines of a run leave unnoticed."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return {Change(function, name) for verdict, function, name in rows if verdict in _LEFT}


def say(text: str) -> None:
    """Write a line past what pytest captures."""
    os.write(2, f"{text}\n".encode())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="+", type=Path, metavar="MODULE", help="a file below analyzer/")
    parser.add_argument("--tests", nargs="+", default=TESTS, metavar="PATH")
    parser.add_argument("--longest", type=float, default=0.4, help="seconds that a test may take to be of use")
    parser.add_argument("--budget", type=float, default=1.2, help="seconds that all tests of one change may take")
    parser.add_argument("--children", type=int, default=2, help="changes that are judged at a time")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="judge each N-th change alone")
    parser.add_argument(
        "--again", type=Path, metavar="FILE", help="judge what the lines of another run leave unnoticed"
    )
    parser.add_argument("--out", type=Path, default=Path("mutation.tsv"), help="a line is added for each change")
    asked = parser.parse_args(arguments)
    from mutmut.mutation import trampoline  # noqa: PLC0415 - the tests of this module lack it

    trampoline.wrap_in_trampoline = door
    changes = list(change(asked.modules))[:: asked.every]
    left = unnoticed(asked.again) if asked.again else set(changes)
    judge = Judge([one for one in changes if one in left], asked)
    sys.path[:0] = [str(SOURCES.resolve()), str(Path("tests/support").resolve())]
    pytest.main(["-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow", *asked.tests], plugins=[judge])
    _sum_up(asked.modules, judge.verdicts)
    return 0


def _sum_up(modules: Iterable[Path], verdicts: Mapping[Change, str]) -> None:
    for path in modules:
        module = ".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__")
        here = {one: verdict for one, verdict in verdicts.items() if one.function.rpartition(".")[0] == module}
        left = [one.name for one, verdict in here.items() if verdict in _LEFT]
        print("\n".join(differences(path, left)))
        print(f"{path}: {len(here)} changes, {len(left)} not noticed")


if __name__ == "__main__":
    sys.exit(main())
