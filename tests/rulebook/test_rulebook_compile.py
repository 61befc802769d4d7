"""A compiled pack is the pack, is made once, and is never trusted blindly."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from leastscope.errors import RulePackError
from leastscope.rulebook import compile as subject
from leastscope.rulebook import folders
from leastscope.rulebook.compile import COMPILED_NAME, available_systems, compiled, encode, rules_root
from leastscope.rulebook.load import load_pack
from leastscope.store import sealed
from places import ROOT

SHOP = ROOT / "fixtures" / "rulepacks" / "good" / "shop"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the user an empty cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Give a pack that may be changed."""
    shutil.copytree(SHOP, tmp_path / "shop")
    return tmp_path / "shop"


def kept(cache: Path) -> list[Path]:
    return [path for path in cache.rglob("*") if path.is_file()]


def damaged(pack: Path) -> Path:
    """Make the pack's sources unreadable, so that only a compiled form can answer."""
    (pack / "pack.yaml").write_text("]")
    return pack


def test_a_compiled_pack_equals_the_loaded_one(cache: Path, pack: Path) -> None:
    loaded = load_pack(pack)
    assert compiled(pack) == loaded
    assert len(kept(cache)) == 1
    again = compiled(pack)
    assert again == loaded
    assert again.libraries[0].types == loaded.libraries[0].types
    assert again.libraries[0].types is not loaded.libraries[0].types


def test_a_second_run_does_not_read_yaml(cache: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled(pack)
    assert kept(cache)
    monkeypatch.setattr(subject, "load_pack", lambda _: pytest.fail("the pack was parsed again"))
    assert compiled(pack).system == "shop"


def test_types_come_one_by_one_and_stay(cache: Path, pack: Path) -> None:
    compiled(pack)
    types = compiled(pack).libraries[0].types
    assert kept(cache)
    assert types["Order"] is types["Order"]
    assert "Order" in types
    assert "Nothing" not in types
    assert types.get("Nothing") is None
    assert len(types) == len(list(types)) == 10


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda pack: (pack / "events.yaml").unlink(), id="a file less"),
        pytest.param(lambda pack: (pack / "events.yaml").write_text("events: {}"), id="other bytes"),
        pytest.param(lambda pack: (pack / "sdk" / "shop.yaml").rename(pack / "sdk" / "b.yaml"), id="another name"),
    ],
)
def test_a_changed_pack_is_compiled_anew(cache: Path, pack: Path, change: object) -> None:
    compiled(pack)
    before = [path.read_bytes() for path in kept(cache)]
    assert callable(change)
    change(pack)
    assert compiled(pack) == load_pack(pack)
    assert [path.read_bytes() for path in kept(cache)] != before


def test_another_version_compiles_anew(cache: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled(pack)
    monkeypatch.setattr(subject, "__version__", "0.0.0")
    damaged(pack)
    with pytest.raises(RulePackError):
        compiled(pack)
    assert len(kept(cache)) == 1


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda data: data[:-1], id="cut off"),
        pytest.param(lambda data: data[:-1] + bytes([data[-1] ^ 1]), id="one bit"),
        pytest.param(lambda data: b"X" + data[1:], id="no form of ours"),
        pytest.param(lambda data: sealed(data[8:40], b"\x90"), id="other contents under a right header"),
    ],
)
def test_a_damaged_form_is_made_anew(cache: Path, pack: Path, spoil: object) -> None:
    compiled(pack)
    (file,) = kept(cache)
    right = file.read_bytes()
    assert callable(spoil)
    file.write_bytes(spoil(right))
    assert compiled(pack) == load_pack(pack)
    assert file.read_bytes() == right


def test_without_a_cache_a_pack_is_still_read(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert compiled(pack).system == "shop"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert compiled(pack).system == "shop"
    assert not Path("relative").exists()


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_behind(cache: Path, pack: Path) -> None:
    compiled(pack)
    (file,) = kept(cache)
    file.unlink()
    file.mkdir()
    assert compiled(pack).system == "shop"
    assert kept(cache) == []


def test_the_home_folder_holds_the_cache_where_nothing_else_is_said(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    compiled(pack)
    assert [path.parent for path in kept(tmp_path / "home")] == [tmp_path / "home" / ".cache" / "leastscope" / "rules"]


def test_a_form_beside_the_sources_counts_for_our_own_packs_only(
    cache: Path, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pack / COMPILED_NAME).write_bytes(encode(load_pack(pack), pack))
    compiled(pack)
    assert len(kept(cache)) == 1
    shutil.rmtree(cache)
    monkeypatch.setattr(subject, "rules_root", lambda: pack.parent)
    assert compiled(pack) == load_pack(pack)
    assert not cache.exists()


def test_the_same_sources_give_the_same_bytes(pack: Path) -> None:
    assert encode(load_pack(pack), pack) == encode(load_pack(SHOP), SHOP)


def test_packs_come_from_the_package_when_it_has_some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rules_root() == ROOT / "rules"
    monkeypatch.setattr(folders, "_PACKAGE", tmp_path / "analyzer" / "leastscope")
    assert rules_root() == tmp_path / "rules"
    assert available_systems() == ()
    (tmp_path / "analyzer" / "leastscope" / "_rules").mkdir(parents=True)
    assert rules_root() == tmp_path / "analyzer" / "leastscope" / "_rules"


def test_a_system_is_a_folder_with_a_pack(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pack.yaml").touch()
    (tmp_path / "c").mkdir()
    (tmp_path / "d").touch()
    assert available_systems(tmp_path) == ("a", "b")
