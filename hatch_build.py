"""What building adds: the compiled form of every rule pack, and links of the README that work on a package index."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_RELATIVE_LINK = re.compile(r"\]\((?![a-z]+:|#)([^)\s]+)\)")


class AbsoluteLinks(MetadataHookInterface):
    """A metadata hook: the README leads to the files of the release's tag, since an index has no files beside it."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the README as the project's description."""
        text = (Path(self.root) / "README.md").read_text("utf-8")
        at = f"{metadata['urls']['Source']}/blob/v{metadata['version']}"
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": _RELATIVE_LINK.sub(rf"]({at}/\1)", text),
        }


class CompiledPacks(BuildHookInterface[Any]):
    """A build hook: packs are checked and compiled when a wheel is built, so that no run of it parses YAML."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile each pack and have it included; an editable install compiles on first use instead."""
        if version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "analyzer"))
        try:
            from leastscope.rulebook.compile import (  # noqa: PLC0415 - found through the root
                COMPILED_NAME,
                FUNCTIONS,
                available_systems,
                encode,
                encode_functions,
            )
            from leastscope.rulebook.functions import load_functions  # noqa: PLC0415
            from leastscope.rulebook.load import load_pack  # noqa: PLC0415
        finally:
            sys.path.remove(str(Path(self.root) / "analyzer"))
        self.folder = Path(tempfile.mkdtemp())
        rules = Path(self.root) / "rules"
        forms = {system: encode(load_pack(rules / system), rules / system) for system in available_systems(rules)}
        forms[FUNCTIONS] = encode_functions(load_functions(rules / FUNCTIONS), rules / FUNCTIONS)
        for system, compiled in forms.items():
            form = self.folder / system
            form.write_bytes(compiled)
            build_data["force_include"][str(form)] = f"leastscope/_rules/{system}/{COMPILED_NAME}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 - the hook's shape
        """Remove what `initialize` made outside the wheel."""
        if version != "editable":
            shutil.rmtree(self.folder, ignore_errors=True)
