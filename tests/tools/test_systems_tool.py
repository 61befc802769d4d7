"""The pages of docs/systems: what the rule packs hold, no more and no less, and as they are now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from leastscope.rulebook.compile import available_systems, compiled, rules_root
from places import ROOT
from tools import systems

if TYPE_CHECKING:
    from pathlib import Path

SYSTEMS = [name for name in available_systems() if compiled(rules_root() / name).vocabulary.permissions]
ROW = re.compile(r"^\|.*\|$", re.MULTILINE)


def page(system: str) -> str:
    return (ROOT / f"docs/systems/{system}.md").read_text("utf-8")


def section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_the_committed_pages_are_what_the_rule_packs_give(capsys: pytest.CaptureFixture[str]) -> None:
    assert systems.main(["--check"]) == 0, capsys.readouterr().out


def test_there_is_a_page_for_each_system_with_permissions() -> None:
    names = {path.name for path in (ROOT / "docs/systems").iterdir()}
    assert names == {"README.md", *(f"{system}.md" for system in SYSTEMS)}


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_page_has_every_permission_operation_and_event_once(system: str) -> None:
    pack, text = compiled(rules_root() / system), page(system)
    found = re.findall(r"^\| `([^`]*)` \|", section(text, "Permissions"), re.MULTILINE)
    assert found == sorted(pack.vocabulary.permissions)
    operations = re.findall(r"^\| `([A-Z]+ /[^`]*)`", section(text, "Operations"), re.MULTILINE)
    assert sorted(operations) == sorted(f"{one.verb} {one.path}" for one in pack.operations)
    events = re.findall(r"^\| `([^`]*)` \|", section(text, "Events"), re.MULTILINE)
    assert events == sorted(pack.events.types)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_rows_of_a_table_have_as_many_cells_as_its_head(system: str) -> None:
    for table in re.findall(r"(?:^\|.*\|\n)+", page(system), re.MULTILINE):
        assert len({row.replace("\\|", "").count("|") for row in table.splitlines()}) == 1


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_named_source_has_an_address_at_the_end(system: str) -> None:
    text = page(system)
    used = set(re.findall(r"\| \[([\w-]+)\] \|$", text, re.MULTILINE))
    assert used
    assert used <= set(re.findall(r"^\[([\w-]+)\]: https?://\S+$", text, re.MULTILINE))


def test_a_page_tells_dashboard_names_certainty_and_what_differs_for_keys() -> None:
    text = page("stripe")
    assert (
        "| `coupon_write` | Coupons Write | Create and change coupons | `coupon_read` | documented | [object-table] |"
        in text
    )
    assert "| ↳ for restricted keys |" in text
    assert {"documented", "inferred"} <= set(
        re.findall(r"\| (\w+) \| [^|]* \|$", section(text, "Operations"), re.MULTILINE)
    )


def test_the_check_names_what_is_missing_changed_or_too_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert systems.main(["--folder", str(tmp_path)]) == 0
    (tmp_path / "README.md").write_text("old", "utf-8")
    (tmp_path / "gone.md").write_text("old", "utf-8")
    (tmp_path / "adyen.md").unlink()
    assert systems.main(["--check", "--folder", str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert [name for name in ("README", "gone", "adyen", "stripe") if f"{name}.md: out of date" in told] == [
        *("README", "gone", "adyen"),
    ]
    assert systems.main(["--folder", str(tmp_path)]) == 0
    assert not (tmp_path / "gone.md").exists()
    assert systems.main(["--check", "--folder", str(tmp_path)]) == 0
