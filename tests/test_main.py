"""The module that the command begins with."""

from __future__ import annotations

import gc
import subprocess
import sys


def test_python_looks_for_cycles_seldom_before_anything_else_is_imported() -> None:
    watch = (
        "import builtins, gc\n"
        "seen = []\n"
        "real = builtins.__import__\n"
        "def watched(name, *rest):\n"
        "    seen.append((name, gc.get_threshold()[0])) if name.startswith('click') else None\n"
        "    return real(name, *rest)\n"
        "builtins.__import__ = watched\n"
        "import sys\n"
        "sys.argv = ['leastscope', '--version']\n"
        "from leastscope.__main__ import main\n"
        "import atexit\n"
        "atexit.register(lambda: print(min(made for _, made in seen), file=sys.stderr))\n"
        "main()"
    )
    outcome = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)  # noqa: S603 - this Python, on a text of this test
    assert int(outcome.stderr) > 10 * gc.get_threshold()[0]
