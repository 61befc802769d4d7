"""What a URL that was sent takes by the pack's own rows, read from the file and not by the engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from tools.adyen_sdk import servers
from tools.coverage.score import shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ID = re.compile(r"zz_\w+")
_ENDING = ".shtml"


class Rows:
    """The rows of `operations.yaml` by server, verb and shape of the path."""

    def __init__(self) -> None:
        document = yaml.safe_load(servers.OPERATIONS.read_text("utf-8"))
        self.prefixes = servers.read_prefixes()
        self.scopes: dict[tuple[str, str, str], str] = {}
        for path, verbs in document["paths"].items():
            for verb, rows in verbs.items():
                for row in rows if isinstance(rows, list) else [rows]:
                    self._keep(verb, path, row)

    def _keep(self, verb: str, path: str, row: Mapping[str, Any]) -> None:
        named = row.get("server", "checkout")
        for server in named if isinstance(named, list) else [named]:
            self.scopes[server, verb, shape(path)] = " or ".join(row.get("needs", ["uncovered"]))

    def told(self, verb: str, url: str) -> str:
        """Give path and scopes of a URL in one text; only the URL where no row has it."""
        for server in sorted(self.prefixes):
            path = servers.path_on(self.prefixes, server, url)
            found = _ID.sub("{}", path or "").removesuffix(_ENDING)
            if (server, verb, found) in self.scopes:
                return written(found, self.scopes[server, verb, found])
        return url


def written(path: str, scopes: str) -> str:
    """Put path and scopes in one text, which is held against another such text as a whole."""
    return f"{shape(path)} takes {scopes}"


def of_requests(requests: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the requests of an inventory with what they take written into their paths."""
    return [{**request, "path": written(request["path"], _scopes(request))} for request in requests]


def _scopes(request: Mapping[str, Any]) -> str:
    if not request["covered"]:
        return "uncovered"
    return " and ".join(" or ".join(one["any_of"]) for one in request["permissions"])
