"""Puts the compiled form of every rule pack into the wheel, beside the pack's YAML."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledPacks(BuildHookInterface[Any]):
    """A build hook: packs are checked and compiled when a wheel is built, so that no run of it parses YAML."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile each pack and have it included; an editable install compiles on first use instead."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "analyzer"))
        try:
            from leastscope.rulebook.compile import COMPILED_NAME, available_systems, encode  # noqa: PLC0415 - found through the root
            from leastscope.rulebook.load import load_pack  # noqa: PLC0415
        finally:
            sys.path.remove(str(Path(self.root) / "analyzer"))
        self.folder = Path(tempfile.mkdtemp())
        rules = Path(self.root) / "rules"
        for system in available_systems(rules):
            form = self.folder / system
            form.write_bytes(encode(load_pack(rules / system), rules / system))
            build_data["force_include"][str(form)] = f"leastscope/_rules/{system}/{COMPILED_NAME}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - the hook's shape
        """Remove what `initialize` made outside the wheel."""
        if version != "editable":
            shutil.rmtree(self.folder, ignore_errors=True)
