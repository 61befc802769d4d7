"""How a file names a system: in its code, in its data, or only in what it tells people.

`import acme`, `acme_client.charge(..)`, `"https://api.acme.com/v1"` and `ACME_SECRET` are names that code acts on.
`PROVIDERS = ["acme"]` and `acme_customer_id` are data, which decide something only where a file sends requests, imports, or
runs what a text says. A comment decides nothing. Most files of a large program that name a system name it so, and reading
them, with all that their functions call, would take most of the time of a scan.

Nothing is read as Python here: strings and comments are told by their quotes. Where a quote does not close, all is code.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from leastscope.discover import places_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Mention = Literal["code", "data", "prose"]
_RANK: tuple[Mention, ...] = ("prose", "data", "code")

# Each alternative takes what it can and cannot fail behind its quote, so that a search is linear in the size of a file.
_APART = re.compile(
    rb"#[^\n]*"
    rb'|"""[^"\\]*(?:(?:\\.?|"(?!""))[^"\\]*)*(?:"""|\Z)'
    rb"|'''[^'\\]*(?:(?:\\.?|'(?!''))[^'\\]*)*(?:'''|\Z)"
    rb'|"[^"\\\n]*(?:\\.?[^"\\\n]*)*"?'
    rb"|'[^'\\\n]*(?:\\.?[^'\\\n]*)*'?",
    re.DOTALL,
)
_LONGEST = 200
"""Bytes that are looked at before and behind a word."""
_IN_NAMES = bytes(code for code in range(256) if code > 127 or chr(code).isalnum() or code == ord("_"))
_USED = re.compile(rb"\s{0,99}[.(\[]")
"""What stands behind a name that is asked, called or indexed."""
_BINDS = re.compile(rb"[ \t]*(?:import|from|class|def|async[ \t]+def)\b")
_ACTS = re.compile(rb"key|secret|token|auth|password|credential|url|uri|host|base|endpoint|domain|server")
"""Words in the names of credentials and addresses."""
_SPOKEN = re.compile(rb"# *(?:type:|leastscope)")
"""Comments that other tools read."""
_CALL = re.compile(rb"(?<![\w\x80-\xff.])[^\W\d][\w\x80-\xff]{0,100}\(\s{0,99}\Z")
"""A call of a function, and not of a method of something: what it is given first may be the name of what it imports."""
_PREFIX = re.compile(rb"(?<![\w\x80-\xff])[a-z]{0,2}\Z")
_FILLING = frozenset({b"f", b"fr", b"rf", b"t", b"tr", b"rt"})
_FILLED = re.compile(rb"\{[^{}]{0,200}\Z")


class _File(NamedTuple):
    data: bytes
    lowered: bytes
    triggers: Sequence[bytes]
    hosts: Sequence[bytes]

    def name(self, start: int, stop: int) -> tuple[bytes, int]:
        """The whole name, in lower case, of which a word is a part, and where it ends."""
        before = self.lowered[max(0, start - _LONGEST) : start]
        after = self.lowered[stop : stop + _LONGEST]
        begin = start - len(before) + len(before.rstrip(_IN_NAMES))
        end = stop + len(after) - len(after.lstrip(_IN_NAMES))
        return self.lowered[begin:end], end


def mention(data: bytes, triggers: Sequence[bytes], hosts: Sequence[bytes]) -> Mention:
    """Tell how a file names systems by their lower-case `triggers`; one without any of them tells nobody anything.

    `data` is the file as `as_seen` gives it, `hosts` are lower-case words that names of servers have. Text that people read
    is "prose": a comment, a docstring.
    """
    file = _File(data, data.lower(), triggers, hosts)
    places = sorted({(at, at + len(word)) for word in triggers for at in places_of(data, file.lowered, word)})
    apart = _apart(data)
    begin, end = 0, 0
    found = 0
    for start, stop in places:
        while end <= start:
            begin, end = next(apart)
        if begin > start:
            kind = _in_code(file, start, stop)
        elif data[begin] == ord("#"):
            kind = "code" if _SPOKEN.match(data, begin) else "prose"
        else:
            kind = _in_text(file, begin, end, (start, stop))
        found = max(found, _RANK.index(kind))
        if _RANK[found] == "code":
            break
    return _RANK[found]


def _apart(data: bytes) -> Iterator[tuple[int, int]]:
    """Where comments and strings begin and end, then the end of the file."""
    for match in _APART.finditer(data):
        yield match.span()
    yield len(data), len(data) + 1


def _in_code(file: _File, start: int, stop: int) -> Mention:
    """A name acts that is asked, called, imported or defined, that is the system's alone, or a secret's, or an address's."""
    name, end = file.name(start, stop)
    is_used = _USED.match(file.data, end)
    is_bound = _BINDS.match(file.data, file.data.rfind(b"\n", 0, start) + 1)
    return "code" if is_used or is_bound or name in file.triggers or _ACTS.search(name) else "data"


def _in_text(file: _File, begin: int, end: int, word: tuple[int, int]) -> Mention:
    """A string acts that is an address, a header, a path, the name of a secret, or one that is filled in with the name."""
    text = file.lowered[begin:end]
    quote = text[:3] if text[:3] in {b'"""', b"'''"} else text[:1]
    prefix = _PREFIX.search(file.lowered[max(0, begin - 3) : begin])
    is_filled = prefix is not None and prefix[0] in _FILLING and _FILLED.search(text[: word[0] - begin])
    is_closed = len(text) >= 2 * len(quote) and text.endswith(quote)
    if is_filled or not is_closed or any(one in text for one in (*file.hosts, *_signs(file.triggers))):
        return "code"
    if not re.search(rb"\s", text):
        is_name = file.data[begin + len(quote) : word[1]] == file.lowered[slice(*word)]
        is_given = is_name and _CALL.search(file.data[max(0, begin - _LONGEST) : begin])
        return "code" if is_given or b"/" in text or _ACTS.search(file.name(*word)[0]) else "data"
    line = file.data[file.data.rfind(b"\n", 0, begin) + 1 : begin]
    return "prose" if len(quote) > 1 and not line.strip(b" \trRbBuU") else "data"


def _signs(triggers: Sequence[bytes]) -> list[bytes]:
    """The triggers that are no words: a header, a host or a path."""
    return [word for word in triggers if not word.isalnum()]
