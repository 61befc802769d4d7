"""Makes hostile characters of file names and code visible, for people and for parsers.

Everything a report shows may have been chosen by whoever wrote the scanned code. No terminal sequence, line break or
reordering character leaves a renderer as itself.
"""

from __future__ import annotations

import json
import re
import unicodedata

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})
_BEYOND_PRINTABLE_ASCII = re.compile("[^\x00-\x7e]")
_COMMAND = re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE)
_COMMAND_INSIDE = re.compile(r"##(?=\[|vso\[)")
_REPLACEMENT = "\ufffd"


def is_hidden(char: str) -> bool:
    """Say whether a character controls what is shown instead of being shown."""
    return unicodedata.category(char) in _HIDDEN_CATEGORIES


def visible(text: str) -> str:
    r"""Return the text with each hidden character written as in Python source: `\x1b`, `\u202e`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(char) if is_hidden(char) else char for char in text)


def inert(text: str) -> str:
    r"""Return a text of many lines in which none is a command to a runner of CI: `\x3a:error`, `\x23#[error]`.

    GitHub's runner obeys lines that start with `::`, after white space, and what follows `##[`; Azure's `##vso[`.
    """
    return _COMMAND_INSIDE.sub(r"\\x23#", _COMMAND.sub(r"\1\\x3a", text))


def json_text(document: object) -> str:
    """Return a document as JSON: two spaces, a newline at the end, non-ASCII kept, hidden characters as escapes.

    Reading it back gives the same strings, except that a lone surrogate, which is no text, becomes U+FFFD.
    """
    return _safe(json.dumps(document, ensure_ascii=False, indent=2))


def json_rows(document: object, depth: int) -> str:
    """Return a document as JSON like `json_text`, but what lies deeper than `depth` stands on one line.

    It is much faster for large documents, and about a third of the size.
    """
    return _safe(_rows(document, depth, ""))


def _rows(value: object, depth: int, indent: str) -> str:
    inner = f"{indent}  "
    if depth and isinstance(value, dict) and value:
        pairs = (f"{inner}{json.dumps(key)}: {_rows(item, depth - 1, inner)}" for key, item in value.items())
        return "{\n" + ",\n".join(pairs) + f"\n{indent}}}"
    if depth and isinstance(value, list) and value:
        items = (inner + _rows(item, depth - 1, inner) for item in value)
        return "[\n" + ",\n".join(items) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _safe(text: str) -> str:
    text = _COMMAND_INSIDE.sub("#\\\\u0023", text)  # as JSON writes it
    return _BEYOND_PRINTABLE_ASCII.sub(lambda match: _json_char(match.group()), text) + "\n"


def _escape(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _json_char(char: str) -> str:
    if not is_hidden(char):
        return char
    if unicodedata.category(char) == "Cs":
        return _REPLACEMENT
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[index]:02x}{units[index + 1]:02x}" for index in range(0, len(units), 2))
