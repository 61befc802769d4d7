"""The Python files of a scan: which of them name a system, which use a name that leads to one, and what they hold.

Most files of a large tree matter to nobody. Each is read once and searched for triggers, and its bytes are dropped. Where
names have to be followed, the words of the files are made, once for each file, so that a name is looked up in a set: a
regular expression for each file, name and home took four fifths of the time on a tree of 20,000 files.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from leastscope.discover import NOTEBOOK_SUFFIX, File, has_trigger
from leastscope.index import Index
from leastscope.model import Gap
from leastscope.naming import mention
from leastscope.notebooks import read_code
from leastscope.python.syntax.source import as_seen
from leastscope.questions import Questions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from leastscope.library import Knowledge

_RARE_LENGTH = 7
"""A name of at least this length with an underscore leads to other files by itself; others need their module named too."""
_METHOD = re.compile(r"^[ \t]+(?:async[ \t]+)?def[ \t]+([\w\x80-\xff]+)".encode("latin-1"), re.MULTILINE)
_ROOM = 32 * 1024 * 1024
"""Bytes of files that are kept; a file beyond that is read anew whenever it is asked for."""
_IMPORT = re.compile(rb"^[ \t]*(?:from\b[^\n(]{0,500}\([^)]{0,4000}\)|(?:from|import)\b[^\n]*)", re.MULTILINE)
"""An import, over several lines where it has parentheses."""
_FROM = re.compile(
    rb"^[ \t]*from[ \t]+(\.{0,20})([\w.]{0,500})[ \t]+import\b([ \t]*\([^)]{0,4000}|[^\n(]{0,1000})", re.MULTILINE
)
_OWNERS = re.compile(rb"\s{0,99}(\w+)(?:\s{0,99}\.\s{0,99}(\w+))?")
"""The names before a dot, read backward: what calls of a library end with has no more than two of them."""
_SCOPE = re.compile(rb"(?i:scopes?(?:[\"']|\s{0,9}[:=]))")
"""What an OAuth client asks for (RFC 6749, section 3.3), as a key, a keyword or a variable."""
_PATH = re.compile(rb"[\"'](?:/[a-zA-Z]{1,20}){0,4}/v[0-9]{1,3}/(\w{1,100})")
"""A text that begins with a path with a version."""
_DOTTED = re.compile(rb"[\"']([\w.]{1,200})[\"']")
_LONGEST_OWNERS = 600
"""Bytes before the dot in which they stand."""
_WORD_BYTES = bytes(code if code > 127 or chr(code).isalnum() or code == ord("_") else 32 for code in range(256))


class Words(NamedTuple):
    """The words by which files name systems, in lower case, and those by which they act on such names.

    `hosts` are in the names of servers, `events` are the types of their events, `steps` what their paths begin with behind a
    version. Each of `modules` holds the names in an import of a library that sends requests to any server, each of `acting`
    those in a call of a function that imports or runs what a text says.
    """

    triggers: Sequence[bytes]
    hosts: Sequence[bytes]
    events: frozenset[bytes]
    steps: frozenset[bytes]
    modules: frozenset[frozenset[str]]
    acting: frozenset[frozenset[str]]

    @classmethod
    def of(cls, knowledge: Knowledge, triggers: Sequence[bytes], steps: Iterable[str]) -> Words:
        """Give the words of what is known."""
        several = [library for library in knowledge.libraries.values() if library.system not in knowledge.events]
        names = (name.rpartition(".")[0] or name for library in several for name in library.names)
        return cls(
            triggers,
            [word.encode() for word in sorted(knowledge.servers.words())],
            frozenset(kind.encode() for kinds in knowledge.events.values() for kind in kinds),
            frozenset(step.encode() for step in steps),
            frozenset(frozenset(name.split(".")) for name in names),
            knowledge.functions.acting(),
        )


class Sources:
    """The files by path, and what was read of them.

    `limit` is the size in bytes of the largest file that is read. `index` may know already what files hold, and `asked`
    notes the questions. `gaps` has a gap for each file that cannot be read.
    """

    def __init__(
        self, files: Iterable[File], limit: int, index: Index | None = None, asked: Questions | None = None
    ) -> None:
        self.files: Mapping[str, File] = {file.path: file for file in files}
        self.gaps: list[Gap] = []
        self._limit = limit
        self.index = Index(()) if index is None else index
        self._asked = Questions() if asked is None else asked
        self._kept: dict[str, bytes] = {}
        self._room = _ROOM
        self._refused: set[str] = set()
        self._words: dict[str, tuple[str, ...]] = {}
        self._methods: dict[str, int] = {}

    def with_trigger(self, triggers: Sequence[bytes]) -> list[str]:
        """Give the paths of the files that hold one of the lower-case triggers; their bytes are kept if there is room.

        A file whose encoding is refused may hold any of them.
        """
        found = []
        self._asked.triggers = tuple(triggers)
        index = self.index if self.index.triggers == tuple(triggers) else None
        for path, file in self.files.items():
            if index and not index.seen(file, self._limit).speaks:
                continue
            data = self._read(path)
            if data is None:
                self._asked.used.add(path)
                continue
            seen = as_seen(data)
            if seen is None or has_trigger(seen, triggers):
                self._asked.used.add(path)
                self._keep(path, data)
                found.append(path)
        return found

    def acting(self, paths: Iterable[str], words: Words) -> list[str]:
        """Give those of some files with a trigger that act on the name of a system; the others name it in passing."""
        found = []
        for path in paths:
            data = as_seen(self._read(path) or b"")
            how = "code" if data is None else mention(data, words.triggers, words.hosts)
            if how == "code" or path.endswith(NOTEBOOK_SUFFIX) or self._tells(path, data or b"", words):
                found.append(path)
            elif how == "data":
                held = frozenset(self._words_of(path))
                imports = [frozenset(_words_in(one)) for one in _IMPORT.findall(data or b"")]
                sends = any(module <= one for module in words.modules for one in imports)
                if sends or any(self._holds(path, names, held) for names in words.acting):
                    found.append(path)
        return found

    def _tells(self, path: str, data: bytes, words: Words) -> bool:
        """Whether a file has a type of event, a scope, or a path of an operation."""
        return (
            self.says_event(path, words)
            or _SCOPE.search(data) is not None
            or not words.steps.isdisjoint(_PATH.findall(data))
        )

    def imported(self, path: str) -> Iterator[tuple[str, int]]:
        """Give the modules that a file may import names from, each with the number of dots in front."""
        for match in _FROM.finditer(as_seen(self._read(path) or b"") or b""):
            dots, home, names = match.groups()
            module = home.decode("utf-8", "replace")
            yield module, len(dots)
            for name in _words_in(names.replace(b"(", b" ")):
                yield f"{module}.{name}" if module else name, len(dots)

    def says_event(self, path: str, words: Words) -> bool:
        """Whether a file has a type of event."""
        self._asked.used.add(path)
        return not words.events.isdisjoint(_DOTTED.findall(self._read(path) or b""))

    def _holds(self, path: str, names: frozenset[str], held: frozenset[str]) -> bool:
        """Whether a file may call a function that goes by these names; a built-in one stands alone."""
        if not names <= held:
            return False
        alone = rb"(?<![.\w])" + re.escape(min(names).encode()) + rb"\s{0,99}\("
        return len(names) > 1 or re.search(alone, self._read(path) or b"") is not None

    def bytes_of(self, path: str) -> bytes | None:
        """Give the content of a file, which is kept if there is room; None where it cannot be read, which is noted once."""
        self._asked.used.add(path)
        data = self._read(path)
        if data is not None:
            self._keep(path, data)
        return data

    def text_of(self, path: str) -> str:
        """Give the text of a file, as far as it is UTF-8; empty where it cannot be read."""
        self._asked.used.add(path)
        return (self._read(path) or b"").decode("utf-8-sig", "replace")

    def words_near(
        self, names: Mapping[str, frozenset[str]], attributes: Mapping[str, frozenset[str]]
    ) -> dict[str, frozenset[str]]:
        """Give the words one of which a file holds that uses a name of some files; none where the name is enough.

        Who uses a global imports its module, or the package if that imports the module. An attribute comes with its object.
        """
        found: dict[str, frozenset[str]] = {}
        for name, homes in names.items():
            found[name] = frozenset(word for home in homes for word in self._ways_to(home))
        for name, homes in attributes.items():
            words = {part.removesuffix(".py") for home in homes for part in home.split("/")[-2:]} - {"__init__"}
            found[name] = found.get(name, frozenset()) | words
        return {name: frozenset() if _is_rare(name) else words for name, words in found.items()}

    def _ways_to(self, home: str) -> Iterator[str]:
        """The words that name a module where it is imported, or what may hand on its names."""
        folder, _, file = home.rpartition("/")
        module, package = file.removesuffix(".py"), folder.rpartition("/")[2]
        if module != "__init__":
            yield module
            through = f"{folder}/__init__.py" if folder else "__init__.py"
            self._asked.used.add(through)
            if _as_word(module) not in self._words_of(through):
                return
        yield package

    def using(self, paths: Iterable[str], names: Mapping[str, frozenset[str]], methods: frozenset[str]) -> list[str]:
        """Give those of the paths that use one of the names with a word that stands near it, or call one of the methods."""
        if not names:
            return []
        self._asked.questions.append((names, methods))
        homes = {_as_word(name): frozenset(map(_as_word, near)) for name, near in names.items()}
        called = {_as_word(name): name for name in methods}
        wanted = homes.keys() | called.keys()
        found = []
        for path in paths:
            words = self._words_of(path)
            if wanted.isdisjoint(words):
                continue
            used = wanted & set(words)
            reached = any(not (near := homes[word]) or not near.isdisjoint(words) for word in used & homes.keys())
            if reached or self._calls(path, [called[word] for word in used & called.keys()]):
                found.append(path)
        return found

    def importing(self, paths: Iterable[str], names: frozenset[str]) -> list[str]:
        """Give those of the paths that name one of these modules in an import."""
        self._asked.modules |= names
        wanted = {_as_word(name) for name in names}
        found = []
        for path in paths if wanted else ():
            if not wanted.isdisjoint(self._words_of(path)):
                imports = b" ".join(_IMPORT.findall(as_seen(self._read(path) or b"") or b""))
                if not wanted.isdisjoint(_words_in(imports)):
                    found.append(path)
        return found

    def ending(self, paths: Iterable[str], endings: frozenset[str]) -> list[str]:
        """Give those of the paths with a call that ends with one of these: its last names, joined by dots."""
        self._asked.endings |= endings
        called: dict[str, set[str]] = {}
        for ending in endings:
            *_, owner, last = ending.split(".")
            called.setdefault(_as_word(owner), set()).add(_as_word(last))
        found = []
        for path in paths if endings else ():
            words = self._words_of(path)
            owners = called.keys() & words
            lasts = frozenset[str]().union(*(called[owner] for owner in owners)).intersection(words) if owners else ()
            if lasts and not endings.isdisjoint(self._endings_of(path, lasts)):
                found.append(path)
        return found

    def _endings_of(self, path: str, lasts: Iterable[str]) -> Iterator[str]:
        """What the calls of a file end with whose last name is one of these."""
        data = as_seen(self._read(path) or b"") or b""
        called = b"|".join(re.escape(last.encode("latin-1")) for last in sorted(lasts))
        for call in re.finditer(rb"\.\s{0,99}(" + called + rb")\s{0,99}\(", data):
            owners = _OWNERS.match(data[max(0, call.start() - _LONGEST_OWNERS) : call.start()][::-1])
            if owners is not None:
                owner, before = ((name or b"")[::-1].decode("latin-1") for name in owners.groups())
                last = call[1].decode("latin-1")
                yield from (f"{owner}.{last}", f"{before}.{owner}.{last}")

    def defined(self, names: frozenset[str]) -> Mapping[str, int]:
        """Count the methods of each of these names that stand in all the files."""
        for name in sorted(names - self._methods.keys()):
            word = _as_word(name)
            self._asked.counted.add(name)
            self._methods[name] = 0
            for path in (path for path in self.files if word in self._words_of(path)):
                number = _METHOD.findall(self._read(path) or b"").count(name.encode())
                self._methods[name] += number
                if number:
                    self._asked.counts.setdefault(path, {})[name] = number
        return {name: self._methods[name] for name in names}

    def _calls(self, path: str, names: Sequence[str]) -> bool:
        """Whether a file names one of these behind a dot."""
        if not names:
            return False
        pattern = rb"\.\s*(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + rb")\b"
        return re.search(pattern, self._read(path) or b"") is not None

    def _keep(self, path: str, data: bytes) -> None:
        if path not in self._kept and len(data) <= self._room:
            self._room -= len(data)
            self._kept[path] = data

    def _read(self, path: str) -> bytes | None:
        kept = self._kept.get(path)
        if kept is not None or path in self._refused or path not in self.files:
            return kept
        data = read_code(self.files[path], self._limit, self.index.content)
        if isinstance(data, Gap):
            self._refused.add(path)
            self.gaps.append(data)
            return None
        return data

    def _words_of(self, path: str) -> tuple[str, ...]:
        """The words of a file, each once; they are interned, so that a word takes room once for all files."""
        known = self._words.get(path)
        if known is None:
            data = as_seen(self._read(path) or b"") or b""
            known = self._words[path] = tuple(map(sys.intern, set(_words_in(data))))
        return known


def _words_in(data: bytes) -> list[str]:
    return data.translate(_WORD_BYTES).decode("latin-1").split()


def _as_word(name: str) -> str:
    """Give a name as it stands among the words of a file, which are UTF-8 read as Latin-1."""
    return name.encode().decode("latin-1")


def _is_rare(name: str) -> bool:
    return len(name) >= _RARE_LENGTH and "_" in name


def answers_as_before(file: File, limit: int, asked: Questions) -> bool:
    """Whether a file that a run did not use answers all that the run asked as one that has no part in the report."""
    again = Questions()
    alone = Sources((file,), limit, asked=again)
    if alone.with_trigger(asked.triggers) or alone.gaps:
        return False
    if any(alone.using((file.path,), names, methods) for names, methods in asked.questions):
        return False
    if alone.importing((file.path,), frozenset(asked.modules)):
        return False
    if alone.ending((file.path,), asked.endings):
        return False
    alone.defined(frozenset(asked.counted))
    return again.counts.get(file.path, {}) == asked.counts.get(file.path, {}) and not alone.gaps
