"""Where rule packs are; knows nothing of what is in them, so that it costs nothing to ask."""

from __future__ import annotations

from pathlib import Path

FUNCTIONS = "python"
"""The folder of the rows that say what functions do; no system has this name."""
_PACKAGE = Path(__file__).resolve().parents[1]


def rules_root() -> Path:
    """Give the folder of the packs that come with us: inside an installed package, else in the checkout."""
    installed = _PACKAGE / "_rules"
    return installed if installed.is_dir() else _PACKAGE.parents[1] / "rules"


def available_systems(root: Path | None = None) -> tuple[str, ...]:
    """Give the systems that have a pack, sorted."""
    folder = root or rules_root()
    try:
        return tuple(sorted(entry.name for entry in folder.iterdir() if (entry / "pack.yaml").is_file()))
    except OSError:
        return ()
