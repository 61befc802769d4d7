"""A program that is parted into two files does what it did: what one file says of a system reaches the other one.

Every fixture of one file is parted in both ways.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from expectations import inventory_of_files
from parting import asked_of_the_module, with_words, without_words
from places import FIXTURES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from parting import Parted

CALLS = FIXTURES / "calls" / "stripe"
ALL = sorted(path.stem for path in CALLS.glob("*.py"))
WORDS = re.compile("stripe|adyen|sparkpay", re.IGNORECASE)
WAYS = ("without words", "with words", "without words, by module", "with words, by module")
"""What moves, and how the other file asks for it: by its names, or as attributes of the module."""

FAST = (
    "aliases",
    "annotations",
    "class_chosen",
    "decorated_unread",
    "decorators_that_give",
    "kept_outside",
    "registered_through",
    "wrappers",
)
"""Fixtures of many shapes; all of them would take too long for every run."""


class Said(NamedTuple):
    """The requests of a program with their lines, and the lines of its gaps."""

    requests: frozenset[tuple[int, str, str]]
    gaps: frozenset[int]

    @property
    def lines(self) -> frozenset[int]:
        return frozenset(line for line, _, _ in self.requests) | self.gaps


def said(files: dict[str, str], folder: Path) -> Said:
    """What a scan says of a program."""
    found = inventory_of_files(files, folder)
    return Said(
        frozenset((need.request.span.line, need.request.verb, need.path) for need in found.needs),
        # `no-request` speaks of the whole program, not of the line.
        frozenset(gap.span.line for gap in found.gaps if gap.kind != "no-request"),
    )


def parted(text: str, way: str) -> Parted | None:
    """A program in two files; None where it cannot be parted so."""
    made = (with_words if way.startswith("with words") else without_words)(text, WORDS, "helpers")
    return asked_of_the_module(made, "helpers") if made is not None and way.endswith("by module") else made


def differences(name: str, way: str, folder: Path) -> Said | None:
    """The requests that are only found before or only after a program is parted, and the lines that fall silent."""
    text = (CALLS / f"{name}.py").read_text(encoding="utf-8")
    made = parted(text, way)
    if made is None:
        return None
    before = said({"app.py": text}, folder / name / "one")
    after = said({"app.py": made.stays, "helpers.py": made.moves}, folder / name / "two")
    return Said(before.requests ^ after.requests, before.lines - after.lines)


def found_different(names: Sequence[str], way: str, folder: Path) -> dict[tuple[str, str], Said]:
    """What differs in those of some fixtures that can be parted."""
    told = {(name, way): differences(name, way, folder) for name in names}
    assert any(said is not None for said in told.values())
    return {key: said for key, said in told.items() if said is not None and (said.requests or said.gaps)}


@pytest.mark.parametrize("way", WAYS)
def test_a_parted_program_says_the_same_of_every_line(way: str, tmp_path: Path) -> None:
    assert found_different(FAST, way, tmp_path) == {}


DEBTS = {("import_by_callers", "without words, by module")}
"""A constant in another file that holds the name of a library: the file that hands it to what imports is not led to."""


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_every_parted_program_says_the_same_of_every_line(way: str, tmp_path: Path) -> None:
    found = found_different(ALL, way, tmp_path)
    assert found.keys() == {debt for debt in DEBTS if debt[1] == way}


@pytest.mark.parametrize(
    "made",
    [
        'f"{SERVER}{self.path}"',
        "SERVER + self.path",
        '"%s%s" % (SERVER, self.path)',
        '"{}{}".format(SERVER, self.path)',
        '"".join([SERVER, self.path])',
        "urljoin(SERVER, self.path)",
    ],
)
def test_an_address_before_what_a_class_only_declares_leads_to_the_classes_that_say_it(
    made: str, tmp_path: Path
) -> None:
    base = (
        "from urllib.parse import urljoin\nimport requests\nSERVER = 'https://api.stripe.com'\n"
        f"class Base:\n    verb = 'GET'\n    path: str\n    def url(self):\n        return {made}\n"
        "def send(one: Base):\n    return requests.request(one.verb, one.url())\n"
    )
    below = (
        "from base import Base, send\nclass Find(Base):\n    path = '/v1/payouts'\n"
        "class Pay(Base):\n    verb = 'POST'\n    path = '/v1/charges'\nsend(Find())\nsend(Pay())\n"
    )
    found = said({"base.py": base, "below.py": below}, tmp_path)
    assert found.requests == {(7, "GET", "/v1/payouts"), (8, "POST", "/v1/charges")}


def test_the_file_without_words_has_none_and_every_line_keeps_its_number() -> None:
    text = (
        "import stripe\n\nRATE = 2\n\n\ndef call(client):  # of stripe\n    client.refunds.create({'x': RATE})\n\n\n"
        "call(stripe.A)\n"
    )
    apart = without_words(text, WORDS, "helpers")
    assert apart is not None
    assert not WORDS.search(apart.moves)
    assert apart.moves.split("\n")[6] == text.split("\n")[6]
    assert apart.stays.split("\n")[9] == text.split("\n")[9]
    other = with_words(text.replace("call(stripe.A)", "gate = stripe.A\ncall(gate)"), WORDS, "helpers")
    assert other is not None
    assert not WORDS.search(other.stays)
    assert other.moves.split("\n")[9] == "gate = stripe.A"
    assert other.stays.split("\n")[10] == "call(gate)"
