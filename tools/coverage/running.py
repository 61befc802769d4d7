"""What proves a model: scripts that run where the library is importable, and the scan of the program they speak of."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.coverage.methods import Call

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROOT = Path(__file__).parents[2]
_SCAN_SECONDS = 1200
_KEYS = {"STRIPE_API_KEY": "sk_test_coverage", "ADYEN_API_KEY": "coverage"}


def answer(python: str, folder: Path, module: str, cwd: Path, asked: str = "") -> str:
    """Run one of the scripts with the library of a folder, and give what it prints."""
    environment = {**os.environ, **_KEYS, "PYTHONPATH": f"{folder}{os.pathsep}{_ROOT}", "PYTHONWARNINGS": "ignore"}
    command = [python, "-B", "-m", module]
    process = subprocess.run(
        command, input=asked, capture_output=True, text=True, env=environment, cwd=cwd, check=False
    )
    if process.returncode:
        sys.exit(f"{module} failed:\n{process.stderr[-2000:]}")
    return process.stdout


def calls(python: str, folder: Path, module: str, cwd: Path) -> list[Call]:
    """Give the calls that a script lists of the library."""
    return [_call(row) for row in json.loads(answer(python, folder, module, cwd))]


def _call(row: Mapping[str, Any]) -> Call:
    return Call(**{**row, "arguments": tuple(row["arguments"]), "lines": tuple(row["lines"])})


def scan(target: Path) -> dict[str, Any]:
    """Take the inventory of a program."""
    environment = {**os.environ, "PYTHONPATH": str(_ROOT / "analyzer")}
    command = [sys.executable, "-m", "leastscope", "requests", ".", "--format", "json"]
    process = subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=target, check=False, timeout=_SCAN_SECONDS
    )
    if not process.stdout:
        sys.exit(f"the scan failed with {process.returncode}:\n{process.stderr[-2000:]}")
    inventory: dict[str, Any] = json.loads(process.stdout)
    return inventory
