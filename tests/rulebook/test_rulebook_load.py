"""A pack is read whole or refused with everything that is wrong in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leastscope.errors import RulePackError
from leastscope.model import Requirement
from leastscope.rulebook.load import load_pack
from leastscope.rulebook.types import Server, Source
from places import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PACKS = ROOT / "fixtures" / "rulepacks"
BAD = sorted(path.name for path in (PACKS / "bad").iterdir())
TABLE = "https://shop.example/permissions"


def refusal(folder: Path) -> str:
    """Give the message that refuses a pack, with paths relative to it."""
    with pytest.raises(RulePackError) as caught:
        load_pack(folder)
    return str(caught.value).replace(f"{folder.as_posix()}/", "")


@pytest.mark.parametrize("case", BAD)
def test_a_bad_pack_is_refused_with_every_wrong_row_and_its_place(case: str) -> None:
    folder = PACKS / "bad" / case
    assert refusal(folder) + "\n" == (folder / "expected.txt").read_text()


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "pack.yaml:1:1: the file is missing; every pack needs it"


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").mkdir()
    assert refusal(tmp_path).startswith("pack.yaml:1:1: the file cannot be read")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: " + "[" * 200_000, id="nesting that would crash the library's own composer"),
        pytest.param(
            "a: &a [x, x, x, x, x, x, x, x]\n"
            + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 8)}]\n" for i in range(12)),
            id="aliases that grow without bound",
        ),
        pytest.param("system: !!python/object/apply:os.getcwd []", id="a tag that would run code"),
        pytest.param("x" * 16_000_001, id="a file that is too large"),
    ],
)
def test_hostile_yaml_is_refused_quickly(tmp_path: Path, text: str) -> None:
    (tmp_path / "pack.yaml").write_text(text)
    assert refusal(tmp_path).startswith("pack.yaml:")


def test_a_great_many_wrong_names_are_all_listed(tmp_path: Path) -> None:
    head = f"system: {tmp_path.name}\ntitle: T\ntriggers: [t]\nsources: {{}}\n"
    (tmp_path / "pack.yaml").write_text(head)
    rows = "".join(f"  e{number}: {{needs: [order_{number}]}}\n" for number in range(700))
    (tmp_path / "events.yaml").write_text("events:\n" + rows)
    assert len(refusal(tmp_path).splitlines()) == 700


def test_a_pack_says_what_it_is_and_where_its_facts_are_from() -> None:
    pack = load_pack(PACKS / "good" / "shop")
    assert (pack.system, pack.title, pack.triggers) == ("shop", "Shop", ("shop", "x-shop-key"))
    assert pack.sources["reports"] == Source("", "2026-01-02", "what people saw")
    assert pack.operations.servers["api"] == Server("api", ("api.shop.example",), default=True)


def test_an_operation_requires_all_of_several_any_of_sets() -> None:
    operation = load_pack(PACKS / "good" / "shop").operations.find("POST", "/orders")
    assert operation is not None
    assert operation.requirements("operation") == (
        Requirement(("order_write",), "documented", "operation", TABLE),
        Requirement(("stock_read", "item_read"), "documented", "operation", TABLE),
    )


def test_an_operation_keeps_how_well_it_is_known_and_its_own_source() -> None:
    operation = load_pack(PACKS / "good" / "shop").operations.find("GET", "/orders/search")
    assert operation is not None
    assert (operation.known, operation.maybe, operation.source) == ("inferred", ("stock_read",), "what people saw")
    assert (operation.object, operation.many, operation.covered) == (("order",), True, True)


def test_what_no_permission_covers_requires_nothing() -> None:
    operations = load_pack(PACKS / "good" / "shop").operations
    files, token = operations.find("POST", "/files"), operations.find("POST", "/token")
    assert files is not None
    assert (files.covered, files.ungated, files.requirements("operation"), files.note) == (
        False,
        False,
        (),
        "nobody said",
    )
    assert token is not None
    assert (token.covered, token.ungated) == (False, True)


@pytest.mark.parametrize(
    ("event", "needed"),
    [
        ("order.paid", [("event_read",), ("order_read", "stock_read")]),
        ("event.test", [("event_read",)]),
        ("parcel.sent", [("event_read",)]),
        ("no.such.event", [("event_read",)]),
    ],
)
def test_an_event_requires_what_all_of_them_do_and_one_of_its_row(event: str, needed: list[tuple[str, ...]]) -> None:
    events = load_pack(PACKS / "good" / "shop").events
    assert [requirement.any_of for requirement in events.requirements(event)] == needed
    sources = [requirement.source for requirement in events.requirements(event)]
    assert sources == [TABLE, "https://shop.example/events"][: len(needed)]
    assert (events.find(event) is None) == (event == "no.such.event")


def test_a_pack_of_nothing_but_a_head_knows_nothing(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(f"system: {tmp_path.name}\ntitle: T\ntriggers: [t]\n")
    pack = load_pack(tmp_path)
    assert (len(pack.operations), pack.needed_by, pack.libraries) == (0, (), ())
    assert pack.events.requirements("any") == ()


def test_permissions_that_nothing_needs_are_told_apart() -> None:
    pack = load_pack(PACKS / "good" / "shop")
    assert set(pack.vocabulary.permissions) - pack.needed_by_any_operation == {"ledger_read"}
