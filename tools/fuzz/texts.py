"""Hostile strings through every format: names in a report are exchanged, and the parts of what is rendered stay the same."""

from __future__ import annotations

import traceback
from dataclasses import fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from leastscope.lines import LINE_BREAK
from leastscope.pipeline import legible_text, scan
from leastscope.report.formats import FORMATS, View, render_state
from leastscope.request import Request
from tools.fuzz.material import HOSTILE
from tools.fuzz.readback import shape

if TYPE_CHECKING:
    import random
    from collections import Counter
    from collections.abc import Callable

    from leastscope.model import Report

_T = TypeVar("_T")
_MARK = "zqxmark"
_WORD = "word"
_FILES = {
    f"{_MARK}/pay.py": (
        f"import stripe\nfrom flask import request\n\n\nclass {_MARK}:\n    def {_MARK}(self, path):\n"
        f'        stripe.Charge.create(amount=1, description="{_MARK}")\n        stripe.Refund.create(charge="{_MARK}")\n'
        f"        stripe.Customer.{_MARK}()\n        getattr(stripe.Dispute, path)()\n"
        '        stripe.raw_request("get", path)\n'
        f"        stripe.Payout.list()  # leastscope: ignore[missing-grant] {_MARK}\n"
    ),
    f"{_MARK}/broken.py": "import stripe\ndef (\n",
    "stripe-app.json": (
        f'{{"id": "{_MARK}", "version": "1", "permissions": [{{"permission": "{_MARK}", "purpose": "{_MARK}"}},'
        f'{{"permission": "dispute_read", "purpose": "{_MARK}"}}, {{"permission": "topup_write", "purpose": ""}}]}}\n'
    ),
    f"{_MARK}/stripe-app.json": f'{{"id": "{_MARK}2", "permissions": [}}\n',
}


@cache
def _state() -> tuple[Report, dict[str, str]]:
    """Give the report of a small project whose names all hold the mark, and the texts of its files."""
    with TemporaryDirectory(prefix="leastscope-fuzz-") as name:
        folder = Path(name)
        (folder / _MARK).mkdir()
        for file, text in _FILES.items():
            (folder / file).write_text(text, "utf-8")
        report = scan(Request((Path(),), folder, tracked=list))
        texts = {file: legible_text(folder / file) or "" for file in _FILES}
    return report, texts


def exchanged(value: _T, old: str, new: str) -> _T:
    """Exchange a text in every string of a frozen value."""
    changed: Any = value
    if isinstance(value, str):
        changed = value.replace(old, new)
    elif isinstance(value, tuple):
        changed = tuple(exchanged(item, old, new) for item in value)
    elif is_dataclass(value) and not isinstance(value, type):
        given: dict[str, Any] = {one.name: exchanged(getattr(value, one.name), old, new) for one in fields(value)}
        changed = replace(value, **given)
    result: _T = changed
    return result


def rendered(form: str, word: str) -> str:
    """Render the project with a word in place of the mark; in code, with what keeps the places."""
    report, texts = _state()
    fitting = LINE_BREAK.sub(" ", word)[: len(_MARK)].ljust(len(_MARK), "_")
    held = {exchanged(path, _MARK, word): exchanged(text, _MARK, fitting) for path, text in texts.items()}
    return render_state(form, exchanged(report, _MARK, word), View(held.get, verbose=True, suppressed=True))


@cache
def _usual(form: str) -> Counter[str]:
    return shape(form, rendered(form, _WORD))


def words(chance: random.Random) -> Callable[[], str]:
    """Make a function that gives one hostile string after the other."""
    parts = [
        *HOSTILE,
        *"<>&\"'`*_[]()!#|\\\n\r\t:;,=%@~{}^/ ",
        "::",
        "```",
        "a",
        "é",
        "</",
        "-->",
        "<!--",
        "&lt;",
        "\x7f",
    ]

    def word() -> str:
        if chance.random() < 0.2:
            return (
                "::"
                + chance.choice(("error::x", "stop-commands::x", "add-mask::x"))
                + chance.choice(("", " ::", "##[x]", "##vso[x]"))
            )
        if chance.random() < 0.3:
            return "x" + "".join(chr(_scalar(chance)) for _ in range(chance.randint(1, 8)))
        return "x" + "".join(chance.choice(parts) for _ in range(chance.randint(1, 5)))

    return word


def _scalar(chance: random.Random) -> int:
    return chance.randrange(0x100) if chance.random() < 0.5 else chance.randrange(0x110000)


def tried(word: str) -> str:
    """Render a string in every format; gives what went wrong, or nothing."""
    for form in FORMATS:
        try:
            found = shape(form, rendered(form, word))
        except Exception:  # noqa: BLE001 - that is what is looked for
            return f"{form}, {word!r}: {traceback.format_exc(limit=-4)}"
        if found != _usual(form):
            return f"{form}, {word!r}: more {found - _usual(form)}, less {_usual(form) - found}"
    return ""
