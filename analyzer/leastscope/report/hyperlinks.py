"""Hyperlinks of terminals (OSC 8): places lead to their files, names of kinds to their pages."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from leastscope.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leastscope.model import Span

_SEQUENCE = re.compile("\x1b\\]8;[^\x1b]*\x1b\\\\")
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


class Links(NamedTuple):
    """Links the text of a report, if there is a `folder`: the one that paths are relative to, on the computer `host`."""

    folder: str = ""
    host: str = ""

    def at(self, folder: Path) -> Links:
        """Return the links of a report whose paths are relative to another folder."""
        return self._replace(folder=folder.absolute().as_posix()) if self.folder else self

    def place(self, span: Span) -> str:
        """Return `path:line:column`, which leads to the file."""
        text = place(span)
        return _linked(text, self._address(span.path)) if self.folder else text

    def places(self, spans: Sequence[Span], limit: int) -> str:
        """Return places as a list, the last ones only counted."""
        shown = ", ".join(self.place(span) for span in spans[:limit])
        return shown if len(spans) <= limit else f"{shown} and {len(spans) - limit} more"

    def kind(self, name: str, text: str) -> str:
        """Return a text about a kind of finding or gap, which leads to the page of the kind."""
        if not self.folder:
            return text
        from leastscope.kinds import FINDING_BY_NAME, GAP_BY_NAME  # noqa: PLC0415 - few terminals have links

        kind = FINDING_BY_NAME.get(name) or GAP_BY_NAME.get(name)
        return _linked(text, kind.url) if kind else text

    def _address(self, path: str) -> str:
        """Return the address of a file; percent-encoded, so that nothing in its name ends the sequence.

        It names the computer, because terminals refuse a file of which they cannot tell whose it is.
        """
        whole = posixpath.normpath(posixpath.join(self.folder, path)).lstrip("/")
        return f"file://{quote(self.host)}/{quote(_NO_BYTE.sub('?', whole), safe='/:', errors='surrogateescape')}"


NO_LINKS = Links()


def place(span: Span) -> str:
    """Return `path:line:column`."""
    return f"{visible(span.path)}:{span.line}:{span.column}"


def without_links(text: str) -> str:
    """Return a text as it is shown."""
    return _SEQUENCE.sub("", text)


def _linked(text: str, address: str) -> str:
    return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"
