"""Writes a page for each system from its rule pack: permissions, operations, events, and where each fact was read.

python -m tools.systems           write docs/systems/*.md
python -m tools.systems --check   fail where a page is not what the rule pack gives
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from leastscope.report.markup import code, header, row, web_link
from leastscope.rulebook.compile import available_systems, compiled, rules_root
from leastscope.rulebook.types import KindRule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from leastscope.rulebook.pack import Pack
    from leastscope.rulebook.types import Condition, Operation, Permission, Rule

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs/systems"
_COMMENT = "<!-- Written by tools/systems.py from rules/; a test compares them. -->"
_SHARED = {
    "restricted-key": "restricted keys",
    "app": "apps",
}
"""What the kinds of apps are called in a sentence, where that is not their name."""


def pages() -> dict[str, str]:
    """Return the pages by their names: one for each system with permissions, and the list of them."""
    packs = [compiled(rules_root() / system) for system in available_systems()]
    known = sorted((pack for pack in packs if pack.vocabulary.permissions), key=lambda pack: pack.title)
    rows = (_index_row(pack) for pack in known)
    index = (
        f"# Systems\n\n{_COMMENT}\n\n"
        "What leastscope knows of each system: the permissions, the operations that need them, and where each fact was\n"
        "read. *Documented* means that the vendor's documentation states the fact. *Inferred* means that no\n"
        "documentation states it for this operation, and similar operations or the server's answers suggest it.\n\n"
        f"{header('system', 'permissions', 'operations', 'events')}{''.join(rows)}"
    )
    return {"README.md": index, **{f"{pack.system}.md": _page(pack) for pack in known}}


def _index_row(pack: Pack) -> str:
    counts = (len(pack.vocabulary.permissions), len(pack.operations), len(pack.events.types))
    return row(f"[{pack.title}]({pack.system}.md)", *map(str, counts))


def _page(pack: Pack) -> str:
    parts = [
        f"# {pack.title}\n\n{_COMMENT}\n",
        _about(pack),
        _permissions(pack),
        _operations(pack),
        _events(pack),
        _sources(pack),
        "[All systems](README.md)\n",
    ]
    return "\n".join(part for part in parts if part)


def _about(pack: Pack) -> str:
    libraries = [
        f"- {code(library.distribution)}, releases {library.releases[0]} to {library.releases[-1]}"
        for library in pack.libraries
    ]
    models = f"\nleastscope has a model of the client library:\n\n{chr(10).join(libraries)}\n" if libraries else ""
    if pack.over:
        read, write = (" or ".join(map(code, names)) for names in (pack.over.read, pack.over.write))
        return (
            f"The permissions are scopes over all operations of [{pack.over.system}]({pack.over.system}.md): reading "
            f"anything needs {read}, changing anything needs {write}.\n{models}"
        )
    needed = sum(bool(one.needs) for one in pack.operations)
    return f"{needed} of {len(pack.operations)} known operations need a permission.\n{models}"


def _permissions(pack: Pack) -> str:
    """Return the table of permissions, each with what it allows and the name that people see."""
    known = pack.vocabulary.permissions
    labels = any(one.label for one in known.values())
    titles = ["permission", *(["Dashboard name"] if labels else []), "allows", "includes", "certainty", "source"]
    rows = []
    for name, one in sorted(known.items()):
        label = [f"{one.label} {one.access.capitalize()}" if one.label else ""] if labels else []
        includes = sorted({*one.implies, *([one.read] if one.read else [])})
        about = f"{_cell(one.title)}{_limits(one, pack)}"
        rows.append(
            row(
                code(name), *label, about, ", ".join(map(code, includes)), one.known, _from(one.source or one.url, pack)
            )
        )
    return f"## Permissions\n\n{header(*titles)}{''.join(rows)}"


def _limits(one: Permission, pack: Pack) -> str:
    """Return who can be granted a permission, where that is not every kind of app, and why to look twice."""
    holders = pack.vocabulary.holders.get(one.origin, ())
    told = [f"only {' and '.join(_SHARED.get(kind, kind) for kind in holders)}"] if holders else []
    told += [f"sensitive: {one.sensitive}"] if one.sensitive else []
    told += [f"{_SHARED.get(kind, kind)}: {text}" for kind, text in sorted(one.refused.items())]
    return f" ({_cell('; '.join(told))})" if told else ""


def _operations(pack: Pack) -> str:
    """Return the tables of operations by the first words of their paths."""
    groups: dict[str, list[Operation]] = {}
    for operation in pack.operations:
        groups.setdefault(_group(operation.path), []).append(operation)
    parts = []
    for group, operations in sorted(groups.items()):
        rows = [
            line
            for operation in sorted(operations, key=lambda one: (one.path, one.verb, one.servers))
            for line in _operation_rows(operation, pack)
        ]
        parts.append(f"### {code(group)}\n\n{header('operation', 'needs', 'certainty', 'source')}{''.join(rows)}")
    return "\n".join(["## Operations\n", *parts]) if parts else ""


def _group(path: str) -> str:
    """Return the resource of a path: its first segment that is neither a version nor `api`."""
    words = [part for part in path.split("/") if part and not re.fullmatch(r"v\d+|api|\{.*", part)]
    return words[0] if words else "/"


def _operation_rows(operation: Operation, pack: Pack) -> Iterator[str]:
    mark = "" if operation.status == "api" else f" ({operation.status})"
    name = f"{code(f'{operation.verb} {operation.path}')}{mark}"
    yield row(name, _needs(operation, ungated=operation.ungated), _known(operation), _from(operation.source, pack))
    for condition in operation.conditions:
        yield row(_when(condition), _needs(condition), _known(condition), _from(condition.source, pack))
    for kind in operation.kinds:
        who = _SHARED.get(kind.kind, kind.kind)
        needs = _cell(f"refused: {kind.note}") if kind.refused else _needs(kind)
        yield row(f"↳ for {_cell(who)}", needs, _known(kind), _from(kind.source, pack))


def _when(condition: Condition) -> str:
    """Return in which requests a condition holds."""
    names = " or ".join(map(code, condition.parameters))
    values = f" = {' or '.join(code(str(value)) for value in condition.values)}" if condition.values else ""
    unless = f", without {' or '.join(map(code, condition.unless))}" if condition.unless else ""
    return f"↳ with {names}{values}{unless}{' (possibly)' if condition.possible else ''}"


def _needs(rule: Rule, *, ungated: bool = False) -> str:
    sets = " and ".join(" or ".join(map(code, any_of)) for any_of in rule.needs)
    maybe = f" (perhaps also {', '.join(map(code, rule.maybe))})" if rule.maybe else ""
    if sets:
        return f"{sets}{maybe}"
    return "no permission" if ungated else "not known" if rule.covered else "no permission covers it"


def _known(rule: Rule) -> str:
    is_told = rule.needs or not rule.covered or (isinstance(rule, KindRule) and rule.refused)
    return rule.known if is_told else ""


def _from(source: str, pack: Pack) -> str:
    """Return where a fact was read: the name of a source that stands at the end of the page, an address, or words."""
    names = {one.url: name for name, one in sorted(pack.sources.items()) if one.url}
    if source in names or (source in pack.sources and pack.sources[source].url):
        return f"[{names.get(source, source)}]"
    made = web_link("page", source)
    return made if made != "page" else _cell(source)


def _events(pack: Pack) -> str:
    if not pack.events.types:
        return ""
    always = f"Every event also needs {code(pack.events.always)}.\n\n" if pack.events.always else ""
    rows = (
        row(code(name), _needs(rule), rule.known, _from(rule.source, pack))
        for name, rule in sorted(pack.events.types.items())
    )
    return f"## Events\n\n{always}{header('event', 'needs', 'certainty', 'source')}{''.join(rows)}"


def _sources(pack: Pack) -> str:
    """Return the list of sources with the day each was read, and their addresses for the links above."""
    known = sorted(pack.sources.items())
    lines = (f"- {f'[{name}]' if one.url else name}, read {one.read}{_noted(one.note)}\n" for name, one in known)
    links = (f"[{name}]: {one.url}\n" for name, one in known if one.url)
    return f"## Sources\n\n{''.join(lines)}\n{''.join(links)}" if pack.sources else ""


def _noted(note: str) -> str:
    return f": {_cell(note)}" if note else ""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def stale(found: Mapping[str, str], folder: Path) -> Sequence[str]:
    """Return the names of the pages that are missing, differ or belong to no system."""
    names = {path.name for path in folder.glob("*.md")} | set(found)
    return [name for name in sorted(names) if _text(folder / name) != found.get(name)]


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def write(found: Mapping[str, str], folder: Path, names: Iterable[str]) -> None:
    """Write or remove the pages of these names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        if name in found:
            (folder / name).write_text(found[name], "utf-8")
        else:
            (folder / name).unlink()


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or say which are out of date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is out of date")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pages are")
    wanted = parser.parse_args(arguments)
    found = pages()
    names = stale(found, wanted.folder)
    if not wanted.check:
        write(found, wanted.folder, names)
        return 0
    for name in names:
        print(f"{wanted.folder / name}: out of date; run `python -m tools.systems`")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
