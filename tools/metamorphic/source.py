"""A parsed file as transformations ask for it: nodes by kind, their text and places, what encloses them.

Also the program that such files make up. Only here and in the transformations is LibCST known.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider

from tools.metamorphic.edits import Edit, Fragment, Place
from tools.metamorphic.scopes import Scopes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tools.metamorphic.edits import Files

MAX_SIZE = 150_000
"""Characters of the largest file that is changed; larger ones are generated."""
_Node = TypeVar("_Node", bound=cst.CSTNode)
_DYNAMIC = re.compile(r"\b(locals|globals|vars|eval|exec|dir)\(")


class Source:
    """One file that parses; offsets count characters."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        self.module = wrapper.module
        self._positions = wrapper.resolve(PositionProvider)
        parents = wrapper.resolve(ParentNodeProvider)
        self.parents: Mapping[cst.CSTNode, cst.CSTNode] = parents
        self._nodes: dict[type[cst.CSTNode], list[cst.CSTNode]] = defaultdict(list)
        for node in parents:
            self._nodes[type(node)].append(node)
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", text))]

    def of(self, kind: type[_Node]) -> list[_Node]:
        """All nodes of exactly this kind, in the order in which they stand in the file."""
        found = [node for node in self._nodes[kind] if isinstance(node, kind)]
        return sorted(found, key=self.start) if kind in {cst.Call, cst.Name, cst.FunctionDef} else found

    @cached_property
    def scopes(self) -> Scopes:
        """The names that are bound in each scope, and where they are used."""
        return Scopes(self.module, self.parents)

    @cached_property
    def effects(self) -> list[tuple[int, int]]:
        """Where calls, awaits and yields start and end: what can change something that is read later."""
        nodes = [*self.of(cst.Call), *self.of(cst.Await), *self.of(cst.Yield)]
        return [self.extent(node) for node in nodes]

    @cached_property
    def dynamic(self) -> bool:
        """True where the code may look at its own names."""
        return _DYNAMIC.search(self.text) is not None

    def start(self, node: cst.CSTNode) -> int:
        """Where a node starts, without parentheses of its own."""
        position = self._positions[node].start
        return self._starts[position.line - 1] + position.column

    def end(self, node: cst.CSTNode) -> int:
        """Where a node ends, without parentheses of its own."""
        position = self._positions[node].end
        return self._starts[position.line - 1] + position.column

    def extent(self, node: cst.CSTNode) -> tuple[int, int]:
        return self.start(node), self.end(node)

    def line(self, node: cst.CSTNode) -> int:
        return self._positions[node].start.line

    def place(self, node: cst.CSTNode) -> Place:
        return Place(self.path, self.line(node))

    def place_at(self, offset: int) -> Place:
        return Place(self.path, self.text.count("\n", 0, offset) + 1)

    def line_start(self, offset: int) -> int:
        """Where the line of an offset starts."""
        return self.text.rfind("\n", 0, offset) + 1

    def line_after(self, offset: int) -> int:
        """Where the line below that of an offset starts, or the end of the text."""
        found = self.text.find("\n", offset)
        return found + 1 if found >= 0 else len(self.text)

    def code(self, node: cst.CSTNode) -> str:
        """The text of a node, without parentheses of its own."""
        return self.text[self.start(node) : self.end(node)]

    def piece(self, start: int, end: int) -> Fragment:
        """The text between two offsets, with the lines it stands on."""
        return Fragment(self.text[start:end], self.place_at(start))

    def replaced(self, node: cst.CSTNode, text: str) -> Edit:
        """Put a text in place of a node."""
        return Edit(self.path, *self.extent(node), (Fragment(text, self.place(node), steps=False),))

    def inserted(self, offset: int, text: str) -> Edit:
        """Put a text before an offset."""
        return Edit(self.path, offset, offset, (Fragment(text, self.place_at(offset), steps=False),))

    def around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        """What encloses a node, from the inside out."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def inside(self, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
        return node is outer or any(one is outer for one in self.around(node))

    def function_of(self, node: cst.CSTNode) -> cst.FunctionDef | cst.Lambda | None:
        """The innermost function that encloses a node; its defaults and decorators count as inside."""
        return next((one for one in self.around(node) if isinstance(one, (cst.FunctionDef, cst.Lambda))), None)

    def statement_of(self, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
        """The statement of a node, if it is alone on its lines and in a block where others may stand before it."""
        for one in self.around(node):
            if isinstance(one, cst.SimpleStatementLine):
                block = self.parents[one]
                return one if len(one.body) == 1 and isinstance(block, (cst.IndentedBlock, cst.Module)) else None
            if isinstance(one, cst.BaseStatement):
                return None
        return None

    def indent_at(self, node: cst.CSTNode) -> str:
        """The white space before the first thing on the line of a node."""
        start = self.start(node)
        return self.text[self.line_start(start) : start]

    def in_class_body(self, statement: cst.CSTNode) -> bool:
        """True where names that a statement binds become attributes of a class."""
        kinds = (cst.FunctionDef, cst.Lambda, cst.ClassDef)
        return isinstance(next((one for one in self.around(statement) if isinstance(one, kinds)), None), cst.ClassDef)

    def in_template(self, node: cst.CSTNode) -> bool:
        """True inside an f-string, where quotes and braces are not free."""
        kinds = (cst.FormattedString, cst.TemplatedString)
        return any(isinstance(one, kinds) for one in self.around(node))

    def undisturbed(self, start: int, end: int) -> bool:
        """True where no call ends between two offsets, so that nothing changes what is read there."""
        return not any(start < stop <= end for _, stop in self.effects)

    def fresh(self, word: str, number: int) -> str:
        """A name that does not occur in the file."""
        while word in self.text:
            word += "_"
        return f"{word}{number}"


class Program:
    """Files that belong together; `sources` holds those that can be changed."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.sources: dict[str, Source] = {}
        for path, text in sorted(files.items()):
            if path.endswith(".py") and len(text) <= MAX_SIZE and not text.startswith("\ufeff"):
                try:
                    compile(text, path, "exec", dont_inherit=True)
                    self.sources[path] = Source(path, text)
                except (SyntaxError, ValueError, cst.ParserSyntaxError):
                    continue
        self._texts = {path: text for path, text in files.items() if path.endswith(".py")}

    @cached_property
    def words(self) -> Counter[str]:
        """How often each word occurs in the code, comments and texts included."""
        return Counter(word for text in self._texts.values() for word in re.findall(r"\w+", text))

    @cached_property
    def quoted(self) -> frozenset[str]:
        """Words that stand alone between quotes: names that may be looked up at run time."""
        return frozenset(word for text in self._texts.values() for word in re.findall(r"""["'](\w+)["']""", text))

    @cached_property
    def imported(self) -> dict[str, set[str]]:
        """Names that `from … import` takes from modules, by the last part of the module's name (or "")."""
        found: dict[str, set[str]] = defaultdict(set)
        for source in self.sources.values():
            for node in source.of(cst.ImportFrom):
                module = source.code(node.module).rpartition(".")[2] if node.module else ""
                names = () if isinstance(node.names, cst.ImportStar) else node.names
                found[module] |= {"*"} if not names else {alias.evaluated_name for alias in names}
        return found

    @cached_property
    def attributes(self) -> dict[str, list[tuple[Source, cst.Attribute]]]:
        """Every place where an attribute of a name is read or set."""
        found: dict[str, list[tuple[Source, cst.Attribute]]] = defaultdict(list)
        for source in self.sources.values():
            for node in source.of(cst.Attribute):
                found[node.attr.value].append((source, node))
        return found

    def used_from_outside(self, source: Source, name: str) -> bool:
        """True where another file may mean a global of this one: imported from it, or asked of the module."""
        stem = source.path.removesuffix(".py").removesuffix("/__init__").rpartition("/")[2]
        taken = self.imported[stem] | self.imported[""]
        asked = re.compile(rf"\b{re.escape(stem)}\.{name}\b")
        return bool({"*", name} & taken) or any(
            asked.search(text) for path, text in self._texts.items() if path != source.path
        )

    def sibling(self, source: Source, suffix: str) -> tuple[str, str] | None:
        """A new module beside a file: its path, and how that file names it; None where this is not sure."""
        folder, _, name = source.path.rpartition("/")
        stem = f"{name.removesuffix('.py').strip('_')}_{suffix}"
        path = f"{folder}/{stem}.py" if folder else f"{stem}.py"
        if not stem.isidentifier() or path in self.files:
            return None
        in_package = f"{folder}/__init__.py" in self.files if folder else "__init__.py" in self.files
        relative = any(node.relative for node in source.of(cst.ImportFrom))
        return (path, f".{stem}") if in_package or relative else (path, stem)
