"""A process that scans again and again, as an editor's language server does, keeps nothing of the scans before."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING

from leastscope.pipeline import scan
from leastscope.request import Request

if TYPE_CHECKING:
    import pytest

_FEW = 200
"""Objects that tables with a bound may still take."""


def test_scans_leave_no_objects_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEASTSCOPE_CACHE_DIR", str(tmp_path / "cache"))
    (tmp_path / "pay.py").write_text("import stripe\n\nstripe.Customer.list()\nx.y.customers.list()\n")

    def left() -> int:
        assert scan(Request((Path(),), tmp_path, tracked=list)).inventory.needs
        gc.collect()
        return len(gc.get_objects())

    left()
    first = left()
    left()
    assert left() - first < _FEW
