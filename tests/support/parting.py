"""A program of one file as one of two, along the words of a system.

Either what it defines without such a word stands in a file of its own, or what it says with one does. Every line keeps its
number: lines that move are empty in the file that they leave, and all others in the file that they move to. So what is said
of a line can be compared as it is.
"""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_IMPORTS = (ast.Import, ast.ImportFrom)
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_OWN = re.compile(r"\b(globals|locals|vars|eval|exec|__name__|__file__|__getattr__|global)\b")
"""What tells a file by itself, or binds names of it from inside."""
_PLAIN = frozenset(dir(builtins))


class Parted(NamedTuple):
    """The text that stays, and the text that moves."""

    stays: str
    moves: str


class _Program:
    """The statements of a file without comments, and what they bind."""

    def __init__(self, text: str, words: re.Pattern[str]) -> None:
        self.lines = _without_comments(text)
        self.body = ast.parse(text).body
        self.imports = [one for one in self.body if isinstance(one, _IMPORTS)]
        self.own = [one for one in self.body if not isinstance(one, _IMPORTS) and not _is_text(one)]
        self.named = {one for one in self.body if words.search(self.text(one))}
        self.counts: dict[str, int] = {}
        for name in (name for statement in self.body for name in _bound(statement)):
            self.counts[name] = self.counts.get(name, 0) + 1

    def text(self, statement: ast.stmt) -> str:
        return "\n".join(self.lines[line] for line in _lines(statement))

    def defines(self, statement: ast.stmt) -> bool:
        """Whether a statement does nothing but bind names that no other one binds."""
        simple = isinstance(statement, _NAMED) or (
            isinstance(statement, ast.Assign) and all(isinstance(target, ast.Name) for target in statement.targets)
        )
        bound = _bound(statement)
        return simple and all(self.counts[name] == 1 for name in bound) and not _OWN.search(self.text(statement))

    def divided(self, moved: Collection[ast.stmt], module: str) -> Parted:
        """Both files, where some statements move; each keeps the imports that it needs."""
        stays, moves = [""] * len(self.lines), [""] * len(self.lines)
        left = [one for one in self.own if one not in moved]
        for statements, lines in ((left, stays), (moved, moves)):
            # A name can stand in an annotation that is a text.
            needed = {name for one in statements for name in re.findall(r"\w+", self.text(one))}
            future = [one for one in self.imports if isinstance(one, ast.ImportFrom) and one.module == "__future__"]
            for one in (*statements, *future, *(one for one in self.imports if needed.intersection(_bound(one)))):
                for line in _lines(one):
                    lines[line] = self.lines[line]
        needed = {name for one in left for name in _reads(one)}
        names = sorted(needed.intersection(name for one in moved for name in _bound(one)))
        stays[_lines(min(moved, key=lambda one: one.lineno))[0]] = f"from {module} import {', '.join(names or ['*'])}"
        return Parted("\n".join(stays), "\n".join(moves))


def without_words(text: str, words: re.Pattern[str], module: str) -> Parted | None:
    """Move what is defined without a word of a system; None where no function or class can move."""
    program = _Program(text, words)
    brought = {name for one in program.imports if one not in program.named for name in _bound(one)}
    moving = [one for one in program.own if program.defines(one) and one not in program.named]
    while True:
        there = {*brought, *_PLAIN, *(name for one in moving for name in _bound(one))}
        kept = [one for one in moving if _reads(one) <= there]
        if kept == moving:
            break
        moving = kept
    return program.divided(moving, module) if any(isinstance(one, _NAMED) for one in moving) else None


def with_words(text: str, words: re.Pattern[str], module: str) -> Parted | None:
    """Move what is said with a word of a system, and what that needs; None where nothing else stays, or it cannot move."""
    program = _Program(text, words)
    foreign = {name for one in program.imports if one in program.named for name in _bound(one)}
    moving = [one for one in program.own if one in program.named or foreign & _reads(one)]
    while True:
        needed = {name for one in moving for name in _reads(one)}
        grown = [one for one in program.own if one in moving or needed.intersection(_bound(one))]
        if grown == moving:
            break
        moving = grown
    shared = {name for one in moving for name in _bound(one)}
    left = [one for one in program.own if one not in moving]
    apart = all(program.counts[name] == 1 for one in left for name in _bound(one) if name in shared)
    own = any(_OWN.search(program.text(one)) for one in program.own)
    used = any(shared & _reads(one) for one in left)
    return program.divided(moving, module) if moving and apart and used and not own else None


def asked_of_the_module(made: Parted, module: str) -> Parted | None:
    """Import the module, and ask it for each name (`module.name`); None where a name of it is bound elsewhere, too."""
    names, tree = _imported(made.stays, module), ast.parse(made.stays)
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in names]
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    if names & {*arguments, "*"} or not all(isinstance(node.ctx, ast.Load) for node in uses):
        return None
    lines = made.stays.split("\n")
    for node in sorted(uses, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line, at = lines[node.lineno - 1], node.col_offset
        if line[at : at + len(node.id)] != node.id:
            return None  # a name in an f-string has no place of its own before Python 3.12
        lines[node.lineno - 1] = f"{line[:at]}{module}.{line[at:]}"
    stays = re.sub(rf"^from {module} import .*$", f"import {module}", "\n".join(lines), flags=re.MULTILINE)
    return made._replace(stays=stays)


def _imported(text: str, module: str) -> set[str]:
    found = re.search(rf"^from {module} import (.*)$", text, re.MULTILINE)
    return set(found[1].split(", ")) if found else set()


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _without_comments(text: str) -> list[str]:
    lines = text.split("\n")
    for item in tokenize.generate_tokens(io.StringIO(text).readline):
        if item.type == tokenize.COMMENT:
            line, column = item.start
            lines[line - 1] = lines[line - 1][:column].rstrip()
    return lines


def _lines(statement: ast.stmt) -> range:
    """The lines of a statement, from 0, with those of its decorators."""
    decorators = statement.decorator_list if isinstance(statement, _NAMED) else []
    first = min([statement.lineno, *(one.lineno for one in decorators)])
    return range(first - 1, statement.end_lineno or statement.lineno)


def _bound(statement: ast.stmt) -> set[str]:
    """The names of the module that a statement binds."""
    return set(_binds(statement))


def _binds(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, _NAMED):
        yield statement.name
        yield from (name for node in ast.walk(statement) if isinstance(node, ast.Global) for name in node.names)
    elif isinstance(statement, _IMPORTS):
        yield from ((one.asname or one.name).partition(".")[0] for one in statement.names)
    else:
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                yield node.id
            elif isinstance(node, (*_NAMED, *_IMPORTS)):
                yield from _binds(node)


def _reads(statement: ast.stmt) -> set[str]:
    """The names of the module that a statement may ask for: what it reads and does not bind inside."""
    nodes = list(ast.walk(statement))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    read = {node.id for node in names if isinstance(node.ctx, ast.Load)}
    if not isinstance(statement, _NAMED):
        # A statement of the module changes what it names (`box.held = 1`), and may bind what it reads.
        return read | {node.id for node in names if isinstance(node.ctx, ast.Del)}
    bound = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {node.name for node in nodes if isinstance(node, ast.ExceptHandler | ast.MatchAs) and node.name}
    bound |= {name for node in nodes if isinstance(node, (*_NAMED, *_IMPORTS)) for name in _binds(node)}
    return read - bound
