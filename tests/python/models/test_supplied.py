"""Parameters that a framework gives something by their names: where, to whom, and to nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from expectations import inventory_of_files

if TYPE_CHECKING:
    from pathlib import Path

MAKER = "import pytest\nimport stripe\n\n@pytest.fixture\ndef refunds():\n    return stripe.Refund\n"
USE = "def test_it(refunds):\n    refunds.list()\n"


def found(files: dict[str, str], tmp_path: Path) -> list[str]:
    inventory = inventory_of_files(files, tmp_path)
    return [need.request.span.path for need in inventory.needs if need.request.resolution == "resolved"]


@pytest.mark.parametrize(
    ("maker", "user", "given"),
    [
        ("conftest.py", "a/test_use.py", True),
        ("a/conftest.py", "a/b/test_use.py", True),
        ("a/conftest.py", "test_use.py", False),
        ("a/conftest.py", "ab/test_use.py", False),
        ("a/makers.py", "b/test_use.py", True),
        ("a/test_maker.py", "a/test_use.py", False),
    ],
)
def test_a_maker_gives_to_the_files_that_share_it(maker: str, user: str, given: bool, tmp_path: Path) -> None:
    assert found({maker: MAKER, user: USE}, tmp_path) == [user] * given


def test_a_maker_in_a_file_of_tests_gives_to_this_file(tmp_path: Path) -> None:
    assert found({"test_use.py": MAKER + USE}, tmp_path) == ["test_use.py"]


@pytest.mark.parametrize(
    "user",
    [
        "def helper(refunds):\n    refunds.list()\n",
        "def test_it(refund):\n    refund.list()\n",
        "import framework\n\n@framework.task\ndef run(refunds):\n    refunds.list()\n",
    ],
)
def test_a_function_that_the_framework_does_not_call_is_given_nothing(user: str, tmp_path: Path) -> None:
    assert found({"test_use.py": MAKER + user}, tmp_path) == []


def test_a_maker_is_given_what_others_make_in_whatever_order_they_stand(tmp_path: Path) -> None:
    later = "import pytest\n\n@pytest.fixture\ndef again(refunds):\n    yield refunds\n\n"
    files = {"conftest.py": later + MAKER, "test_use.py": USE.replace("refunds", "again")}
    assert found(files, tmp_path) == ["test_use.py"]
