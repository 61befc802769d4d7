"""Imports a generated program by its place; for scripts of the interpreter that has the library."""

# ruff: noqa: ANN401 - what a program holds has no type that could be named

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any


def load(program: str) -> Any:
    """Import a program by its place."""
    spec = importlib.util.spec_from_file_location(Path(program).stem, program)
    if spec is None or spec.loader is None:
        sys.exit(f"{program} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
